"""Invitation slips: one for a child of a class or hamlet list; the family decides.

A list that comes again makes no second slip: each row has a keyed hash of what it says.
"""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from care.codes import slip_code
from care.folding import fold
from care.roster import Entry
from storage.areas import within
from storage.console_tables import slips
from storage.dialect import insert_new
from storage.types import cipher_of

LIVES = timedelta(days=90)
AT_ONCE = 500
_STANDS = {None: "new", False: "again", True: "used"}
KEPT = timedelta(days=365)  # after its end, so that a list that comes again knows who has joined


@dataclass(frozen=True, slots=True)
class Slip:
    """`name` and `born_on` are gone once the family has used it."""

    id: int
    area_id: int
    batch: str
    group: str
    name: str | None
    born_on: date | None
    note: str
    code: str
    expires_at: datetime
    used_at: datetime | None
    caregiver_id: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """One upload."""

    batch: str
    area_id: int
    made_at: datetime
    total: int
    used: int


def _slip(row: Any) -> Slip:
    known = row.known or {}
    born = known.get("born")
    return Slip(
        row.id,
        row.area_id,
        row.batch,
        row.group_name,
        known.get("name"),
        date.fromisoformat(born) if born else None,
        known.get("note", ""),
        row.code,
        row.expires_at,
        row.used_at,
        row.caregiver_id,
    )


def make(
    conn: Connection,
    entries: Iterable[tuple[Entry, int]],
    batch: str,
    officer_id: int,
    now: datetime,
) -> dict[str, int]:
    """A slip for every (entry, area). Returns how many are new, again (known and unused), used.

    Slips that are known move to this batch and live on, so that the whole list can be printed.
    """
    done: Counter[str] = Counter()
    for key, entry, area_id, used in _looked_up(conn, entries):
        if used is None and not _add(conn, entry, area_id, key, batch, officer_id, now):
            used = False  # the same list comes twice at once
        if used is False and not _move(conn, entry, key, batch, now):
            used = True  # the family used it at this moment
        done[_STANDS[used]] += 1
    return {what: done[what] for what in _STANDS.values()}


def known(conn: Connection, entries: Iterable[tuple[Entry, int]]) -> dict[str, int]:
    """What `make` would do, without doing it."""
    done = Counter(_STANDS[used] for *_, used in _looked_up(conn, entries))
    return {what: done[what] for what in _STANDS.values()}


def _looked_up(
    conn: Connection, entries: Iterable[tuple[Entry, int]]
) -> Iterator[tuple[str, Entry, int, bool | None]]:
    """Each with its key, and whether its slip is used; None where there is none yet."""
    keyed = [(_row_key(conn, area_id, entry), entry, area_id) for entry, area_id in entries]
    for at in range(0, len(keyed), AT_ONCE):
        part = keyed[at : at + AT_ONCE]
        rows = conn.execute(
            select(slips.c.row_key, slips.c.used_at).where(
                slips.c.row_key.in_([key for key, *_ in part])
            )
        )
        used = {row.row_key: row.used_at is not None for row in rows}
        for key, entry, area_id in part:
            yield key, entry, area_id, used.get(key)


def _row_key(conn: Connection, area_id: int, entry: Entry) -> str:
    parts = (str(area_id), fold(entry.name), entry.born_on.isoformat(), fold(entry.group))
    return cipher_of(conn.dialect).blind("slip row", *parts)


def _add(
    conn: Connection,
    entry: Entry,
    area_id: int,
    key: str,
    batch: str,
    officer_id: int,
    now: datetime,
) -> bool:
    code = slip_code(secrets.choice)
    made = conn.execute(
        insert_new(conn, slips).values(
            area_id=area_id,
            batch=batch,
            group_name=entry.group,
            row_key=key,
            code_hash=_code_hash(conn, code),
            code=code,
            known=_known(entry),
            officer_id=officer_id,
            created_at=now,
            expires_at=now + LIVES,
        )
    )
    return made.rowcount > 0


def _move(conn: Connection, entry: Entry, key: str, batch: str, now: datetime) -> bool:
    values = {"batch": batch, "expires_at": now + LIVES, "known": _known(entry)}
    unused = (slips.c.row_key == key, slips.c.used_at.is_(None))
    return conn.execute(update(slips).where(*unused).values(**values)).rowcount > 0


def _known(entry: Entry) -> dict[str, str]:
    return {"name": entry.name, "born": entry.born_on.isoformat(), "note": entry.note}


def _code_hash(conn: Connection, code: str) -> str:
    return cipher_of(conn.dialect).blind("slip", code)


def find(conn: Connection, code: str) -> Slip | None:
    """Also a used or expired one."""
    same = slips.c.code_hash == _code_hash(conn, code)
    row = conn.execute(select(slips).where(same)).first()
    return _slip(row) if row else None


def use(conn: Connection, slip_id: int, caregiver_id: int, now: datetime) -> bool:
    """Once; what the list said is forgotten, as the family has told it itself now."""
    usable = (slips.c.id == slip_id, slips.c.used_at.is_(None), slips.c.expires_at > now)
    used = update(slips).where(*usable).values(used_at=now, caregiver_id=caregiver_id, known={})
    return conn.execute(used).rowcount > 0


def batches(
    conn: Connection, areas: Collection[int], everywhere: bool, limit: int = 50
) -> list[Batch]:
    """The newest first; of a batch only what the officer may see is counted."""
    used = func.sum(case((slips.c.used_at.is_not(None), 1), else_=0))
    made_at = func.min(slips.c.created_at)
    query = (
        select(slips.c.batch, func.min(slips.c.area_id), made_at, func.count(), used)
        .where(within(slips.c.area_id, areas, everywhere))
        .group_by(slips.c.batch)
        .order_by(made_at.desc(), slips.c.batch)
        .limit(limit)
    )
    return [Batch(*row) for row in conn.execute(query)]


def of_batch(conn: Connection, batch: str, areas: Collection[int], everywhere: bool) -> list[Slip]:
    """In the order of the list."""
    here = within(slips.c.area_id, areas, everywhere)
    query = select(slips).where(slips.c.batch == batch, here)
    return [_slip(row) for row in conn.execute(query.order_by(slips.c.id))]


def unused(conn: Connection, areas: Collection[int], everywhere: bool, now: datetime) -> list[Slip]:
    here = within(slips.c.area_id, areas, everywhere)
    query = select(slips).where(here, slips.c.used_at.is_(None), slips.c.expires_at > now)
    return [_slip(row) for row in conn.execute(query.order_by(slips.c.id))]


def unlink(conn: Connection, caregiver_id: int) -> None:
    """Nobody knows any more who used it."""
    used = slips.c.caregiver_id == caregiver_id
    conn.execute(update(slips).where(used).values(caregiver_id=None))


def forget(conn: Connection, now: datetime) -> None:
    """Ended ones lose what the list said; a year later the row goes too."""
    conn.execute(
        update(slips).where(slips.c.expires_at <= now, slips.c.known.is_not(None)).values(known={})
    )
    old = slips.c.expires_at <= now - KEPT
    conn.execute(delete(slips).where(or_(old, slips.c.used_at <= now - KEPT)))
