"""The HTTP side of the running programme: pages for people and probes, webhooks, the chat."""

import html
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.metrics import REFUSED
from care.clock import Clock
from channels.base import Channel, Incoming
from channels.errors import Forged, Malformed
from storage.database import DatabaseDown

HOOK_BODY_MOST = 1024 * 1024
PAGES = Path(__file__).parent / "pages"
Receive = Callable[[Sequence[Incoming]], Awaitable[None]]


def application(
    routes: Sequence[BaseRoute], health: "Health", media: Path, home: str, missing: str = "404"
) -> Starlette:
    """All routes of one process; `home` is the finished page at /, `missing` what a 404 says."""

    async def index(request: Request) -> Response:
        return HTMLResponse(
            home,
            headers={
                "Content-Security-Policy": "default-src 'none'; "
                "style-src 'unsafe-inline'; img-src 'self'"
            },
        )

    mounted: list[BaseRoute] = [
        Route("/", index),
        Route("/healthz", health.healthz),
        Route("/readyz", health.readyz),
        Route("/metrics", metrics),
        *routes,
    ]
    if media.is_dir():
        mounted.append(Mount("/media", StaticFiles(directory=media)))
    app = Starlette(routes=mounted, exception_handlers={404: _missing, 405: _missing})
    app.state.missing = missing
    return app


async def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": "not found"}, status)
    return PlainTextResponse(f"{request.app.state.missing}\n", status)


async def metrics(request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Health:
    """What the probes answer. `look` returns problems, each one line; empty means healthy."""

    def __init__(self, look: Callable[[], Awaitable[Mapping[str, str]]]) -> None:
        self._look = look
        self.ready = False

    async def healthz(self, request: Request) -> Response:
        problems = await self._look()
        body: dict[str, Any] = {"ok": not problems, "problems": dict(problems)}
        return JSONResponse(body, 503 if "database" in problems else 200)

    async def readyz(self, request: Request) -> Response:
        problems = await self._look()
        ready = self.ready and "database" not in problems
        return JSONResponse({"ready": ready}, 200 if ready else 503)


def hook(path: str, channel: Channel, receive: Receive, clock: Clock) -> Route:
    """A webhook: proof first, then the body, then the disk, then 200."""

    async def take(request: Request) -> Response:
        raw = b""
        async for part in request.stream():
            raw += part
            if len(raw) > HOOK_BODY_MOST:
                REFUSED.labels(channel.name, "too large").inc()
                return PlainTextResponse("too large", 413)
        try:
            incoming = channel.parse(request.headers, raw, clock())
        except Forged:
            REFUSED.labels(channel.name, "forged").inc()
            return PlainTextResponse("forbidden", 403)
        except Malformed:
            REFUSED.labels(channel.name, "malformed").inc()
            return PlainTextResponse("bad request", 400)
        try:
            await receive(incoming)
        except DatabaseDown:
            return PlainTextResponse("try again", 503, headers={"Retry-After": "5"})
        return PlainTextResponse("ok")

    return Route(path, take, methods=["POST"])


def numbers_html(numbers: Iterable[tuple[str, str]]) -> str:
    """List items from (number, what it is for), for the chat page and the home page."""
    return "".join(
        f'<li><a href="tel:{html.escape(number.replace(" ", ""))}">{html.escape(number)}</a> '
        f"<span>{html.escape(name)}</span></li>"
        for number, name in numbers
    )


def home_page(numbers: str, mark: str = "") -> str:
    """The page at /; `mark` stands above everything."""
    page = (PAGES / "home.html").read_text(encoding="utf-8")
    return page.replace("<!-- numbers -->", numbers).replace("<!-- mark -->", mark)


def sample_mark() -> str:
    """What every page of the demo says."""
    return (PAGES / "sample.html").read_text(encoding="utf-8").strip()
