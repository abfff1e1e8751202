"""Whatever is broken: 115, 111 and 113 within two seconds, on the web chat and on Telegram."""

import asyncio
import contextlib
import dataclasses
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from bot import running as starting
from bot.config import Settings
from bot.emergency_only import TEXT_FILE, EmergencyOnly
from channels.telegram import Telegram
from content.library import ROOT as CONTENT
from content.library import ContentBroken, Library, load
from tests.bot.sites import LINE, Site, Visitor, running, settings
from tests.fakes import WatchedDatabase, until
from tests.standins.bot_api import TOKEN, BotApi

CRY = "cứu với, con em bị co giật"
CALM = "bé nhà em hôm nay rất vui"
NUMBERS = ("115", "111", "113")
IN_TIME = 2.0
FAULTS: dict[str, Callable[["Broken"], Any]] = {}


@pytest.fixture
def dialect() -> str:
    """These are the troubles of a file; PostgreSQL that is away is `down` below."""
    return "sqlite"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(rate=None, chat_gap=None) as api:
        yield api


def telegram(api: BotApi) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}


def has_numbers(text: str) -> bool:
    return all(re.search(rf"\b{number}\b", text) for number in NUMBERS)


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < IN_TIME


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


@fault
async def deleted(broken: Broken) -> None:
    for file in broken.files():
        file.unlink(missing_ok=True)


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
    filler = "x" * 3000
    for n in range(2000):  # what is free inside the file goes too
        try:
            conn.exec_driver_sql("INSERT INTO marks VALUES (?, ?)", (f"fill-{n}", filler))
        except Exception:
            return


@pytest.fixture
def broken(db: WatchedDatabase, database_url: str) -> Iterator[Broken]:
    broken = Broken(db, Path(database_url.removeprefix("sqlite:///")))
    with broken.undo:
        yield broken


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
    await FAULTS[name](broken)
    with in_time():
        await person.writes(CRY)
        await until(lambda: len(person.received) > before)
    assert has_numbers(person.received[before].text)
    await asyncio.sleep(0.05)
    assert len(person.received) == before + 1


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


# --- a programme that cannot start ---------------------------------------------------------------


@contextlib.asynccontextmanager
async def only(wanted: Settings) -> AsyncIterator[tuple[EmergencyOnly, httpx.AsyncClient]]:
    minimal = EmergencyOnly(wanted, "the key is missing")
    transport = httpx.ASGITransport(Starlette(routes=minimal.routes()))
    async with httpx.AsyncClient(transport=transport, base_url=LINE) as client:
        yield minimal, client


async def test_the_web_chat_answers_everything_with_the_numbers(tmp_path: Path) -> None:
    async with only(settings(tmp_path)) as (minimal, client):
        token = (await client.post("/api/chat/sessions")).json()["session"]
        me = Visitor(client, token)
        with in_time():
            poll = asyncio.create_task(me.get(after=0, wait=20))
            await asyncio.sleep(0.02)
            assert (await me.says(CALM)).status_code == 202
            lines = (await poll).json()["messages"]
        assert [x["text"] for x in lines] == [minimal.text]
        assert has_numbers(minimal.text)
        stranger = Visitor(client, "another-token-altogether")
        assert (await stranger.get(after=0, wait=0)).json() == {"messages": []}


async def test_a_page_that_was_open_before_sees_the_answer(tmp_path: Path) -> None:
    """It has seen 57 lines and asks for what comes after; thirty answers, and none is hidden."""
    async with only(settings(tmp_path)) as (_, client):
        me = Visitor(client, "a-token-of-better-days")
        after: float = 57
        for _ in range(30):
            await me.says(CRY)
            lines = (await me.get(after=after, wait=1)).json()["messages"]
            assert len(lines) == 1
            assert lines[0]["n"] > after
            after = lines[0]["n"]
        assert after < 58


async def test_its_pages_and_probes(tmp_path: Path) -> None:
    async with only(settings(tmp_path)) as (_, client):
        assert has_numbers((await client.get("/")).text)
        page = await client.get("/chat")
        assert page.status_code == 200
        assert "text/html" in page.headers["content-type"]
        assert (await client.get("/chat/chat.js")).status_code == 200
        assert (await client.get("/chat/..%2fapi.py")).status_code == 404
        for probe in ("/healthz", "/readyz"):
            assert (await client.get(probe)).status_code == 503


async def test_telegram_answers_everything_too(tmp_path: Path, api: BotApi) -> None:
    async with only(settings(tmp_path, **telegram(api))) as (minimal, _):
        assert isinstance(minimal.telegram, Telegram)
        await minimal.telegram.start(minimal.receive)
        person = api.person(77)
        try:
            with in_time():
                await person.writes(CALM)
                await until(lambda: person.received)
            assert has_numbers(person.received[0].text)
            await person.writes(CALM)
            await asyncio.sleep(0.05)
            assert len(person.received) == 1  # at most every thirty seconds
        finally:
            await minimal.telegram.stop()


def test_the_text_needs_nothing_but_its_own_file(tmp_path: Path) -> None:
    assert has_numbers(TEXT_FILE.read_text(encoding="utf-8"))
    assert EmergencyOnly(settings(tmp_path), "x").text == load().emergency


# --- when that is what runs ----------------------------------------------------------------------


@pytest.fixture
def reasons(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why the emergency answers were started; each time they are told to stop at once."""
    found: list[str] = []

    async def serve(settings: Settings, why: str, *more: object) -> bool:
        found.append(why)
        return False

    monkeypatch.setattr("bot.emergency_only.serve_emergency", serve)
    monkeypatch.setattr("bot.running.os.umask", lambda mask: None)
    return found


def start(wanted: Settings) -> int:
    return starting.run_all(wanted, "", "127.0.0.1", 0)


def prepared(folder: Path) -> Settings:
    """As after a first start."""
    wanted = settings(folder / "data")
    opened = starting.open_or_refuse(wanted)
    asyncio.run(opened.db.close())
    if opened.lock is not None:
        starting.lock.release(opened.lock)
    return wanted


def test_the_key_is_missing(
    tmp_path: Path, reasons: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = prepared(tmp_path)
    wanted.key_file.unlink()
    assert start(wanted) == starting.FAILED
    assert "key" in reasons[0]
    first, second = capsys.readouterr().err.splitlines()
    assert first == reasons[0]
    assert "emergency numbers" in second
    assert not wanted.key_file.exists()  # never a second one in silence


def test_the_key_is_another_one(tmp_path: Path, reasons: list[str]) -> None:
    wanted = prepared(tmp_path)
    other = prepared(tmp_path / "other")
    shutil.copy(other.key_file, wanted.key_file)
    assert start(wanted) == starting.FAILED
    assert "key" in reasons[0]


def test_the_database_is_garbage(tmp_path: Path, reasons: list[str]) -> None:
    wanted = prepared(tmp_path)
    path = Path(wanted.database_url.removeprefix("sqlite:///"))
    path.write_bytes(b"garbage " * 1000)
    assert start(wanted) == starting.FAILED
    assert "database" in reasons[0]


def test_the_data_folder_cannot_be_used(tmp_path: Path, reasons: list[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert start(settings(tmp_path / "file" / "below")) == starting.FAILED
    assert "cannot be written" in reasons[0]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("places.yaml", ": [ not yaml"),
        ("programme/tips/infant.yaml", "- id: tip-x\n  kind: nonsense\n"),
        ("text/vi/labels.yaml", "just words"),
        ("text/vi/flows/menu/help.md", "{% if %}"),
    ],
)
def test_the_content_is_broken(
    tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch, file: str, text: str
) -> None:
    copy = tmp_path / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (copy / file).write_text(text, encoding="utf-8")
    with pytest.raises(ContentBroken):
        load(copy)
    monkeypatch.setattr("bot.running.load_library", lambda: load(copy))
    wanted = dataclasses.replace(settings(tmp_path / "data"))
    assert start(wanted) == starting.FAILED
    assert reasons[0].startswith("the content is broken: ")
    assert Path(file).name in reasons[0]


def test_all_is_well(tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: then the whole programme starts, and not this."""
    served: list[Settings] = []

    async def serve(wanted: Settings, *more: Any) -> None:
        served.append(wanted)
        await more[1].close()

    monkeypatch.setattr("bot.running._serve", serve)
    assert start(prepared(tmp_path)) == 0
    assert len(served) == 1
    assert not reasons


def test_it_comes_back_by_itself(
    tmp_path: Path, reasons: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = prepared(tmp_path)
    kept = wanted.key_file.read_bytes()
    wanted.key_file.unlink()

    async def mended(settings: Settings, why: str, *more: object) -> bool:
        reasons.append(why)
        wanted.key_file.write_bytes(kept)
        return True

    async def serve(wanted: Settings, *more: Any) -> None:
        await more[1].close()

    monkeypatch.setattr("bot.emergency_only.serve_emergency", mended)
    monkeypatch.setattr("bot.running._serve", serve)
    assert start(wanted) == 0
    assert len(reasons) == 1
