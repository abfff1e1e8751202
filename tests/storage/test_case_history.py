"""The history of cases is one chain: whatever is changed in it without the key is noticed."""

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from care.cases import Act, Danger
from storage import case_acts, case_files, case_history, cases, marks
from storage.case_tables import case_history as table
from storage.crypto import Cipher
from storage.database import Database, give_cipher
from tests.console.desk import NOW
from tests.storage.casework import again, grow, report, viewer

REFUSED = "the history of cases is append-only"
COLUMNS = ("case_id", "at", "actor", "act", "detail", "hash")
EDITS = (*COLUMNS, "delete", "swap", "copy", "cut", "forge")
PLACES = {"sqlite": 1000, "postgresql": 150}
Row = dict[str, Any]


def live(conn: Connection) -> int:
    """Some cases with everything that happens to them; returns the number of lines."""
    ids = grow(conn)
    me, other = viewer(conn, ids["20a"], 7), viewer(conn, ids["20a"], 8)
    for seed in range(3):
        code, case = report(conn, ids["20a"], seed=seed, at=NOW + seed * timedelta(hours=1))
        case_files.read(conn, me, case, NOW)
        case_acts.take(conn, me, again(conn, case), NOW)
        case_acts.assess(conn, me, again(conn, case), Danger.HIGH, "nặng", NOW)
        case_acts.plan(conn, me, again(conn, case), "kế hoạch", NOW)
        case_acts.add_step(conn, me, again(conn, case), "thăm nhà", None, NOW)
        case_acts.note(conn, other, again(conn, case), "đã gọi", NOW)
        cases.add_by_code(conn, code, "thêm", NOW)
        cases.status_by_code(conn, code, NOW)
        case_acts.ask_close(conn, me, again(conn, case), "xong", NOW)
        case_acts.close(conn, other, again(conn, case), "đồng ý", NOW)
    return len(conn.execute(select(table.c.seq)).all())


def unlock(conn: Connection) -> None:
    """As somebody does who owns the database but not the key."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("ALTER TABLE case_history DISABLE TRIGGER USER"))
    else:
        conn.execute(text("DROP TRIGGER case_history_not_changed"))
        conn.execute(text("DROP TRIGGER case_history_not_deleted"))


@pytest.fixture
def chain(conn: Connection) -> list[Row]:
    """Every line, in a database that lets one change them."""
    live(conn)
    unlock(conn)
    return _rows(conn)


def _rows(conn: Connection) -> list[Row]:
    return [dict(row._mapping) for row in conn.execute(select(table).order_by(table.c.seq))]


def spoil(conn: Connection, rows: list[Row], edit: str, chance: random.Random) -> bool:
    """Changes one place; False where that would change nothing."""
    row = chance.choice(rows)
    mine = table.c.seq == row["seq"]
    if edit in COLUMNS:
        value = _another(row, edit, rows, chance)
        conn.execute(update(table).where(mine).values({edit: value}))
        return bool(value != row[edit])
    if edit == "delete":
        conn.execute(delete(table).where(mine))
    elif edit == "cut":
        conn.execute(delete(table).where(table.c.seq >= row["seq"]))
    elif edit == "swap":
        other = chance.choice(rows)
        _put(conn, row["seq"], other)
        _put(conn, other["seq"], row)
        return bool(other["seq"] != row["seq"])
    elif edit == "copy":  # a line that was never written, with everything of one that was
        conn.execute(insert(table).values(**{**row, "seq": len(rows) + 1}))
    else:  # a line is changed and everything after it is sealed anew, with another key
        conn.execute(update(table).where(mine).values(actor="officer:99"))
        _seal_anew(conn, row["seq"], Cipher(chance.randbytes(32)))
    return True


def _another(row: Row, column: str, rows: list[Row], chance: random.Random) -> Any:
    value = row[column]
    if column == "at":
        return value + timedelta(microseconds=chance.choice([-1, 1, 10**9]))
    if column == "case_id":
        return value + chance.choice([-1, 1])
    if column == "act":
        return chance.choice([act.value for act in Act])
    if column == "actor":
        return chance.choice(["officer:7", "officer:8", "officer:77", "reporter", "clock", ""])
    if column == "hash":
        return chance.choice(rows)["hash"]
    kept = bytes(value or b"")
    place = chance.randrange(len(kept) + 1)
    changed = kept[:place] + bytes([chance.randrange(256)]) + kept[place + 1 :]
    return chance.choice([None, b"", changed]) if kept else changed


def _put(conn: Connection, seq: int, row: Row) -> None:
    """Everything of a line but its number and hash at another place."""
    values = {name: row[name] for name in ("case_id", "at", "actor", "act", "detail")}
    conn.execute(update(table).where(table.c.seq == seq).values(**values))


def _seal_anew(conn: Connection, first: int, other: Cipher) -> None:
    before = ""
    for row in _rows(conn):
        if row["seq"] >= first:
            at = row["at"].isoformat()
            parts = (str(row["seq"]), str(row["case_id"]), at, row["actor"], row["act"])
            made = other.link(*parts, (row["detail"] or b"").hex(), before)
            conn.execute(update(table).where(table.c.seq == row["seq"]).values(hash=made))
            before = made
        else:
            before = row["hash"]
    marks.put(conn, case_history.HEAD, f"{_rows(conn)[-1]['seq']} {before}")


def missed(conn: Connection, rows: list[Row], places: int) -> list[str]:
    """Edits at random places, each undone; those that nobody would notice."""
    chance, found, done = random.Random(11), [], 0
    while done < places:
        edit = EDITS[done % len(EDITS)]
        attempt = conn.begin_nested()
        if spoil(conn, rows, edit, chance):
            done += 1
            if case_history.broken_at(conn) is None:
                found.append(edit)
        attempt.rollback()
    return found


def test_whatever_is_changed_or_deleted_is_noticed(conn: Connection, chain: list[Row]) -> None:
    assert len(chain) == 33
    assert missed(conn, chain, PLACES[conn.dialect.name]) == []
    assert case_history.broken_at(conn) is None


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_without_the_keyed_hash_it_would_not_be(
    conn: Connection, chain: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: who can make the hashes may write what he likes."""
    monkeypatch.setattr(Cipher, "link", lambda self, *parts: "0" * 64)
    conn.execute(update(table).values(hash="0" * 64))
    marks.put(conn, case_history.HEAD, f"{len(chain)} {'0' * 64}")
    assert case_history.broken_at(conn) is None
    assert {"case_id", "at", "actor", "act", "detail", "swap"} <= set(missed(conn, chain, 200))


def test_the_first_broken_line_is_named(conn: Connection, chain: list[Row]) -> None:
    conn.execute(update(table).where(table.c.seq.in_([12, 20])).values(actor="x"))
    assert case_history.broken_at(conn) == 12


def test_a_line_that_is_no_line_at_all_is_broken_too(conn: Connection, chain: list[Row]) -> None:
    if conn.dialect.name == "sqlite":  # PostgreSQL keeps what is no date out itself
        conn.execute(text("UPDATE case_history SET at = 'gestern' WHERE seq = 5"))
        assert case_history.broken_at(conn) is not None
    conn.execute(delete(table))
    assert case_history.broken_at(conn) == 1


def test_the_end_cut_off_together_with_its_mark_is_seen_from_a_note_outside(
    conn: Connection, chain: list[Row]
) -> None:
    """The known limit: an old copy of the database is whole. So the head is noted elsewhere."""
    noted = case_history.head(conn)
    old = chain[-4]
    conn.execute(delete(table).where(table.c.seq > old["seq"]))
    marks.put(conn, case_history.HEAD, f"{old['seq']} {old['hash']}")
    assert case_history.broken_at(conn) is None
    assert not case_history.holds(conn, noted)
    assert case_history.holds(conn, f"{old['seq']} {old['hash']}")
    assert case_history.holds(conn, "0")
    assert not case_history.holds(conn, f"3 {old['hash']}")


def test_the_chain_goes_on_over_all_cases_and_a_lost_mark_is_noticed(
    conn: Connection, chain: list[Row]
) -> None:
    assert [row["seq"] for row in chain] == list(range(1, len(chain) + 1))
    assert case_history.head(conn) == f"{len(chain)} {chain[-1]['hash']}"
    marks.put(conn, case_history.HEAD, "0 ")
    assert case_history.broken_at(conn) is not None


async def test_many_at_once_make_one_chain(db: Database) -> None:
    ids = await db.write(grow)
    made = await asyncio.gather(
        *(db.write(report, ids["20a"], seed=seed) for seed in range(12)),
    )
    await asyncio.gather(
        *(db.write(cases.add_by_code, code, f"thêm {n}", NOW) for code, _ in made for n in range(3))
    )
    assert await db.read(case_history.broken_at) is None
    assert (await db.read(case_history.head)).startswith("48 ")


def test_an_empty_history_is_whole(conn: Connection) -> None:
    assert (case_history.broken_at(conn), case_history.head(conn)) == (None, "0")
    assert case_history.verify(conn, "") == (None, "0", True)


def test_another_key_finds_the_first_line_broken(engine: Engine) -> None:
    with engine.begin() as conn:
        live(conn)
    give_cipher(engine, Cipher(bytes(32)))
    with engine.begin() as conn:
        assert case_history.broken_at(conn) == 1


CHANGES = [
    "UPDATE case_history SET actor = 'nobody' WHERE seq = 1",
    "UPDATE case_history SET detail = NULL",
    "DELETE FROM case_history WHERE seq = 2",
    "DELETE FROM case_history",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses(engine: Engine, change: str) -> None:
    with engine.begin() as conn:
        live(conn)
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as conn:
        conn.execute(text(change))
    with engine.begin() as conn:
        assert case_history.broken_at(conn) is None


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_the_history_cannot_be_emptied_at_once(engine: Engine) -> None:
    with engine.begin() as conn:
        live(conn)
    with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as conn:
        conn.execute(text("TRUNCATE case_history"))
