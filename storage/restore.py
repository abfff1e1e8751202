"""Putting a copy back: all of it, or the database stays as it was.

On SQLite a new file is made beside the old one and takes its place at the very end. On PostgreSQL
everything, from the tables to the last row, is one transaction.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, event, insert, inspect, table
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, StatementError

from storage import sealed_copy, tombstones
from storage.backup import FIRST, names_of, row_count
from storage.copy_lines import Columns, Damaged, Header, LineReader, Reading, kind_of
from storage.crypto import Cipher
from storage.database import DatabaseDown, give_cipher, sync_engine
from storage.dialect import (
    begin_without_order,
    drop_all,
    end_without_order,
    is_in_use,
    numbers_go_on,
    without_order,
)
from storage.erasure_file import sync_folder
from storage.put_back import Settled, settle
from storage.schema import SchemaProblem, has_key, is_known, upgrade, wait_for_others
from storage.tables import metadata
from storage.tombstones import Tombstone

ROWS_AT_ONCE = 500


class InUse(Exception):
    """Somebody else is connected."""


class NotEmpty(Exception):
    """The database has data, and nobody said that it may go."""


@dataclass(frozen=True, slots=True)
class Source:
    """The copy, who can open it, and what must not come back with it."""

    path: Path
    identities: Sequence[sealed_copy.Identity]
    erasures: Sequence[Tombstone]


def restore(
    url: str,
    cipher: Cipher,
    source: Source,
    now: datetime,
    *,
    replace: bool,
    progress: Callable[[Header, int], None],
) -> Settled:
    """Nobody else may use the database. `progress` hears how many rows have come so far.

    Raises InUse, NotEmpty, BadKey, Damaged, SchemaProblem, KeyProblem, DatabaseDown and OSError.
    """
    try:
        with _place(url) as engine:
            give_cipher(engine, cipher)
            with _old(url, cipher, engine) as old:
                known = _look(old, replace=replace)
            with engine.begin() as conn:
                wait_for_others(conn)
                if is_in_use(conn):
                    raise InUse("somebody else uses the database; stop the programme first")
                drop_all(conn, (*metadata.tables, "alembic_version"))
                loading = _Loading(conn, progress)
                loading.read(source)
                erasures = dict.fromkeys([*source.erasures, *known])
                return settle(conn, erasures, loading.header, now)
    except (IntegrityError, DataError) as error:
        raise Damaged("its rows do not fit together") from error
    except DatabaseError as error:
        raise DatabaseDown(" ".join(str(error.orig).split())) from error
    except StatementError as error:
        raise Damaged("a value does not fit its column") from error


@contextmanager
def _old(url: str, cipher: Cipher, place: Engine) -> Iterator[Engine | None]:
    """The database that is there now, by the same connection where it is the same database."""
    if place.dialect.name != "sqlite":
        yield place
    elif not _file_of(url).exists():
        yield None
    else:
        engine = sync_engine(url, cipher)
        try:
            yield engine
        finally:
            engine.dispose()


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "").resolve()


def _look(old: Engine | None, *, replace: bool) -> list[Tombstone]:
    """What it knows of erasures. Raises NotEmpty."""
    if old is None:
        return []
    try:
        with old.begin() as conn:
            names = names_of(conn)
            if not replace and any(row_count(conn, name) for name in names if name != FIRST):
                raise NotEmpty("the database has data; --replace puts the copy in its place")
            return tombstones.all_of(conn) if "tombstones" in names else []
    except DatabaseError:
        if not replace:
            raise
        return []  # it is damaged: that may be why a copy is put back


@contextmanager
def _place(url: str) -> Iterator[Engine]:
    """Where the copy is read into; on SQLite it takes the old one's place when all went well."""
    if make_url(url).get_backend_name() != "sqlite":
        engine = sync_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()
        return
    path = _file_of(url)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.restoring")
    _remove(draft)
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    engine = sync_engine(f"sqlite:///{draft}")
    event.listen(engine, "connect", without_order)
    try:
        try:
            yield engine
        finally:
            engine.dispose()  # what stands in its log goes into the file
        _swap(draft, path)
    finally:
        _remove(draft)


def _swap(draft: Path, path: Path) -> None:
    """The log of the old file must not be taken for one of the new file."""
    if path.exists():
        _close_log(path)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def _close_log(path: Path) -> None:
    """The old file is whole without its log, should the machine stop just now."""
    engine = sync_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as conn:
            driver: Any = conn.connection.driver_connection
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except DatabaseError:
        return  # damaged: there is nothing to keep whole
    finally:
        engine.dispose()


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


class _Loading:
    """Reads a copy into an empty database: its own schema first, then its rows, then the newest."""

    def __init__(self, conn: Connection, progress: Callable[[Header, int], None]) -> None:
        self.conn = conn
        self.header: Header
        self._progress = progress
        self._expected: set[str] = set()
        self._table = ""
        self._names: list[str] = []
        self._insert: Any = None
        self._rows: list[dict[str, Any]] = []

    def read(self, source: Source) -> None:
        lines = LineReader(Reading(self._begin, self._open, self._row))
        sealed_copy.read(source.path, source.identities, lines.feed)
        if not lines.whole or self._expected:
            raise Damaged("it ends too early")
        self._store()
        if not end_without_order(self.conn):
            raise Damaged("its rows do not fit together")
        numbers_go_on(self.conn, names_of(self.conn))
        upgrade(self.conn)

    def _begin(self, header: Header) -> None:
        if not is_known(header.revision):
            raise SchemaProblem("the copy is newer than this programme; install the newer one")
        self.header = header
        upgrade(self.conn, header.revision)
        begin_without_order(self.conn)
        self._expected = set(names_of(self.conn))

    def _open(self, name: str, columns: Columns) -> None:
        self._store()
        if name not in self._expected:
            raise Damaged(f"there is no table {name}")
        self._expected.remove(name)
        found = {c["name"]: c["type"] for c in inspect(self.conn).get_columns(name)}
        if {n: kind_of(t) for n, t in found.items()} != dict(columns):
            raise Damaged(f"the columns of {name} differ")
        self._table, self._names = name, [n for n, _ in columns]
        self._insert = insert(table(name, *(column(n, found[n]) for n in self._names)))

    def _row(self, values: list[Any]) -> None:
        self._rows.append(dict(zip(self._names, values, strict=True)))
        if len(self._rows) == ROWS_AT_ONCE:
            self._store()

    def _store(self) -> None:
        if self._rows:
            self.conn.execute(self._insert, self._rows)
            self._progress(self.header, len(self._rows))
            self._rows = []
        if self._table == FIRST and not has_key(self.conn):
            raise Damaged("it does not say which key it was written with")
