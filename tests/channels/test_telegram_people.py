"""Telegram: what people do, as events."""

import json
import time
from collections.abc import AsyncIterator
from math import inf
from typing import Any

import pytest

from care.messages import EventKind
from channels.base import Incoming
from channels.telegram import Telegram
from tests.channels.bots import Inbox, made, running
from tests.channels.rigs import NOON, SECRET, until
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import TOKEN, BotApi
from tests.standins.bot_api_people import MEDIA


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(chat_gap=None) as api:
        yield api


def read(update: dict[str, Any]) -> list[Incoming]:
    channel = Telegram(TOKEN, clock=lambda: NOON, webhook_secret=SECRET)
    body = json.dumps({"update_id": 1, **update}).encode()
    return channel.parse({"x-telegram-bot-api-secret-token": SECRET}, body, NOON)


async def test_every_kind_of_media_has_its_word(api: BotApi) -> None:
    lan, inbox = api.person(7), Inbox()
    for kind in MEDIA:
        await lan.sends(kind)
    async with running(made(api), inbox):
        await until(lambda: len(inbox.events) == len(MEDIA))
    assert dict(zip(MEDIA, inbox.texts, strict=True)) == {
        "photo": "photo",
        "voice": "voice",
        "video": "video",
        "video_note": "video",
        "animation": "video",
        "audio": "file",
        "document": "file",
        "sticker": "sticker",
        "location": "location",
        "contact": "contact",
    }
    assert {event.kind for event in inbox.events} == {EventKind.MEDIA}


@pytest.mark.parametrize(
    ("text", "kind", "read_as"),
    [
        ("/start", EventKind.START, ""),
        ("/start@standin_bot tram7", EventKind.START, "tram7"),
        ("/started", EventKind.TEXT, "/started"),
        ("/lich", EventKind.TEXT, "/lich"),
        ("be\u0301 o\u0302m\0", EventKind.TEXT, "bé ôm"),
    ],
)
async def test_texts(api: BotApi, text: str, kind: EventKind, read_as: str) -> None:
    [incoming] = read({"message": api.person(7).message(text=text)})
    assert (incoming.event.kind, incoming.event.text) == (kind, read_as)


async def test_blocking_is_leaving_and_coming_back_is_nothing(api: BotApi) -> None:
    lan, inbox = api.person(7), Inbox()
    async with running(made(api), inbox):
        await lan.blocks()
        await lan.unblocks()
        await lan.writes("tôi đây")
        await until(lambda: inbox.texts[-1:] == ["tôi đây"])
    assert [event.kind for event in inbox.events] == [EventKind.LEFT, EventKind.TEXT]


async def test_groups_are_left_and_never_heard(api: BotApi) -> None:
    lan, inbox = api.person(7), Inbox()
    async with running(made(api), inbox):
        await lan.adds_bot_to_group(-100123)
        await until(lambda: api.called("leaveChat"))
        group = {"id": -100123, "type": "supergroup", "title": "Xóm"}
        await api.push({"message": {**lan.message(text="ồn"), "chat": group}})
        await api.push({"callback_query": {**lan.tap("a", on=1), "message": {"chat": group}}})
        await api.push({"channel_post": {**lan.message(text="ồn"), "chat": group}})
        await lan.writes("riêng")
        await until(lambda: inbox.texts)
    assert inbox.texts == ["riêng"]
    assert read({"message": {**lan.message(text="ồn"), "chat": group}}) == []
    assert [call["chat_id"] for call in api.called("leaveChat")] == ["-100123"]


async def test_ten_thousand_entities_are_read_quickly(api: BotApi) -> None:
    entities = [{"type": "bold", "offset": 0, "length": 1}] * 10_000
    message = api.person(7).message(text="x", entities=entities)
    channel = made(api, webhook_secret=SECRET)
    body = json.dumps({"update_id": 1, "message": message}).encode()
    began = time.process_time()
    [incoming] = channel.parse({"x-telegram-bot-api-secret-token": SECRET}, body, NOON)
    assert time.process_time() - began < 0.05
    assert incoming.event.text == "x"


async def test_seen_answers_the_tap_and_never_raises(api: BotApi) -> None:
    [tapped] = read({"callback_query": api.person(7).tap("menu:1", on=5)})
    [written] = read({"message": api.person(7).message(text="x")})
    async with running(made(api)) as channel:
        await channel.seen(tapped.event)
        await channel.seen(written.event)
        api.script(faults.refused(400, "query is too old"), methods=None, times=inf)
        await channel.seen(tapped.event)
    assert [call["callback_query_id"] for call in api.called("answerCallbackQuery")] == [
        "tap-7-5",
        "tap-7-5",
    ]
    await channel.seen(tapped.event)
