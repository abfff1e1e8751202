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
import storage.family_tables
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
    with engine.connect() as conn, conn.begin():
        wait_for_others(conn)
        current = revision_of(conn)
        if current is not None and not is_known(current):
            raise SchemaProblem("the database is newer than this programme; install the newer one")
        upgrade(conn)


def upgrade(conn: Connection, revision: str = "head") -> None:
    """Within the transaction of the connection."""
    config = _config()
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


def revision_of(conn: Connection) -> str | None:
    """None where no migration ran yet."""
    return MigrationContext.configure(conn).get_current_revision()


def is_known(revision: str) -> bool:
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return any(script.revision == revision for script in scripts)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE / "migrations"))
    return config


def wait_for_others(conn: Connection) -> None:
    """One process at a time till the commit; on SQLite the transaction itself sees to that."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _MIGRATION_LOCK})


def _fitting_key(engine: Engine, key_file: Path) -> Cipher:
    with engine.connect() as conn, conn.begin():
        wait_for_others(conn)
        keyed = conn.execute(select(key_check.c.id)).first() is not None
        if not keyed and not key_file.exists():
            make_key(key_file)
        cipher = read_key(key_file)
        give_cipher(engine, cipher)
        check_or_write(conn)
    return cipher


def check_or_write(conn: Connection) -> None:
    if not has_key(conn):
        conn.execute(insert(key_check).values(id=1, sealed=_SENTINEL))


def has_key(conn: Connection) -> bool:
    """Whether the data says which key it was written with. Raises KeyProblem for another one."""
    sealed = conn.execute(select(key_check.c.sealed)).first()
    if sealed is not None and sealed[0] != _SENTINEL:
        raise KeyProblem("the key does not fit this database")
    return sealed is not None
