"""Telegram: starting, receiving and what it says about itself."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Sequence
from math import inf
from typing import Any

import pytest

from care.messages import EventKind
from channels.base import Incoming
from channels.errors import ChannelMisconfigured, Forged, Malformed
from channels.telegram import Telegram
from tests.channels.bots import Inbox, Naps, made, running
from tests.channels.rigs import NOON, SECRET, take_nothing, until
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import BotApi
from tests.standins.loopback import Answer, Head, Loopback, ReadBody

POLL = ("getUpdates",)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(chat_gap=None) as api:
        yield api


# --- polling ----------------------------------------------------------------------------------


async def test_polls_in_order_and_confirms_by_offset(api: BotApi) -> None:
    inbox, lan = Inbox(), api.person(7)
    async with running(made(api), inbox):
        first = await lan.writes("một")
        await until(lambda: inbox.texts == ["một"])
        second = await lan.writes("hai")
        await until(lambda: inbox.texts == ["một", "hai"])
        await until(lambda: api.called("getUpdates")[-1].get("offset") == str(second + 1))
    assert api.updates == []
    assert [event.id for event in inbox.events] == [str(first), str(second)]
    assert inbox.events[0].at == NOON


async def test_a_failing_receive_gets_the_same_updates_again(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    inbox, naps = Inbox(refusing=3), Naps()
    number = await api.person(7).writes("giữ lại")
    async with running(made(api, sleep=naps), inbox) as channel:
        await until(lambda: inbox.texts == ["giữ lại"])
        await until(lambda: "offset" in api.called("getUpdates")[-1])
        assert (await channel.check()).ok
    assert inbox.batches == [[str(number)]] * 4
    assert all("offset" not in call for call in api.called("getUpdates")[:4])
    assert naps.seconds == sorted(naps.seconds)
    assert caplog.text.count("messages cannot be stored") == 1
    assert "canary" not in caplog.text


async def test_a_poison_update_blocks_nobody(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    inbox, lan = Inbox(), api.person(7)
    poison = lan.message(text=["canary"])
    await api.push("canary")
    await api.push({"update_id": "canary"})
    await api.push({"message": {"text": "canary"}})
    await api.push({"message": poison})
    await lan.writes("sau đó")
    async with running(made(api), inbox):
        await until(lambda: "sau đó" in inbox.texts)
        await until(lambda: api.updates == [])
    assert [event.kind for event in inbox.events] == [EventKind.UNSUPPORTED, EventKind.TEXT]
    assert caplog.text.count("an update was left out") == 3
    assert "canary" not in caplog.text


async def test_two_pollers_are_told_once_and_tried_every_minute(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    inbox, naps = Inbox(), Naps()
    api.script(faults.CONFLICT, methods=POLL, times=inf)
    async with running(made(api, sleep=naps), inbox) as channel:
        await until(lambda: len(naps.seconds) >= 3)
        assert (await channel.check()).detail == "another process receives with this token"
        api.heal()
        await api.person(7).writes("còn đây")
        await until(lambda: inbox.texts == ["còn đây"])
        await until(lambda: not channel._patience.trouble)
        assert (await channel.check()).ok
    assert set(naps.seconds) == {60.0}
    assert caplog.text.count("another process receives") == 1


async def test_network_faults_back_off_with_jitter(api: BotApi) -> None:
    naps = Naps()
    api.script(faults.BAD_GATEWAY, methods=POLL, times=9)
    async with running(made(api, sleep=naps)):
        await until(lambda: len(naps.seconds) == 9)
    for index, seconds in enumerate(naps.seconds):
        assert min(60, 2**index) / 2 <= seconds <= min(60, 2**index)
    assert len(set(naps.seconds)) == 9


async def test_a_flood_answer_to_polling_is_obeyed(api: BotApi) -> None:
    naps = Naps()
    api.script(faults.too_many(11), methods=POLL)
    async with running(made(api, sleep=naps)):
        await until(lambda: naps.seconds)
    assert naps.seconds[0] == 11


async def test_stopping_to_receive_ends_the_long_poll_at_once(api: BotApi) -> None:
    inbox = Inbox()
    async with running(made(api), inbox) as channel:
        await until(lambda: api.called("getUpdates"))
        began = time.monotonic()
        await channel.stop_receiving()
        assert time.monotonic() - began < 1
        await api.person(7).writes("chờ lần sau")
        assert (await channel.check()).ok
    assert inbox.events == []
    assert len(api.updates) == 1


async def test_a_cancelled_receive_stays_cancelled(api: BotApi) -> None:
    entered = asyncio.Event()

    async def receive(incoming: Sequence[Incoming]) -> None:
        entered.set()
        await asyncio.sleep(30)

    channel = made(api)
    await channel.start(receive)
    await api.person(7).writes("đang lưu")
    await entered.wait()
    await channel.stop()
    assert len(api.updates) == 1


# --- starting ---------------------------------------------------------------------------------


async def test_start_waits_for_nobody(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    inbox, naps = Inbox(), Naps()
    await api.stop()
    async with running(made(api, sleep=naps), inbox) as channel:
        await until(lambda: len(naps.seconds) >= 3)
        health = await channel.check()
        assert (health.ok, health.detail) == (False, "no connection")
        await api.start()
        await api.person(7).writes("có mạng rồi")
        await until(lambda: inbox.texts)
        await until(lambda: not channel._patience.trouble)
        assert (await channel.check()).ok
    assert caplog.text.count("no connection") == 1


async def test_a_refused_token_is_tried_every_minute(api: BotApi) -> None:
    naps = Naps()
    api.script(faults.UNAUTHORIZED, methods=None, times=inf)
    async with running(made(api, sleep=naps)) as channel:
        await until(lambda: len(naps.seconds) >= 2)
        assert (await channel.check()).detail == "token refused"
    assert set(naps.seconds) == {60.0}


@pytest.mark.parametrize(
    "missing", [{"webhook_secret": None}, {"webhook_secret": ""}, {"webhook_url": None}]
)
async def test_webhook_mode_needs_address_and_secret(api: BotApi, missing: Any) -> None:
    given = {"webhook_url": "https://example.org/hooks/telegram", "webhook_secret": SECRET}
    channel = made(api, mode="webhook", **{**given, **missing})
    with pytest.raises(ChannelMisconfigured):
        await channel.start(take_nothing)
    assert api.calls == []


async def test_a_token_of_the_wrong_form_stops_the_start(api: BotApi) -> None:
    channel = Telegram("424242/../x", clock=lambda: NOON, api_url=api.url)
    with pytest.raises(ChannelMisconfigured):
        await channel.start(take_nothing)


async def test_commands_and_descriptions_are_set(api: BotApi) -> None:
    said = {"commands": [("lich", "Lịch tiêm")], "description": "Gọi 115", "short_description": "x"}
    async with running(made(api, **said)):
        await until(lambda: api.called("setMyShortDescription"))
    assert json.loads(api.called("setMyCommands")[0]["commands"]) == [
        {"command": "lich", "description": "Lịch tiêm"}
    ]
    assert api.called("setMyDescription")[0]["description"] == "Gọi 115"
    assert api.called("setMyShortDescription")[0]["short_description"] == "x"


async def test_failing_introductions_are_logged_and_forgotten(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    methods = ("setMyCommands", "setMyDescription", "setMyShortDescription")
    api.script(faults.too_many(9999), methods=methods, times=inf)
    said = {"commands": [("a", "b")], "description": "c", "short_description": "d"}
    async with running(made(api, **said), inbox) as channel:
        await api.person(7).writes("vẫn chạy")
        await until(lambda: inbox.texts)
        await until(lambda: caplog.text.count("rate limited") == 3)
        assert (await channel.check()).ok


async def test_loud_loggers_are_silenced(api: BotApi) -> None:
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with running(made(api)):
        for name in ("httpx", "httpcore.connection", "telegram.Bot"):
            assert not logging.getLogger(name).isEnabledFor(logging.INFO)


# --- webhook ----------------------------------------------------------------------------------


async def test_webhook_end_to_end(api: BotApi) -> None:
    inbox = Inbox()

    async def respond(head: Head, read: ReadBody) -> Answer:
        try:
            incoming = channel.parse(head.headers, await read(), NOON)
        except Forged:
            return Answer(403, b"")
        except Malformed:
            return Answer(200, b"")
        await inbox.receive(incoming)
        return Answer(200, b"")

    site = Loopback(respond)
    await site.start()
    channel = made(api, mode="webhook", webhook_url=site.url, webhook_secret=SECRET)
    async with running(channel):
        await until(lambda: api.webhook)
        await api.person(7).starts("tram7")
        api.webhook.secret = "guessed"  # type: ignore[union-attr]
        await api.person(8).writes("giả")
        api.webhook.secret = SECRET  # type: ignore[union-attr]
        await api.deliver()
    await site.stop()
    assert api.webhook_answers == [200, 403, 200]
    assert inbox.texts == ["tram7", "giả"]
    params = api.called("setWebhook")[0]
    assert params["secret_token"] == SECRET
    assert int(params["max_connections"]) > 0
    assert json.loads(params["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


async def test_polling_mode_believes_no_webhook(api: BotApi) -> None:
    for secret in ("", SECRET):
        with pytest.raises(Forged):
            made(api).parse({"X-Telegram-Bot-Api-Secret-Token": secret}, b"{}", NOON)
