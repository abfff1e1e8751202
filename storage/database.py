"""Opening a database, and the two ways to use it: `read` and `write`.

Storage functions are plain and synchronous, `f(conn, …)`. `await db.write(f, …)` runs one in a
transaction that is on disk when it returns; `await db.read(f, …)` runs one that may not write.
SQLite has one writing connection on a thread of its own that commits whoever waits together.
"""

import asyncio
import contextlib
import functools
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from storage.crypto import Cipher
from storage.file_gone import FileGone, Watched
from storage.writer import Overloaded, Writer

__all__ = ["Connection", "Database", "DatabaseDown", "open_database", "sync_engine"]

P = ParamSpec("P")
T = TypeVar("T")
Storage = Callable[Concatenate[Connection, P], T]

BUSY_MS = 5000
POSTGRES_WORKERS = 8
READER_CACHE = "cache_size=-16384"  # KiB, for each reading connection in use


class DatabaseDown(Exception):
    """The database cannot be reached or cannot store now; nothing was written."""


class Database(Protocol):
    """What the rest of the programme sees; `dialect` is sqlite or postgresql."""

    dialect: str

    async def read(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def write(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def write_each(
        self, f: Callable[..., T], calls: Sequence[tuple[Any, ...]]
    ) -> list[T | BaseException]:
        """Many writes at once: each stands or falls alone, all are on disk when it returns."""
        ...

    async def write_in_turn(
        self, calls: Sequence[tuple[Callable[..., Any], *tuple[Any, ...]]]
    ) -> list[Any]:
        """Each on disk before the next begins, and no time lost between them."""
        ...

    async def close(self) -> None: ...


def open_database(url: str, cipher: Cipher) -> Database:
    """`sqlite:///path` or `postgresql://…`; the schema must be there already."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(Path(parsed.database or ""), cipher)
    return PostgresDatabase(url, cipher)


def sync_engine(url: str, cipher: Cipher | None = None, *, pool_size: int = 1) -> Engine:
    """A plain engine on either database, for migrations, the writer and PostgreSQL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,  # errors end in logs
        )
        event.listen(engine, "connect", _sqlite_writer)
        event.listen(engine, "begin", _begin_immediate)
    else:
        engine = create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=2,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"connect_timeout": 5, "options": "-c timezone=UTC"},
        )
    if cipher is not None:
        give_cipher(engine, cipher)
    return engine


def snapshot_engine(url: str) -> Engine:
    """For one long look: a transaction sees one state, may not write, and stops nobody."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(parsed, poolclass=StaticPool, hide_parameters=True)
        event.listen(engine, "connect", _sqlite_reader)
        event.listen(engine, "begin", _begin)
        return engine
    seen_at_once = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return sync_engine(url).execution_options(**seen_at_once)


def give_cipher(engine: Engine, cipher: Cipher) -> None:
    """Sealed columns of this engine open with this key from now on."""
    engine.dialect.donghanh_cipher = cipher  # type: ignore[attr-defined]


def _sqlite_writer(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN IMMEDIATE")


def _sqlite_reader(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MS}", "query_only=ON", "temp_store=MEMORY", READER_CACHE):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN")


class SqliteDatabase:
    """One writer thread, group commit; readers through aiosqlite that cannot write."""

    dialect = "sqlite"

    def __init__(self, path: Path, cipher: Cipher) -> None:
        self._engine = sync_engine(f"sqlite:///{path}", cipher)
        self._writer = Writer(self._engine, Watched(path).still_there)
        self._reader = _reading_engine(path, cipher)
        self._closed = False

    async def read(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        _refuse(self._closed)
        try:
            async with self._reader.connect() as conn:
                return await conn.run_sync(f, *args, **kwargs)
        except DBAPIError as error:
            _raise_if_down(error)
            raise

    async def write(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        _refuse(self._closed)
        try:
            result: T = await self._writer.submit(functools.partial(_call, f, args, kwargs))
        except (DBAPIError, sqlite3.OperationalError, FileGone) as error:
            _raise_if_down(error)
            raise
        except Overloaded as error:
            raise DatabaseDown("too many writes wait") from error
        return result

    async def write_each(
        self, f: Callable[..., T], calls: Sequence[tuple[Any, ...]]
    ) -> list[T | BaseException]:
        return await self._write_all([(f, *args) for args in calls], apart=False)

    async def write_in_turn(
        self, calls: Sequence[tuple[Callable[..., Any], *tuple[Any, ...]]]
    ) -> list[Any]:
        return await self._write_all(calls, apart=True)

    async def _write_all(self, calls: Sequence[Any], *, apart: bool) -> list[Any]:
        _refuse(self._closed)
        works = [functools.partial(_call, f, args, {}) for f, *args in calls]
        try:
            outcomes = await self._writer.submit_each(works, apart=apart)
        except Overloaded as error:
            raise DatabaseDown("too many writes wait") from error
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                _raise_if_down(outcome)
        return outcomes

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._writer.close)
        await self._reader.dispose()
        self._engine.dispose()


def _refuse(closed: bool) -> None:
    if closed:
        raise DatabaseDown("the database is closed")


def _raise_if_down(error: BaseException) -> None:
    """A plain DatabaseError is SQLite's word for a file that is damaged or no database.

    The driver's own error comes from the writer, when a full disk took its savepoints away.
    """
    if isinstance(error, (sqlite3.OperationalError, FileGone)):
        raise DatabaseDown(str(error)) from error
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        raise DatabaseDown(str(error.orig)) from error


def _reading_engine(path: Path, cipher: Cipher) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=4,
        max_overflow=8,
        pool_use_lifo=True,  # the one whose cache is warm
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _sqlite_reader)
    event.listen(engine.sync_engine, "begin", _begin)
    give_cipher(engine.sync_engine, cipher)
    return engine


def _call(f: Any, args: Any, kwargs: Any, conn: Connection) -> Any:
    return f(conn, *args, **kwargs)


class PostgresDatabase:
    """A small pool of threads, one transaction and one hop per call."""

    dialect = "postgresql"

    def __init__(self, url: str, cipher: Cipher) -> None:
        self._engine = sync_engine(url, cipher, pool_size=POSTGRES_WORKERS)
        self._pool = ThreadPoolExecutor(POSTGRES_WORKERS, thread_name_prefix="postgres")
        self._closed = False

    async def read(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        result: T = await self._run(functools.partial(_call, f, args, kwargs), read_only=True)
        return result

    async def write(self, f: Storage[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        result: T = await self._run(functools.partial(_call, f, args, kwargs), read_only=False)
        return result

    async def write_each(
        self, f: Callable[..., T], calls: Sequence[tuple[Any, ...]]
    ) -> list[T | BaseException]:
        writes = [self._run(functools.partial(_call, f, a, {}), read_only=False) for a in calls]
        outcomes: list[T | BaseException] = await asyncio.gather(*writes, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, DatabaseDown):
                raise outcome
        return outcomes

    async def write_in_turn(
        self, calls: Sequence[tuple[Callable[..., Any], *tuple[Any, ...]]]
    ) -> list[Any]:
        return [(await self.write_each(f, [tuple(args)]))[0] for f, *args in calls]

    async def _run(self, call: Callable[[Connection], Any], *, read_only: bool) -> Any:
        _refuse(self._closed)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._transaction, call, read_only)

    def _transaction(self, call: Callable[[Connection], Any], read_only: bool) -> Any:
        try:
            with self._engine.connect() as conn:
                conn = conn.execution_options(postgresql_readonly=read_only)
                with conn.begin():
                    return call(conn)
        except OperationalError as error:
            raise DatabaseDown(type(error.orig).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise DatabaseDown(type(error.orig).__name__) from error
            raise

    async def close(self) -> None:
        self._closed = True
        await asyncio.to_thread(self._pool.shutdown)
        with contextlib.suppress(OperationalError):
            self._engine.dispose()
