"""An officer brings the consent in a real browser: out to the messenger's page and back.

What only a browser does: it holds the form to its policy, and the cookie stays away from whoever
comes from another site.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
import uvicorn
from playwright.async_api import Browser
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console import channels_page
from console.app import console_routes
from console.scope import Role
from console.web import cookie_name
from content.library import Library
from storage import channel_tokens
from storage.database import Database
from tests.console.desk import GOOD_CODE, OA, Office, open_office
from tests.stories.windows import Window, open_window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("dialect", ["sqlite"], indirect=True),
]


async def _agreeing(request: Request) -> Response:
    """The messenger's page; the administrator agrees with a click."""
    given = {"code": GOOD_CODE, "oa_id": OA, "state": request.query_params["state"]}
    back = f"{request.query_params['redirect_uri']}?{urlencode(given)}".replace("&", "&amp;")
    return HTMLResponse(f'<!doctype html><title>Zalo</title><a href="{back}">Agree</a>')


@contextlib.asynccontextmanager
async def _served(app: Starlette, listening: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@pytest.fixture
async def office(db: Database, library: Library) -> AsyncIterator[Office]:
    """The console at 127.0.0.1, the messenger at localhost: two sites for a browser."""
    with socket.socket() as ours, socket.socket() as theirs:
        for listening in (ours, theirs):
            listening.bind(("127.0.0.1", 0))
        line = f"http://127.0.0.1:{ours.getsockname()[1]}"
        zalo = f"http://localhost:{theirs.getsockname()[1]}"

        def permission(back: str, state: str, verifier: str) -> str:
            return f"{zalo}/agree?{urlencode({'redirect_uri': back, 'state': state})}"

        async with open_office(db, library, line) as opened:
            assert opened.desk.official is not None
            official = replace(opened.desk.official, origin=zalo, permission=permission)
            opened.desk = replace(opened.desk, official=official)
            messenger = Starlette(routes=[Route("/agree", _agreeing)])
            console = Starlette(routes=console_routes(opened.desk))
            async with _served(messenger, theirs), _served(console, ours):
                yield opened


async def _at_the_page(browser: Browser, office: Office) -> Window:
    admin = await office.officer(Role.ADMIN, "20a")
    window = await open_window(browser, office.desk.public_url, "desk")
    cookie = {
        "name": cookie_name(office.desk),
        "value": admin.token,
        "url": office.desk.public_url,
        "sameSite": "Strict",
    }
    await window.page.context.add_cookies([cookie])  # type: ignore[list-item]
    await window.opens("/console/channels")
    return window


async def test_out_to_the_messenger_and_back(office: Office, browser: Browser) -> None:
    page = (await _at_the_page(browser, office)).page
    await page.get_by_role("button", name="Xin phép").click()
    await page.wait_for_url("http://localhost:*/**")
    await page.get_by_role("link", name="Agree").click()
    await page.wait_for_url("**/console/channels?consent=agreed")
    assert "Đã được phép" in await page.get_by_role("status").inner_text()
    assert await office.db.read(channel_tokens.load, OA) is not None
    assert len(office.consents) == 1


async def test_without_its_own_policy_the_form_would_lead_nowhere(
    office: Office, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels_page, "_may_lead_out", lambda response, official: None)
    page = (await _at_the_page(browser, office)).page
    async with page.expect_console_message(lambda said: "form-action" in said.text):
        await page.get_by_role("button", name="Xin phép").click()
    assert page.url.startswith(office.desk.public_url)


async def test_the_cookie_stays_away_from_who_comes_from_another_site(
    office: Office, browser: Browser
) -> None:
    """So the way back needs a page of its own."""
    page = (await _at_the_page(browser, office)).page
    await page.get_by_role("button", name="Xin phép").click()
    await page.wait_for_url("http://localhost:*/**")
    straight = f"{office.desk.public_url}/console/channels"
    await page.set_content(f'<a href="{straight}">Straight</a>')
    await page.get_by_role("link", name="Straight").click()
    await page.wait_for_url("**/console/login?*")
