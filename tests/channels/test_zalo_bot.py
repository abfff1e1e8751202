"""The Zalo Bot: polling, the webhook, and what its answers mean."""

import json
import logging
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from care.messages import Address, Button, EventKind, Outbound
from channels.base import Incoming
from channels.errors import (
    ChannelMisconfigured,
    Forged,
    OutcomeUnknown,
    Permanent,
    QuotaExhausted,
    RetryAfter,
    Transient,
)
from channels.markup import utf16_len
from channels.wire import Reply
from channels.zalo_bot import ZaloBot
from channels.zalo_bot.errors import Idle, classify
from tests.channels.bots import Inbox, Naps
from tests.channels.rigs import NOON, PICTURE, SECRET, no_time, take_nothing, until
from tests.channels.rigs_zalo import ZaloBotRig
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api_rules import Refusal
from tests.standins.loopback import Answer, Head, Loopback, ReadBody
from tests.standins.zalo_bot import TOKEN, ZaloBotApi
from tests.standins.zalo_bot_people import Person

LAN = Address("zalo-bot", "424242", "lan")
POLL = ("getUpdates",)


@pytest.fixture
async def api() -> AsyncIterator[ZaloBotApi]:
    async with ZaloBotApi() as api:
        Person(api, "lan")
        yield api


def made(api: ZaloBotApi, **options: Any) -> ZaloBot:
    fixed = {"clock": lambda: NOON, "api_url": api.url, "sleep": no_time}
    return ZaloBot(TOKEN, **{**fixed, **options})


@asynccontextmanager
async def running(channel: ZaloBot, inbox: Inbox | None = None) -> AsyncIterator[ZaloBot]:
    await channel.start(inbox.receive if inbox else take_nothing)
    try:
        yield channel
    finally:
        await channel.stop()


def out(text: str, **more: Any) -> Outbound:
    return Outbound(text, "tests/message", **more)


# --- receiving --------------------------------------------------------------------------------


async def test_polls_one_update_after_the_other(api: ZaloBotApi) -> None:
    inbox, lan = Inbox(), Person(api, "lan")
    async with running(made(api), inbox):
        await lan.writes("một")
        await lan.writes("hai")
        await until(lambda: inbox.texts == ["một", "hai"])
    assert [event.kind for event in inbox.events] == [EventKind.TEXT] * 2
    assert inbox.events[0].id.startswith("message.text.received:m")
    assert inbox.events[0].address == LAN


async def test_an_idle_poll_is_no_trouble(
    api: ZaloBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    naps = Naps()
    async with running(made(api, sleep=naps)) as channel:
        await until(lambda: len(api.called("getUpdates")) > 3)
        assert (await channel.check()).ok
    assert naps.seconds == []
    assert caplog.text == ""


async def test_an_update_that_cannot_be_stored_is_given_again(api: ZaloBotApi) -> None:
    """Zalo has forgotten it by then."""
    inbox, naps = Inbox(refusing=3), Naps()
    async with running(made(api, sleep=naps), inbox):
        await Person(api, "lan").writes("giữ lại")
        await until(lambda: inbox.texts == ["giữ lại"])
    assert len(inbox.batches) == 4
    assert naps.seconds == [1.0] * 3


async def test_a_poll_that_fails_waits_and_goes_on(api: ZaloBotApi) -> None:
    inbox, naps = Inbox(), Naps()
    api.script(faults.BAD_GATEWAY, methods=POLL, times=3)
    api.script(faults.Fault(Refusal(429, "Quota exceeded")), methods=POLL)
    async with running(made(api, sleep=naps), inbox):
        await Person(api, "lan").writes("còn đây")
        await until(lambda: inbox.texts == ["còn đây"])
    assert len(naps.seconds) == 4
    assert naps.seconds[3] == 60


async def test_a_senseless_update_blocks_nobody(
    api: ZaloBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    inbox = Inbox()
    for update in ({"event_name": "message.text.received"}, {"canary": 1}):
        await api.push(update)
    await Person(api, "lan").writes("sau đó")
    async with running(made(api), inbox):
        await until(lambda: inbox.texts == ["sau đó"])
    assert caplog.text.count("an update was left out") == 2
    assert "canary" not in caplog.text


async def test_a_webhook_gives_both_forms_of_body_and_repeats_have_one_id(api: ZaloBotApi) -> None:
    taken: list[Incoming] = []
    refused: list[str] = []

    async def hook(head: Head, read: ReadBody) -> Answer:
        raw = await read()
        if raw != b"{}":
            try:
                taken.extend(channel.parse(head.headers, raw, NOON))
            except Forged as error:
                refused.append(str(error))
                return Answer(403, b"")
        return Answer(200, b"")

    server, lan = Loopback(hook), Person(api, "lan")
    await server.start()
    channel = made(api, mode="webhook", webhook_url=server.url, webhook_secret=SECRET)
    async with running(channel):
        await until(lambda: not channel._patience.trouble)
        update = lan.text("xin chào")
        assert await api.push(update) == 200
        assert await api.push(update, bare=True) == 200
        assert await api.push(update, secret="canary-wrong-secret") == 403
    await server.stop()
    assert len({each.event.id for each in taken}) == 1
    assert [each.event.text for each in taken] == ["xin chào"] * 2
    assert refused == ["wrong secret"]


async def test_a_webhook_that_zalo_cannot_reach_is_told(api: ZaloBotApi) -> None:
    naps = Naps()
    hook = {"webhook_url": "http://127.0.0.1:9/hook", "webhook_secret": SECRET}
    async with running(made(api, mode="webhook", sleep=naps, **hook)) as channel:
        await until(lambda: len(naps.seconds) > 1)
        health = await channel.check()
    assert (health.ok, health.detail) == (False, "Zalo cannot reach the webhook")


@pytest.mark.parametrize("secret", [None, "", "7 chars", "x" * 257])
async def test_no_webhook_without_a_good_secret(secret: str | None) -> None:
    hook = {"webhook_url": "https://example.org/hook", "webhook_secret": secret}
    channel = made(ZaloBotApi(), api_url="http://127.0.0.1:9", mode="webhook", **hook)
    with pytest.raises(ChannelMisconfigured):
        await channel.start(take_nothing)
    if not secret:
        with pytest.raises(Forged):
            channel.parse({"x-bot-api-secret-token": ""}, b"{}", NOON)
    await channel.stop()


def test_ten_thousand_forged_webhooks_give_nothing() -> None:
    rig, chance = ZaloBotRig(), random.Random(7)
    body = rig.bodies()[0][2]
    letters = list(SECRET)
    for _ in range(10_000):
        at = chance.randrange(len(letters))
        wrong = [*letters[:at], chr(ord(letters[at]) ^ chance.randrange(1, 32)), *letters[at + 1 :]]
        headers = {chance.choice(["X-Bot-Api-Secret-Token", "x-bot-api"]): "".join(wrong)}
        with pytest.raises(Forged):
            rig.channel.parse(headers, body, NOON)
    assert len(rig.channel.parse(rig.headers_of(body), body, NOON)) == 1


def test_groups_and_bots_are_left_alone_and_a_child_is_heard() -> None:
    rig = ZaloBotRig()

    def read(update: dict[str, Any]) -> Sequence[Incoming]:
        body = json.dumps(update).encode()
        return rig.channel.parse(rig.headers_of(body), body, NOON)

    person = rig.person
    assert read(person.in_group("@bot chào")) == []
    another = person.text("tôi là máy")
    another["message"]["from"]["is_bot"] = True
    assert read(another) == []
    silent = person.unsupported()
    del silent["message"]["message_id"]
    [child] = read(silent)
    assert child.event.kind is EventKind.UNSUPPORTED
    assert child.event.address == rig.to


# --- sending ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (400, Permanent),
        (401, ChannelMisconfigured),
        (403, Transient),
        (404, Permanent),
        (408, Idle),
        (418, Permanent),
        (429, RetryAfter),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
        (302, OutcomeUnknown),
    ],
)
def test_each_code_has_its_error_in_both_places(code: int, kind: type[Exception]) -> None:
    assert type(classify(Reply(code, {}))) is kind
    assert type(classify(Reply(200, {"ok": False, "error_code": code}))) is kind
    assert classify(Reply(200, {"ok": True, "result": {}})) is None
    assert type(classify(Reply(200, {}))) is OutcomeUnknown


def test_an_unknown_code_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    classify(Reply(200, {"ok": False, "error_code": 477, "description": "canary"}))
    assert "477" in caplog.text
    assert "canary" not in caplog.text


async def test_the_second_refusal_of_haste_means_the_month_is_used_up(api: ZaloBotApi) -> None:
    api.quota = 1
    async with running(made(api)) as channel:
        await channel.send(LAN, out("một"), "1")
        with pytest.raises(RetryAfter) as first:
            await channel.send(LAN, out("hai"), "2")
        assert first.value.seconds == 60
        with pytest.raises(QuotaExhausted):
            await channel.send(LAN, out("hai"), "2")
        api.month = 0
        await channel.send(LAN, out("hai"), "2")
        api.month = 1
        with pytest.raises(RetryAfter):
            await channel.send(LAN, out("ba"), "3")


async def test_the_fifty_first_person_gets_nothing(api: ZaloBotApi) -> None:
    people = [Person(api, f"p{n}").chat_id for n in range(50)]
    async with running(made(api)) as channel:
        assert channel.caps.audience == 50
        await channel.send(Address("zalo-bot", "424242", people[48]), out("x"), "1")
        with pytest.raises(RetryAfter):
            await channel.send(Address("zalo-bot", "424242", people[49]), out("x"), "2")


async def test_a_part_that_failed_is_sent_alone_the_next_time(api: ZaloBotApi) -> None:
    text = "\n\n".join(f"Đoạn {n} " + "👶" * 400 for n in range(6))
    naps = Naps()
    async with running(made(api, sleep=naps)) as channel:
        await channel.send(LAN, out("trước"), "0")
        api.quota = 3
        with pytest.raises(RetryAfter):
            await channel.send(LAN, out(text), "1")
        api.quota = 3_000
        await channel.send(LAN, out(text), "1")
    parts = [sent.text for sent in api.sent[1:]]
    assert " ".join(parts).split() == text.split()
    assert max(map(utf16_len, parts)) <= 2000
    assert set(naps.seconds) == {1.0}


async def test_a_picture_that_zalo_does_not_take_does_not_cost_the_words(
    api: ZaloBotApi, tmp_path: Path
) -> None:
    (tmp_path / "a b.png").write_bytes(PICTURE)
    picture = out("Bé bú mẹ", image="a b.png")
    where = {"media": tmp_path, "media_url": "https://example.org/media/"}
    async with running(made(api, **where)) as channel:
        await channel.send(LAN, picture, "1")
        api.script(faults.refused(400, "Bad Request: photo"), methods=("sendPhoto",))
        await channel.send(LAN, picture, "2")
        await channel.send(LAN, out("Bé", image="../a b.png"), "3")
    shown = [(sent.text, sent.photo) for sent in api.sent]
    assert shown[0] == ("Bé bú mẹ", "https://example.org/media/a%20b.png")
    assert shown[1:] == [("Bé bú mẹ", None), ("Bé", None)]


async def test_a_picture_without_a_public_address_is_told_in_words(
    api: ZaloBotApi, tmp_path: Path
) -> None:
    (tmp_path / "tre.png").write_bytes(PICTURE)
    async with running(made(api, media=tmp_path)) as channel:
        assert not channel.caps.photos
        await channel.send(LAN, out("", image="tre.png", alt="Mẹ cho bé bú"), "1")
        with pytest.raises(Permanent):
            await channel.send(LAN, out(" ", buttons=(Button("x", "Xem"),)), "2")
    assert [sent.text for sent in api.sent] == ["Mẹ cho bé bú"]


async def test_the_token_is_in_no_log(api: ZaloBotApi, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(made(api)) as channel:
        await channel.send(LAN, out("chào"), "1")
        await api.stop()
        with pytest.raises(Transient):
            await channel.send(LAN, out("chào"), "2")
    assert TOKEN.partition(":")[2] not in caplog.text
