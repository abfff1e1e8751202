"""A year of three families that are alike; one tells of worries: nothing comes of it unasked.

The real planner, outbox, delivery and clock of discreet dialogues, as in `bot.rehearsal`.
"""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import discreet_clock
from bot.families import Family
from bot.planner import Programme
from bot.rehearsal import Plan, _Rehearsal
from bot.turns import take_turn
from care.clock import at_local
from care.messages import Event, EventKind
from care.people import Child, ChildState, Frequency, Role
from content.library import Library
from handlers import ROUTES
from storage import case_tables, discreet
from storage.areas import AreaRow, import_rows
from storage.crypto import make_key
from storage.database import Connection, open_database
from storage.schema import prepare

START, DAYS = date(2026, 1, 5), 365
BORN = START - timedelta(days=100)
TOLD_ON = tuple(START + timedelta(days=days) for days in (40, 41, 120, 250, 363))
REPORT = (
    *("report.begin", "report.safe:yes", "report.now:yes", "report.go"),
    *("report.skip:told", "report.skip:child", "report.skip:place", "report.officer:yes"),
    *("report.skip:contact", "report.send"),
)
# What each of the three taps on those days.
TAPS = {0: REPORT, 1: (), 2: ("settings.few",)}

Heard = list[tuple[date, int, str, int, str]]


class _Year(_Rehearsal):
    def settle(self) -> None:
        alike = {"frequency": Frequency.NORMAL, "send_minutes": 19 * 60, "role": Role.MOTHER}
        self.families = [
            Family(
                number=number,
                joins=START,
                born_on=BORN,
                due_on=None,
                gestation_weeks=None,
                twins=False,
                library=self.library,
                **alike,  # type: ignore[arg-type]  # three types in one
            )
            for number in TAPS
        ]
        child = Child(1, ChildState.BORN, None, BORN, "day", None, None, START)
        near = [o for o in self.library.openings if self._in_this_year(o.opens_on(child))]
        known = self.library
        self.programme = Programme.of(tuple(near), known.items, known.rules, known.hashes)

    def _in_this_year(self, day: date | None) -> bool:
        """Others cost time and nothing else."""
        return day is not None and START - timedelta(days=31) <= day <= START + timedelta(DAYS)

    async def _bad_news(self, day: date) -> None:
        """These three stay alike."""

    async def _good_news(self, day: date) -> None:
        """These three stay alike."""

    async def _day(self, day: date) -> None:
        if day in TOLD_ON:
            self.time.go_to(at_local(day, 1))
            for family in self.families:
                for n, button in enumerate(TAPS[family.number]):
                    await self._taps_here(family, n, button)
        await super()._day(day)
        await discreet_clock.tick(self.db, self.time.now)
        await self.db.write(discreet.forget_counts, self.time.now)

    async def _taps_here(self, family: Family, n: int, button: str) -> None:
        assert family.address is not None
        name = f"{self.time.now} {family.number} {n}"
        event = Event(EventKind.CHOICE, name, family.address, self.time.now, button, "1")
        await self.db.write(self._heard, event)

    def _heard(self, conn: Connection, event: Event) -> None:
        chance, now = random.Random(event.id), self.time.now
        take_turn(conn, event, now, routes=ROUTES, library=self.library, root=None, chance=chance)

    def heard_by(self, number: int) -> Heard:
        """What that family got unasked, in order."""
        mine = self.families[number].caregiver_id
        return [
            (sent.on, sent.at.hour, sent.message, sent.slot, sent.kind)
            for sent in self.sent
            if sent.caregiver_id == mine and sent.kind not in ("reply", "emergency")
        ]


def _grow(conn: Connection) -> None:
    rows = [
        AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
        AreaRow("20", "VN", "province", "Tỉnh", "Lạng Sơn", ()),
        AreaRow("06001", "20", "commune", "Xã", "Đồng Tâm", ()),
    ]
    import_rows(conn, rows, at_local(START, 0))


def _cases(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(case_tables.cases)).scalar_one()


@pytest.mark.timeout(400)
async def test_a_year_with_reports_brings_no_other_message(
    tmp_path: Path, library: Library
) -> None:
    url = f"sqlite:///{tmp_path}/data.db"
    make_key(tmp_path / "key")
    db = open_database(url, prepare(url, tmp_path / "key"))
    try:
        await db.write(_grow)
        year = _Year(db, library, Plan(len(TAPS), START, DAYS, 1), None)
        year.settle()
        for n in range(DAYS):
            await year._day(START + timedelta(days=n))
        cases = await db.read(_cases)
    finally:
        await db.close()
    told, quiet, fewer = (year.heard_by(number) for number in TAPS)
    assert cases == len(TOLD_ON)
    assert len(quiet) > 60
    assert told == quiet
    assert fewer != quiet  # the control: what a family taps can be seen here
