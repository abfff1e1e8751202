"""Databases with something in every table, and copies of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, insert, select, types
from sqlalchemy.engine import Connection

from storage import backup, restore, sealed_copy
from storage.crypto import Cipher
from storage.database import sync_engine
from storage.put_back import Settled
from storage.tables import metadata
from storage.tombstones import Tombstone
from storage.types import Encrypted, SealedJson
from tests.storage.families import NOW

ROWS = 3
LATER = NOW + timedelta(hours=6)
ODD = 'dòng 1\ndòng 2\t"“ngoặc” \\ \u2028 😀'
FIXED = {("tombstones", "kind"): "erased"}  # what is read again must be a word that exists
CHANGED = ("audit", "officer_sessions")  # by a restore itself

Rows = dict[str, list[tuple[Any, ...]]]


def fill(conn: Connection) -> None:
    """A few rows in every table, with odd letters and every byte; the last is as bare as may be."""
    for table in metadata.sorted_tables:
        if table.name != backup.FIRST:
            conn.execute(insert(table), _row(table, ROWS, bare=True))
            conn.execute(insert(table), [_row(table, n) for n in range(ROWS - 1, 0, -1)])


def _row(table: Table, n: int, *, bare: bool = False) -> dict[str, Any]:
    return {
        column.name: FIXED.get((table.name, column.name)) or _value(column, n)
        for column in table.columns
        if not (bare and column.nullable)
    }


def _value(column: Any, n: int) -> Any:
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return n + 1 if n < ROWS else None  # it comes before the one it points at
        return _value(key.column, n)
    return _plain(column, n)


def _plain(column: Any, n: int) -> Any:
    kind = column.type
    if isinstance(kind, SealedJson):
        return {"words": ODD, "n": n}
    if isinstance(kind, Encrypted):
        return f"{ODD} {n}"
    if isinstance(kind, types.LargeBinary):
        return bytes(range(256)) * n
    if isinstance(kind, types.Boolean):
        return n % 2 == 0
    if isinstance(kind, types.Integer):
        return n
    if isinstance(kind, types.Date):
        return date(2024, 2, 28) + timedelta(days=n)
    if isinstance(kind, types.String):
        text = f"{n} {column.name} {ODD}"
        return text[: kind.length] if kind.length else text
    return datetime(2026, 11, 24, 2, 0, 0, 123456, tzinfo=UTC) + timedelta(seconds=n)


def everything(engine: Engine) -> Rows:
    """Every row as the programme reads it, unsealed."""
    with engine.connect() as conn:
        return {
            table.name: [
                tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))
            ]
            for table in metadata.sorted_tables
        }


def unchanged(rows: Rows) -> Rows:
    """Without what a restore changes itself."""
    return {name: found for name, found in rows.items() if name not in CHANGED}


class Keys:
    """Who may open copies, in files as an operator has them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "identity"
        self.public = sealed_copy.make_identity(self.file)
        self.recipients = [sealed_copy.recipient(self.public)]

    @property
    def identities(self) -> list[Any]:
        return sealed_copy.read_identities(self.file)


def copy(url: str, path: Path, keys: Keys, now: datetime = NOW) -> Path:
    with backup.snapshot(url, now) as found:
        backup.write(found, path, keys.recipients, lambda _: None)
    return path


def put_back(
    url: str,
    cipher: Cipher,
    path: Path,
    keys: Keys,
    *,
    erasures: Sequence[Tombstone] = (),
    replace: bool = False,
    now: datetime = LATER,
) -> Settled:
    source = restore.Source(path, keys.identities, erasures)
    return restore.restore(
        url, cipher, source, now, replace=replace, progress=lambda _header, _rows: None
    )


@contextmanager
def opened(url: str, cipher: Cipher) -> Iterator[Engine]:
    engine = sync_engine(url, cipher)
    try:
        yield engine
    finally:
        engine.dispose()
