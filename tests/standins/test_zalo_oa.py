"""The stand-in refuses what an Official Account's API is known to refuse."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.standins.loopback import Answer, Head, Loopback, ReadBody
from tests.standins.zalo_oa import APP_ID, APP_SECRET, TEMPLATE, V2, V3, ZaloOAApi, says
from tests.standins.zalo_oa_people import HEADER, Hook, Person, signature

LAN = "2468458835296197922"


class Caller:
    def __init__(self, api: ZaloOAApi, client: httpx.AsyncClient) -> None:
        self.api = api
        self.client = client
        self.lan = Person(api, LAN)
        self.access = api.oauth.issued()["access_token"]

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"access_token": self.access}
        answer = await self.client.post(self.api.url + path, json=body, headers=headers)
        assert answer.status_code == 200
        return dict(answer.json())

    async def says(self, path: str = V3, user: str = LAN, **message: Any) -> Any:
        message.setdefault("text", "chào")
        answer = await self.post(path, {"recipient": {"user_id": user}, "message": message})
        return answer["error"] or answer["data"]["quota"]["quota_type"]


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with ZaloOAApi() as api, httpx.AsyncClient(trust_env=False) as client:
        yield Caller(api, client)


async def test_windows_and_the_package(call: Caller) -> None:
    call.api.paid_left = 1
    assert await call.says() == "reply"
    call.api.time += timedelta(hours=48)
    call.access = call.api.oauth.issued()["access_token"]
    assert [await call.says(), await call.says()] == ["sub_quota", -211]
    call.api.time += timedelta(days=5)
    call.access = call.api.oauth.issued()["access_token"]
    assert await call.says() == -230
    call.lan.follows()
    assert await call.says() == "reply"
    call.lan.unfollows()
    assert await call.says() == -217
    assert await call.says(user="1") == -213


async def test_tokens_live_25_hours_and_a_new_one_kills_the_old(call: Caller) -> None:
    call.api.time += timedelta(hours=24, minutes=59)
    assert await call.says() == "reply"
    call.api.time += timedelta(minutes=1)
    assert await call.says() == -216
    old, call.access = call.access, call.api.oauth.issued()["access_token"]
    assert await call.says() == "reply"
    call.access = old
    assert await call.says() == -216


async def test_refresh_tokens_work_once(call: Caller) -> None:
    oauth = call.api.oauth
    form = {"app_id": APP_ID, "grant_type": "refresh_token"}
    first = {**form, "refresh_token": oauth.issued()["refresh_token"]}
    assert "error" in oauth.token("other secret", first)
    second = oauth.token(APP_SECRET, first)
    assert second["expires_in"] == "90000"
    assert "error" in oauth.token(APP_SECRET, first)
    call.api.time += timedelta(days=90)
    late = {**form, "refresh_token": second["refresh_token"]}
    assert "error" in oauth.token(APP_SECRET, late)


async def test_government_accounts_may_use_the_old_api_only(call: Caller) -> None:
    call.api.government = True
    assert [await call.says(V3), await call.says(V2)] == [-235, "reply"]
    call.api.v2_closed = True
    assert await call.says(V2) == -235
    url = f"{call.api.url}/v2.0/oa/getoa"
    about = await call.client.get(url, headers={"access_token": call.access})
    assert about.json()["data"]["oa_type"] == 4


async def test_shapes_are_checked(call: Caller) -> None:
    assert await call.says(text=" ") == -201
    assert await call.says(text="👶" * 1000) == "reply"
    assert await call.says(text="👶" * 1000 + "!") == -210
    button = {"title": "Xem", "type": "oa.query.hide", "payload": "#dh:1"}

    def under(*buttons: dict[str, Any]) -> dict[str, Any]:
        return {"type": "template", "payload": {"buttons": list(buttons)}}

    assert await call.says(attachment=under(*[button] * 5)) == "reply"
    assert await call.says(attachment=under(*[button] * 6)) == -210
    assert await call.says(attachment=under({**button, "title": ""})) == -210
    assert await call.says(attachment=under({**button, "payload": "x" * 1001})) == -210
    assert await call.says(attachment=under({**button, "type": "oa.unknown"})) == -201


async def test_haste_night_templates_and_scripts(call: Caller) -> None:
    call.api.a_minute = 2
    assert [await call.says(), await call.says(), await call.says()] == ["reply", "reply", -32]
    call.api.a_minute = None
    broadcast = {"recipient": {"target": {"ages": "0-7"}}, "message": {}}
    assert (await call.post(V2, broadcast))["error"] == 0
    call.api.time += timedelta(hours=10)  # 22:00 in Viet Nam
    assert (await call.post(V2, broadcast))["error"] == -234
    call.api.templates["t"] = {"ten"}
    template = {"user_id": LAN, "template_id": "t", "template_data": {"ten": "Na"}}
    assert (await call.post(TEMPLATE, template))["data"]["quota"]["dailyQuota"] == "500"
    assert (await call.post(TEMPLATE, {**template, "template_data": {}}))["error"] == -201
    assert (await call.post("/v3.0/oa/message/transaction", {}))["error"] == -209
    call.api.script(says(-218))
    assert [await call.says(), await call.says()] == [-218, "reply"]


async def test_webhooks_are_signed_and_repeated_until_they_are_taken(call: Caller) -> None:
    answers = [500, 500, 200, 200]
    seen: list[tuple[str | None, bool]] = []

    async def hook(head: Head, read: ReadBody) -> Answer:
        raw = await read()
        honest = head.headers.get(HEADER.lower()) == signature(raw, "oa id")
        seen.append((head.headers.get("num_retry"), honest))
        return Answer(answers.pop(0), b"")

    server = Loopback(hook)
    await server.start()
    posts = Hook(call.client, server.url, "oa id")
    await posts.push(call.lan.writes("chào"))
    await posts.again()
    await posts.again()
    await posts.push(call.lan.writes("giả"), key="other")
    assert seen == [(None, True), ("1", True), ("2", True), (None, False)]
    assert posts.waiting == []
    answers.append(200)
    assert await posts.probe() == 200
    await server.stop()
