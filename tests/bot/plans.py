"""Days of a planner: plan, let what is due go, look at what families got and why not."""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.planner import PLANNED, Programme, plan
from bot.turns import take_turn
from care.clock import at_local
from care.messages import Address, Event, EventKind
from content.library import Library
from handlers import ROUTES
from storage import marks, outbox
from storage.tables import decisions
from storage.tables import outbox as outbox_table
from tests.fakes import ACCOUNT, NAME, Family, WatchedDatabase, a_caregiver, a_child, rows

DAY = timedelta(days=1)
Push = tuple[date, str, int]  # planned on, item, slot


class Calendar:
    """The planner on one database, a day at a time."""

    def __init__(self, db: WatchedDatabase, library: Library) -> None:
        self.db = db
        self.library = library
        self.programme = Programme.of(
            library.openings, library.items, library.rules, library.hashes
        )
        self._taps = 0

    async def plan(self, day: date) -> int:
        return await plan(self.db, self.programme, day)

    async def day(self, day: date) -> int:
        """One day of operation: what waits goes at its time, the rest expires."""
        added = await self.plan(day)
        await self.db.write(_deliver, at_local(day, 24 * 60 - 1))
        return added

    async def days(self, first: date, last: date) -> int:
        return sum([await self.day(d) for d in span(first, last)])

    async def jump(self, day: date) -> None:
        """Everything up to that day counts as planned."""
        await self.db.write(marks.put, PLANNED, day.isoformat())

    async def family(self, since: date, chat: str = "chat-1", **child: Any) -> Family:
        found: Family = await self.db.write(_joins, chat, since, child)
        return found

    async def taps(self, button: str, day: date, chat: str = "chat-1") -> None:
        """A tap at noon, handled by the real conversation."""
        self._taps += 1
        noon = at_local(day, 12 * 60)
        address = Address(NAME, ACCOUNT, chat)
        event = Event(EventKind.CHOICE, f"tap-{self._taps}", address, noon, button)
        await self.db.write(self._turn, event)

    def _turn(self, conn: Connection, event: Event) -> None:
        take_turn(
            conn,
            event,
            event.at,
            routes=ROUTES,
            library=self.library,
            root=None,
            chance=random.Random(1),
        )

    async def pushes(self, family: Family | int, *states: str) -> list[Push]:
        caregiver = family if isinstance(family, int) else family.caregiver_id
        found = await self.db.read(rows)
        return [
            (row.planned_on, row.message, row.slot)
            for row in found
            if row.caregiver_id == caregiver
            and row.planned_on
            and (not states or row.state in states)
        ]

    async def rows(self, family: Family) -> list[Any]:
        found = await self.db.read(rows)
        return [r for r in found if r.caregiver_id == family.caregiver_id and r.planned_on]

    async def decided(self, family: Family) -> dict[tuple[str, int], tuple[str, str]]:
        """(item, slot) -> (state, reason) of what was not sent."""
        found: dict[tuple[str, int], tuple[str, str]] = await self.db.read(
            _decided, family.caregiver_id
        )
        return found


def span(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def most_in_a_day(pushes: Iterable[Push]) -> int:
    days = [on for on, _, _ in pushes]
    return max((days.count(day) for day in days), default=0)


def _joins(conn: Connection, chat: str, since: date, child: dict[str, Any]) -> Family:
    contact = a_caregiver(conn, chat)
    child_id = a_child(conn, contact.caregiver.id, since=since, **child)
    return Family(contact.caregiver.id, contact.address_id, child_id, chat)


def _deliver(conn: Connection, now: datetime) -> None:
    outbox.expire(conn, now)
    due = (outbox_table.c.state == "pending", outbox_table.c.not_before <= now)
    conn.execute(update(outbox_table).where(*due).values(state="sent", at=now))


def _decided(conn: Connection, caregiver_id: int) -> dict[tuple[str, int], tuple[str, str]]:
    mine = select(decisions).where(decisions.c.caregiver_id == caregiver_id)
    return {(r.message, r.slot): (r.state, r.reason) for r in conn.execute(mine)}
