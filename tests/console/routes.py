"""Every page of the console, asked one by one: what it needs is read from the pages themselves."""

import re
from dataclasses import replace

import httpx
from starlette.applications import Starlette
from starlette.responses import Response

from console.app import PAGES
from console.scope import ALLOWED, Role
from console.web import Call, Page, routes
from tests.console.desk import Office, OfficerAtDesk

NO_NUMBER = 999_999


def named(page: Page) -> str:
    return f"{page.method} {page.path or '/'}"


def path(page: Page, number: int = NO_NUMBER) -> str:
    """With numbers and words in it that nothing has."""
    filled = re.sub(r"\{\w+:int\}", str(number), page.path)
    return re.sub(r"\{\w+(:\w+)?\}", "khong-co", filled)


async def ask(page: Page, officer: OfficerAtDesk, number: int = NO_NUMBER) -> httpx.Response:
    call = officer.get if page.method == "GET" else officer.post
    return await call(path(page, number))


def allowed(page: Page, role: Role) -> bool:
    return role in ALLOWED[page.needs]


async def _opened(call: Call) -> Response:
    return Response("opened")


def doors(office: Office) -> Starlette:
    """The same pages with nothing behind them: who gets through reads `opened`."""
    return Starlette(routes=routes(office.desk, [replace(p, handler=_opened) for p in PAGES]))
