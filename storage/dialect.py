"""The one place where SQLite and PostgreSQL need different words."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    column,
    func,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_new(conn: Connection, table: Table) -> Any:
    """INSERT that leaves rows alone which would break a unique rule and counts the others."""
    new = _insert(conn, table).on_conflict_do_nothing()
    return new.execution_options(preserve_rowcount=True)


def upsert(
    conn: Connection,
    table: Table,
    values: Mapping[str, Any],
    again: Mapping[str, Any] | None = None,
) -> None:
    """Stores the row of this primary key, whether there is one or somebody else just made one.

    Looking first and then writing is not the same: on PostgreSQL two find nothing, and one fails.
    `again` is what changes in a row that is there already, where it is not all the values.
    """
    key = [column.name for column in table.primary_key]
    new = _insert(conn, table).values(**values)
    changed = again or {name: new.excluded[name] for name in values if name not in key}
    conn.execute(new.on_conflict_do_update(index_elements=key, set_=changed))


def _insert(conn: Connection, table: Table) -> Any:
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def in_state(column: Column[str], state: str) -> ColumnElement[bool]:
    """With the state written out: a partial index on it is found once, not at every run."""
    return column == literal_column(f"'{state}'")


# Reading a whole database in (storage.restore).


def is_in_use(conn: Connection) -> bool:
    """Whether somebody else is connected; on SQLite the lock file tells."""
    if conn.dialect.name == "sqlite":
        return False
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    others = f"{query} AND usesysid IS NOT NULL AND pid <> pg_backend_pid()"
    return bool(conn.execute(text(others)).scalar_one())


def drop_all(conn: Connection, names: Iterable[str]) -> None:
    """Takes away these tables and what watches over them; on SQLite the file is a new one."""
    if conn.dialect.name == "sqlite":
        return
    watching = text(
        "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t"
        " WHERE NOT t.tgisinternal AND t.tgrelid = to_regclass(:name)"
    )
    quote = conn.dialect.identifier_preparer.quote
    functions: set[str] = set()
    for name in names:
        functions |= set(conn.execute(watching, {"name": quote(name)}).scalars())
        conn.execute(text(f"DROP TABLE IF EXISTS {quote(name)} CASCADE"))
    for function in functions:
        conn.execute(text(f"DROP FUNCTION {function}"))


def without_order(connection: Any, _record: object) -> None:
    """A SQLite connection on which rows may come before those they point at."""
    connection.execute("PRAGMA foreign_keys=OFF")


_POINTING = """
SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""


def begin_without_order(conn: Connection) -> None:
    """The same in this transaction of PostgreSQL."""
    if conn.dialect.name == "sqlite":
        return
    for name, constraint in conn.execute(text(_POINTING)).all():
        late = "DEFERRABLE INITIALLY DEFERRED"
        conn.execute(text(f"ALTER TABLE {name} ALTER CONSTRAINT {constraint} {late}"))


def end_without_order(conn: Connection) -> bool:
    """Whether every row points at one that is there. May raise IntegrityError instead."""
    if conn.dialect.name == "sqlite":
        return conn.execute(text("PRAGMA foreign_key_check")).first() is None
    conn.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    for name, constraint in conn.execute(text(_POINTING)).all():
        conn.execute(text(f"ALTER TABLE {name} ALTER CONSTRAINT {constraint} NOT DEFERRABLE"))
    return True


def numbers_go_on(conn: Connection, names: Iterable[str]) -> None:
    """New rows get numbers after those that were brought along; SQLite does so by itself."""
    if conn.dialect.name == "sqlite":
        return
    quote = conn.dialect.identifier_preparer.quote
    own = text(
        "SELECT pg_get_serial_sequence(:name, a.attname), a.attname FROM pg_attribute a"
        " WHERE a.attrelid = to_regclass(:name) AND a.attnum > 0 AND NOT a.attisdropped"
    )
    for name in names:
        for sequence, number in conn.execute(own, {"name": quote(name)}).all():
            if sequence is not None:
                last: Any = select(func.max(column(number))).select_from(table(name))
                conn.execute(select(func.setval(sequence, last.scalar_subquery())))
