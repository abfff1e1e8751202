"""The web chat as a channel: what other messengers keep on their servers is kept by a mailbox."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from care.folding import clean
from care.messages import Address, Event, EventKind, Outbound
from channels.base import NO_REF, Caps, Health, Incoming, Receipt, Receive
from channels.errors import Forged, Malformed, RecipientGone, Transient
from channels.markup import to_plain
from channels.webchat.kept import Kept

NAME = "webchat"
ACCOUNT = "local"
TEXT_MAX = 4000
FROM_MEMORY = "memory-"  # begins the key of an answer that is not in the outbox
_CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_START = re.compile(r"/start(?:\s+(\S{1,64}))?", re.IGNORECASE)


class Mailbox(Protocol):
    """Where the lines of a web conversation are kept; given by the composition root."""

    async def append(self, chat_id: str, key: str, body: dict[str, Any]) -> int | None:
        """The line's number; the same key is written once. None: no such session."""
        ...

    async def remove(self, chat_id: str, key: str, refs: Sequence[str]) -> int | None:
        """Takes lines away, by number or key, and says so in a line. None: no such session."""
        ...


def own_key(client_id: str) -> str:
    return f"me:{client_id}"


def bot_key(key: str) -> str:
    return f"bot:{key}"


def _named(ref: str) -> str:
    return bot_key(ref.removeprefix(NO_REF)) if ref.startswith(NO_REF) else ref


def chat_id_of(token: str) -> str:
    """Sessions are kept by the hash of their token: reading the database opens none of them."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Posted:
    """A message as the page or a test posts it."""

    client_id: str
    text: str
    action: str | None


class TooLong(Malformed):
    """The text is longer than TEXT_MAX characters."""


def read_post(raw: bytes) -> Posted:
    """Checks a posted body. Raises Malformed with a reason that may be shown, or TooLong."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Malformed("json") from error
    if not isinstance(body, dict):
        raise Malformed("object")
    client_id, text, action = body.get("id"), body.get("text"), body.get("action")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise Malformed("id")
    if action is not None:
        if not isinstance(action, str) or not 0 < len(action) <= 100:
            raise Malformed("action")
        label = clean(text)[:60] if isinstance(text, str) else ""
        return Posted(client_id, label, clean(action))
    if not isinstance(text, str) or not clean(text):
        raise Malformed("text")
    if len(text) > TEXT_MAX:
        raise TooLong("text")
    return Posted(client_id, clean(text), None)


class WebChat:
    """A full channel that needs no token: pictures, buttons, edits, no limit of its own."""

    name = NAME
    account = ACCOUNT
    caps = Caps(
        text_max=100_000,  # shown whole, however long
        caption_max=100_000,
        buttons=40,
        button_id_max=100,
        edits=True,
        deletes=True,
        photos=True,
        tel_links=True,
    )
    secrets: tuple[str, ...] = ()

    def __init__(
        self, mailbox: Mailbox, clock: Callable[[], datetime], media: Path | None = None
    ) -> None:
        self._mailbox = mailbox
        self._media = media
        self._clock = clock
        self._news: dict[str, set[asyncio.Event]] = {}  # of those who wait
        self._running = False
        self.kept = Kept()

    async def start(self, receive: Receive) -> None:
        """Nothing to fetch: the API hands events in."""
        self._running = True

    async def stop_receiving(self) -> None:
        for chat_id in tuple(self._news):
            self.news(chat_id)

    async def stop(self) -> None:
        self._running = False
        await self.stop_receiving()

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        """The event of a posted body. Whether the session exists, only the mailbox knows."""
        token = token_in(headers)
        if token is None:
            raise Forged
        posted = read_post(raw)
        body = {"chat": chat_id_of(token), "id": posted.client_id, "text": posted.text}
        if posted.action is not None:
            body["action"] = posted.action
        kept = json.dumps(body, ensure_ascii=False).encode()
        return [Incoming(self.revive(kept, received_at), kept)]

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        body = json.loads(raw)
        address = Address(NAME, ACCOUNT, body["chat"])
        event_id, own = f"{body['chat'][:12]}:{body['id']}", own_key(body["id"])
        if body.get("action") is not None:
            what, tap = body["action"], body["id"]
            return Event(EventKind.CHOICE, event_id, address, received_at, what, tap=tap, echo=own)
        start = _START.fullmatch(body["text"])
        kind, text = (EventKind.START, start[1] or "") if start else (EventKind.TEXT, body["text"])
        return Event(kind, event_id, address, received_at, text, own)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        body = to_body(out, self._picture(out))
        if key.startswith(FROM_MEMORY):
            self.kept.add(to.chat_id, body, self._clock().isoformat())
            self.news(to.chat_id)
            return Receipt(None)
        if not self._running:
            raise Transient("channel is stopped")
        away = False
        n = None
        try:
            if out.remove:
                keys = [_named(ref) for ref in out.remove]
                n = await self._mailbox.remove(to.chat_id, bot_key(key), keys)
            else:
                n = await self._mailbox.append(to.chat_id, bot_key(key), body)
        except OSError:
            away = True  # raised below, outside: an error must not carry another one along
        if away:
            raise Transient("the mailbox is away")
        if n is None:
            raise RecipientGone("no such session")
        self.news(to.chat_id)
        return Receipt(out.edit or str(n))

    def _picture(self, out: Outbound) -> str | None:
        """The address of the picture, if it is there: a missing one must not cost the words.

        One that was drawn for this message has none; it is its own address.
        """
        if out.picture:
            return f"data:image/png;base64,{base64.b64encode(out.picture).decode()}"
        found = out.image and self._media and (self._media / out.image).is_file()
        return f"/media/{out.image}" if found else None

    async def seen(self, event: Event) -> None:
        """The page needs no sign."""

    async def check(self) -> Health:
        return Health(self._running, "" if self._running else "stopped")

    def news(self, chat_id: str) -> None:
        for event in self._news.get(chat_id, ()):
            event.set()

    @contextmanager
    def listening(self, chat_id: str) -> Iterator[asyncio.Event]:
        """To be begun before looking: what comes between a look and a wait is not missed then."""
        event = asyncio.Event()
        waiting = self._news.setdefault(chat_id, set())
        waiting.add(event)
        try:
            yield event
        finally:
            waiting.discard(event)
            if not waiting:
                self._news.pop(chat_id, None)


def token_in(headers: Mapping[str, str]) -> str | None:
    """The bearer token of a request; header names in any case."""
    named = {name.lower(): value for name, value in headers.items()}
    scheme, _, token = named.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" and _TOKEN.fullmatch(token) else None


def to_body(out: Outbound, image: str | None) -> dict[str, Any]:
    """A line as the API gives it; the number and the time are added when it is read."""
    body: dict[str, Any] = {
        "from": "bot",
        "text": to_plain(out.text),
        "buttons": [
            {"id": b.id, "label": b.label, **({"url": b.url} if b.url else {})} for b in out.buttons
        ],
        "image": image,
        "message": out.message,
        "edited": out.edit is not None,
    }
    if out.title:
        body["title"] = out.title
    if image and out.alt:
        body["alt"] = out.alt
    if out.edit is not None and out.edit.isdigit():
        body["replaces"] = int(out.edit)
    return body
