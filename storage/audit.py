"""Who did what, in the same transaction as the act; ids only, never words of a family."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.engine import Connection

from storage.tables import audit


def record(
    conn: Connection, actor: str, action: str, obj: str, now: datetime, detail: str | None = None
) -> None:
    conn.execute(
        insert(audit).values(at=now, actor=actor, action=action, object=obj, detail=detail)
    )


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    actor: str
    action: str
    object: str
    detail: str | None


def lines(
    conn: Connection, before: int | None, limit: int, about: Collection[str] | None = None
) -> list[Line]:
    """The newest first; `before` is the id of the last line of the page before.

    `about`: only of these, as actor or object.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if about is not None:
        query = query.where(or_(audit.c.actor.in_(about), audit.c.object.in_(about)))
    if before is not None:
        query = query.where(audit.c.id < before)
    return [Line(**row._asdict()) for row in conn.execute(query)]


def forget(conn: Connection, before: datetime) -> None:
    """The database itself refuses this for lines of the last 23 months."""
    conn.execute(delete(audit).where(audit.c.at < before))
