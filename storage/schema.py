"""Bringing a database to the newest schema, and checking that the key fits the data."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DatabaseError

from storage.crypto import Cipher, KeyProblem, make_key, read_key
from storage.database import sync_engine
from storage.tables import key_check

_HERE = Path(__file__).parent
_SENTINEL = "Đồng Hành"
_MIGRATION_LOCK = 7_301_001


class SchemaProblem(Exception):
    """The database is damaged, newer than this programme, or cannot be opened."""


def prepare(url: str, key_file: Path) -> Cipher:
    """Migrates to the newest schema and returns the cipher; makes the key on the first start only.

    Raises KeyProblem when data exists and its key does not fit, SchemaProblem when the database
    cannot be used. Safe to run again and, on PostgreSQL, from several processes at once.
    """
    if make_url(url).get_backend_name() == "sqlite":
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sync_engine(url)
    try:
        migrate(engine)
        has_key = _has_key_check(engine)
    except DatabaseError as error:
        raise SchemaProblem(f"the database cannot be opened: {error.orig}") from error
    finally:
        engine.dispose()
    if not has_key and not key_file.exists():
        make_key(key_file)
    cipher = read_key(key_file)
    _check_key(url, cipher)
    return cipher


def migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.connect() as conn, conn.begin():
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})
        current = MigrationContext.configure(conn).get_current_revision()
        if current is not None and current not in known:
            raise SchemaProblem("the database is newer than this programme; install the newer one")
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def _has_key_check(engine: Engine) -> bool:
    with engine.connect() as conn:
        return conn.execute(select(key_check.c.id)).first() is not None


def _check_key(url: str, cipher: Cipher) -> None:
    engine = sync_engine(url, cipher)
    try:
        with engine.connect() as conn, conn.begin():
            check_or_write(conn)
    finally:
        engine.dispose()


def check_or_write(conn: Connection) -> None:
    sealed = conn.execute(select(key_check.c.sealed)).first()
    if sealed is None:
        conn.execute(insert(key_check).values(id=1, sealed=_SENTINEL))
    elif sealed[0] != _SENTINEL:
        raise KeyProblem("the key does not fit this database")
