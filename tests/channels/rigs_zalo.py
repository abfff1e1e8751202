"""The rigs of both Zalo channels, and the web chat with no more than another channel has."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from care.messages import Address, EventKind, Outbound
from channels.base import Caps, Receipt
from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    QuotaExhausted,
    RecipientGone,
    RetryAfter,
    Transient,
    WindowClosed,
)
from channels.markup import plain_pages
from channels.webchat.channel import WebChat
from channels.zalo_bot import ZaloBot
from channels.zalo_bot.sending import with_links
from channels.zalo_oa import ZaloOA
from channels.zalo_oa.consent import App
from tests.channels.rigs import (
    NOON,
    SECRET,
    Rig,
    Shown,
    TelegramRig,
    WebRig,
    no_time,
    take_nothing,
    until,
)
from tests.channels.token_store import Kept, pair_of
from tests.standins import bot_api_faults as faults
from tests.standins import zalo_bot, zalo_bot_people, zalo_oa, zalo_oa_people
from tests.standins.bot_api_rules import Refusal
from tests.standins.loopback import Answer, Head, Loopback, ReadBody
from tests.standins.zalo_bot import ZaloBotApi
from tests.standins.zalo_oa import OA_ID, ZaloOAApi, says
from tests.standins.zalo_oa_people import HEADER, signature

MEDIA_URL = "https://example.org/media"


class ZaloBotRig:
    shows = frozenset({"proof"})
    pause = 60.0
    faults: Mapping[str, type[ChannelError]] = {
        "bad request": Permanent,
        "unauthorized": ChannelMisconfigured,
        "in trouble": Transient,
        "not found": Permanent,
        "too much": RetryAfter,
        "too much with 200": RetryAfter,
        "idle": OutcomeUnknown,
        "no connection": Transient,
        "cut before": OutcomeUnknown,
        "cut after": OutcomeUnknown,
        "truncated": OutcomeUnknown,
        "bad gateway": OutcomeUnknown,
    }
    arrives_in_spite = frozenset({"cut after", "truncated"})

    def __init__(self, media: Path | None = None) -> None:
        self.media = media
        self.api = ZaloBotApi()
        self.to = Address("zalo-bot", "424242", "6ede9afa66b88fe6d6a9")
        self.person = zalo_bot_people.Person(self.api, self.to.chat_id)
        self.canaries = (*zalo_bot.TOKEN.split(":")[1:], SECRET, self.to.chat_id, "canary")
        self.channel = self.made("http://127.0.0.1:9")

    def headers_of(self, body: bytes) -> dict[str, str]:
        return {zalo_bot.PROOF: SECRET}

    def made(self, url: str, **options: Any) -> ZaloBot:
        defaults: dict[str, Any] = {"mode": "webhook", "webhook_url": "http://127.0.0.1:9/hook"}
        defaults |= {"clock": lambda: NOON, "webhook_secret": SECRET, "media": self.media}
        defaults |= {"media_url": MEDIA_URL, "sleep": no_time}
        return ZaloBot(zalo_bot.TOKEN, api_url=url, **{**defaults, **options})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        async def yes(head: Head, read: ReadBody) -> Answer:
            return Answer(200, await read())

        hook = Loopback(yes)
        await hook.start()
        async with self.api:
            self.channel = self.made(self.api.url, webhook_url=f"{hook.url}/hook")
            await self.channel.start(take_nothing)
            await until(lambda: not self.channel._patience.trouble)
            try:
                yield self
            finally:
                await self.channel.stop()
                await hook.stop()

    def shown(self) -> list[Shown]:
        return [Shown(sent.text, photo=bool(sent.photo)) for sent in self.api.sent]

    async def fail(self, fault: str) -> None:
        if fault == "no connection":
            await self.api.stop()
            return
        scripted = {
            "bad request": faults.refused(400, "Bad Request: canary"),
            "unauthorized": faults.UNAUTHORIZED,
            "in trouble": zalo_bot.IN_TROUBLE,
            "not found": faults.NOT_FOUND,
            "too much": faults.Fault(Refusal(429, "Quota exceeded")),
            "too much with 200": zalo_bot.within_200(429),
            "idle": faults.refused(408, "Request timeout"),
            "cut before": faults.CUT_BEFORE,
            "cut after": faults.CUT_AFTER,
            "truncated": faults.TRUNCATED,
            "bad gateway": faults.BAD_GATEWAY,
        }
        self.api.script(scripted[fault])

    def bodies(self) -> list[tuple[EventKind, str, bytes]]:
        person = self.person
        made = [
            (EventKind.TEXT, "canary xin chào 👶", person.text("canary xin chào 👶")),
            (EventKind.TEXT, "/start", person.text("/start")),
            (EventKind.MEDIA, "photo\ncanary caption", person.image(caption="canary caption")),
            (EventKind.MEDIA, "photo", person.image("photo_url")),
            (EventKind.MEDIA, "sticker", person.sticker()),
            (EventKind.MEDIA, "voice", person.voice()),
            (EventKind.UNSUPPORTED, "", person.unsupported()),
        ]
        bare = [(kind, text, json.dumps(body).encode()) for kind, text, body in made]
        whole = {"ok": True, "result": person.text("canary gói")}
        return [*bare, (EventKind.TEXT, "canary gói", json.dumps(whole).encode())]


class ZaloOARig:
    shows = frozenset({"proof"})
    pause = 60.0
    faults: Mapping[str, type[ChannelError]] = {
        "-213": RecipientGone,
        "-230": WindowClosed,
        "-234": WindowClosed,
        "-211": QuotaExhausted,
        "-32": RetryAfter,
        "-224": ChannelMisconfigured,
        "-235": ChannelMisconfigured,
        "-216": ChannelMisconfigured,
        "-201": Permanent,
        "-98765": Permanent,
        "no connection": Transient,
        "cut before": OutcomeUnknown,
        "cut after": OutcomeUnknown,
        "truncated": OutcomeUnknown,
        "bad gateway": OutcomeUnknown,
    }
    arrives_in_spite = frozenset({"cut after", "truncated"})

    def __init__(self, media: Path | None = None) -> None:
        self.media = media
        self.api = ZaloOAApi()
        self.to = Address("zalo-oa", OA_ID, "2468458835296197922")
        self.person = zalo_oa_people.Person(self.api, self.to.chat_id)
        self.canaries = (zalo_oa.APP_SECRET, zalo_oa.SECRET_KEY, self.to.chat_id, "canary")
        self.store = Kept()
        self.channel = self.made("http://127.0.0.1:9")

    def headers_of(self, body: bytes) -> dict[str, str]:
        return {HEADER: signature(body)}

    def made(self, url: str, **options: Any) -> ZaloOA:
        defaults: dict[str, Any] = {
            "oa_id": OA_ID,
            "app": App(zalo_oa.APP_ID, zalo_oa.APP_SECRET, url),
            "secret_key": zalo_oa.SECRET_KEY,
            "tokens": self.store,
            "clock": self.api.now,
            "media": self.media,
            "media_url": MEDIA_URL,
        }
        return ZaloOA(api_url=url, **{**defaults, **options})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Rig]:
        async with self.api:
            self.store.pair = pair_of(self.api)
            self.channel = self.made(self.api.url)
            await self.channel.start(take_nothing)
            try:
                yield self
            finally:
                await self.channel.stop()

    def shown(self) -> list[Shown]:
        return [
            Shown(sent.text, buttons=tuple(map(_seen, sent.buttons)), photo=bool(sent.photo))
            for sent in self.api.sent
        ]

    async def fail(self, fault: str) -> None:
        if fault == "no connection":
            await self.api.stop()
        elif fault.startswith("-"):
            self.api.script(says(int(fault)), times=2)
        else:
            scripted = {
                "cut before": faults.CUT_BEFORE,
                "cut after": faults.CUT_AFTER,
                "truncated": faults.TRUNCATED,
                "bad gateway": faults.BAD_GATEWAY,
            }
            self.api.script(scripted[fault])

    def bodies(self) -> list[tuple[EventKind, str, bytes]]:
        person = self.person
        location = person.sends("location", attachments=[{"type": "location", "payload": {}}])
        made = [
            (EventKind.TEXT, "canary xin chào 👶", person.writes("canary xin chào 👶")),
            (EventKind.CHOICE, "menu:1", person.writes("#dh:menu:1")),
            (EventKind.START, "", person.follows()),
            (
                EventKind.MEDIA,
                "photo\ncanary caption",
                person.sends("image", text="canary caption"),
            ),
            (EventKind.MEDIA, "location", location),
            (EventKind.LEFT, "", person.unfollows()),
            (EventKind.UNSUPPORTED, "", person.sends("something_new", text="canary")),
        ]
        return [(kind, text, json.dumps(body).encode()) for kind, text, body in made]


def _seen(button: tuple[str, str, str]) -> tuple[str, str]:
    kind, payload, title = button
    if kind == "oa.open.phone":
        return f"tel:{payload}", title
    return payload.removeprefix("#dh:"), title


class Narrow(WebChat):
    """The web chat as somebody with another messenger would have it."""

    def __init__(self, wide: WebChat, caps: Caps) -> None:
        super().__init__(wide._mailbox, wide._clock, wide._media)
        self.caps = caps

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        caps = self.caps
        if out.remove and not caps.deletes:
            raise Permanent("cannot take messages back")
        if out.remove:
            return await super().send(to, out, key)
        text = out.text if caps.buttons else with_links(out)
        kept = [b for b in out.buttons if caps.tel_links or not (b.url or "").startswith("tel:")]
        whole = replace(
            out,
            buttons=tuple(kept[: caps.buttons]),
            edit=out.edit if caps.edits else None,
            image=out.image if caps.photos else None,
            picture=out.picture if caps.photos else None,
        )
        *first, last = plain_pages(text, caps.text_max)
        for number, page in enumerate(first):
            part = Outbound(page, out.message, title=out.title)
            await super().send(to, part, f"{key}.{number}")
        return await super().send(to, replace(whole, text=last), key)


class NarrowRig(WebRig):
    like: Rig

    def made(self, media: Path | None) -> WebChat:
        return Narrow(super().made(media), self.like.channel.caps)


class NarrowAsTelegram(NarrowRig):
    like = TelegramRig()


class NarrowAsBot(NarrowRig):
    like = ZaloBotRig()


class NarrowAsOA(NarrowRig):
    like = ZaloOARig()
