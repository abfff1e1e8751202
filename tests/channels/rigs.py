"""One rig per channel: the channel, the other side of it, and ways to make that side fail.

A new channel joins the conformance suite with one class, here or beside it, and one entry in RIGS
of `every_rig.py`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from care.messages import Address, EventKind
from channels.base import Channel, Incoming
from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    RecipientGone,
    RetryAfter,
    Transient,
)
from channels.telegram import Telegram
from channels.webchat.channel import WebChat, chat_id_of
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api import TOKEN, BotApi
from tests.standins.bot_api_people import MEDIA, Person

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
SECRET = "canary-webhook-secret"
PICTURE = b"\x89PNG\r\n\x1a\n canary-picture --\r\n\r\n"


@dataclass(frozen=True)
class Shown:
    """A message as the person sees it now."""

    text: str
    bold: tuple[str, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    photo: bool = False
    silent: bool = False


class Rig(Protocol):
    to: Address

    @property
    def channel(self) -> Channel: ...

    @property
    def canaries(self) -> Sequence[str]: ...

    shows: frozenset[str]  # what it has: title, bold, silence, drawn pictures, proof (of requests)
    pause: float  # what RetryAfter says
    faults: Mapping[str, type[ChannelError]]
    arrives_in_spite: frozenset[str]  # faults after which the message is there all the same

    def __init__(self, media: Path | None = None) -> None: ...
    def headers_of(self, body: bytes) -> dict[str, str]: ...
    def running(self) -> AbstractAsyncContextManager["Rig"]: ...
    def shown(self) -> list[Shown]: ...
    async def fail(self, fault: str) -> None: ...
    def bodies(self) -> list[tuple[EventKind, str, bytes]]: ...


async def take_nothing(incoming: Sequence[Incoming]) -> None:
    del incoming


async def no_time(seconds: float) -> None:
    """Instead of asyncio.sleep: lets others run, hardly waits."""
    await asyncio.sleep(min(seconds, 0.001))


async def until(true: Callable[[], object]) -> None:
    """Waits for something that other tasks bring about within milliseconds."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


class TelegramRig:
    shows = frozenset({"title", "bold", "silence", "drawn", "proof"})
    pause = 7.0
    faults: Mapping[str, type[ChannelError]] = {
        "blocked": RecipientGone,
        "deactivated": RecipientGone,
        "chat not found": RecipientGone,
        "too many": RetryAfter,
        "no connection": Transient,
        "cut before": OutcomeUnknown,
        "cut after": OutcomeUnknown,
        "truncated": OutcomeUnknown,
        "bad gateway": OutcomeUnknown,
        "unauthorized": ChannelMisconfigured,
        "not found": ChannelMisconfigured,
        "conflict": ChannelMisconfigured,
    }
    arrives_in_spite = frozenset({"cut after", "truncated"})

    def __init__(self, media: Path | None = None) -> None:
        self.media = media
        self.api = BotApi(chat_gap=None, rate=None)
        self.to = Address("telegram", "424242", "77001122")
        self.person = Person(self.api, int(self.to.chat_id))
        self.headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        self.canaries = (*TOKEN.split(":")[1:], SECRET, self.to.chat_id, "canary")
        self.channel = self.made("http://127.0.0.1:9")

    def headers_of(self, body: bytes) -> dict[str, str]:
        return self.headers

    def made(self, url: str, **options: Any) -> Telegram:
        defaults: dict[str, Any] = {"mode": "webhook", "webhook_url": "http://127.0.0.1:9/hook"}
        defaults |= {"clock": lambda: NOON, "webhook_secret": SECRET, "media": self.media}
        return Telegram(TOKEN, api_url=url, **{**defaults, "sleep": no_time, **options})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        async with self.api:
            self.channel = self.made(self.api.url)
            await self.channel.start(take_nothing)
            await until(lambda: self.api.webhook)
            try:
                yield self
            finally:
                await self.channel.stop()

    def shown(self) -> list[Shown]:
        return [
            Shown(sent.text, sent.bold, tuple(sent.buttons), bool(sent.photo), sent.silent)
            for sent in self.api.messages.values()
        ]

    async def fail(self, fault: str) -> None:
        if fault == "no connection":
            await self.api.stop()
            return
        scripted = {
            "blocked": faults.BLOCKED,
            "deactivated": faults.DEACTIVATED,
            "chat not found": faults.CHAT_NOT_FOUND,
            "too many": faults.too_many(7),
            "cut before": faults.CUT_BEFORE,
            "cut after": faults.CUT_AFTER,
            "truncated": faults.TRUNCATED,
            "bad gateway": faults.BAD_GATEWAY,
            "unauthorized": faults.UNAUTHORIZED,
            "not found": faults.NOT_FOUND,
            "conflict": faults.CONFLICT,
        }
        self.api.script(scripted[fault])

    def bodies(self) -> list[tuple[EventKind, str, bytes]]:
        """Honest requests: the kind, the text of the event, the body."""
        person = self.person
        photo = person.message(photo=MEDIA["photo"], caption="canary caption")
        gone = person.membership("member", "kicked")
        made: list[tuple[EventKind, str, dict[str, Any]]] = [
            (EventKind.TEXT, "canary xin chào 👶", {"message": self._text("canary xin chào 👶")}),
            (EventKind.START, "tram7", {"message": self._text("/start tram7")}),
            (EventKind.START, "", {"message": self._text("/start")}),
            (EventKind.CHOICE, "menu:1", {"callback_query": person.tap("menu:1", on=5)}),
            (EventKind.MEDIA, "photo\ncanary caption", {"message": photo}),
            (EventKind.EDITED, "canary sửa", {"edited_message": self._text("canary sửa")}),
            (EventKind.LEFT, "", {"my_chat_member": gone}),
            (EventKind.UNSUPPORTED, "", {"message": person.message(dice={"value": 1})}),
        ]
        return [
            (kind, text, json.dumps({"update_id": 500 + index, **update}).encode())
            for index, (kind, text, update) in enumerate(made)
        ]

    def _text(self, text: str) -> dict[str, Any]:
        return self.person.message(text=text)


class Lines:
    """A mailbox in memory: what the database keeps for the real one."""

    def __init__(self) -> None:
        self.lines: dict[str, dict[str, Any]] = {}
        self.away = self.closed = False

    async def append(self, chat_id: str, key: str, body: dict[str, Any]) -> int | None:
        if self.away:
            raise OSError
        if self.closed:
            return None
        self.lines.setdefault(key, body)
        return list(self.lines).index(key) + 1

    async def remove(self, chat_id: str, key: str, refs: Sequence[str]) -> int | None:
        numbers = [n for n, kept in enumerate(self.lines, 1) if {str(n), kept} & set(refs)]
        gone = {"from": "bot", "text": "", "buttons": [], "image": None, "remove": numbers}
        n = await self.append(chat_id, key, gone)
        for at, body in enumerate(self.lines.values(), 1):
            if at in numbers or body.get("replaces") in numbers:
                body["removed"] = True
        return n


class WebRig:
    shows = frozenset({"title", "drawn"})  # whether a session exists, the mailbox knows
    pause = 0.0
    faults: Mapping[str, type[ChannelError]] = {"no session": RecipientGone, "away": Transient}
    arrives_in_spite: frozenset[str] = frozenset()

    def __init__(self, media: Path | None = None) -> None:
        token = "canary-session-token_0123456789"
        self.mailbox = Lines()
        self.channel = self.made(media)
        self.to = Address("webchat", "local", chat_id_of(token))
        self.headers = {"Authorization": f"Bearer {token}"}
        self.canaries = (token, "canary")

    def made(self, media: Path | None) -> WebChat:
        return WebChat(self.mailbox, lambda: NOON, media)

    def headers_of(self, body: bytes) -> dict[str, str]:
        return self.headers

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        await self.channel.start(take_nothing)
        yield self
        await self.channel.stop()

    def shown(self) -> list[Shown]:
        lines: dict[int, Shown] = {}
        for n, body in enumerate(self.mailbox.lines.values(), start=1):
            if "remove" in body or "removed" in body:
                continue
            buttons = tuple((b.get("url") or b["id"], b["label"]) for b in body["buttons"])
            bold = (body["title"],) if "title" in body else ()
            place = body.get("replaces", n)
            lines[place if place in lines else n] = Shown(
                body["text"], bold, buttons, bool(body["image"])
            )
        return list(lines.values())

    async def fail(self, fault: str) -> None:
        self.mailbox.closed = fault == "no session"
        self.mailbox.away = fault == "away"

    def bodies(self) -> list[tuple[EventKind, str, bytes]]:
        made: list[tuple[EventKind, str, dict[str, str]]] = [
            (EventKind.TEXT, "canary xin chào 👶", {"text": "canary xin chào 👶"}),
            (EventKind.START, "tram7", {"text": "/start tram7"}),
            (EventKind.START, "", {"text": "/start"}),
            (EventKind.CHOICE, "menu:1", {"action": "menu:1"}),
        ]
        return [
            (kind, text, json.dumps({"id": f"id-{n}", **body}).encode())
            for n, (kind, text, body) in enumerate(made)
        ]
