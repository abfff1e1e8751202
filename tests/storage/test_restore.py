"""All of a copy comes back, or the database stays as it was."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from storage import restore, sealed_copy
from storage.backup import names_of, snapshot, stored_rows
from storage.copy_lines import Damaged, Header, Lines
from storage.crypto import Cipher, KeyProblem, make_key
from storage.restore import InUse, NotEmpty
from storage.schema import SchemaProblem
from storage.sealed_copy import BadKey
from storage.tables import marks
from tests.storage.copies import Keys, copy, everything, fill, opened, put_back
from tests.storage.families import NOW

CHUNK = 64 * 1024
LARGE = 4 * CHUNK
ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


class Place:
    """A database with data, and a copy of it from before the last change."""

    def __init__(self, url: str, cipher: Cipher, keys: Keys, folder: Path) -> None:
        self.url, self.cipher, self.keys = url, cipher, keys
        with opened(url, cipher) as engine, engine.begin() as conn:
            fill(conn)
            noise = secrets.token_hex(LARGE)
            conn.execute(insert(marks).values(name="noise", value=noise))
        self.copy = copy(url, folder / "copy", keys)
        with opened(url, cipher) as engine, engine.begin() as conn:
            conn.execute(insert(marks).values(name="since", value="x"))
        self.before = self.rows()

    def rows(self) -> Any:
        with opened(self.url, self.cipher) as engine:
            return everything(engine)

    def refuses(self, path: Path, why: type[Exception], **others: Any) -> str:
        """With nothing changed and nothing left behind; returns what it says."""
        given: dict[str, Any] = {"cipher": self.cipher, "keys": self.keys, **others}
        beside = sorted(path.parent.iterdir())
        with pytest.raises(why) as caught:
            put_back(self.url, path=path, replace=True, **given)
        assert self.rows() == self.before
        assert [p for p in sorted(path.parent.iterdir()) if "restoring" in p.name] == []
        assert {p.name for p in beside} <= {p.name for p in path.parent.iterdir()}
        return str(caught.value)

    def altered(self, change: Callable[[bytes], bytes]) -> Path:
        path = self.copy.with_name("altered")
        path.write_bytes(change(self.copy.read_bytes()))
        return path

    def rewritten(self, change: Callable[[list[bytes]], list[bytes]]) -> Path:
        """By somebody who has the public key: age itself finds nothing wrong."""
        lines: list[bytes] = []
        sealed_copy.read(self.copy, self.keys.identities, lines.append)
        path = self.copy.with_name("rewritten")
        path.unlink(missing_ok=True)
        sealed_copy.write(path, change(lines), self.keys.recipients)
        return path


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def place(database_url: str, cipher: Cipher, keys: Keys, tmp_path: Path) -> Place:
    return Place(database_url, cipher, keys, tmp_path)


def test_the_copy_takes_the_place_of_what_is_there_only_when_told_to(place: Place) -> None:
    with pytest.raises(NotEmpty):
        put_back(place.url, place.cipher, place.copy, place.keys)
    assert place.rows() == place.before
    put_back(place.url, place.cipher, place.copy, place.keys, replace=True)
    with opened(place.url, place.cipher) as engine, engine.connect() as conn:
        names = set(conn.execute(select(marks.c.name)).scalars())
    assert "noise" in names
    assert "since" not in names  # the control: it was another database


def test_a_flipped_byte_anywhere_is_refused(place: Place, dialect: str) -> None:
    size = place.copy.stat().st_size
    assert size > 3 * CHUNK  # some of it is opened and read in before the fault is met
    places = [0, 30, 150, 400, CHUNK, 2 * CHUNK + 7, size - CHUNK // 2, size - 1]
    for at in places if dialect == "sqlite" else places[-3:]:

        def flip(whole: bytes, at: int = at) -> bytes:
            return whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]

        place.refuses(place.altered(flip), (Damaged, BadKey))  # type: ignore[arg-type]


@ONE_ENGINE
@pytest.mark.parametrize("kept", [0, 1, 200, CHUNK, 3 * CHUNK + 5, -1, -17])
def test_a_file_that_was_cut_off_is_refused(place: Place, kept: int) -> None:
    place.refuses(place.altered(lambda whole: whole[:kept]), Damaged)


def test_what_is_no_copy_is_refused(place: Place) -> None:
    place.refuses(place.altered(lambda _: b"SQLite format 3\0" * 500), Damaged)
    place.refuses(place.rewritten(lambda _: [b"hello\n"]), Damaged)
    place.refuses(place.rewritten(lambda _: []), Damaged)


def _without_a_row(lines: list[bytes]) -> list[bytes]:
    at = next(n for n, line in enumerate(lines) if line.startswith(b"["))
    return [*lines[:at], *lines[at + 1 :]]


@ONE_ENGINE
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: lines[:-1], "ends too early"),
        (lambda lines: [*lines[:3], lines[-1]], "rows are missing"),
        (lambda lines: [*lines, lines[-1]], "after the end"),
        (lambda lines: [*lines[:1], *lines], "format"),
        (lambda lines: lines[1:], "wrong place"),
        (lambda lines: [lines[0].replace(b'"format":1', b'"format":2'), *lines[1:]], "format"),
        (lambda lines: [lines[0].replace(b"sqlite", b"sqlize").replace(b"postgresql", b"x"),
                        *lines[1:]], "digest"),
        (_without_a_row, ""),
    ],
)  # fmt: skip
def test_what_was_rewritten_is_refused(
    place: Place, change: Callable[[list[bytes]], list[bytes]], says: str
) -> None:
    assert says in place.refuses(place.rewritten(change), Damaged)


def test_rewriting_the_same_is_not_refused(place: Place) -> None:
    """The control."""
    path = place.rewritten(lambda lines: lines)
    put_back(place.url, place.cipher, path, place.keys, replace=True)


def _made(place: Place, revision: str, orphan: bool) -> Iterator[bytes]:
    """With a digest that is right."""
    lines = Lines()
    with snapshot(place.url, NOW) as found:
        yield lines.header(Header(revision, NOW, "sqlite", 0))
        sealed = found.conn.execute(text("SELECT sealed FROM key_check")).scalar_one()
        for name, columns in _tables(found.conn):
            yield lines.table(name, columns)
            if name == "key_check":
                yield lines.row([1, sealed])
            if name == "heard" and orphan:
                yield lines.row([77, NOW])
    yield lines.end()


def _tables(conn: Any) -> Iterator[tuple[str, Any]]:
    for name in names_of(conn):
        yield name, stored_rows(conn, name)[0]


@pytest.mark.parametrize(
    ("revision", "orphan", "why"),
    [("0007", True, Damaged), ("9999", False, SchemaProblem), ("0006", False, Damaged)],
)
def test_rows_that_do_not_fit_and_other_schemas_are_refused(
    place: Place, tmp_path: Path, revision: str, *, orphan: bool, why: type[Exception]
) -> None:
    path = tmp_path / "made"
    sealed_copy.write(path, _made(place, revision, orphan), place.keys.recipients)
    place.refuses(path, why)


def test_the_identity_of_somebody_else_opens_nothing(place: Place, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    said = place.refuses(place.copy, BadKey, keys=Keys(tmp_path / "two"))
    assert "not made for this identity" in said


def test_another_key_is_refused_before_the_rows_are_read(place: Place, tmp_path: Path) -> None:
    place.refuses(place.copy, KeyProblem, cipher=make_key(tmp_path / "other-key"))


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
def test_while_somebody_else_is_connected_nothing_is_put_back(place: Place) -> None:
    with opened(place.url, place.cipher) as other, other.connect() as conn:
        conn.execute(text("SELECT 1"))
        with pytest.raises(InUse):
            put_back(place.url, place.cipher, place.copy, place.keys, replace=True)
    put_back(place.url, place.cipher, place.copy, place.keys, replace=True)


@ONE_ENGINE
def test_a_damaged_database_can_be_replaced(place: Place) -> None:
    path = Path(place.url.removeprefix("sqlite:///"))
    path.write_bytes(b"no database " * 1000)
    put_back(place.url, place.cipher, place.copy, place.keys, replace=True)
    assert place.rows()["marks"] == [row for row in place.before["marks"] if row[0] != "since"]


@ONE_ENGINE
def test_the_log_of_the_old_file_is_not_read_into_the_new_one(place: Place) -> None:
    """As after a crash: the last changes stand in the log only."""
    path = Path(place.url.removeprefix("sqlite:///"))
    with opened(place.url, place.cipher) as engine, engine.begin() as conn:
        conn.execute(insert(marks).values(name="in the log", value="x"))
        conn.commit()
        log = path.with_name(path.name + "-wal").read_bytes()
        file = path.read_bytes()
    path.write_bytes(file)
    path.with_name(path.name + "-wal").write_bytes(log)
    put_back(place.url, place.cipher, place.copy, place.keys, replace=True)
    assert "in the log" not in {row[0] for row in place.rows()["marks"]}
    assert path.stat().st_mode & 0o777 == 0o600


@ONE_ENGINE
def test_whatever_was_left_of_an_attempt_that_was_killed_is_no_harm(place: Place) -> None:
    path = Path(place.url.removeprefix("sqlite:///"))
    for ending in ("", "-wal", "-shm"):
        path.with_name(f"{path.name}.restoring{ending}").write_bytes(b"half of it")
    put_back(place.url, place.cipher, place.copy, place.keys, replace=True)
    assert not path.with_name(f"{path.name}.restoring").exists()


def test_a_fault_at_the_very_end_changes_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any) -> None:
        raise Damaged("at the end")

    monkeypatch.setattr(restore, "settle", breaks)
    assert place.refuses(place.copy, Damaged) == "at the end"
