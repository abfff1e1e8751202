"""Whole conversations: a running programme for each file of stories."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from bot import reception
from bot.app import App
from channels.webchat import api as chat_api
from content.library import Library
from tests import chromium
from tests.standins.bot_api import BotApi
from tests.stories.running import Programme
from tests.stories.telegram import running, until

# `python -m tests.chromium`, the first line of `make test`, says when these do not run.
_IN_A_BROWSER = [
    "test_browser.py",
    "test_campaign_story.py",
    "test_case_story.py",
    "test_console.py",
    "test_console_pages.py",
    "test_discreet_browser.py",
]
collect_ignore = [] if chromium.find() else _IN_A_BROWSER


@pytest.fixture(autouse=True)
def a_slow_machine_may_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a cry for help waits for no database is told in tests/bot/test_emergency_faults.py."""
    for module in (chat_api, reception):
        monkeypatch.setattr(module, "URGENT", 30.0)


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programme]:
    """One installation for a whole file; every story opens sessions of its own."""
    running = Programme(tmp_path_factory.mktemp("installation"))
    running.start()
    try:
        yield running
    finally:
        assert running.stop() == 0, running.said


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Programme]:
    """An installation that the story itself starts and stops."""
    running = Programme(tmp_path)
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.ARGUMENTS
        )
        yield browser
        await browser.close()


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """Limits as strict as the real ones: 30 a second, 1 a second and chat."""
    async with BotApi() as api:
        yield api


@pytest.fixture
async def app(tmp_path: Path, library: Library, api: BotApi) -> AsyncIterator[App]:
    async with running(tmp_path, library, api) as app:
        yield app


@pytest.fixture
async def hooked(tmp_path: Path, library: Library, api: BotApi) -> AsyncIterator[App]:
    """The same, reached by webhook."""
    async with running(tmp_path, library, api, webhook=True) as app:
        await until(lambda: api.webhook)
        yield app
