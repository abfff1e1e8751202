"""The HTTP API and the page of the web chat (design, section 4). JSON in, JSON out."""

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from care.emergency import is_emergency
from channels.base import Incoming
from channels.errors import Forged, Malformed
from channels.webchat.channel import (
    Posted,
    TooLong,
    WebChat,
    chat_id_of,
    read_post,
    token_in,
)
from channels.webchat.limits import Buckets

PAGE = Path(__file__).parent / "page"
BODY_MOST = 64 * 1024
LONGEST_WAIT = 25.0
URGENT = 1.2  # seconds that a cry for help may wait for the database
WAIT_WITHOUT_DATABASE = 5.0
MOST_LINES = 2**31 - 1  # what PostgreSQL's integer holds
SESSIONS_AN_HOUR = 60
MESSAGES_A_MINUTE = 40  # ticking a list of doses takes many taps
BURST = 30
PAGE_FILES = {
    "chat.css": "text/css",
    "chat.js": "text/javascript",
    "icon.svg": "image/svg+xml",
    "manifest.webmanifest": "application/manifest+json",
}
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Store(Protocol):
    """What the API needs kept. `lines` are bodies with n, at and id filled in."""

    async def open(self, chat_id: str) -> None: ...

    async def known(self, chat_id: str) -> bool: ...

    async def add_own(self, chat_id: str, posted: Posted) -> None: ...

    async def lines(self, chat_id: str, after: int) -> list[dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences the API may show, from content; and the numbers for the page."""

    errors: dict[str, str]
    numbers_html: str
    mark_html: str = ""  # what every page says first


@dataclass(frozen=True, slots=True)
class WebApi:
    """The routes of the web chat. `down` are the errors that mean "cannot store now".

    `rescue` answers those of the given events that cry for help, without a database.
    """

    channel: WebChat
    store: Store
    receive: Callable[[list[Incoming]], Awaitable[None]]
    rescue: Callable[[list[Incoming]], Awaitable[None]]
    words: Words
    clock: Callable[[], datetime]
    down: tuple[type[Exception], ...]
    buckets: Buckets
    look_again: float = LONGEST_WAIT  # shorter where another process may deliver

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/chat", self.page),
            Route("/chat/{name}", self.file),
            Route("/api/chat/sessions", self.open_session, methods=["POST"]),
            Route("/api/chat/messages", self.post, methods=["POST"]),
            Route("/api/chat/messages", self.read, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        return chat_page(self.words.numbers_html, self.words.mark_html)

    async def file(self, request: Request) -> Response:
        kind = PAGE_FILES.get(request.path_params["name"])
        if kind is None:
            return self._error(404, "missing")
        path = PAGE / request.path_params["name"]
        return FileResponse(path, media_type=kind, headers={**SAFE, "Cache-Control": "no-cache"})

    async def open_session(self, request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not self.buckets.take(f"open {host}", SESSIONS_AN_HOUR / 3600, SESSIONS_AN_HOUR):
            return self._error(429, "too_fast")
        token = secrets.token_urlsafe(32)
        try:
            await self.store.open(chat_id_of(token))
        except self.down:
            return self._error(503, "down")
        return JSONResponse({"session": token}, 201, headers={"Cache-Control": "no-store"})

    async def post(self, request: Request) -> Response:
        try:
            raw = await _body(request)
            incoming = self.channel.parse(request.headers, raw, self.clock())
            posted = read_post(raw)
        except Forged:
            return self._error(401, "session")
        except TooLong:
            return self._error(413, "too_long")
        except Malformed as error:
            return self._error(400, str(error))
        chat_id = incoming[0].event.address.chat_id
        if not self.buckets.take(chat_id, MESSAGES_A_MINUTE / 60, BURST):
            await self.rescue(incoming)
            return self._error(429, "too_fast", {"Retry-After": "3"})
        return await self._accept(chat_id, posted, incoming)

    async def _accept(self, chat_id: str, posted: Posted, incoming: list[Incoming]) -> Response:
        try:
            async with asyncio.timeout(URGENT if is_emergency(posted.text) else None):
                if not await self.store.known(chat_id):
                    return self._error(401, "session")
                await self.store.add_own(chat_id, posted)
                await self.receive(incoming)
        except self.down:
            await self.rescue(incoming)  # once an event: `receive` may have done it already
            return self._error(503, "down")
        self.channel.news(chat_id)
        return JSONResponse({}, 202)

    async def read(self, request: Request) -> Response:
        token = token_in(request.headers)
        if token is None:
            return self._error(401, "session")
        chat_id = chat_id_of(token)
        after = number(request.query_params.get("after"), 0, MOST_LINES)
        wait = number(request.query_params.get("wait"), 0, LONGEST_WAIT)
        try:
            if not await self.store.known(chat_id):
                return self._error(401, "session")
            lines = await self._lines(chat_id, after, wait)
        except self.down:
            lines = await self._from_memory(chat_id, after, min(wait, WAIT_WITHOUT_DATABASE))
            if not lines:
                return self._error(503, "down")
        return JSONResponse({"messages": lines}, headers={"Cache-Control": "no-store"})

    async def _lines(self, chat_id: str, after: float, wait: float) -> list[dict[str, Any]]:
        with self.channel.listening(chat_id) as news:
            lines = await self._stored_and_kept(chat_id, after)
            while not lines and wait > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), min(wait, self.look_again))
                news.clear()
                wait -= self.look_again
                lines = await self._stored_and_kept(chat_id, after)
        return lines

    async def _stored_and_kept(self, chat_id: str, after: float) -> list[dict[str, Any]]:
        stored = await self.store.lines(chat_id, int(after))
        newest = stored[-1]["n"] if stored else after
        kept = self.channel.kept.after(chat_id, after, newest)
        return sorted([*stored, *kept], key=itemgetter("n"))

    async def _from_memory(self, chat_id: str, after: float, wait: float) -> list[dict[str, Any]]:
        with self.channel.listening(chat_id) as news:
            kept = self.channel.kept.after(chat_id, after, after)
            if not kept and wait:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), wait)
                kept = self.channel.kept.after(chat_id, after, after)
        return kept

    def _error(self, status: int, why: str, headers: dict[str, str] | None = None) -> Response:
        words = self.words.errors
        text = words.get(why) or words.get(str(status), why)
        return JSONResponse({"error": text}, status, headers=headers)


async def _body(request: Request) -> bytes:
    """Raises TooLong as soon as there is more than BODY_MOST."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > BODY_MOST:
            raise TooLong("body")
    return raw


def chat_page(numbers_html: str, mark_html: str = "") -> Response:
    """The page with its list of emergency numbers; `mark_html` stands above everything."""
    html = (PAGE / "chat.html").read_text(encoding="utf-8")
    html = html.replace("<!-- numbers -->", numbers_html).replace("<!-- mark -->", mark_html)
    headers = {**SAFE, "Content-Security-Policy": CSP, "Cache-Control": "no-cache"}
    return HTMLResponse(html, headers=headers)


def number(text: str | None, least: float, most: float) -> float:
    try:
        value = float(text or 0)
    except ValueError:
        return least
    return min(most, max(least, value)) if value == value else least
