"""The one place where SQLite and PostgreSQL need different words."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, literal_column
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
