"""A copy is the whole database at one moment, and comes back on either engine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, insert, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import backup, sealed_copy
from storage.backup import snapshot
from storage.crypto import Cipher
from storage.database import sync_engine
from storage.schema import SchemaProblem, revision_of, upgrade
from storage.tables import audit, key_check, metadata, unanswered
from storage.zalo_tables import costs
from tests.engines import ENGINES, Postgres
from tests.storage.copies import Keys, copy, everything, fill, opened, put_back, unchanged
from tests.storage.families import NOW, TODAY

TOGETHER = 100


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture(params=ENGINES)
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a copy is put back: a database without a schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'back.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


def test_every_row_of_every_table_comes_back_on_either_engine(
    database_url: str, other_url: str, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    with opened(database_url, cipher) as engine:
        with engine.begin() as conn:
            fill(conn)
        before = everything(engine)
    assert all(before.values())  # the control: no table is empty
    done = put_back(other_url, cipher, copy(database_url, tmp_path / "c", keys), keys)
    with opened(other_url, cipher) as engine:
        after = everything(engine)
    assert unchanged(after) == unchanged(before)
    assert after["officer_sessions"] == []
    assert after["audit"][:-1] == before["audit"]
    assert done.header.rows == sum(map(len, before.values()))


def test_what_is_added_afterwards_gets_numbers_of_its_own(
    database_url: str, other_url: str, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    with opened(database_url, cipher) as engine, engine.begin() as conn:
        fill(conn)
    put_back(other_url, cipher, copy(database_url, tmp_path / "c", keys), keys)
    with opened(other_url, cipher) as engine, engine.begin() as conn:
        table = metadata.tables["caregivers"]
        last = conn.execute(select(func.max(table.c.id))).scalar_one()
        values = {"state": "new", "frequency": "x", "send_minutes": 1}
        made = conn.execute(insert(table).values(**values, created_at=NOW, seen_at=NOW))
        assert made.inserted_primary_key == (last + 1,)


def test_what_may_not_be_changed_cannot_be_changed_after_a_restore_either(
    database_url: str, other_url: str, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    put_back(other_url, cipher, copy(database_url, tmp_path / "c", keys), keys)
    spoil = update(audit).values(actor="somebody else")
    refused = pytest.raises(DBAPIError, match="append-only")
    with opened(other_url, cipher) as engine, engine.connect() as conn, refused:
        conn.execute(spoil)


def test_a_pointer_to_nothing_is_refused_afterwards_as_before(
    database_url: str, other_url: str, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    put_back(other_url, cipher, copy(database_url, tmp_path / "c", keys), keys)
    links = metadata.tables["heard"]
    refused = pytest.raises(IntegrityError)
    with opened(other_url, cipher) as engine, engine.connect() as conn, refused:
        conn.execute(insert(links).values(address_id=7, at=NOW))


# --- one state -----------------------------------------------------------------------------------


def _hundred(conn: Connection) -> None:
    """60 in a table that is read early, 40 in one that is read late."""
    price = {"route": "r", "month": "2026-11", "way": "free", "legal": False, "price": 60}
    conn.execute(insert(costs).values(outbox_id=1, **price))
    conn.execute(insert(unanswered).values(day=TODAY, near="x", times=40))


def _move(engine: Engine) -> None:
    """Five from the late table to the early one, as one act."""
    with engine.begin() as conn:
        conn.execute(update(costs).values(price=costs.c.price + 5))
        conn.execute(update(unanswered).values(times=unanswered.c.times - 5))


def _sums(url: str, cipher: Cipher) -> tuple[int, int]:
    with opened(url, cipher) as engine, engine.connect() as conn:
        early = conn.execute(select(func.sum(costs.c.price))).scalar_one()
        return early, conn.execute(select(func.sum(unanswered.c.times))).scalar_one()


def test_writes_that_go_on_meanwhile_are_in_it_wholly_or_not_at_all(
    database_url: str, engine: Engine, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    with engine.begin() as conn:
        _hundred(conn)
    with snapshot(database_url, NOW) as found:

        def lines() -> Iterator[bytes]:
            for line in found.lines(lambda _: None):
                yield line
                if b"table" in line[:10]:
                    _move(engine)  # between any two tables

        sealed_copy.write(tmp_path / "c", lines(), keys.recipients)
    engine.dispose()
    back = f"sqlite:///{tmp_path / 'back.db'}"
    put_back(back, cipher, tmp_path / "c", keys)
    assert _sums(back, cipher) == (60, 40)
    assert sum(_sums(database_url, cipher)) == TOGETHER
    assert _sums(database_url, cipher) != (60, 40)  # the control: they did go on


def test_two_looks_instead_of_one_would_be_noticed(
    database_url: str, engine: Engine, cipher: Cipher
) -> None:
    """The control."""
    with engine.begin() as conn:
        _hundred(conn)
    early = _sums(database_url, cipher)[0]
    _move(engine)
    late = _sums(database_url, cipher)[1]
    assert early + late != TOGETHER


def test_a_snapshot_cannot_write(database_url: str) -> None:
    one_more = insert(unanswered).values(day=TODAY, near="x", times=1)
    with snapshot(database_url, NOW) as found, pytest.raises(DBAPIError, match=r"read.?only"):
        found.conn.execute(one_more)


# --- older schemas -------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["0004", "0006"])
def test_a_copy_of_an_older_schema_is_brought_up(
    empty_url: str, other_url: str, cipher: Cipher, keys: Keys, tmp_path: Path, revision: str
) -> None:
    if empty_url.startswith("sqlite"):
        Path(empty_url.removeprefix("sqlite:///")).parent.mkdir()
    with opened(empty_url, cipher) as engine, engine.begin() as conn:
        upgrade(conn, revision)
        conn.execute(insert(key_check).values(id=1, sealed="Đồng Hành"))
        conn.execute(text("INSERT INTO marks (name, value) VALUES ('old', :it)"), {"it": revision})
        assert "tombstones" not in backup.names_of(conn)
    path = copy(empty_url, tmp_path / "c", keys)
    assert put_back(other_url, cipher, path, keys).header.revision == revision
    with opened(other_url, cipher) as engine, engine.connect() as conn:
        newest = revision_of(conn)
        assert newest is not None
        assert newest > revision
        old = conn.execute(text("SELECT value FROM marks WHERE name = 'old'")).scalar_one()
        assert old == revision


# --- refused -------------------------------------------------------------------------------------


def test_nothing_is_copied_where_nothing_is(empty_url: str) -> None:
    path = Path(empty_url.removeprefix("sqlite:///"))
    with pytest.raises(SchemaProblem, match=r"there is no|is empty"), snapshot(empty_url, NOW):
        pass
    assert not path.exists()


def test_a_column_that_no_copy_knows_is_refused(conn: Connection) -> None:
    conn.execute(text("ALTER TABLE marks ADD COLUMN odd FLOAT"))
    with pytest.raises(TypeError, match="columns of"):
        backup.stored_rows(conn, "marks")


def test_a_copy_that_breaks_leaves_no_file(database_url: str, keys: Keys, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())

    def broken() -> Iterator[bytes]:
        yield b"x" * 200_000
        raise ValueError("the database is gone")

    with pytest.raises(ValueError, match="the database is gone"):
        sealed_copy.write(tmp_path / "c", broken(), keys.recipients)
    assert sorted(tmp_path.iterdir()) == before


def test_a_copy_is_never_written_over_another(keys: Keys, tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_bytes(b"precious")
    with pytest.raises(sealed_copy.FileThere):
        sealed_copy.write(path, iter([b"x"]), keys.recipients)
    assert path.read_bytes() == b"precious"


def test_any_one_of_several_identities_opens_it(
    database_url: str, cipher: Cipher, keys: Keys, tmp_path: Path
) -> None:
    (tmp_path / "two").mkdir()
    other = Keys(tmp_path / "two")
    both = [*keys.recipients, *other.recipients]
    with snapshot(database_url, NOW) as found:
        backup.write(found, tmp_path / "c", both, lambda _: None)
    for n, one in enumerate((keys, other)):
        put_back(f"sqlite:///{tmp_path / f'{n}.db'}", cipher, tmp_path / "c", one)


def test_progress_hears_of_every_row(database_url: str, cipher: Cipher, keys: Keys) -> None:
    engine = sync_engine(database_url, cipher)
    with engine.begin() as conn:
        marks: Any = metadata.tables["marks"]
        conn.execute(insert(marks), [{"name": f"m{n}", "value": "x"} for n in range(1200)])
    engine.dispose()
    heard: list[int] = []
    with snapshot(database_url, NOW + timedelta(1)) as found:
        for _ in found.lines(heard.append):
            pass
    assert sum(heard) == found.header.rows == 1201
    assert max(heard) <= backup.ROWS_AT_ONCE  # never all at once
