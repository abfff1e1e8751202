"""Messengers that let us write only for a while: who was heard, what waits, what it cost."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.engine import Connection

from care.clock import local_day
from care.windows import Way
from storage.dialect import in_state, upsert
from storage.family_tables import addresses
from storage.outbox import CANCELLED, PENDING
from storage.prepared import Prepared
from storage.tables import outbox
from storage.zalo_tables import costs, heard

CLOSED = "window closed"  # the reason of a row that waits for the person to write
MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another address of the same caregiver."""

    address_id: int
    route: str
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A row that waits for the person to write."""

    id: int
    message: str
    kind: str


@dataclass(frozen=True, slots=True)
class Spent:
    way: Way
    legal: bool
    messages: int
    price: int  # đồng, together


_USED = Prepared(
    lambda _: (
        select(costs.c.legal, func.count().label("n"))
        .where(
            costs.c.route == bindparam("route"),
            costs.c.month == bindparam("month"),
            costs.c.way == bindparam("way"),
        )
        .group_by(costs.c.legal)
    )
)


def hear(conn: Connection, address_id: int, now: datetime) -> None:
    """The person did something: the windows open again."""
    upsert(conn, heard, {"address_id": address_id, "at": now})


def heard_at(conn: Connection, address_id: int) -> datetime | None:
    """Held: who writes at this moment waits for what is decided by it, and wakes it then."""
    query = select(heard.c.at).where(heard.c.address_id == address_id).with_for_update()
    found: datetime | None = conn.execute(query).scalar_one_or_none()
    return found


def others(conn: Connection, caregiver_id: int, address_id: int) -> list[Elsewhere]:
    """The other live addresses of this caregiver, the last used first."""
    query = (
        select(addresses.c.id, addresses.c.route, heard.c.at)
        .join_from(addresses, heard, heard.c.address_id == addresses.c.id, isouter=True)
        .where(
            addresses.c.caregiver_id == caregiver_id,
            addresses.c.id != address_id,
            addresses.c.gone_at.is_(None),
        )
        .order_by(heard.c.at.desc(), addresses.c.id.desc())
    )
    return [Elsewhere(*row) for row in conn.execute(query)]


def move(conn: Connection, row_id: int, to: Elsewhere, now: datetime) -> None:
    """A claimed row goes to another address instead: never to both."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(address_id=to.address_id, route=to.route, state=PENDING, not_before=now, at=now)
    )


def hold(conn: Connection, row_id: int) -> None:
    """A claimed row waits until the person writes, or its time is over."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == row_id)
        .values(
            state=PENDING,
            reason=CLOSED,
            not_before=outbox.c.expires_at,
            attempts=outbox.c.attempts - 1,
        )
    )


def held(conn: Connection, address_id: int) -> list[Held]:
    """What waits for this person, the oldest first."""
    query = select(outbox.c.id, outbox.c.message, outbox.c.kind).where(
        outbox.c.address_id == address_id,
        in_state(outbox.c.state, PENDING),
        outbox.c.reason == CLOSED,
    )
    return [Held(*row) for row in conn.execute(query.order_by(outbox.c.id))]


def wake(
    conn: Connection, address_id: int, best: Collection[int], when: datetime, now: datetime
) -> None:
    """The window is open: these go, what else waited does not come any more."""
    waiting = (
        outbox.c.address_id == address_id,
        in_state(outbox.c.state, PENDING),
        outbox.c.reason == CLOSED,
    )
    go = update(outbox).where(*waiting, outbox.c.id.in_(best))
    conn.execute(go.values(not_before=when, reason=None))
    conn.execute(update(outbox).where(*waiting).values(state=CANCELLED, reason=MERGED, at=now))


def charge(
    conn: Connection, row_id: int, route: str, way: Way, legal: bool, price: int, now: datetime
) -> None:
    """What a message costs, as soon as it is claimed: many at once spend no more than there is."""
    month = local_day(now).isoformat()[:7]
    row = {"outbox_id": row_id, "route": route, "month": month, "way": way.value}
    upsert(conn, costs, {**row, "legal": legal, "price": price})


def recharge(conn: Connection, row_id: int, price: int) -> None:
    """The messenger says what it cost in the end."""
    conn.execute(update(costs).where(costs.c.outbox_id == row_id).values(price=price))


def refund(conn: Connection, row_id: int) -> None:
    """It did not go."""
    conn.execute(delete(costs).where(costs.c.outbox_id == row_id))


def spent(conn: Connection, route: str, month: str) -> Sequence[Spent]:
    """`month`: 2026-11."""
    query = (
        select(costs.c.way, costs.c.legal, func.count(), func.sum(costs.c.price))
        .where(costs.c.route == route, costs.c.month == month)
        .group_by(costs.c.way, costs.c.legal)
        .order_by(costs.c.way, costs.c.legal)
    )
    return [Spent(Way(row[0]), row[1], row[2], int(row[3])) for row in conn.execute(query)]


def used(conn: Connection, route: str, month: str, way: Way) -> tuple[int, int]:
    """Messages that went this way this month: for deadlines of the law, for others.

    Asked for every message that nobody waits for.
    """
    rows = _USED.rows(conn, route=route, month=month, way=way.value)
    found = {row.legal: int(row.n) for row in rows}
    return found.get(True, 0), found.get(False, 0)


def waiting(conn: Connection, route: str) -> dict[str, int]:
    """How many rows of each kind wait for people to write."""
    query = (
        select(outbox.c.kind, func.count())
        .where(outbox.c.route == route, in_state(outbox.c.state, PENDING))
        .where(outbox.c.reason == CLOSED)
        .group_by(outbox.c.kind)
    )
    return {row[0]: row[1] for row in conn.execute(query)}
