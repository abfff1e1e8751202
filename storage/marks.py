"""Small facts of the whole installation, such as the last day that was planned."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage.dialect import insert_new, upsert
from storage.tables import marks


def get(conn: Connection, name: str) -> str | None:
    return conn.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()


def put(conn: Connection, name: str, value: str) -> None:
    upsert(conn, marks, {"name": name, "value": value})


def lock(conn: Connection, name: str) -> str:
    """The value, "" for none; nobody else reads it this way until this transaction ends."""
    conn.execute(insert_new(conn, marks).values(name=name, value=""))
    query = select(marks.c.value).where(marks.c.name == name).with_for_update()
    return str(conn.execute(query).scalar_one())
