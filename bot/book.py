"""The page and the file of a child's book, behind a link that lives a day."""

import json
import re
import secrets
from collections.abc import Callable
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.book_view import as_data, as_page
from bot.web import PAGES
from care.book import Book
from care.clock import Clock, local_day
from care.people import ChildState
from content.library import Library
from handlers.book import book_of
from storage import area_settings, book_links, children
from storage.database import Connection, Database, DatabaseDown

TOKEN = re.compile(r"[0-9a-f]{40}")
CSP = (
    "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
}
FILE_NAME = "so-cua-be.json"
_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(PAGES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class BookPages:
    """`home`: how families reach this server; empty: as they just did."""

    def __init__(self, db: Database, library: Library, clock: Clock, home: str) -> None:
        self._db, self._library, self._clock, self._home = db, library, clock, home

    def routes(self) -> list[BaseRoute]:
        return [Route("/book/{token}.json", self.file), Route("/book/{token}", self.page)]

    async def page(self, request: Request) -> Response:
        return await self._answer(request, self._shown)

    async def file(self, request: Request) -> Response:
        return await self._answer(request, self._kept)

    async def _answer(
        self, request: Request, show: Callable[[Book, Request], Response]
    ) -> Response:
        try:
            book = await self._db.read(self._find, request.path_params["token"])
        except (DatabaseDown, TimeoutError):
            return self._sorry("book.down", 503)
        return self._sorry("book.gone", 404) if book is None else show(book, request)

    def _find(self, conn: Connection, token: str) -> Book | None:
        now = self._clock()
        link = book_links.find(conn, token, now) if TOKEN.fullmatch(token) else None
        child = children.get(conn, link.child_id) if link else None
        if (
            link is None
            or child is None
            or child.state not in (ChildState.BORN, ChildState.EXPECTED)
        ):
            return None
        here = area_settings.of_area(conn, link.area_id)
        return book_of(conn, self._library, child, local_day(now), here)

    def _shown(self, book: Book, request: Request) -> Response:
        back = f"{self._home or str(request.base_url).rstrip('/')}/chat"
        return _html("book.html", as_page(self._library, book, back))

    def _kept(self, book: Book, request: Request) -> Response:
        named = {"Content-Disposition": f'attachment; filename="{FILE_NAME}"'}
        return _Readable(as_data(self._library, book), headers={**HEADERS, **named})

    def _sorry(self, key: str, status: int) -> Response:
        return _html("sorry.html", {"said": self._library.label(key)}, status)


class _Readable(JSONResponse):
    """For people who open the file, too."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _html(name: str, values: dict[str, Any], status: int = 200) -> Response:
    nonce = secrets.token_urlsafe(16)
    text = _templates.get_template(name).render(values, nonce=nonce)
    policy = {"Content-Security-Policy": CSP.format(nonce=nonce)}
    return HTMLResponse(text, status, headers={**HEADERS, **policy})
