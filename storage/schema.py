"""Bringing a database to the newest schema, and checking that the key fits the data."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DatabaseError

import storage.case_tables
import storage.console_tables
import storage.zalo_tables  # noqa: F401 - their tables belong to the schema
from storage.crypto import Cipher, KeyProblem, make_key, read_key
from storage.database import give_cipher, sync_engine
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
        return _fitting_key(engine, key_file)
    except DatabaseError as error:
        why = " ".join(str(error.orig).split())
        raise SchemaProblem(f"the database cannot be opened: {why}") from error
    finally:
        engine.dispose()


def migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.connect() as conn, conn.begin():
        _wait_for_others(conn)
        current = MigrationContext.configure(conn).get_current_revision()
        if current is not None and current not in known:
            raise SchemaProblem("the database is newer than this programme; install the newer one")
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def _wait_for_others(conn: Connection) -> None:
    """One process at a time till the commit; on SQLite the transaction itself sees to that."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


def _fitting_key(engine: Engine, key_file: Path) -> Cipher:
    with engine.connect() as conn, conn.begin():
        _wait_for_others(conn)
        has_key = conn.execute(select(key_check.c.id)).first() is not None
        if not has_key and not key_file.exists():
            make_key(key_file)
        cipher = read_key(key_file)
        give_cipher(engine, cipher)
        check_or_write(conn)
    return cipher


def check_or_write(conn: Connection) -> None:
    sealed = conn.execute(select(key_check.c.sealed)).first()
    if sealed is None:
        conn.execute(insert(key_check).values(id=1, sealed=_SENTINEL))
    elif sealed[0] != _SENTINEL:
        raise KeyProblem("the key does not fit this database")
