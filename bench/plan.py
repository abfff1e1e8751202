"""A day's plan for very many children, against inserting the same rows without thinking."""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import Connection, Engine

from bench.people import Place, throw_away
from bench.result import Result, Spent, median, percentile, result
from bot.planner import Programme, plan
from care.age import Offset
from care.programme import Anchor, Basis, Item, openings
from storage import decisions
from storage.database import open_database
from storage.tables import outbox

TODAY = date(2026, 11, 24)  # a Tuesday
SPAN = 2_920
TIPS, REMINDERS = 300, 25
REPEATS = 3
SIZES = {"plan/100k": 100_000, "plan/1m": 1_000_000}
QUICK = 2_000


def run(*, quick: bool = False) -> Iterator[Result]:
    for name, children in SIZES.items():
        yield _case(name, QUICK if quick else children)


def _case(name: str, children: int) -> Result:
    with throw_away() as place:
        engine = place.engine()
        with engine.connect() as conn, conn.begin():
            _settle(conn, children)
        engine.dispose()
        return asyncio.run(_measure(name, children, place))


def _settle(conn: Connection, children: int) -> None:
    """One caregiver with one child each, born on any day of eight years; made in SQL."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
    born = "date(:today, '-' || (i * 7919 % :span) || ' days')"
    values = {"last": children, "today": TODAY.isoformat(), "span": SPAN}
    for statement in (
        "INSERT INTO caregivers (id, state, frequency, send_minutes, address_id, route, created_at,"
        f" seen_at) {numbers} SELECT i, 'active', CASE i % 8 WHEN 0 THEN 'it' WHEN 1 THEN 'nhieu'"
        " ELSE 'vua' END, 1140, i, 'telegram:1', :today, :today FROM n",
        "INSERT INTO children (id, state, born_on, precision, corrected_on, joined_on)"
        f" {numbers} SELECT i, 'born', {born}, 'day', {born}, '2010-01-01' FROM n",
        "INSERT INTO care_links (child_id, caregiver_id, since)"
        f" {numbers} SELECT i, i, '2010-01-01' FROM n",
    ):
        conn.execute(text(statement), values)
    conn.execute(text("ANALYZE"))


def programme() -> Programme:
    """300 tips and 25 reminders on days drawn by lot, as the first probes had them."""
    chance = random.Random(7)
    days = sorted(chance.sample(range(SPAN), TIPS))
    items = [_item(f"bench-tip-{n:03}", "tip", day, 2 + n % 5) for n, day in enumerate(days)]
    due = chance.sample(range(SPAN), REMINDERS)
    items += [_item(f"bench-reminder-{n:02}", "reminder", day, 1) for n, day in enumerate(due)]
    return Programme.of(openings(items), {item.id: item for item in items})


def _item(name: str, kind: str, day: int, priority: int) -> Item:
    at = Offset(days=day)
    expires = Offset(days=day + 14)
    tier = "A" if priority < 4 else "B"
    return Item(name, kind, Anchor.BIRTH, at, expires, Basis.CHRONOLOGICAL, tier, priority)


@dataclass(slots=True)
class Locks:
    """How long each write transaction held SQLite's write lock, in milliseconds."""

    held: list[float] = field(default_factory=list)
    began: float = 0.0

    def watch(self, engine: Engine) -> None:
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "checkin", self._end)

    def _begin(self, conn: Connection) -> None:
        self.began = time.perf_counter()

    def _end(self, *_: Any) -> None:
        if self.began:
            self.held.append(1000 * (time.perf_counter() - self.began))
            self.began = 0.0


async def _measure(name: str, children: int, place: Place) -> Result:
    """Takes turns with the floor. CPU time, as SQLite works inside this process."""
    wanted = programme()
    plans, again, floors = [], [], []
    locks = Locks()
    rows = withheld = 0
    for _ in range(REPEATS):
        db = open_database(place.url, place.cipher)
        locks.watch(db._engine)  # type: ignore[attr-defined]
        spent = Spent()
        rows = await plan(db, wanted, TODAY)
        plans.append((spent.cpu, spent.wall))
        spent = Spent()
        added = await plan(db, wanted, TODAY)
        again.append(spent.cpu)
        if added:
            raise AssertionError(f"the second run added {added} rows")
        withheld = sum(n for *_, n in await db.read(decisions.reasons))
        await db.close()
        floors.append(_floor(place))
    return result(
        name,
        median([cpu for cpu, _ in plans]),
        "CPU s",
        median([cpu for cpu, _ in floors]),
        children=children,
        rows=rows,
        decisions=withheld,
        added_again=0,
        again_cpu_s=round(median(again), 2),
        wall_s=round(median([wall for _, wall in plans]), 2),
        floor_wall_s=round(median([wall for _, wall in floors]), 2),
        longest_write_ms=round(max(locks.held), 1),
        p99_write_ms=round(percentile(locks.held, 0.99), 1),
    )


def _floor(place: Place) -> tuple[float, float]:
    """The same outbox rows, ready made, into the same table in one statement; then all go."""
    columns = ", ".join(c.name for c in outbox.columns if c.name != "id")
    with contextlib.closing(sqlite3.connect(place.path, isolation_level=None)) as conn:
        for pragma in ("synchronous=FULL", "temp_store=MEMORY", "cache_size=-65536"):
            conn.execute(f"PRAGMA {pragma}")
        conn.execute(f"CREATE TABLE ready AS SELECT {columns} FROM outbox")
        conn.execute("DELETE FROM outbox")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        spent = Spent()
        conn.execute(f"INSERT INTO outbox ({columns}) SELECT {columns} FROM ready")
        took = spent.cpu, spent.wall
        conn.execute("DROP TABLE ready")
        for table in ("outbox", "decisions", "marks"):
            conn.execute(f"DELETE FROM {table}")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return took
