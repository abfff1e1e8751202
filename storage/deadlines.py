"""Days of the year by which a unit has to hand something in.

A unit that has written down none of its own has the usual ones of data/deadlines.csv; they become
its own with the first change.
"""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from storage.console_tables import deadlines
from storage.tables import areas

USUAL = Path(__file__).parent.parent / "data" / "deadlines.csv"
LONGEST_TITLE = 160
LATE_FOR = timedelta(days=31)  # what was missed is named so long
A_YEAR = 2001  # without 29 February, which does not come every year


class BadDeadline(ValueError):
    """Has no title, or a day that does not come every year; says which: title, day."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """`ref` names it on pages: the number of its row, or "u0" and so on while it is a usual one."""

    ref: str
    title: str
    month: int
    day: int
    done_for: int | None = None

    def of(self, year: int) -> date:
        return date(year, self.month, self.day)

    def done(self, year: int) -> bool:
        return self.done_for is not None and self.done_for >= year


@cache
def usual() -> tuple[Deadline, ...]:
    with USUAL.open(encoding="utf-8", newline="") as file:
        return tuple(
            Deadline(f"u{n}", row["title"], int(row["month"]), int(row["day"]))
            for n, row in enumerate(csv.DictReader(file))
        )


def of_area(conn: Connection, area_id: int) -> list[Deadline]:
    """In the order of the year."""
    query = select(deadlines).where(deadlines.c.area_id == area_id)
    rows = conn.execute(query.order_by(deadlines.c.id)).all()
    own = [Deadline(str(r.id), r.title, r.month, r.day, r.done_for) for r in rows]
    return sorted(own or usual(), key=lambda one: (one.month, one.day))


def coming(
    conn: Connection, area_id: int, today: date, days: int = 30
) -> list[tuple[date, Deadline]]:
    """What is not done and due within so many days, or was missed a short time ago."""
    first, last = today - LATE_FOR, today + timedelta(days=days)
    found = [
        (one.of(year), one)
        for one in of_area(conn, area_id)
        for year in range(first.year, last.year + 1)
        if first <= one.of(year) <= last and not one.done(year)
    ]
    return sorted(found, key=lambda pair: pair[0])


def add(conn: Connection, area_id: int, title: str, month: int, day: int) -> None:
    """Raises BadDeadline."""
    _check(title, month, day)
    _adopt(conn, area_id)
    conn.execute(insert(deadlines).values(_values(area_id, title, month, day)))


def change(conn: Connection, area_id: int, ref: str, title: str, month: int, day: int) -> bool:
    """False when the unit has no such deadline. Raises BadDeadline."""
    _check(title, month, day)
    row_id = _own(conn, area_id, ref)
    values = {"title": title.strip(), "month": month, "day": day}
    conn.execute(update(deadlines).where(deadlines.c.id == row_id).values(**values))
    return row_id is not None


def mark(conn: Connection, area_id: int, ref: str, year: int, *, done: bool) -> bool:
    """Done for a year, or not after all; False when the unit has no such deadline."""
    row_id = _own(conn, area_id, ref)
    done_for = year if done else year - 1
    changed = update(deadlines).where(deadlines.c.id == row_id).values(done_for=done_for)
    conn.execute(changed)
    return row_id is not None


def remove(conn: Connection, area_id: int, ref: str) -> bool:
    row_id = _own(conn, area_id, ref)
    conn.execute(delete(deadlines).where(deadlines.c.id == row_id))
    return row_id is not None


def _check(title: str, month: int, day: int) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise BadDeadline("title")
    try:
        date(A_YEAR, month, day)
    except ValueError:
        raise BadDeadline("day") from None


def _values(area_id: int, title: str, month: int, day: int) -> dict[str, str | int]:
    return {"area_id": area_id, "title": title.strip(), "month": month, "day": day}


def _adopt(conn: Connection, area_id: int) -> None:
    """The usual deadlines become the unit's own, if it has none."""
    conn.execute(select(areas.c.id).where(areas.c.id == area_id).with_for_update(key_share=True))
    if not conn.execute(select(deadlines.c.id).where(deadlines.c.area_id == area_id)).first():
        rows = [_values(area_id, one.title, one.month, one.day) for one in usual()]
        conn.execute(insert(deadlines), rows)


def _own(conn: Connection, area_id: int, ref: str) -> int | None:
    """The row a ref names, in this unit only."""
    named = next((one for one in usual() if one.ref == ref), None)
    if named is not None:
        _adopt(conn, area_id)
        same = _values(area_id, named.title, named.month, named.day)
        which = [deadlines.c[name] == value for name, value in same.items()]
    elif ref.isdecimal() and len(ref) < 16:
        which = [deadlines.c.area_id == area_id, deadlines.c.id == int(ref)]
    else:
        return None
    return conn.execute(select(deadlines.c.id).where(*which)).scalars().first()
