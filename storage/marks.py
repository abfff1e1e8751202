"""Small facts of the whole installation, such as the last day that was planned."""

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from storage.tables import marks


def get(conn: Connection, name: str) -> str | None:
    return conn.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()


def put(conn: Connection, name: str, value: str) -> None:
    changed = conn.execute(update(marks).where(marks.c.name == name).values(value=value))
    if not changed.rowcount:
        conn.execute(insert(marks).values(name=name, value=value))
