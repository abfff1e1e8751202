"""Accounts on messengers as their keepers see them: people, messages, and what did not go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import Connection

from storage.family_tables import addresses
from storage.outbox import CANCELLED, EXPIRED, FAILED, SENT, UNKNOWN
from storage.overview import UNASKED
from storage.tables import outbox
from storage.windows import CLOSED


@dataclass(frozen=True, slots=True)
class Lost:
    """Messages of one kind that did not arrive, for one reason."""

    kind: str
    state: str
    reason: str
    messages: int


def people(conn: Connection, route: str) -> int:
    """Who can be written to there."""
    here = (addresses.c.route == route, addresses.c.gone_at.is_(None))
    return conn.execute(select(func.count()).select_from(addresses).where(*here)).scalar_one()


def is_full(conn: Connection, route: str, most: int) -> bool:
    """Whether nobody new may come in.

    On PostgreSQL who asks waits until the one who asked before is in, so that two do not both take
    the last place.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"people:{route}"))))
    return people(conn, route) >= most


def sent(conn: Connection, route: str, begins: datetime, ends: datetime) -> int:
    """Messages that went out; those that nobody knows about may have."""
    gone = (outbox.c.route == route, outbox.c.state.in_((SENT, UNKNOWN)))
    when = (outbox.c.at >= begins, outbox.c.at < ends)
    query = select(func.count()).select_from(outbox).where(*gone, *when)
    return conn.execute(query).scalar_one()


def lost(conn: Connection, route: str, begins: datetime, ends: datetime) -> Sequence[Lost]:
    """Of unasked ones, by kind and reason, the most first; answers would tell of a dialogue."""
    what = (outbox.c.kind, outbox.c.state, outbox.c.reason)
    count = func.count()
    query = select(*what, count).where(*_lost(route, begins, ends)).group_by(*what)
    rows = conn.execute(query.order_by(count.desc(), *what))
    return [Lost(row[0], row[1], row[2] or "", row[3]) for row in rows]


def closed_to(conn: Connection, route: str, begins: datetime, ends: datetime) -> dict[str, int]:
    """By message: how many were lost because the person did not write in time."""
    query = select(outbox.c.message, func.count()).where(*_lost(route, begins, ends))
    query = query.where(outbox.c.reason == CLOSED).group_by(outbox.c.message)
    return {row[0]: row[1] for row in conn.execute(query)}


def _lost(route: str, begins: datetime, ends: datetime) -> Sequence[ColumnElement[bool]]:
    return (
        outbox.c.route == route,
        outbox.c.kind.in_(UNASKED),
        outbox.c.state.in_((EXPIRED, CANCELLED, FAILED)),
        outbox.c.at >= begins,
        outbox.c.at < ends,
    )
