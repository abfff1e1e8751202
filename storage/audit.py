"""Who did what, in the same transaction as the act; ids only, never words of a family."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from storage.tables import audit


def record(
    conn: Connection, actor: str, action: str, obj: str, now: datetime, detail: str | None = None
) -> None:
    conn.execute(
        insert(audit).values(at=now, actor=actor, action=action, object=obj, detail=detail)
    )
