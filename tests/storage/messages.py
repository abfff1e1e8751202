"""Looking at the outbox, and claiming from it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import claims
from storage.tables import outbox as table
from tests.storage.families import NOW, ROUTE


def claim(conn: Connection, **values: Any) -> claims.Row | None:
    wanted: dict[str, Any] = {"route": ROUTE, "now": NOW, "busy": (), "quiet": False, **values}
    return claims.claim(conn, **wanted)


def claimed(conn: Connection, **values: Any) -> list[str]:
    """Everything that may go, in its order."""
    names = []
    while (row := claim(conn, **values)) is not None:
        names.append(row.message)
    return names


def row_of(conn: Connection, message: str) -> Any:
    return conn.execute(select(table).where(table.c.message == message)).one()


def states(conn: Connection) -> dict[str, str]:
    rows = conn.execute(select(table.c.message, table.c.state))
    return {row.message: row.state for row in rows}
