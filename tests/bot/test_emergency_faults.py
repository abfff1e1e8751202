"""A running programme whose database breaks still answers a cry for help within two seconds."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from content.library import Library
from storage import marks
from storage.database import DatabaseDown
from storage.file_gone import Watched
from tests.bot.emergencies import CALM, CRY, has_numbers, in_time, telegram
from tests.bot.sites import Site, Visitor, running
from tests.fakes import WatchedDatabase, rows, until
from tests.standins.bot_api import BotApi

FAULTS: dict[str, Callable[["Broken"], Any]] = {}


@pytest.fixture
def dialect() -> str:
    """These are the troubles of a file; PostgreSQL that is away is `down` below."""
    return "sqlite"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(rate=None, chat_gap=None) as api:
        yield api


async def answered(me: Visitor) -> str:
    """Polls as the page does, whatever the server says meanwhile."""
    for _ in range(40):
        answer = await me.get(after=max((x["n"] for x in me.lines), default=0), wait=1)
        new = answer.json().get("messages", []) if answer.status_code == 200 else []
        me.lines += new
        told = [x for x in new if x["from"] == "bot" and x["message"].startswith("emergency/")]
        if told:
            return str(told[-1]["text"])
        await asyncio.sleep(0.02)
    raise AssertionError("no answer")


class Broken:
    """A database file in use, and ways to break it."""

    def __init__(self, db: WatchedDatabase, path: Path) -> None:
        self.db = db
        self.path = path
        self.undo = contextlib.ExitStack()

    async def calm(self) -> None:
        """Nothing is under way any more."""
        while {row.state for row in await self.db.read(rows)} - {"sent"}:
            await asyncio.sleep(0.01)

    def files(self) -> list[Path]:
        return [self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm")]


def fault(f: Callable[[Broken], Any]) -> Callable[[Broken], Any]:
    FAULTS[f.__name__] = f
    return f


@fault
async def down(broken: Broken) -> None:
    broken.db.down = True


@fault
async def locked(broken: Broken) -> None:
    """Another process writes and does not finish."""
    other = sqlite3.connect(broken.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    broken.undo.callback(other.close)


@fault
async def full(broken: Broken) -> None:
    """Not a page more: SQLite says the disk is full."""
    await broken.db.write(_no_more_pages)
    for n in range(2000):
        try:
            await broken.db.write(marks.put, f"fill-{n}", "x" * 1500)
        except DatabaseDown:
            return


@fault
async def deleted(broken: Broken) -> None:
    for file in broken.files():
        file.unlink(missing_ok=True)


@fault
async def without_its_key(broken: Broken) -> None:
    """The key file and then the data: what runs holds the key, but nothing can be stored."""
    broken.path.with_name("key").unlink()
    await deleted(broken)


@fault
async def replaced(broken: Broken) -> None:
    """An old copy in place of the file in use."""
    copy = broken.path.read_bytes()
    await deleted(broken)
    broken.path.write_bytes(copy)


@fault
async def overwritten(broken: Broken) -> None:
    for file in broken.files():
        if file.exists():
            file.write_bytes(b"not a database any more " * 2000)


@fault
async def hangs(broken: Broken) -> None:
    """A disk that does not answer."""
    for name in ("add", "_append_own"):
        broken.db.gate(name)


def _no_more_pages(conn: Connection) -> None:
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    conn.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.fixture
def broken(db: WatchedDatabase, database_url: str) -> Iterator[Broken]:
    broken = Broken(db, Path(database_url.removeprefix("sqlite:///")))
    with broken.undo:
        yield broken
    db.mend()


@pytest.fixture
async def site(
    db: WatchedDatabase, library: Library, tmp_path: Path, api: BotApi
) -> AsyncIterator[Site]:
    async with running(db, library, tmp_path, **telegram(api)) as site:
        yield site


@pytest.mark.parametrize("name", FAULTS)
async def test_a_running_programme_whose_database_breaks(
    site: Site, broken: Broken, name: str
) -> None:
    me = await site.session()
    await me.says("/start")
    await me.hears("start/welcome")
    await broken.calm()
    await FAULTS[name](broken)
    with in_time():
        await me.says(CRY)
        text = await answered(me)
    assert has_numbers(text)
    assert [x["n"] for x in me.lines] == sorted({x["n"] for x in me.lines})


@pytest.mark.parametrize("name", FAULTS)
async def test_telegram_when_the_database_breaks(
    site: Site, broken: Broken, api: BotApi, name: str
) -> None:
    person = api.person(77)
    await person.starts()
    await until(lambda: person.received)
    before = len(person.received)
    await broken.calm()
    await FAULTS[name](broken)
    with in_time():
        await person.writes(CRY)
        await until(lambda: len(person.received) > before)
    assert has_numbers(person.received[before].text)
    await asyncio.sleep(0.05)
    assert len(person.received) == before + 1


@pytest.mark.parametrize("name", ["deleted", "replaced"])
async def test_what_cannot_be_kept_is_not_acknowledged(
    site: Site, broken: Broken, name: str
) -> None:
    """A file that is gone takes writes as if it were there; nobody may hear that they are kept."""
    me = await site.session()
    await me.says("/start")
    await me.hears("start/welcome")
    await broken.calm()
    await FAULTS[name](broken)
    assert (await me.says(CALM)).status_code == 503


async def test_without_a_look_at_the_file_it_would_be(
    site: Site, broken: Broken, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: this is what SQLite does by itself."""
    me = await site.session()
    await broken.calm()
    monkeypatch.setattr(Watched, "_look", lambda watched: watched._file)
    await deleted(broken)
    assert (await me.says(CALM)).status_code == 202


async def test_other_words_are_not_answered_from_memory(site: Site, broken: Broken) -> None:
    """The control: only a cry for help goes around the outbox."""
    me = await site.session()
    broken.db.down = True
    assert (await me.says(CALM)).status_code == 503
    assert (await me.get(after=0, wait=0.05)).status_code == 503


async def test_what_was_told_from_memory_hides_nothing_of_later(site: Site, broken: Broken) -> None:
    """The page goes on from there when the database is back, and misses no line."""
    me = await site.session()
    await me.says("/start")
    await me.hears("start/welcome")
    broken.db.down = True
    await me.says(CRY)
    await answered(me)
    broken.db.down = False
    await me.says("đồng ý")
    await me.hears("registration/ask-role")
    numbers = [x["n"] for x in me.lines]
    assert numbers == sorted(set(numbers))
    again = (await me.get(after=0, wait=0)).json()["messages"]
    assert [x["n"] for x in again] == numbers  # also after a reload


async def test_the_page_that_long_polls_meanwhile_is_told(site: Site, broken: Broken) -> None:
    me = await site.session()
    broken.db.down = True
    poll = asyncio.create_task(me.get(after=0, wait=5))
    await asyncio.sleep(0.05)
    with in_time():
        await me.says(CRY)
        answer = await poll
    assert has_numbers(answer.json()["messages"][0]["text"])
