"""The stand-in refuses what the Zalo Bot Platform is known to refuse."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.standins import bot_api_faults as faults
from tests.standins.loopback import Answer, Head, Loopback, ReadBody
from tests.standins.zalo_bot import IN_TROUBLE, ZaloBotApi, within_200
from tests.standins.zalo_bot_people import Person


class Caller:
    def __init__(self, api: ZaloBotApi, client: httpx.AsyncClient) -> None:
        self.api = api
        self.client = client
        self.lan = Person(api, "lan")

    async def __call__(self, method: str, token: str | None = None, **params: Any) -> Any:
        url = f"{self.api.url}/bot{token or self.api.token}/{method}"
        answer = await self.client.post(url, json=params)
        return answer.status_code, answer.json()

    async def says(self, text: str, chat: str = "lan") -> int:
        return int((await self("sendMessage", chat_id=chat, text=text))[0])


@pytest.fixture
async def call() -> AsyncIterator[Caller]:
    async with ZaloBotApi() as api, httpx.AsyncClient(trust_env=False) as client:
        yield Caller(api, client)


async def test_the_token_is_in_the_path(call: Caller) -> None:
    assert (await call("getMe"))[1]["result"]["account_type"] == "BASIC"
    code, answer = await call("getMe", token="1:other")
    assert (code, answer["error_code"]) == (401, 401)
    assert (await call("sendDice"))[0] == 404


async def test_a_query_and_a_form_will_do_too(call: Caller) -> None:
    url = f"{call.api.url}/bot{call.api.token}/sendMessage"
    assert (await call.client.get(url, params={"chat_id": "lan", "text": "a"})).is_success
    assert (await call.client.post(url, data={"chat_id": "lan", "text": "b"})).is_success
    assert [sent.text for sent in call.api.sent] == ["a", "b"]


async def test_a_poll_gives_one_update_and_forgets_it(call: Caller) -> None:
    code, answer = await call("getUpdates", timeout="30")
    assert (code, answer["ok"], answer["error_code"]) == (408, False, 408)
    await call.lan.writes("một")
    await call.lan.writes("hai")
    assert (await call("getUpdates"))[1]["result"]["message"]["text"] == "một"
    assert (await call("getUpdates"))[1]["result"]["message"]["text"] == "hai"
    assert (await call("getUpdates"))[0] == 408


async def test_lengths_are_counted_in_utf_16_and_empty_is_refused(call: Caller) -> None:
    assert await call.says("👶" * 1000) == 200
    assert await call.says("👶" * 1000 + "!") == 400
    assert await call.says(" ") == 400
    photo = {"chat_id": "lan", "photo": "https://example.org/p.png"}
    assert (await call("sendPhoto", **photo))[0] == 200
    assert (await call("sendPhoto", **photo, caption="x" * 2001))[0] == 400
    assert (await call("sendPhoto", chat_id="lan", photo="p.png"))[0] == 400
    assert (await call("sendChatAction", chat_id="lan", action="typing"))[0] == 200
    assert (await call("sendChatAction", chat_id="lan", action="dance"))[0] == 400


async def test_quota_and_audience(call: Caller) -> None:
    call.api.quota = 1
    assert [await call.says("x"), await call.says("x")] == [200, 429]
    call.api.month = 0
    call.api.audience = 1
    Person(call.api, "nam")
    assert [await call.says("x"), await call.says("x", "nam")] == [200, 429]
    assert await call.says("x", "stranger") == 400


async def test_faults_by_script(call: Caller) -> None:
    for fault in (IN_TROUBLE, within_200(429), faults.BAD_GATEWAY):
        call.api.script(fault)
    code, answer = await call("sendMessage", chat_id="lan", text="x")
    assert (code, answer["description"]) == (403, "Internal server error")
    assert (await call("sendMessage", chat_id="lan", text="x"))[1]["error_code"] == 429
    call.api.heal()
    call.api.script(faults.CUT_AFTER)
    with pytest.raises(httpx.RemoteProtocolError):
        await call.says("x")
    assert len(call.api.sent) == 1


async def test_webhooks(call: Caller) -> None:
    seen: list[tuple[str, bytes]] = []

    async def hook(head: Head, read: ReadBody) -> Answer:
        seen.append((head.headers.get("x-bot-api-secret-token", ""), await read()))
        return Answer(200, b"")

    assert (await call("getWebhookInfo"))[0] == 404
    assert (await call("setWebhook", url="http://example.org", secret_token="12345678"))[0] == 400
    assert (await call("setWebhook", url="https://example.org", secret_token="1234567"))[0] == 400
    server = Loopback(hook)
    await server.start()
    code, answer = await call("setWebhook", url=server.url, secret_token="12345678")
    assert (code, answer["result"]["verification"]["ok"]) == (200, True)
    assert await call.lan.writes("chào") == 200
    assert await call.lan.writes("chào", bare=True, secret="forged") == 200
    assert [proof for proof, _ in seen] == ["12345678", "12345678", "forged"]
    assert seen[1][1].startswith(b'{"ok":')
    assert seen[2][1].startswith(b'{"event_name":')
    assert (await call("getUpdates"))[0] == 400
    await server.stop()
    code, answer = await call("setWebhook", url=server.url, secret_token="12345678")
    assert (code, answer["result"]["verification"]["ok"]) == (200, False)
    assert (await call("getWebhookInfo"))[1]["result"]["url"] == server.url
    assert (await call("deleteWebhook"))[1]["result"]["url"] == ""
