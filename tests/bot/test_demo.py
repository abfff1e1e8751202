"""The demo: a sample commune that says on every page what it is, and reaches nobody."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from bot import demo
from bot.app import App
from bot.config import SETTINGS, Settings
from bot.demo_office import login_of
from bot.serving import pages
from care.clock import local_day
from console.scope import Role
from content.library import Library
from storage import claims
from storage.database import Connection, Database, open_database
from storage.family_tables import caregivers
from storage.schema import prepare
from storage.tables import areas, outbox, web_messages, web_sessions
from tests.bot.sites import LINE, settings
from tests.standins.bot_api import TOKEN

ROOT = Path(__file__).parents[2]
FAMILIES = 20
MARK = "Dữ liệu mẫu"
_BEFORE = re.compile(r'name="before" value="([^"]+)"')
_LINK = re.compile(r'href="(/console[^"#]*)"')


class Shown:
    """The demo over one small commune."""

    def __init__(self, app: App, given: Settings) -> None:
        self.app = app
        self.given = given

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(pages(self.app)), base_url=LINE)


def asked_for(folder: Path) -> Settings:
    """What an operator may have set for the real programme."""
    telegram = {"TELEGRAM_TOKEN": TOKEN, "PUBLIC_URL": "https://real.example"}
    return settings(folder, ROOT_AREA="20", **telegram)


@pytest.fixture(scope="module")
def made(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Filled once for all tests of this file."""
    with demo.throw_away(asked_for(tmp_path_factory.mktemp("real"))) as given:
        asyncio.run(_made(given, library))
        yield given


async def _made(given: Settings, library: Library) -> None:
    db = _open(given)
    try:
        app = await demo.make(given, db, library, FAMILIES)
        assert app.sample
    finally:
        await db.close()


def _open(given: Settings) -> Database:
    return open_database(given.database_url, prepare(given.database_url, given.key_file))


@pytest.fixture
async def shown(made: Settings, library: Library) -> AsyncIterator[Shown]:
    db = _open(made)
    try:
        yield Shown(App(made, db, library, sample=True), made)
    finally:
        await db.close()


async def come_in(browser: httpx.AsyncClient, role: Role) -> httpx.Response:
    door = await browser.get("/console/login")
    found = _BEFORE.search(door.text)
    assert found
    typed = {"before": found[1], "login": login_of(role), "password": demo.PASSWORD}
    return await browser.post("/console/login", data=typed, headers={"Origin": LINE})


def count(conn: Connection, table: object) -> int:
    found: int = conn.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type] # any table
    return found


@pytest.mark.parametrize("role", list(Role))
async def test_every_page_of_every_role_answers_and_says_what_it_is(
    shown: Shown, role: Role
) -> None:
    async with shown.browser() as browser:
        arrived = await come_in(browser, role)
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/console")
        waiting, seen = ["/console"], set[str]()
        while waiting:
            path = waiting.pop()
            kind = re.sub(r"\d+", "N", path.partition("?")[0])
            if kind in seen or "static" in kind:
                continue
            seen.add(kind)
            answer = await browser.get(path, follow_redirects=True)
            assert answer.status_code == 200, path
            assert MARK in answer.text, path
            waiting += [link.replace("&amp;", "&") for link in _LINK.findall(answer.text)]
        assert len(seen) > 4


@pytest.mark.parametrize("path", ["/", "/chat", "/console/login"])
async def test_what_anybody_opens_says_what_it_is(shown: Shown, path: str) -> None:
    async with shown.browser() as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200
    assert MARK in answer.text


async def test_there_is_something_to_look_at(shown: Shown) -> None:
    db = shown.app.db
    assert await db.read(count, caregivers) == FAMILIES
    assert await db.read(count, outbox) > FAMILIES
    async with shown.browser() as browser:
        await come_in(browser, Role.STATION)
        for path in ("/campaigns", "/families", "/overdue", "/inbox", "/feedback", "/slips"):
            answer = await browser.get(f"/console{path}")
            assert _LINK.findall(answer.text.partition("<main")[2]), path


async def test_no_messenger_is_reached_and_no_setting_of_the_real_one_is_used(
    shown: Shown,
) -> None:
    assert list(shown.app.channels) == ["webchat"]
    assert (shown.given.public_url, shown.given.telegram_token) == ("", "")
    assert shown.given.database_url == f"sqlite:///{shown.given.data_dir}/demo.db"


async def test_nothing_is_late_and_what_comes_goes_to_mailboxes_of_this_database(
    shown: Shown,
) -> None:
    db = shown.app.db
    delivery = shown.app.deliveries[0]
    due = await db.read(claims.next_due, delivery.route)
    assert due is None or due > demo.utc_now()
    assert await db.read(count, web_messages) == 0
    assert await db.read(count, web_sessions) == FAMILIES
    assert set(await db.read(_routes)) == {"webchat:local"}


def _routes(conn: Connection) -> list[str]:
    return list(conn.execute(select(outbox.c.route).distinct()).scalars())


async def test_its_places_have_no_official_code(shown: Shown) -> None:
    official = (ROOT / "data" / "areas.csv").read_text(encoding="utf-8")
    known = {line.partition(",")[0] for line in official.splitlines()}
    codes = await shown.app.db.read(_codes)
    assert len(codes) == 7
    assert codes & known == {"VN"}


def _codes(conn: Connection) -> set[str]:
    return set(conn.execute(select(areas.c.code)).scalars())


def test_the_folder_is_gone_afterwards(tmp_path: Path) -> None:
    with demo.throw_away(asked_for(tmp_path)) as given:
        prepare(given.database_url, given.key_file)
        assert given.data_dir.is_dir()
        assert tmp_path not in given.data_dir.parents
    assert not given.data_dir.exists()


def test_the_same_seed_is_the_same_commune() -> None:
    day = local_day(demo.utc_now())
    first, second = (
        demo.demo_people.imagine(30, [1, 2], ["Bi", "Na"], day, demo.random.Random(7))
        for _ in range(2)
    )
    assert first == second


# --- outside the demo ----------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_outside_the_demo_a_code_is_asked_for(
    db: Database, library: Library, tmp_path: Path
) -> None:
    office = {
        "province": "A",
        "commune": "B",
        "hamlets": ["C"],
        "session": {"days": [1]},
    }
    now = demo.utc_now()
    await db.write(demo.demo_office.open_office, office, demo.hash_now(demo.PASSWORD), now)
    outside = Shown(App(settings(tmp_path), db, library), settings(tmp_path))
    async with outside.browser() as browser:
        arrived = await come_in(browser, Role.LEAD)
        assert arrived.headers["location"].startswith("/console/setup")
        for path in ("/", "/chat", "/console/login"):
            assert MARK not in (await browser.get(path)).text
        assert (await browser.get("/console")).status_code == 303  # back to the door


def test_no_setting_and_no_other_command_opens_the_door() -> None:
    assert not [s.name for s in SETTINGS if "SAMPLE" in s.name or "DEMO" in s.name]
    told = re.compile(r"\bsample\s*=\s*True")
    made = [
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "console", "handlers", "channels", "storage", "content", "care")
        for path in (ROOT / package).rglob("*.py")
        if told.search(path.read_text(encoding="utf-8"))
    ]
    assert made == ["bot/demo.py"]
