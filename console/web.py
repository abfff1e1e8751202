"""What every page shares: who calls, the form, the answer, the headers.

A page is a `Page`: path, what it needs, and a function from a `Call` to a response. Whoever may not
see it gets the same 404 as for a page that does not exist.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from care.campaigns import ALONE_MOST
from care.clock import Clock, local_day
from care.folding import clean
from console.guard import BadForm, TooLarge, read_form, same, same_site
from console.messengers import Messenger, Official
from console.render import HEADERS, not_found, redirect, refused, render
from console.scope import May, Role, Scope
from content.library import Library
from storage import areas, audit, officers
from storage.database import Connection, Database, DatabaseDown
from storage.officers import Officer, Session
from storage.quotas import Quotas
from storage.scopes import scope_of as scope_of

log = logging.getLogger(__name__)

T = TypeVar("T")
BODY_MOST = 5 * 1024 * 1024
FIELDS_MOST = 400
LARGEST_ID = 2**63 - 1  # of both databases
A_YEAR = 365 * 24 * 3600  # seconds
STEP_UP = timedelta(minutes=10)
AGAIN = "again"  # in the query of a page that loads itself anew
STILL = "still"  # in the query of one that shall not
COOKIE = "donghanh_officer"
SAFE_COOKIE = "__Host-donghanh"


Count = Callable[[Connection, Scope], int]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages work with; the same for every call."""

    db: Database
    library: Library
    clock: Clock
    public_url: str
    wake: Callable[[], None] = lambda: None  # something to send was added
    sample: bool = False  # the demo: every page says so, and no code is asked for
    alone_most: int = ALONE_MOST  # people an officer may write to without a second one
    link_hosts: tuple[str, ...] = ()  # where links of officers may lead
    quotas: Quotas = field(default_factory=dict)  # of messengers that have a limit a month
    counts: Mapping[str, tuple[May, Count]] = field(default_factory=dict)  # path -> what waits
    kept: dict[int, Any] = field(default_factory=dict)  # slow numbers of console.home, by area
    root_area: str = ""  # code of the unit that this installation serves
    messengers: tuple[Messenger, ...] = ()
    official: Official | None = None  # the account of the authority, where there is one


@dataclass(frozen=True, slots=True)
class Call:
    """One request of one officer who may make it."""

    desk: Desk
    request: Request
    form: FormData
    now: datetime
    officer: Officer
    session: Session
    scope: Scope
    csrf: str
    token: str = field(repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)  # for the menu

    @property
    def path(self) -> Mapping[str, Any]:
        return self.request.path_params

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query_params

    @property
    def page_number(self) -> int:
        """Which page of a long list is asked for, from 1; there may be fewer."""
        asked = self.query.get("page", "")
        return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1

    def text(self, name: str, most: int = 200) -> str:
        """A field of the form, cut and without control characters; "" when it is missing."""
        value = self.form.get(name)
        return clean(value)[:most] if isinstance(value, str) else ""

    async def read(self, f: Callable[..., T], *args: Any) -> T:
        return await self.desk.db.read(f, *args)

    async def write(self, f: Callable[..., T], *args: Any) -> T:
        return await self.desk.db.write(f, *args)

    async def act(self, action: str, obj: str, f: Callable[..., T], *args: Any) -> T:
        """A write and its line in the audit trail, in one transaction."""
        return await self.desk.db.write(_audited, self.actor, action, obj, self.now, f, args)

    async def noted(self, action: str, obj: str) -> None:
        """A line in the audit trail: who read or tried what."""
        await self.desk.db.write(audit.record, self.actor, action, obj, self.now)

    @property
    def actor(self) -> str:
        return f"officer:{self.officer.id}"

    @property
    def stepped_up(self) -> bool:
        if self.desk.sample:
            return True
        at = self.session.stepped_up_at
        return at is not None and self.now - at <= STEP_UP

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        shared = {
            "officer": self.officer,
            "role": Role(self.officer.role),
            "may": self.scope.may,
            "May": May,
            "csrf": self.csrf,
            "badges": self.counts,
            "here": self.request.url.path,
            "today": local_day(self.now),
            "now": self.now,
        }
        return render(name, status, **shared, **values)

    def go(self, path: str) -> Response:
        """On to another page after a POST; only inside the console."""
        return redirect(path)

    @property
    def still(self) -> bool:
        return STILL in self.query

    def live(self, response: Response, seconds: int) -> Response:
        """The page looks again by itself, and keeps no session alive by it.

        A header and not a mark in the page: whoever is disturbed by it can stop it with a link.
        """
        if seconds and not self.still:
            response.headers["Refresh"] = f"{seconds}; url={self.request.url.path}?{AGAIN}=1"
        return response

    def missing(self) -> Response:
        """For what does not exist and for what is outside the scope; noted as refused."""
        return not_found()

    def place(self, page: "Page") -> str:
        """The page with the numbers in its path, for the audit trail; words may be a family's."""
        path = page.path
        for name, value in self.path.items():
            if isinstance(value, int):
                path = path.replace(f"{{{name}:int}}", str(value))
        return f"page:{path}"[:60]


def _audited(
    conn: Connection,
    actor: str,
    action: str,
    obj: str,
    now: datetime,
    f: Callable[..., T],
    args: Sequence[Any],
) -> T:
    result = f(conn, *args)
    audit.record(conn, actor, action, obj, now)
    return result


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """`step_up`: the officer must have typed a code within the last minutes."""

    path: str
    handler: Handler
    needs: May
    method: str = "GET"
    step_up: bool = False


def asked(request: Request) -> str:
    """Where to go on after a login or a code: the page itself, or the one the form stood on."""
    address = request.headers.get("referer", "") if request.method == "POST" else str(request.url)
    parts = urlsplit(address)
    return quote(f"{parts.path}?{parts.query}" if parts.query else parts.path, safe="")


def routes(desk: Desk, pages: Sequence[Page]) -> list[BaseRoute]:
    return [
        Route(
            f"/console{page.path}",
            guarded(desk, page.path, partial(_answer, desk, page)),
            methods=[page.method],
        )
        for page in pages
    ]


Answering = Callable[[Request], Awaitable[Response]]


def guarded(desk: Desk, path: str, take: Answering) -> Answering:
    """Every answer with its headers, also where something breaks."""

    async def answer(request: Request) -> Response:
        response = await _whole(path, take, request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if desk.public_url.startswith("https://"):
            response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        return response

    return answer


async def _whole(path: str, take: Answering, request: Request) -> Response:
    if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
        return not_found()
    try:
        return await take(request)
    except TooLarge:
        return refused(413)
    except BadForm:
        return refused(400)
    except (DatabaseDown, TimeoutError):
        return render("down.html", 503)
    except Exception as error:  # its words may quote a family; the type and place do not
        log.exception("page %s: %s", path, type(error).__name__)
        return render("broken.html", 500)


async def _answer(desk: Desk, page: Page, request: Request) -> Response:
    now, token = desk.clock(), request.cookies.get(cookie_name(desk), "")
    found = await desk.db.read(_look, desk, token, now) if token else None
    if found is None or found[0].stage != officers.FULL:
        return redirect(f"/console/login?next={asked(request)}")
    session, officer, scope, csrf, counts = found
    form = FormData()
    try:
        if page.method != "GET" and same_site(request, desk.public_url):
            form = await read_form(request, BODY_MOST, files=1, fields=FIELDS_MOST)
        call = Call(desk, request, form, now, officer, session, scope, csrf, token, counts)
        if page.method != "GET" and not same(str(form.get("csrf", "")), csrf):
            await call.noted("refused", call.place(page))
            return refused()
        return await _served(call, page)
    finally:
        await form.close()


async def _served(call: Call, page: Page) -> Response:
    if not call.scope.may(page.needs):
        response = not_found()
    elif page.step_up and not call.stepped_up:
        return redirect(f"/console/confirm?next={asked(call.request)}")
    else:
        by_itself = AGAIN in call.query  # nobody may be sitting there
        if not by_itself and call.now - call.session.seen_at >= officers.SEEN_STEP:
            await call.write(officers.touch_session, call.token, call.now)
        response = await page.handler(call)
    if response.status_code == 404:
        await call.noted("refused", call.place(page))
    return response


def _look(
    conn: Connection, desk: Desk, token: str, now: datetime
) -> tuple[Session, Officer, Scope, str, dict[str, int]] | None:
    found = officers.find_session(conn, token, now)
    if found is None:
        return None
    session, officer = found
    scope = scope_of(conn, officer)
    root = areas.by_code(conn, desk.root_area) if desk.root_area else None
    is_root = root is not None and root.id == scope.area_id
    scope = replace(scope, whole=scope.everywhere or is_root)
    counts = {
        path: count(conn, scope) for path, (needs, count) in desk.counts.items() if scope.may(needs)
    }
    return session, officer, scope, officers.csrf(conn, token), counts


def cookie_name(desk: Desk) -> str:
    return SAFE_COOKIE if desk.public_url.startswith("https://") else COOKIE
