"""Somebody on the way in: what the pages before a full session share."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from care.folding import clean
from console.guard import read_form, same, same_site
from console.render import redirect, refused, render
from console.tries import Tries
from console.web import Desk, cookie_name, guarded
from storage import officers
from storage.database import Connection
from storage.officers import FULL, Officer, Session

FORM_MOST = 16 * 1024
KNOWN_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of somebody on the way in; `before` is what its form must carry."""

    desk: Desk
    request: Request
    form: FormData
    now: datetime
    session: Session | None
    officer: Officer | None
    before: str
    tries: Tries
    token: str = field(repr=False)

    def text(self, name: str) -> str:
        value = self.form.get(name)
        return clean(value)[:300] if isinstance(value, str) else ""

    def secret(self, name: str) -> str:
        """As it was typed."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def show(self, name: str, status: int = 200, **values: Any) -> Response:
        answer = render(name, status, before=self.before, next=self.next, **values)
        if self.token != self.request.cookies.get(cookie_name(self.desk)):
            put_cookie(self.desk, answer, self.token)
        return answer

    def go(self, path: str) -> Response:
        """To the next step, with where to go at the end."""
        return redirect(f"{path}?next={quote(self.next, safe='')}")

    @property
    def next(self) -> str:
        wanted = self.text("next") or clean(self.request.query_params.get("next", ""))[:300]
        return wanted if wanted.startswith("/console") else "/console"

    @property
    def half(self) -> bool:
        """The password was right, the code has not come yet."""
        return self.session is not None and self.session.stage != FULL

    @property
    def known(self) -> str:
        """What the browser keeps of the officer who came in with it last."""
        return self.request.cookies.get(_known_name(self.desk), "")


Step = Callable[[Entry], Awaitable[Response]]


def step_routes(desk: Desk, tries: Tries, name: str, show: Step, take: Step) -> list[BaseRoute]:
    path = f"/console/{name}"
    return [
        Route(path, guarded(desk, f"/{name}", partial(_answer, desk, tries, f)), methods=[method])
        for method, f in (("GET", show), ("POST", take))
    ]


async def _answer(desk: Desk, tries: Tries, f: Step, request: Request) -> Response:
    now = desk.clock()
    token = request.cookies.get(cookie_name(desk)) or new_token()
    session, officer, before = await desk.db.read(_look, token, now)
    form = FormData()
    try:
        if request.method == "POST":
            if same_site(request, desk.public_url):
                form = await read_form(request, FORM_MOST)
            if not same(str(form.get("before", "")), before):
                return refused()
        return await f(Entry(desk, request, form, now, session, officer, before, tries, token))
    finally:
        await form.close()


def _look(
    conn: Connection, token: str, now: datetime
) -> tuple[Session | None, Officer | None, str]:
    session, officer = officers.find_session(conn, token, now) or (None, None)
    return session, officer, officers.csrf(conn, token)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def put_cookie(desk: Desk, answer: Response, token: str) -> None:
    _set(desk, answer, cookie_name(desk), token)


def drop_cookie(desk: Desk, answer: Response) -> None:
    _set(desk, answer, cookie_name(desk), "", 0)


def keep_known(desk: Desk, answer: Response, mark: str) -> None:
    _set(desk, answer, _known_name(desk), mark, int(KNOWN_FOR.total_seconds()))


def _known_name(desk: Desk) -> str:
    return f"{cookie_name(desk)}_known"


def _set(desk: Desk, answer: Response, name: str, value: str, age: int | None = None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=age,
        path="/",
        secure=desk.public_url.startswith("https://"),
        httponly=True,
        samesite="strict",
    )
