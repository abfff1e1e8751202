"""Every page of the console in a browser, with something on it: accessible, and deaf to scripts.

Not collected where there is no Chromium; `python -m tests.chromium` says so.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.messengers import MEDIA
from console.app import PAGES, console_routes
from console.render import HERE
from console.scope import ALLOWED, Role
from console.web import Page, cookie_name
from content.library import Library
from storage.database import Database
from tests.console.desk import Office, OfficerAtDesk, open_office
from tests.console.furnished import Furnished, furnish
from tests.console.routes import named
from tests.stories.payloads import PAYLOADS, in_portions, plant
from tests.stories.windows import Window, open_window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("dialect", ["sqlite"], indirect=True),
]
GETS = [page for page in PAGES if page.method == "GET"]
OUTSIDE = ("/console/login", "/console/khong-co")
ICON = HERE.parent / "channels" / "webchat" / "page" / "icon.svg"


@pytest.fixture
async def office(db: Database, library: Library) -> AsyncIterator[Office]:
    """The console on a port of its own, with the office's clock."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        line = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with open_office(db, library, line) as opened, _served(opened, listening):
            yield opened


@contextlib.asynccontextmanager
async def _served(office: Office, listening: socket.socket) -> AsyncIterator[None]:
    async def icon(request: Request) -> Response:
        return FileResponse(ICON)

    beside = [Route("/chat/icon.svg", icon), Mount("/media", StaticFiles(directory=MEDIA))]
    app = Starlette(routes=[*console_routes(office.desk), *beside])
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def _at(browser: Browser, office: Office, officer: OfficerAtDesk, size: str) -> Window:
    """The window of somebody who is in."""
    window = await open_window(browser, office.desk.public_url, size)
    cookie = {"name": cookie_name(office.desk), "value": officer.token}
    await window.page.context.add_cookies([{**cookie, "url": office.desk.public_url}])  # type: ignore[typeddict-item]
    return window


def _may(page: Page) -> Role:
    """Who looks at a page: who may most."""
    roles = ALLOWED[page.needs]
    return Role.LEAD if Role.LEAD in roles else Role.ADMIN if Role.ADMIN in roles else min(roles)


async def _windows(
    browser: Browser, office: Office, own: Furnished, size: str
) -> dict[Role, Window]:
    officers = {role: await office.officer(role, "20a") for role in Role}
    officers[Role.LEAD] = own.lead
    used = {_may(page) for page in GETS}
    return {role: await _at(browser, office, officers[role], size) for role in used}


@pytest.mark.timeout(400)
@pytest.mark.parametrize("size", ["phone", "desk"])
async def test_every_page_is_accessible_and_fits_the_screen(
    office: Office, browser: Browser, tmp_path: Path, size: str
) -> None:
    own = await furnish(office, "20a")
    await office.families(6, "20a1", "20a2")
    windows = await _windows(browser, office, own, size)
    found, wide, broken, seen = [], [], [], set()
    for page in GETS:
        window = windows[_may(page)]
        for path in own.paths(page):
            status = await window.opens(f"/console{path}")
            if status != 200 or not window.page.url.endswith(path):
                continue
            seen.add(page.path)
            found += await window.grave_findings()
            wide += [] if await window.fits_the_screen() else [path]
            name = re.sub(r"\W+", "-", path).strip("-") or "home"
            await window.page.screenshot(path=tmp_path / f"{size}-{name}.png", full_page=True)
    for path in OUTSIDE:
        await window.opens(path)
        found += await window.grave_findings()
    for window in windows.values():
        broken += [said for said in window.complaints if "404" not in said]
    assert found == []
    assert wide == []
    assert broken == []
    assert [named(page) for page in GETS if page.path not in seen] == []


@pytest.mark.timeout(400)
async def test_nothing_that_people_wrote_runs(office: Office, browser: Browser) -> None:
    assert len(set(PAYLOADS)) == 200
    own = await plant(office, "20a")
    windows = await _windows(browser, office, own, "desk")
    lists = [f"/families?page={n}" for n in range(1, 6)] + ["/accounts", "/inbox"]
    whole = ""
    for page in [*GETS, *lists]:
        paths = [page] if isinstance(page, str) else own.paths(page)
        role = Role.ADMIN if page == "/accounts" else Role.LEAD
        window = windows[role if isinstance(page, str) else _may(page)]
        for path in paths:
            await window.opens(f"/console{path}")
            ran = await window.page.evaluate(
                "document.querySelectorAll('script, iframe, object, embed, style, base, template,"
                " svg [onload], [onerror], [onclick], [onload], [style], video, marquee').length"
            )
            assert ran == 0, path
            whole += await window.page.locator("body").inner_text()
    for window in windows.values():
        assert [said for said in window.complaints if "404" not in said] == []
    flat = " ".join(whole.split())
    hidden = [one for one in PAYLOADS if " ".join(one.split()) not in flat]
    assert hidden == []  # they were all there, as words


async def test_no_login_that_is_typed_runs(office: Office, browser: Browser) -> None:
    window = await open_window(browser, office.desk.public_url)
    for portion in in_portions(290):
        await window.opens("/console/login")
        await window.fills(login=portion, password="x")
        await window.presses("Vào")
        typed = await window.page.input_value('[name="login"]')
        assert typed.split() == portion.lower().split()
    assert [said for said in window.complaints if "403" not in said] == []
