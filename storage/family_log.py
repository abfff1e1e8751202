"""What a family was sent, and why something was not: messages and decisions in one list."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from care.clock import local_day
from care.messages import Kind
from storage.family_tables import addresses
from storage.tables import decisions, outbox

_NEWS = (Kind.CAMPAIGN.value, Kind.ALERT.value)


class Entry(NamedTuple):
    """`state` of a message (sent, pending, …) or of a decision (waiting, skipped, …)."""

    on: date
    caregiver_id: int
    child_id: int | None
    message: str
    state: str
    reason: str | None
    retry_on: date | None  # when it is looked at again


def entries(conn: Connection, people: Collection[int], limit: int) -> list[Entry]:
    """Unasked messages, sent or not, the newest day first; answers in a talk are not in it."""
    found = [*_messages(conn, people, limit), *_decisions(conn, people, limit)]
    found.sort(key=lambda one: (one.on, one.message), reverse=True)
    return found[:limit]


def _messages(conn: Connection, people: Collection[int], limit: int) -> list[Entry]:
    news = and_(outbox.c.kind.in_(_NEWS), outbox.c.slot > 0)  # below it are tests of officers
    unasked = or_(outbox.c.planned_on.is_not(None), news)
    rows = conn.execute(
        select(
            outbox.c.planned_on,
            outbox.c.at,
            outbox.c.not_before,
            outbox.c.caregiver_id,
            outbox.c.child_id,
            outbox.c.message,
            outbox.c.state,
            outbox.c.reason,
        )
        .where(outbox.c.caregiver_id.in_(people), unasked)
        .order_by(outbox.c.not_before.desc(), outbox.c.id.desc())
        .limit(limit)
    )
    return [
        Entry(row.planned_on or local_day(row.at or row.not_before), *row[3:], None) for row in rows
    ]


def _decisions(conn: Connection, people: Collection[int], limit: int) -> list[Entry]:
    rows = conn.execute(
        select(
            decisions.c.opened_on,
            decisions.c.caregiver_id,
            decisions.c.child_id,
            decisions.c.message,
            decisions.c.state,
            decisions.c.reason,
            decisions.c.retry_on,
        )
        .where(decisions.c.caregiver_id.in_(people))
        .order_by(decisions.c.opened_on.desc(), decisions.c.message, decisions.c.slot)
        .limit(limit)
    )
    return [Entry(*row) for row in rows]


class Channel(NamedTuple):
    """A way to somebody, without the address itself."""

    name: str
    gone: bool
    used: bool  # messages go here


def channels(conn: Connection, caregiver_id: int, used: int | None) -> list[Channel]:
    """`used`: the address that messages go to."""
    rows = conn.execute(
        select(addresses.c.id, addresses.c.route, addresses.c.gone_at)
        .where(addresses.c.caregiver_id == caregiver_id)
        .order_by(addresses.c.id)
    )
    return [
        Channel(row.route.partition(":")[0], row.gone_at is not None, row.id == used)
        for row in rows
    ]
