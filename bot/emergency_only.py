"""What runs when the programme cannot: no database, no key, no content; only the numbers.

Started by `donghanh run` after it said in one line what is wrong. Every message on every channel
is answered from memory; probes say 503, so nobody mistakes this for health.
"""

import asyncio
import contextlib
import itertools
import logging
import re
import secrets
import signal
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.clock import utc_now
from bot.config import Settings
from bot.from_memory import FromMemory
from bot.messengers import hooks, zalo_bot
from bot.serving import make_server
from bot.web import numbers_html
from care.messages import Address, Outbound
from channels.base import Channel, Incoming
from channels.errors import ChannelMisconfigured
from channels.telegram import Telegram
from channels.webchat.api import LONGEST_WAIT, MOST_LINES, PAGE, PAGE_FILES, chat_page, number
from channels.webchat.channel import ACCOUNT, FROM_MEMORY, NAME, WebChat, chat_id_of

log = logging.getLogger(__name__)

TEXT_FILE = Path(__file__).parent.parent / "content" / "emergency" / "vi.txt"
SHORTEST_WAIT = 1.0  # also for a page that wants no waiting: it would ask without a pause
_NUMBER_LINE = re.compile(r"^(\d{3}) (.+)$", re.MULTILINE)  # as they stand in the text
LOOK_EVERY = 15.0  # seconds between looks whether all is well again
AGAIN_AFTER = "30"  # seconds, for a messenger that can only be asked to come back


class EmergencyOnly:
    """The web chat, Telegram and the Zalo Bot, answering everything with the emergency text.

    The tokens of a Zalo Official Account lie in the database: its events are asked to come again.
    """

    def __init__(self, settings: Settings, why: str) -> None:
        self.settings = settings
        self.why = why
        self.text = TEXT_FILE.read_text(encoding="utf-8").strip()
        self._memory = FromMemory(self.text)
        self._web = WebChat(Nowhere(), utc_now)
        self._count = itertools.count()
        self.channels = {each.name: each for each in _from_settings(settings)}

    async def receive(self, incoming: Sequence[Incoming]) -> None:
        """Answers and acknowledges; what the messenger repeats is answered once."""
        for one in incoming:
            channel = self.channels[one.event.address.channel]
            await self._memory.answer(channel, one.event, always=True)

    async def start(self) -> None:
        for channel in self.channels.values():
            try:
                await channel.start(self.receive)
            except ChannelMisconfigured as error:
                log.error("%s does not start: %s", channel.name, error.reason)

    async def stop(self) -> None:
        for channel in self.channels.values():
            await channel.stop_receiving()
            await channel.stop()

    def routes(self) -> list[BaseRoute]:
        routes: list[BaseRoute] = [
            Route("/", self.home),
            Route("/chat", self.page),
            Route("/chat/{name}", self.file),
            Route("/healthz", self.unwell),
            Route("/readyz", self.unwell),
            Route("/api/chat/sessions", self.open_session, methods=["POST"]),
            Route("/api/chat/messages", self.post, methods=["POST"]),
            Route("/api/chat/messages", self.read, methods=["GET"]),
        ]
        if self.settings.zalo_oa_id:
            routes.append(Route("/hooks/zalo-oa", self.later, methods=["POST"]))
        return [*routes, *hooks(self.settings, self.channels, self.receive)]

    async def home(self, request: Request) -> Response:
        return PlainTextResponse(self.text)

    async def page(self, request: Request) -> Response:
        return chat_page(numbers_html(_NUMBER_LINE.findall(self.text)))

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in PAGE_FILES:
            return PlainTextResponse("", 404)
        return Response((PAGE / name).read_bytes(), media_type=PAGE_FILES[name])

    async def unwell(self, request: Request) -> Response:
        return JSONResponse({"ok": False, "problems": {"database": self.why}}, 503)

    async def later(self, request: Request) -> Response:
        return PlainTextResponse("try again", 503, headers={"Retry-After": AGAIN_AFTER})

    async def open_session(self, request: Request) -> Response:
        return JSONResponse({"session": secrets.token_urlsafe(32)}, 201)

    async def post(self, request: Request) -> Response:
        out = Outbound(self.text, "emergency/memory")
        await self._web.send(_web_address(request), out, f"{FROM_MEMORY}{next(self._count)}")
        return JSONResponse({}, 202)

    async def read(self, request: Request) -> Response:
        """What was answered since `after`, which may count lines of better days."""
        chat_id = _web_address(request).chat_id
        after = number(request.query_params.get("after"), 0, MOST_LINES)
        wait = number(request.query_params.get("wait"), 0, LONGEST_WAIT)
        with self._web.listening(chat_id) as news:
            found = self._web.kept.after(chat_id, after, after)
            if not found:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), max(wait, SHORTEST_WAIT))
                found = self._web.kept.after(chat_id, after, after)
        return JSONResponse({"messages": found})


def _from_settings(settings: Settings) -> Iterator[Channel]:
    """The messengers that need neither database nor content."""
    if settings.telegram_token:
        yield Telegram(
            settings.telegram_token,
            clock=utc_now,
            api_url=settings.telegram_api_url,
            mode="webhook" if settings.telegram_mode == "webhook" else "polling",
            webhook_url=f"{settings.public_url}/hooks/telegram",
            webhook_secret=settings.telegram_webhook_secret or None,
        )
    if settings.zalo_bot_token:
        yield zalo_bot(settings)


class Nowhere:
    """There is no mailbox without a database."""

    async def append(self, chat_id: str, key: str, body: dict[str, Any]) -> int | None:
        return None

    async def remove(self, chat_id: str, key: str, refs: Iterable[str]) -> int | None:
        return None


def _web_address(request: Request) -> Address:
    return Address(NAME, ACCOUNT, chat_id_of(request.headers.get("authorization", "")))


async def serve_emergency(
    settings: Settings, why: str, listening: socket.socket, mended: Callable[[], bool]
) -> bool:
    """Runs until SIGTERM or SIGINT (False), or until `mended` says so (True)."""
    only = EmergencyOnly(settings, why)
    server = make_server(Starlette(routes=only.routes()), settings)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await only.start()
    serving = asyncio.create_task(server.serve([listening]))
    well = False
    while not (stop.is_set() or serving.done() or well):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY)
        well = not stop.is_set() and await asyncio.to_thread(mended)
    await only.stop()
    server.should_exit = True
    await serving
    return well
