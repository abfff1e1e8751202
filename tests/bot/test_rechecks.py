"""A milestone list comes again after two weeks, to whoever answered it, and never in a heap."""

from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot.app import App
from bot.config import load
from bot.rechecks import remind
from care.clock import at_local, local_minutes
from care.messages import KEEPS_QUIET_HOURS, Kind
from care.milestones import Answers, Seen
from care.people import CaregiverState
from content.library import Library
from storage import caregivers, children, claims, milestones
from storage.milestones import AGAIN_SLOT
from tests.bot.plans import DAY, Calendar, most_in_a_day
from tests.fakes import ROUTE, Family, WatchedDatabase, a_child, rows

BORN = date(2026, 3, 12)
LIST = "ms-06m"  # from 12/09 until 11/12/2026
TODAY = date(2026, 10, 20)


@pytest.fixture
def calendar(db: WatchedDatabase, library: Library) -> Calendar:
    return Calendar(db, library)


@pytest.fixture
async def mother(calendar: Calendar) -> Family:
    return await calendar.family(BORN, born_on=BORN)


async def answered(
    calendar: Calendar, family: Family, again_on: date | None = TODAY, checklist: str = LIST
) -> None:
    """All is seen but one skill."""
    seen = {skill.key: Seen.SEEN for skill in calendar.library.skills[checklist]}
    answers = Answers({**seen, "move1": Seen.NOT_YET}, False, False, again_on)
    who, noon = family.caregiver_id, at_local(TODAY - 14 * DAY, 12 * 60)
    await calendar.db.write(milestones.put, family.child_id, checklist, answers, who, noon)


async def reminds(calendar: Calendar, day: date = TODAY) -> int:
    return await remind(calendar.db, calendar.library.openings, day)


async def again(calendar: Calendar, family: Family) -> list[Any]:
    return [row for row in await calendar.rows(family) if row.slot >= AGAIN_SLOT]


async def test_after_two_weeks_the_list_comes_once_more(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    assert await reminds(calendar, TODAY - DAY) == 0
    assert await reminds(calendar) == 1
    assert await reminds(calendar) == 0
    assert await reminds(calendar, TODAY + DAY) == 0
    (row,) = await again(calendar, mother)
    assert (row.message, row.child_id, row.slot) == (LIST, mother.child_id, AGAIN_SLOT)
    assert (row.kind, row.planned_on, row.route) == (Kind.REMINDER, TODAY, ROUTE)
    assert local_minutes(row.not_before) == 19 * 60
    assert row.expires_at == at_local(TODAY + 7 * DAY, 19 * 60)


async def test_it_keeps_quiet_hours(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    await reminds(calendar)
    assert Kind.REMINDER in KEEPS_QUIET_HOURS
    night = at_local(TODAY, 23 * 60)
    assert await calendar.db.write(claims.claim, ROUTE, night, (), True) is None
    assert await calendar.db.write(claims.claim, ROUTE, night, (), False) is not None


async def test_a_third_look_has_a_slot_of_its_own(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    await reminds(calendar)
    await calendar.day(TODAY)
    await answered(calendar, mother, TODAY + 14 * DAY)
    assert await reminds(calendar, TODAY + 13 * DAY) == 0
    assert await reminds(calendar, TODAY + 14 * DAY) == 1
    assert [row.slot for row in await again(calendar, mother)] == [AGAIN_SLOT, AGAIN_SLOT + 1]


async def test_without_a_day_nothing_comes(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother, None)
    assert await reminds(calendar) == 0


async def test_it_waits_for_a_day_without_a_push(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    await calendar.jump(TODAY - 10 * DAY)
    for day in (TODAY + n * DAY for n in range(-9, 10)):
        await calendar.day(day)
        await reminds(calendar, day)
        await calendar.plan(day)  # the planner sees what was added
        await calendar.day(day)
    (row,) = await again(calendar, mother)
    assert TODAY <= row.planned_on <= TODAY + 4 * DAY
    pushes = await calendar.pushes(mother, "sent", "pending")
    assert len(pushes) > 4
    assert most_in_a_day(pushes) == 1


async def test_two_lists_of_one_caregiver_come_on_two_days(
    calendar: Calendar, mother: Family
) -> None:
    def twin(conn: Connection) -> int:
        return a_child(conn, mother.caregiver_id, born_on=BORN, nickname="Na", since=BORN)

    other = replace(mother, child_id=await calendar.db.write(twin))
    for family in (mother, other):
        await answered(calendar, family)
    assert await reminds(calendar) == 1
    await calendar.day(TODAY)
    assert await reminds(calendar, TODAY + DAY) == 1
    found = [(row.child_id, row.planned_on) for row in await again(calendar, mother)]
    assert found == [(mother.child_id, TODAY), (other.child_id, TODAY + DAY)]


async def test_only_who_answered_gets_it(calendar: Calendar, mother: Family) -> None:
    neighbour = await calendar.family(BORN, "chat-2", born_on=BORN)
    await calendar.db.write(children.link, mother.child_id, neighbour.caregiver_id, BORN)
    await answered(calendar, mother)
    assert await reminds(calendar) == 1
    assert not await calendar.rows(neighbour)


@pytest.mark.parametrize(
    "values",
    [
        {"state": CaregiverState.PAUSED, "paused_until": TODAY + 10 * DAY},
        {"state": CaregiverState.STOPPED},
    ],
)
async def test_who_is_silent_gets_nothing(
    calendar: Calendar, mother: Family, values: dict[str, Any]
) -> None:
    await answered(calendar, mother)
    await calendar.db.write(lambda conn: caregivers.change(conn, mother.caregiver_id, **values))
    assert await reminds(calendar) == 0


async def test_after_a_loss_nothing_comes(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    await calendar.taps(f"loss.report:{mother.child_id}", TODAY - DAY)
    assert await reminds(calendar) == 0


@pytest.mark.parametrize(
    ("button", "reason"), [("loss.report:{}", "loss"), ("settings.stop", "stopped")]
)
async def test_what_waits_is_withdrawn(
    calendar: Calendar, mother: Family, button: str, reason: str
) -> None:
    await answered(calendar, mother)
    await reminds(calendar)
    await calendar.taps(button.format(mother.child_id), TODAY)
    (row,) = await again(calendar, mother)
    assert (row.state, row.reason) == ("cancelled", reason)
    assert await reminds(calendar, TODAY + DAY) == 0


async def test_never_beyond_the_next_list(calendar: Calendar, mother: Family) -> None:
    nine_months = date(2026, 12, 12)
    await answered(calendar, mother, nine_months - 2 * DAY)
    assert await reminds(calendar, nine_months) == 0
    assert await reminds(calendar, nine_months - DAY) == 1
    (row,) = await again(calendar, mother)
    assert row.expires_at == at_local(nine_months, 0)


async def test_a_corrected_date_may_make_it_pointless(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)

    def older(conn: Connection) -> None:
        child = children.get(conn, mother.child_id)
        assert child is not None
        children.change(conn, child, born_on=date(2025, 3, 12))

    await calendar.db.write(older)
    assert await reminds(calendar) == 0


async def test_its_button_asks_only_for_what_was_open(calendar: Calendar, mother: Family) -> None:
    await answered(calendar, mother)
    await reminds(calendar)
    await calendar.day(TODAY)
    await calendar.taps(f"milestones.open:{LIST}:{mother.child_id}", TODAY)
    asked = [row for row in await calendar.db.read(rows) if row.message == "milestones/item"]
    assert [(row.params["number"], row.params["total"]) for row in asked] == [(1, 1)]


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_the_tick_of_the_plan_does_it(
    calendar: Calendar, mother: Family, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load({"DONGHANH_DATA_DIR": str(tmp_path)}, tmp_path / "none")
    app = App(settings, calendar.db, calendar.library)  # type: ignore[arg-type]  # is watched
    await answered(calendar, mother)
    for day in (TODAY + n * DAY for n in range(4)):
        monkeypatch.setattr("bot.app.utc_now", partial(at_local, day, 10 * 60))
        await app._plan()
        await calendar.day(day)
    assert len(await again(calendar, mother)) == 1
    assert most_in_a_day(await calendar.pushes(mother)) == 1
