"""When the database cannot: DatabaseDown, nothing half done, and recovery."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError

from storage import database as database_module
from storage import marks, writer
from storage.crypto import Cipher
from storage.database import Database, DatabaseDown, open_database
from storage.tables import marks as table
from tests.engines import Postgres

sqlite_only = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)


def pragma(conn: Connection, words: str) -> int:
    value: int = conn.exec_driver_sql(f"PRAGMA {words}").scalar_one()
    return value


def stop_growing(conn: Connection) -> None:
    pragma(conn, f"max_page_count={pragma(conn, 'page_count')}")


def fill(conn: Connection, name: str) -> None:
    marks.put(conn, name, "small")
    conn.execute(insert(table).values(name=f"{name} large", value="x" * 500_000))


@pytest.fixture
def sqlite_path(database_url: str) -> Path:
    return Path(make_url(database_url).database or "")


@sqlite_only
async def test_a_full_disk(db: Database) -> None:
    await db.write(marks.put, "before", "1")
    await db.write(stop_growing)
    with pytest.raises(DatabaseDown, match="full"):
        await db.write(fill, "a")
    assert await db.read(marks.get, "a") is None
    assert await db.read(marks.get, "before") == "1"
    assert await db.read(lambda conn: pragma(conn, "max_page_count")) > 0

    await db.write(lambda conn: pragma(conn, "max_page_count=100000"))
    await db.write(fill, "a")
    assert await db.read(marks.get, "a") == "small"
    checked = await db.read(lambda conn: conn.exec_driver_sql("PRAGMA integrity_check").scalar())
    assert checked == "ok"


@sqlite_only
@pytest.mark.parametrize("again", ["never", "other", "back"])
async def test_a_file_that_is_deleted_stores_nothing_any_more(
    db: Database, sqlite_path: Path, again: str
) -> None:
    """SQLite itself would write on happily, into nothing."""
    await db.write(marks.put, "before", "1")
    away = sqlite_path.with_name("away.db")
    away.hardlink_to(sqlite_path)
    sqlite_path.unlink()
    if again == "other":
        sqlite_path.write_bytes(away.read_bytes())
    with pytest.raises(DatabaseDown, match="taken away"):
        await db.write(marks.put, "a", "1")
    with pytest.raises(DatabaseDown, match="taken away"):
        await db.write_each(marks.put, [("a", "1"), ("b", "2")])
    with pytest.raises(DatabaseDown, match="taken away"):
        await db.write_in_turn([(marks.put, "a", "1")])
    if again == "back":
        away.rename(sqlite_path)
        assert await db.read(marks.get, "a") is None
        await db.write(marks.put, "a", "1")
        assert await db.read(marks.get, "a") == "1"


@sqlite_only
async def test_a_file_deleted_while_it_is_written_to_stores_nothing(
    db: Database, sqlite_path: Path
) -> None:
    with pytest.raises(DatabaseDown, match="taken away"):
        await db.write(_put_and_unlink, sqlite_path)


def _put_and_unlink(conn: Connection, path: Path) -> None:
    marks.put(conn, "a", "1")
    path.unlink()


@sqlite_only
async def test_several_calls_on_a_full_disk(db: Database) -> None:
    await db.write(stop_growing)
    with pytest.raises(DatabaseDown, match="full"):
        await db.write_each(fill, [("a",), ("b",)])
    assert await db.read(marks.get, "a") is None


@sqlite_only
async def test_a_full_disk_never_says_done_for_what_is_not_there(db: Database) -> None:
    """Callers in one group with the one that fills the disk: told the truth, each of them."""
    await db.write(stop_growing)
    wanted = [
        db.write(fill if n == 7 else marks.put, f"k{n}", *("1",) * (n != 7)) for n in range(15)
    ]
    outcomes = await asyncio.gather(*wanted, return_exceptions=True)
    assert isinstance(outcomes[7], DatabaseDown)
    for n, outcome in enumerate(outcomes):
        assert outcome is None or isinstance(outcome, DatabaseDown)
        assert (await db.read(marks.get, f"k{n}") is not None) == (outcome is None)


@sqlite_only
async def test_a_full_disk_is_told_even_if_the_work_did_not_notice(db: Database) -> None:
    """A full disk undoes the whole group; going on after it must not look like success."""

    def careless(conn: Connection) -> None:
        with contextlib.suppress(DBAPIError):
            fill(conn, "a")

    await db.write(stop_growing)
    outcomes = await asyncio.gather(
        db.write(marks.put, "before", "1"), db.write(careless), return_exceptions=True
    )
    for name, outcome in zip(("before", "a"), outcomes, strict=True):
        assert outcome is None or isinstance(outcome, DatabaseDown)
        assert (await db.read(marks.get, name) is not None) == (outcome is None)


@sqlite_only
async def test_a_database_that_another_process_holds(
    database_url: str, cipher: Cipher, sqlite_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "BUSY_MS", 20)
    db = open_database(database_url, cipher)
    await db.write(marks.put, "before", "1")
    other = sqlite3.connect(sqlite_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseDown, match="locked"):
        await db.write(marks.put, "a", "1")
    assert await db.read(marks.get, "before") == "1"
    other.execute("ROLLBACK")
    other.close()
    await db.write(marks.put, "a", "1")
    assert await db.read(marks.get, "a") == "1"
    await db.close()


@sqlite_only
async def test_too_many_writes_wait(
    database_url: str, cipher: Cipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "WAITING_MOST", 5)
    db = open_database(database_url, cipher)
    wanted = (db.write(marks.put, str(n), "1") for n in range(50))
    outcomes = await asyncio.gather(*wanted, return_exceptions=True)
    assert any(isinstance(outcome, DatabaseDown) for outcome in outcomes)
    for n, outcome in enumerate(outcomes):
        assert (await db.read(marks.get, str(n)) is not None) == (outcome is None)
    await db.close()


@sqlite_only
async def test_a_file_that_is_damaged_while_running(
    database_url: str, cipher: Cipher, sqlite_path: Path
) -> None:
    sqlite_path.write_bytes(b"\x00" * 4096 + b"no database" * 4096)
    db = open_database(database_url, cipher)
    with pytest.raises(DatabaseDown):
        await db.read(marks.get, "a")
    with pytest.raises(DatabaseDown):
        await db.write(marks.put, "a", "1")
    await db.close()


@pytest.fixture
def stoppable(postgres: Postgres) -> Iterator[Postgres]:
    """The server; running again afterwards, whatever the test did."""
    yield postgres
    postgres.start()


@postgres_only
async def test_a_server_that_stops_and_comes_back(db: Database, stoppable: Postgres) -> None:
    await asyncio.gather(*(db.write(marks.put, str(n), "1") for n in range(8)))
    stoppable.stop()
    with pytest.raises(DatabaseDown):
        await db.write(marks.put, "lost", "1")
    with pytest.raises(DatabaseDown):
        await db.read(marks.get, "0")
    stoppable.start()
    found = await asyncio.gather(*(db.read(marks.get, str(n)) for n in range(8)))
    assert found == ["1"] * 8
    await asyncio.gather(*(db.write(marks.put, f"new{n}", "1") for n in range(8)))
    assert await db.read(marks.get, "lost") is None


@postgres_only
async def test_a_connection_cut_within_a_transaction(db: Database, database_url: str) -> None:
    def cut(conn: Connection) -> None:
        marks.put(conn, "cut", "1")
        pid = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        marks.put(conn, "cut", "2")

    with pytest.raises(DatabaseDown):
        await db.write(cut)
    assert await db.read(marks.get, "cut") is None
    await db.write(marks.put, "cut", "3")
    assert await db.read(marks.get, "cut") == "3"
