"""`read` and `write`: whole transactions, committed in groups, each caller on its own."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import marks
from storage.crypto import Cipher
from storage.database import Database, DatabaseDown, open_database
from storage.tables import marks as table
from storage.writer import GROUP_MOST


class Wrong(Exception):
    """A caller's own failure."""


def count(conn: Connection) -> int:
    return len(conn.execute(select(table.c.name)).all())


def fail_after_writing(conn: Connection, name: str) -> None:
    marks.put(conn, name, "must not stay")
    raise Wrong(name)


class Gate:
    """Work that holds the writer till it is opened, so that the others form one group."""

    def __init__(self) -> None:
        self._open = threading.Event()

    def work(self, _conn: Connection) -> None:
        self._open.wait(10)

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


async def test_what_was_written_is_read(db: Database, dialect: str) -> None:
    assert db.dialect == dialect
    await db.write(marks.put, "a", "1")
    await db.write(marks.put, "a", value="2")
    assert await db.read(marks.get, "a") == "2"
    assert await db.read(marks.get, name="b") is None


async def test_what_was_written_is_there_for_the_next_process(
    db: Database, database_url: str, cipher: Cipher
) -> None:
    await db.write(marks.put, "a", "1")
    other = open_database(database_url, cipher)
    assert await other.read(marks.get, "a") == "1"
    await other.close()


async def test_a_failing_caller_undoes_only_itself(db: Database, gate: Gate) -> None:
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    wanted = [
        db.write(fail_after_writing, f"bad{n}")
        if n % 3 == 1
        else db.write(marks.put, f"good{n}", "1")
        for n in range(30)
    ]
    group = asyncio.gather(*wanted, return_exceptions=True)
    await asyncio.sleep(0.01)
    gate.open()
    await first
    outcomes = await group
    for n, outcome in enumerate(outcomes):
        assert isinstance(outcome, Wrong) if n % 3 == 1 else outcome is None
        assert await db.read(marks.get, f"good{n}") == ("1" if n % 3 != 1 else None)
        assert await db.read(marks.get, f"bad{n}") is None


async def test_a_broken_rule_undoes_only_its_caller(db: Database, gate: Gate) -> None:
    def twice(conn: Connection) -> None:
        marks.put(conn, "before", "1")
        conn.execute(insert(table).values(name="good", value="2"))

    await db.write(marks.put, "good", "1")
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    group = asyncio.gather(
        db.write(marks.put, "a", "1"),
        db.write(twice),
        db.write(marks.put, "b", "1"),
        return_exceptions=True,
    )
    await asyncio.sleep(0.01)
    gate.open()
    await first
    outcomes = await group
    assert [type(o) for o in outcomes] == [type(None), IntegrityError, type(None)]
    assert await db.read(count) == 3
    assert await db.read(marks.get, "before") is None


async def test_more_callers_than_a_group_holds(db: Database, gate: Gate) -> None:
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    wanted = asyncio.gather(*(db.write(marks.put, str(n), "1") for n in range(GROUP_MOST + 50)))
    await asyncio.sleep(0)
    gate.open()
    await asyncio.gather(first, wanted)
    assert await db.read(count) == GROUP_MOST + 50


async def test_several_calls_with_an_outcome_each(db: Database) -> None:
    def work(conn: Connection, name: str) -> str:
        if name.startswith("bad"):
            fail_after_writing(conn, name)
        marks.put(conn, name, "1")
        return name

    names = ["a", "bad", "b", "bad too", "c"]
    outcomes = await db.write_each(work, [(name,) for name in names])
    assert [o for o in outcomes if not isinstance(o, BaseException)] == ["a", "b", "c"]
    assert [type(o) for o in outcomes[1::2]] == [Wrong, Wrong]
    assert await db.read(count) == 3
    assert await db.write_each(work, []) == []


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_callers_who_wait_share_one_commit(db: Database, gate: Gate) -> None:
    """Every caller sees the group's transaction: nothing of it is visible before the COMMIT."""
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    seen: list[int] = []

    def look(conn: Connection, name: str) -> None:
        marks.put(conn, name, "1")
        seen.append(count(conn))

    group = asyncio.gather(*(db.write(look, str(n)) for n in range(20)))
    await asyncio.sleep(0.01)
    assert await db.read(count) == 0
    gate.open()
    await asyncio.gather(first, group)
    assert seen == list(range(1, 21))


async def test_reading_never_writes(db: Database) -> None:
    with pytest.raises((DatabaseDown, DBAPIError)):
        await db.read(marks.put, "a", "1")
    assert await db.read(marks.get, "a") is None
    await db.write(marks.put, "a", "2")
    assert await db.read(marks.get, "a") == "2"


async def test_reading_goes_on_while_somebody_writes(db: Database, gate: Gate) -> None:
    await db.write(marks.put, "a", "1")
    slow = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    found = await asyncio.gather(*(db.read(marks.get, "a") for _ in range(20)))
    assert found == ["1"] * 20
    assert not slow.done()
    gate.open()
    await slow


async def test_a_readers_own_error_reaches_it(db: Database) -> None:
    def wrong(_conn: Connection) -> None:
        raise Wrong("reader")

    with pytest.raises(Wrong):
        await db.read(wrong)


async def test_a_caller_who_gives_up_does_not_stop_the_others(db: Database, gate: Gate) -> None:
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    impatient = asyncio.create_task(db.write(marks.put, "given up", "1"))
    failing = asyncio.create_task(db.write(fail_after_writing, "bad"))
    patient = asyncio.create_task(db.write(marks.put, "waited for", "1"))
    await asyncio.sleep(0)
    for task in (impatient, failing):
        task.cancel()
    for task in (impatient, failing):
        with pytest.raises(asyncio.CancelledError):
            await task
    gate.open()
    await first
    await patient
    assert await db.read(marks.get, "waited for") == "1"
    await db.write(marks.put, "later", "1")
    assert await db.read(marks.get, "bad") is None


async def test_closing_finishes_what_waits(database_url: str, cipher: Cipher, gate: Gate) -> None:
    db = open_database(database_url, cipher)
    first = asyncio.create_task(db.write(gate.work))
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(db.write(marks.put, str(n), "1")) for n in range(50)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(db.close())
    await asyncio.sleep(0.01)
    gate.open()
    await asyncio.gather(first, *waiting, closing)
    again = open_database(database_url, cipher)
    assert await again.read(count) == 50
    await again.close()


async def test_a_closed_database_refuses_at_once(database_url: str, cipher: Cipher) -> None:
    db = open_database(database_url, cipher)
    await db.close()
    with pytest.raises(DatabaseDown, match="closed"):
        await asyncio.wait_for(db.write(marks.put, "a", "1"), 5)
    with pytest.raises(DatabaseDown, match="closed"):
        await asyncio.wait_for(db.write_each(marks.put, [("a", "1")]), 5)
    with pytest.raises(DatabaseDown, match="closed"):
        await asyncio.wait_for(db.read(marks.get, "a"), 5)


async def test_writes_in_turn_are_on_disk_one_by_one(db: Database) -> None:
    """What one leaves is there for the next; a failing one stops neither those before nor after."""
    outcomes = await db.write_in_turn(
        [(marks.put, "a", "1"), (fail_after_writing, "b"), (marks.get, "a"), (count,)]
    )
    assert [type(o) for o in outcomes] == [type(None), Wrong, str, int]
    assert outcomes[2:] == ["1", 1]
    assert await db.write_in_turn([]) == []
