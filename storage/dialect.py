"""The one place where SQLite and PostgreSQL need different words."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_new(conn: Connection, table: Table) -> Any:
    """INSERT that leaves rows alone which would break a unique rule and counts the others."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def in_state(column: Column[str], state: str) -> ColumnElement[bool]:
    """With the state written out: a partial index on it is found once, not at every run."""
    return column == literal_column(f"'{state}'")
