"""What is known of a child's duties and decided by its area, as the planner goes by it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from bot.known import Known
from bot.planner import Programme
from care.age import Offset
from care.choosing import Reason
from care.duties import Duty, Record, Told
from care.people import ChildState
from care.reminding import Rules, Withheld
from content.library import Library
from storage import area_settings, areas, caregivers, duties
from storage.areas import AreaRow
from tests.bot.plans import DAY, Calendar, most_in_a_day
from tests.care.families import candidate, item
from tests.fakes import Family, WatchedDatabase, a_child
from tests.virtual_time import NOW

BORN = date(2026, 3, 1)
TWO, THREE = date(2026, 5, 1), date(2026, 6, 1)  # full months
AT_BIRTH, AT_TWO = ("hepb0", "bcg1"), ("penta1", "opv1", "rota1")
UNITS = [
    AreaRow("20", "", "province", "Tỉnh", "Lạng Sơn", ()),
    AreaRow("06001", "20", "commune", "Xã", "Đồng Tâm", ()),
]


@pytest.fixture
def calendar(db: WatchedDatabase, library: Library) -> Calendar:
    return Calendar(db, library)


def only(calendar: Calendar, *items: str) -> None:
    """Nothing but these items in the way."""
    library = calendar.library
    openings = [o for o in library.openings if o.item.id in items]
    calendar.programme = Programme.of(openings, library.items, library.rules)


async def tell(calendar: Calendar, family: Family, names: Iterable[str], *told: Any) -> None:
    def put(conn: Connection) -> None:
        for name in names:
            duties.put(conn, family.child_id, name, Record(*told), family.caregiver_id, NOW)

    await calendar.db.write(put)


async def settles(calendar: Calendar, family: Family, code: str, **settings: Any) -> None:
    """The family lives in the commune; that is what the unit with this code decides."""

    def put(conn: Connection) -> None:
        areas.import_rows(conn, UNITS, NOW)
        home, unit = areas.by_code(conn, "06001"), areas.by_code(conn, code)
        assert home is not None
        assert unit is not None
        caregivers.change(conn, family.caregiver_id, area_id=home.id)
        for name, value in settings.items():
            area_settings.put(conn, unit.id, name, value, "operator", NOW)

    await calendar.db.write(put)


async def two_families(calendar: Calendar, **child: Any) -> tuple[Family, Family]:
    """One of whom something is known, and the control."""
    child = {"born_on": BORN, **child}
    since = child["born_on"] or BORN
    return (
        await calendar.family(since, "mother", **child),
        await calendar.family(since, "neighbour", **child),
    )


async def days_of(calendar: Calendar, family: Family, item: str) -> list[date]:
    return [on for on, message, _ in await calendar.pushes(family) if message == item]


async def test_a_visit_whose_doses_are_given_is_not_called_for(calendar: Calendar) -> None:
    only(calendar, "rm-vx2m")
    mother, neighbour = await two_families(calendar)
    await tell(calendar, mother, AT_TWO, Told.DONE, TWO)
    await calendar.jump(TWO - DAY)
    await calendar.days(TWO, TWO + 2 * DAY)
    assert await calendar.pushes(mother) == []
    assert await calendar.decided(mother) == {("rm-vx2m", 0): ("skipped", "done")}
    assert await days_of(calendar, neighbour, "rm-vx2m") == [TWO]


async def test_a_visit_of_which_a_dose_is_missing_is_called_for(calendar: Calendar) -> None:
    only(calendar, "rm-vx2m")
    mother, _ = await two_families(calendar)
    await tell(calendar, mother, AT_TWO[:2], Told.DONE, TWO)
    await calendar.jump(TWO - DAY)
    await calendar.day(TWO)
    assert await days_of(calendar, mother, "rm-vx2m") == [TWO]


async def test_a_late_dose_moves_the_next_call_to_the_day_its_interval_ends(
    calendar: Calendar,
) -> None:
    only(calendar, "rm-vx3m")
    mother, neighbour = await two_families(calendar)
    await tell(calendar, mother, AT_BIRTH, Told.DONE, BORN)
    await tell(calendar, mother, AT_TWO, Told.DONE, date(2026, 5, 20))
    await calendar.jump(THREE - DAY)
    await calendar.days(THREE, date(2026, 6, 16))
    assert await calendar.pushes(mother) == []
    assert await calendar.decided(mother) == {("rm-vx3m", 0): ("waiting", "not_yet")}
    await calendar.days(date(2026, 6, 17), date(2026, 6, 20))
    assert await days_of(calendar, mother, "rm-vx3m") == [date(2026, 6, 17)]  # 28 days
    assert await calendar.decided(mother) == {}
    assert await days_of(calendar, neighbour, "rm-vx3m") == [THREE]


async def test_what_is_told_while_it_waits_counts(calendar: Calendar) -> None:
    only(calendar, "rm-vx3m")
    mother, _ = await two_families(calendar)
    await tell(calendar, mother, AT_BIRTH, Told.DONE, BORN)
    await tell(calendar, mother, AT_TWO, Told.DONE, date(2026, 5, 20))
    await calendar.jump(THREE - DAY)
    await calendar.day(THREE)
    await tell(calendar, mother, ("penta2", "opv2", "rota2"), Told.DONE, date(2026, 6, 15))
    await calendar.days(date(2026, 6, 16), date(2026, 6, 18))
    assert await calendar.pushes(mother) == []
    assert await calendar.decided(mother) == {("rm-vx3m", 0): ("skipped", "done")}


@pytest.mark.parametrize("unit", ["06001", "20"])
async def test_a_visit_is_called_for_a_week_before_the_session_of_the_area(
    calendar: Calendar, unit: str
) -> None:
    only(calendar, "rm-vx3m")
    mother, neighbour = await two_families(calendar)
    await settles(calendar, mother, unit, vaccine_session={"days": [20]})
    await calendar.jump(THREE - DAY)
    await calendar.days(THREE, THREE + 3 * DAY)
    assert await calendar.decided(mother) == {("rm-vx3m", 0): ("waiting", "session")}
    await calendar.days(date(2026, 6, 11), date(2026, 6, 21))
    assert await days_of(calendar, mother, "rm-vx3m") == [date(2026, 6, 13)]
    assert await days_of(calendar, neighbour, "rm-vx3m") == [THREE]


async def test_a_session_that_comes_too_late_is_not_waited_for(calendar: Calendar) -> None:
    only(calendar, "rm-bcg")
    mother, neighbour = await two_families(calendar)
    await settles(calendar, mother, "06001", vaccine_session={"days": [10]})
    opens = BORN + 14 * DAY  # until 31/03; the call for 10/04 would be on 03/04
    await calendar.jump(opens - DAY)
    await calendar.days(opens, opens + DAY)
    assert await days_of(calendar, mother, "rm-bcg") == [opens]
    assert await days_of(calendar, neighbour, "rm-bcg") == [opens]


async def test_a_session_just_after_the_last_day_is_called_for_on_it(calendar: Calendar) -> None:
    only(calendar, "rm-bcg")
    mother, _ = await two_families(calendar)
    await settles(calendar, mother, "06001", vaccine_session={"days": [7]})
    opens, last = BORN + 14 * DAY, date(2026, 3, 31)  # the session is on 07/04
    await calendar.jump(opens - DAY)
    await calendar.day(opens)
    assert await calendar.decided(mother) == {("rm-bcg", 0): ("waiting", "session")}
    await calendar.days(last - DAY, last + DAY)
    assert await days_of(calendar, mother, "rm-bcg") == [last]


@pytest.mark.parametrize(("age", "reason"), [(40, None), (41, Reason.CLOSED)])
def test_the_child_is_as_old_as_the_planner_says(age: int, reason: Reason | None) -> None:
    paper = Duty("paper", "papers", Offset(), Offset(days=9), Offset(days=40))
    today = BORN + age * DAY
    one = candidate(item("rm-a", "P0D", "P90D", done="paper"), BORN, today + DAY, age=age)
    verdict = Known(Rules({"paper": paper})).withheld(one, None, today)
    assert verdict == (Withheld(reason) if reason else None)
    free = candidate(item("rm-a", "P0D", "P90D"), BORN, today + DAY, age=age)
    assert Known(Rules({"paper": paper})).withheld(free, None, today) is None


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Told.DONE, "done"),
        (Told.REFUSED, "refused"),
        (Told.NOT_APPLICABLE, "not_for_child"),
    ],
)
@pytest.mark.parametrize(
    ("item", "duty", "opens"),
    [("rm-vx2m", "vx2m", TWO), ("rm-birthcert", "birth_registered", BORN + 7 * DAY)],
)
async def test_what_is_settled_is_not_sent_and_the_reason_is_kept(
    calendar: Calendar, item: str, duty: str, opens: date, said: Told, reason: str
) -> None:
    only(calendar, item)
    mother, neighbour = await two_families(calendar)
    await tell(calendar, mother, [duty], said, BORN)
    await calendar.jump(opens - DAY)
    await calendar.day(opens)
    assert await calendar.pushes(mother) == []
    assert await calendar.decided(mother) == {(item, 0): ("skipped", reason)}
    assert await days_of(calendar, neighbour, item) == [opens]


async def test_the_card_waits_for_the_birth_certificate(calendar: Calendar) -> None:
    only(calendar, "rm-bhyt")
    mother, silent = await two_families(calendar)
    await tell(calendar, mother, ["birth_registered"], Told.MISSED, BORN)
    opens = BORN + 38 * DAY  # the second message, open till day 60
    await calendar.jump(opens - DAY)
    await calendar.day(opens)
    assert await calendar.decided(mother) == {("rm-bhyt", 1): ("waiting", "other_first")}
    assert await calendar.pushes(mother) == []
    assert await days_of(calendar, silent, "rm-bhyt") == [opens]  # nothing is known: the calendar
    await tell(calendar, mother, ["birth_registered"], Told.DONE, opens + 2 * DAY)
    await calendar.days(opens + DAY, opens + 8 * DAY)
    assert await days_of(calendar, mother, "rm-bhyt") == [opens + 7 * DAY]  # looked at weekly


async def test_tetanus_2_is_called_for_four_weeks_after_tetanus_1(calendar: Calendar) -> None:
    only(calendar, "rm-uv2")
    due = BORN + 280 * DAY
    mother, _ = await two_families(calendar, state=ChildState.EXPECTED, born_on=None, due_on=due)
    opens = next(o.window(due)[0] for o in calendar.programme.openings)
    given = opens - 10 * DAY
    await tell(calendar, mother, ["tetanus_pregnancy"], Told.DONE, given)
    await calendar.jump(opens - DAY)
    await calendar.days(opens, given + 27 * DAY)
    assert await calendar.decided(mother) == {("rm-uv2", 0): ("waiting", "not_yet")}
    assert await calendar.pushes(mother) == []
    await calendar.day(given + 28 * DAY)
    assert await days_of(calendar, mother, "rm-uv2") == [given + 28 * DAY]


async def test_what_only_some_areas_offer_is_sent_there(calendar: Calendar) -> None:
    only(calendar, "rm-deworm")
    mother, neighbour = await two_families(calendar, born_on=date(2024, 2, 1))
    await settles(calendar, mother, "20", deworming=True)
    day = date(2026, 5, 30)
    await calendar.jump(day - DAY)
    await calendar.day(day)
    assert await days_of(calendar, mother, "rm-deworm") == [day]
    assert ("skipped", "not_here") in (await calendar.decided(neighbour)).values()


async def test_of_twins_only_the_one_who_needs_it_is_named(calendar: Calendar) -> None:
    only(calendar, "rm-vx2m")
    mother = await calendar.family(BORN, born_on=BORN)
    twin = await calendar.db.write(a_child, mother.caregiver_id, born_on=BORN, since=BORN)
    await tell(calendar, mother, AT_TWO, Told.DONE, TWO)
    await calendar.jump(TWO - DAY)
    await calendar.day(TWO)
    (row,) = await calendar.rows(mother)
    assert (row.child_id, row.params) == (twin, {})


# The whole programme, with taps


async def test_what_is_put_off_comes_once_on_its_day_and_holds_nothing_else_up(
    calendar: Calendar,
) -> None:
    mother, neighbour = await two_families(calendar)
    await calendar.days(BORN, BORN + 9 * DAY)
    asked, until = BORN + 9 * DAY, BORN + 39 * DAY
    assert await days_of(calendar, mother, "rm-birthcert") != []
    await calendar.taps(f"duties.later:rm-birthcert:{mother.child_id}:30", asked, "mother")
    await calendar.days(asked + DAY, until + DAY)
    after = [push for push in await calendar.pushes(mother) if push[0] > asked]
    assert [p for p in after if p[1] == "rm-birthcert"] == [(until, "rm-birthcert", 100)]
    assert (await calendar.decided(mother))["rm-birthcert", 1] == ("skipped", "put_off")
    assert most_in_a_day(after) == 1
    theirs = [push for push in await calendar.pushes(neighbour) if push[0] > asked]
    assert [p[2] for p in theirs if p[1] == "rm-birthcert"] == [1]
    tips = [[p for p in pushes if p[1].startswith("tip-")] for pushes in (after, theirs)]
    assert abs(len(tips[0]) - len(tips[1])) <= 2  # what waits for its day takes up no other


async def test_a_slip_of_the_finger_is_made_good(calendar: Calendar) -> None:
    mother, _ = await two_families(calendar)
    duty = f"birth_registered:{mother.child_id}"
    await calendar.jump(BORN + 19 * DAY)
    await calendar.taps(f"duties.done:{duty}", BORN + 20 * DAY, "mother")
    await calendar.taps(f"duties.undo:{duty}", BORN + 25 * DAY, "mother")
    await calendar.days(BORN + 28 * DAY, BORN + 31 * DAY)
    assert await days_of(calendar, mother, "rm-birthcert") == [BORN + 30 * DAY]


async def test_what_was_withdrawn_by_a_slip_comes_after_all(calendar: Calendar) -> None:
    only(calendar, "rm-vx3m")
    mother, _ = await two_families(calendar)
    await tell(calendar, mother, AT_BIRTH, Told.DONE, BORN)
    await tell(calendar, mother, AT_TWO, Told.DONE, date(2026, 5, 20))
    await calendar.jump(THREE - DAY)
    await calendar.day(THREE)
    await calendar.taps(f"doses.refuse:vx3m:{mother.child_id}", THREE, "mother")
    assert await calendar.decided(mother) == {("rm-vx3m", 0): ("skipped", "refused")}
    await calendar.taps(f"duties.undo:vx3m:{mother.child_id}", THREE + DAY, "mother")
    await calendar.days(THREE + DAY, date(2026, 6, 18))
    assert await days_of(calendar, mother, "rm-vx3m") == [date(2026, 6, 17)]
