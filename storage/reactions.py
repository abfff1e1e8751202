"""What readers think of an item, and what they asked that nobody could answer."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.engine import Connection

from storage.dialect import insert_new, upsert
from storage.prepared import Prepared
from storage.tables import reactions, unanswered

DID, NOT_YET, WRONG = "done", "not_yet", "wrong"
PAUSES = 2  # readers who call an item wrong before it is held back

_CALLED_WRONG = Prepared(
    lambda _: select(func.count().label("times")).where(
        reactions.c.message == bindparam("message"), reactions.c.kind == WRONG
    )
)


def add(conn: Connection, caregiver_id: int, message: str, kind: str, now: datetime) -> bool:
    """False when this caregiver had said so before."""
    values = {"message": message, "caregiver_id": caregiver_id, "kind": kind, "at": now}
    return int(conn.execute(insert_new(conn, reactions).values(**values)).rowcount) > 0


def paused(conn: Connection) -> frozenset[str]:
    """Items that are held back until an officer has looked."""
    query = select(reactions.c.message).where(reactions.c.kind == WRONG)
    query = query.group_by(reactions.c.message).having(func.count() >= PAUSES)
    return frozenset(conn.execute(query).scalars())


def is_paused(conn: Connection, message: str) -> bool:
    """Whether one item is; asked for every push."""
    called = _CALLED_WRONG.first(conn, message=message)
    return called is not None and called.times >= PAUSES


def called_wrong(conn: Connection) -> dict[str, int]:
    """How many readers call an item wrong, for every item that somebody does."""
    query = select(reactions.c.message, func.count()).where(reactions.c.kind == WRONG)
    return {row[0]: row[1] for row in conn.execute(query.group_by(reactions.c.message))}


def settle(conn: Connection, messages: Collection[str]) -> None:
    """An officer has looked: these items are sent again."""
    which = (reactions.c.message.in_(messages), reactions.c.kind == WRONG)
    conn.execute(delete(reactions).where(*which))


def miss(conn: Connection, day: date, near: str) -> None:
    """One more question without an answer; only the nearest topic is kept, never the words."""
    values = {"day": day, "near": near, "times": 1}
    upsert(conn, unanswered, values, again={"times": unanswered.c.times + 1})


def misses(conn: Connection, first: date, last: date) -> list[tuple[str, int]]:
    """(nearest topic, how often), the most frequent first."""
    query: Any = (
        select(unanswered.c.near, func.sum(unanswered.c.times).label("times"))
        .where(unanswered.c.day.between(first, last))
        .group_by(unanswered.c.near)
        .order_by(func.sum(unanswered.c.times).desc(), unanswered.c.near)
    )
    return [(row[0], int(row[1])) for row in conn.execute(query)]
