"""What an older copy of the database must not undo: who was erased, a loss, a stop.

Only keyed hashes and moments. A row is written in the transaction of the act itself; a file beside
the data (storage.erasure_file) has the same lines, since the rows are lost with the database.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.engine import Connection

from storage.family_tables import addresses, care_links, children
from storage.tables import tombstones
from storage.types import cipher_of

KEPT = timedelta(days=35)  # as long as copies live


class Kind(StrEnum):
    ERASED = "erased"  # a caregiver, by address
    STOPPED = "stopped"  # a caregiver wants no unasked message
    RESUMED = "resumed"
    LEFT = "left"  # a child was taken off a caregiver's list
    LOST = "lost"  # a child died
    MOVED = "moved"
    BACK = "back"  # neither was true


class Tombstone(NamedTuple):
    at: datetime
    kind: Kind
    hash: str


class Found(NamedTuple):
    """What tombstones speak of in this database, by id."""

    at: datetime
    kind: Kind
    child_id: int | None
    caregiver_id: int | None


def of_caregiver(conn: Connection, kind: Kind, caregiver_id: int, now: datetime) -> None:
    """By all addresses, before they go."""
    mine = select(addresses.c.chat_hash).where(addresses.c.caregiver_id == caregiver_id)
    for chat_hash in conn.execute(mine).scalars().all():
        _add(conn, kind, _address(conn, chat_hash), now)


def left(conn: Connection, child_id: int, caregiver_id: int, now: datetime) -> None:
    _add(conn, Kind.LEFT, _link(conn, child_id, caregiver_id), now)


def of_child(conn: Connection, kind: Kind, child_id: int, joined_on: date, now: datetime) -> None:
    """That a child is lost or lives elsewhere, or that this was a mistake."""
    _add(conn, kind, _child(conn, child_id, joined_on), now)


def _add(conn: Connection, kind: Kind, hashed: str, now: datetime) -> None:
    conn.execute(insert(tombstones).values(kind=kind.value, hash=hashed, at=now))


def _address(conn: Connection, chat_hash: str) -> str:
    return cipher_of(conn.dialect).blind("tombstone", "address", chat_hash)


def _link(conn: Connection, child_id: int, caregiver_id: int) -> str:
    return cipher_of(conn.dialect).blind("tombstone", "link", str(child_id), str(caregiver_id))


def _child(conn: Connection, child_id: int, joined_on: date) -> str:
    parts = ("tombstone", "child", str(child_id), joined_on.isoformat())
    return cipher_of(conn.dialect).blind(*parts)


def newest(conn: Connection) -> int:
    return conn.execute(select(func.max(tombstones.c.id))).scalar_one() or 0


def all_of(conn: Connection) -> list[Tombstone]:
    """In the order in which they were told."""
    rows = conn.execute(select(tombstones).order_by(tombstones.c.at, tombstones.c.id))
    return [Tombstone(row.at, Kind(row.kind), row.hash) for row in rows]


def forget(conn: Connection, before: datetime) -> None:
    conn.execute(delete(tombstones).where(tombstones.c.at < before))


def take_over(conn: Connection, others: Collection[Tombstone]) -> None:
    """Those of another database of this installation stand here as well."""
    rows = [{"at": one.at, "kind": one.kind.value, "hash": one.hash} for one in others]
    if rows:
        conn.execute(insert(tombstones), rows)


def find(conn: Connection, wanted: Iterable[Tombstone]) -> list[Found]:
    """Whom they speak of here, the oldest first; of most there is nobody."""
    by_hash: dict[str, list[Tombstone]] = {}
    for one in wanted:
        by_hash.setdefault(one.hash, []).append(one)
    if not by_hash:
        return []
    found: list[Found] = []

    def look(hashed: str, child_id: int | None, caregiver_id: int | None) -> None:
        told = by_hash.get(hashed, ())
        found.extend(Found(one.at, one.kind, child_id, caregiver_id) for one in told)

    for row in conn.execute(select(addresses.c.chat_hash, addresses.c.caregiver_id)):
        look(_address(conn, row.chat_hash), None, row.caregiver_id)
    for row in conn.execute(select(care_links.c.child_id, care_links.c.caregiver_id)):
        look(_link(conn, row.child_id, row.caregiver_id), row.child_id, row.caregiver_id)
    for row in conn.execute(select(children.c.id, children.c.joined_on)):
        look(_child(conn, row.id, row.joined_on), row.id, None)
    return sorted(found, key=lambda one: one.at)
