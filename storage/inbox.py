"""What came in, stored before it is acknowledged, handled once, in order per chat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from care.messages import Address
from storage.caregivers import chat_hash, route
from storage.dialect import in_state, insert_new
from storage.prepared import Prepared
from storage.tables import inbox

MOST_ATTEMPTS = 3


class Arrival(NamedTuple):
    event_id: str
    address: Address
    body: str


@dataclass(frozen=True, slots=True)
class Waiting:
    id: int
    route: str
    chat_hash: str
    attempts: int
    received_at: datetime
    event_id: str


_NEW_COLUMNS = ("route", "event_id", "chat_hash", "body", "state", "attempts", "received_at")
_ADD = Prepared(lambda conn: insert_new(conn, inbox), _NEW_COLUMNS)
_older = inbox.alias("older")
# By chat first: however much one of them sends, the others are seen.
_OLDEST = (
    select(func.min(_older.c.id))
    .where(in_state(_older.c.state, "new"))
    .group_by(_older.c.chat_hash)
    .order_by(func.min(_older.c.id))
    .limit(bindparam("most"))
)
_NEXT = Prepared(
    lambda _: (
        select(
            inbox.c.id,
            inbox.c.route,
            inbox.c.chat_hash,
            inbox.c.attempts,
            inbox.c.received_at,
            inbox.c.event_id,
        )
        .where(inbox.c.id.in_(_OLDEST))
        .order_by(inbox.c.id)
    )
)


def add(conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Stores new events; ones seen before are left alone. Returns how many were new."""
    rows = [
        {
            "route": route(arrival.address),
            "event_id": arrival.event_id,
            "chat_hash": chat_hash(conn, arrival.address),
            "body": arrival.body,
            "state": "new",
            "attempts": 0,
            "received_at": now,
        }
        for arrival in arrivals
    ]
    return _ADD.run_many(conn, rows)


def next_ones(conn: Connection, busy: Collection[str], limit: int = 50) -> list[Waiting]:
    """The oldest waiting event of each chat that nobody works on."""
    rows = _NEXT.rows(conn, most=limit + len(busy))
    return [Waiting(*row) for row in rows if row.chat_hash not in busy][:limit]


def body(conn: Connection, inbox_id: int) -> str:
    """What came in, as the messenger sent it. Raises on a seal that does not open."""
    found: str = conn.execute(select(inbox.c.body).where(inbox.c.id == inbox_id)).scalar_one()
    return found


_TAKE = Prepared(
    lambda _: (
        update(inbox)
        .where(
            inbox.c.id == bindparam("row"),
            in_state(inbox.c.state, "new"),
            inbox.c.id
            == select(func.min(_older.c.id))
            .where(in_state(_older.c.state, "new"), _older.c.chat_hash == bindparam("chat"))
            .scalar_subquery(),
        )
        .values(state="done")
    )
)


def take(conn: Connection, inbox_id: int, chat: str) -> bool:
    """Marks the row done if it is still new and the oldest of its chat; False when it is not.

    Two processes keep the order of a chat: it stays locked till the commit.
    """
    hold_chat(conn, chat)
    return _TAKE.run(conn, row=inbox_id, chat=chat) == 1


def hold_chat(conn: Connection, chat: str) -> None:
    """Its turn that is under way ends first, the next one waits for this transaction."""
    if conn.dialect.name == "postgresql":  # on SQLite one thread writes
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(chat))))


def blank(conn: Connection, address: Address, event_id: str) -> None:
    """What came in is not kept, in this turn already."""
    mine = (inbox.c.route == route(address), inbox.c.event_id == event_id)
    conn.execute(update(inbox).where(*mine).values(body=None))


def count_attempt(conn: Connection, inbox_id: int, error: str) -> bool:
    """One more failure, in a transaction of its own; True when the row is now quarantined."""
    attempts: int = conn.execute(
        update(inbox)
        .where(inbox.c.id == inbox_id)
        .values(attempts=inbox.c.attempts + 1, error=error[:120])
        .returning(inbox.c.attempts)
    ).scalar_one()
    if attempts >= MOST_ATTEMPTS:
        conn.execute(update(inbox).where(inbox.c.id == inbox_id).values(state="quarantined"))
    return attempts >= MOST_ATTEMPTS


def finish(conn: Connection, inbox_id: int) -> None:
    conn.execute(update(inbox).where(inbox.c.id == inbox_id).values(state="done"))


def counts(conn: Connection) -> dict[str, int]:
    rows = conn.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state))
    return {row[0]: row[1] for row in rows}


def empty(conn: Connection, way: str, event_ids: Collection[str]) -> None:
    """The words of these events are gone, long before `forget` would come to them."""
    handled = (inbox.c.route == way, inbox.c.event_id.in_(event_ids), inbox.c.state != "new")
    conn.execute(update(inbox).where(*handled).values(body=None, error=None))


def forget(conn: Connection, bodies_before: datetime, rows_before: datetime) -> None:
    """Empties handled bodies, later drops the rows (their ids are no longer repeated by then)."""
    handled = inbox.c.state != "new"
    conn.execute(
        update(inbox)
        .where(handled, inbox.c.received_at < bodies_before, inbox.c.body.is_not(None))
        .values(body=None)
    )
    conn.execute(delete(inbox).where(handled, inbox.c.received_at < rows_before))
