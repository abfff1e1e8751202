"""The stand-in refuses what the real Bot API refuses; otherwise it would prove nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import BotApi


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class Caller:
    def __init__(self, api: BotApi, client: httpx.AsyncClient) -> None:
        self.api = api
        self.client = client

    async def __call__(self, method: str, **params: Any) -> tuple[int, Any]:
        url = f"{self.api.url}/bot{self.api.token}/{method}"
        answer = await self.client.post(url, data=params)
        return answer.status_code, answer.json()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def call(clock: Clock) -> AsyncIterator[Caller]:
    async with BotApi(now=clock) as api, httpx.AsyncClient(trust_env=False) as client:
        yield Caller(api, client)


async def test_thirty_a_sliding_second(call: Caller, clock: Clock) -> None:
    codes = []
    for number in range(40):
        codes.append((await call("sendMessage", chat_id=number + 1, text="x"))[0])
        clock.seconds += 0.02
    assert codes == [200] * 30 + [429] * 10
    clock.seconds = 101.0
    assert (await call("sendMessage", chat_id=99, text="x"))[0] == 200
    code, answer = await call("sendMessage", chat_id=100, text="x")
    assert (code, answer["parameters"]) == (429, {"retry_after": 1})
    assert len(call.api.sent) == 31
    assert len(call.api.refused) == 11


async def test_one_a_second_a_chat(call: Caller, clock: Clock) -> None:
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 200
    clock.seconds += 0.9
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 429
    assert (await call("sendMessage", chat_id=2, text="x"))[0] == 200
    clock.seconds += 0.1
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 200


@pytest.mark.parametrize(
    ("method", "params", "words"),
    [
        ("sendMessage", {"text": "x" * 4097}, "message is too long"),
        ("sendMessage", {"text": "👶" * 2049}, "message is too long"),
        ("sendMessage", {"text": ""}, "message text is empty"),
        ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendMessage", {"text": "<x>x</x>", "parse_mode": "HTML"}, "can't parse entities"),
        ("sendPhoto", {"photo": "never seen"}, "wrong file identifier"),
        ("sendPhoto", {"photo": "x", "caption": "x" * 1025}, "message caption is too long"),
        ("editMessageText", {"message_id": "5", "text": "x"}, "message to edit not found"),
    ],
)
async def test_refusals(call: Caller, method: str, params: Any, words: str) -> None:
    code, answer = await call(method, chat_id=1, **params)
    assert code == 400
    assert words in answer["description"]


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "x", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "url": "tel:115"}, "URL is invalid"),
    ],
)
async def test_button_refusals(call: Caller, button: Any, words: str) -> None:
    markup = json.dumps({"inline_keyboard": [[button]]})
    code, answer = await call("sendMessage", chat_id=1, text="x", reply_markup=markup)
    assert code == 400
    assert words in answer["description"]


async def test_polling_confirms_by_offset_and_yields_to_a_webhook(call: Caller) -> None:
    first = await call.api.person(1).writes("một")
    await call.api.person(1).writes("hai")
    for _ in range(2):
        assert len((await call("getUpdates"))[1]["result"]) == 2
    [left] = (await call("getUpdates", offset=first + 1))[1]["result"]
    assert left["message"]["text"] == "hai"
    await call("setWebhook", url="http://127.0.0.1:9/")
    assert (await call("getUpdates"))[0] == 409
    assert (await call("getWebhookInfo"))[1]["result"]["pending_update_count"] == 1
    await call("deleteWebhook")
    assert (await call("getUpdates"))[0] == 200


async def test_faults_meet_the_chat_they_are_meant_for(call: Caller) -> None:
    call.api.script(faults.BLOCKED, chat=1)
    assert (await call("sendMessage", chat_id=2, text="x"))[0] == 200
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 403
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 200


async def test_wrong_token_and_unknown_method(call: Caller) -> None:
    assert (await call("getMoney"))[0] == 404
    call.api.token = "1:other"
    answer = await call.client.post(f"{call.api.url}/bot2:wrong/getMe")
    assert answer.status_code == 401


async def test_who_blocked_the_bot_gets_nothing(call: Caller, clock: Clock) -> None:
    lan = call.api.person(1)
    await lan.blocks()
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 403
    await lan.unblocks()
    assert (await call("sendMessage", chat_id=1, text="x"))[0] == 200
    assert [sent.at for sent in lan.received] == [clock.seconds]
