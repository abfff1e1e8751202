"""A planner that may run twice, may have been away, and stops when it must."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from bot.planner import LONGEST_OUTAGE_DAYS, PLANNED
from care.people import CaregiverState, ChildState
from content.library import Library
from storage import caregivers, children, marks
from storage.family_tables import care_links
from storage.family_tables import caregivers as caregivers_table
from storage.tables import outbox as outbox_table
from tests.bot.plans import DAY, Calendar, most_in_a_day, span
from tests.fakes import Family, WatchedDatabase, a_caregiver, a_child

BORN = date(2026, 3, 1)
LEAP = date(2024, 2, 29)


@pytest.fixture
def calendar(db: WatchedDatabase, library: Library) -> Calendar:
    return Calendar(db, library)


def _is(conn: Connection, family: Family, **values: object) -> None:
    caregivers.change(conn, family.caregiver_id, **values)


def _second_caregiver(conn: Connection, family: Family, chat: str) -> Family:
    contact = a_caregiver(conn, chat)
    children.link(conn, family.child_id, contact.caregiver.id, BORN)
    return Family(contact.caregiver.id, contact.address_id, family.child_id, chat)


def _twin(conn: Connection, family: Family) -> int:
    return a_child(conn, family.caregiver_id, born_on=BORN, nickname="Na", since=BORN)


async def test_the_same_day_twice_adds_nothing(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    first = await calendar.plan(BORN)
    before = await calendar.rows(mother), await calendar.decided(mother)
    assert first == 1
    for _ in range(3):
        assert await calendar.plan(BORN) == 0
    assert (await calendar.rows(mother), await calendar.decided(mother)) == before


async def test_a_day_planned_again_from_scratch_adds_nothing(calendar: Calendar) -> None:
    """As after a crash before the mark was written: every day of it is looked at again."""
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.days(BORN, BORN + 20 * DAY)
    before = await calendar.rows(mother), await calendar.decided(mother)
    await calendar.jump(BORN)
    assert await calendar.plan(BORN + 20 * DAY) == 0
    after = await calendar.rows(mother), await calendar.decided(mother)
    assert after == before


async def test_the_next_day_adds_what_is_due_then(calendar: Calendar) -> None:
    """The control: without the message of today there is nothing to keep the next one back."""
    await calendar.family(BORN, born_on=BORN)
    assert [await calendar.day(BORN + n * DAY) for n in range(3)] == [1, 1, 1]


async def test_a_crash_in_the_middle_is_made_good(calendar: Calendar) -> None:
    families = [await calendar.family(BORN, f"chat-{n}", born_on=BORN) for n in range(3)]
    calendar.db.refuse("store", 1)
    with pytest.raises(Exception, match="as the test wants"):
        await calendar.plan(BORN)
    assert await calendar.db.read(marks.get, PLANNED) is None
    assert await calendar.plan(BORN) == 3
    for family in families:
        assert len(await calendar.pushes(family)) == 1


@pytest.mark.parametrize("away", [3, 30])
@pytest.mark.parametrize("age", [2, 200])
async def test_after_an_outage_one_message_a_day_at_most(
    calendar: Calendar, away: int, age: int
) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    stops = BORN + age * DAY
    await calendar.days(BORN + (age - 3) * DAY if age > 3 else BORN, stops)
    back = stops + (away + 1) * DAY
    for day in span(back, back + 3 * DAY):
        for _ in range(2):  # every ten minutes
            await calendar.plan(day)
        await calendar.day(day)
    sent = await calendar.rows(mother)
    assert most_in_a_day(await calendar.pushes(mother)) == 1
    moments = sorted(row.not_before for row in sent)
    assert all(b - a >= timedelta(hours=24) for a, b in pairwise(moments))
    assert all(row.planned_on < stops + DAY or row.planned_on >= back for row in sent)
    late = [r for r in sent if r.planned_on >= back]
    assert len(late) <= 5


async def test_what_closed_during_the_outage_has_a_row_with_the_reason(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.day(BORN)
    await calendar.day(BORN + 31 * DAY)
    decided = await calendar.decided(mother)
    assert decided["tip-d0002", 0] == ("expired", "window")
    assert decided["rm-birthcert", 0] == ("expired", "window")


async def test_a_reminder_that_still_waits_takes_up_the_day(calendar: Calendar) -> None:
    """It was planned before the outage and goes now; nothing comes on top of it."""
    mother = await calendar.family(BORN, born_on=BORN)
    for day in span(BORN, BORN + 6 * DAY):
        await calendar.day(day)
    await calendar.plan(BORN + 7 * DAY)
    waiting = await calendar.pushes(mother, "pending")
    assert waiting == [(BORN + 7 * DAY, "rm-pnc2", 0)]
    assert await calendar.plan(BORN + 10 * DAY) == 0
    assert await calendar.pushes(mother, "pending") == waiting


async def test_an_outage_of_years_is_not_made_up(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.day(BORN)
    back = BORN + 1000 * DAY
    await calendar.day(back)
    openings = {(o.item.id, o.slot): o for o in calendar.library.openings}
    known = await calendar.decided(mother)
    child = await calendar.db.read(children.get, mother.child_id)
    for key in known:
        opens = openings[key].opens_on(child)
        assert opens is None or opens <= BORN or opens >= back - LONGEST_OUTAGE_DAYS * DAY


async def test_loss_stops_everything_at_once_for_everybody(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, "mother", born_on=BORN)
    father = await calendar.db.write(_second_caregiver, mother, "father")
    neighbour = await calendar.family(BORN, "neighbour", born_on=BORN)
    await calendar.days(BORN, BORN + 3 * DAY)
    day = BORN + 7 * DAY
    await calendar.plan(day)
    assert await calendar.pushes(mother, "pending")
    assert await calendar.pushes(father, "pending")
    await calendar.taps(f"loss.report:{mother.child_id}", day, "mother")
    assert not await calendar.pushes(mother, "pending")
    assert not await calendar.pushes(father, "pending")
    await calendar.days(day, BORN + 25 * DAY)
    for person in (mother, father):
        assert all(on <= day for on, _, _ in await calendar.pushes(person))
        assert "waiting" not in {state for state, _ in (await calendar.decided(person)).values()}
        assert {row.state for row in await calendar.rows(person)} == {"sent", "cancelled"}
    later = [on for on, _, _ in await calendar.pushes(neighbour, "sent") if on > day]
    assert later  # the control: another child of the same age goes on


async def test_two_caregivers_of_a_child_are_independent(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, "mother", born_on=BORN)
    father = await calendar.db.write(_second_caregiver, mother, "father")
    await calendar.db.write(_is, father, frequency="it", send_minutes=7 * 60)
    await calendar.days(BORN, BORN + 10 * DAY)
    hers, his = await calendar.rows(mother), await calendar.rows(father)
    assert {r.address_id for r in hers} == {mother.address_id}
    assert {r.address_id for r in his} == {father.address_id}
    assert {r.not_before.hour for r in hers} == {12}  # 19:00 in Viet Nam
    assert {r.not_before.hour for r in his} == {0}
    await calendar.db.write(children.unlink, mother.child_id, mother.caregiver_id)
    before = len(hers)
    await calendar.days(BORN + 11 * DAY, BORN + 25 * DAY)
    assert len(await calendar.rows(mother)) == before
    assert len(await calendar.rows(father)) > len(his)


async def test_twins_are_one_message(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    twin = await calendar.db.write(_twin, mother)
    await calendar.days(BORN, BORN + 13 * DAY)
    sent = await calendar.rows(mother)
    assert most_in_a_day(await calendar.pushes(mother)) == 1
    named = [row.params.get("children") for row in sent]
    assert all(sorted(kids) == sorted([mother.child_id, twin]) for kids in named)
    items = [(row.message, row.slot) for row in sent]
    assert len(items) == len(set(items))


async def test_a_single_child_is_named_alone(calendar: Calendar) -> None:
    """The control of the twins."""
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.days(BORN, BORN + 10 * DAY)
    assert all("children" not in row.params for row in await calendar.rows(mother))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"state": CaregiverState.PAUSED, "paused_until": date(2027, 1, 1)}, "paused"),
        ({"address_id": None, "route": None}, "no_channel"),
    ],
)
async def test_who_cannot_be_reached_gets_rows_with_the_reason(
    calendar: Calendar, values: dict[str, object], reason: str
) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.db.write(lambda conn: _is(conn, mother, **values))
    await calendar.days(BORN, BORN + 10 * DAY)
    assert not await calendar.pushes(mother)
    found = set((await calendar.decided(mother)).values())
    assert found == {("skipped", reason)}


async def test_who_stopped_is_not_even_looked_at(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.db.write(lambda conn: _is(conn, mother, state=CaregiverState.STOPPED))
    await calendar.days(BORN, BORN + 10 * DAY)
    assert not await calendar.pushes(mother)


async def test_a_pause_ends_by_itself_and_nothing_is_made_up(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    wakes = BORN + 6 * DAY
    paused = {"state": CaregiverState.PAUSED, "paused_until": wakes}
    await calendar.db.write(lambda conn: _is(conn, mother, **paused))
    await calendar.days(BORN, BORN + 13 * DAY)
    sent = await calendar.pushes(mother)
    assert sent
    assert min(on for on, _, _ in sent) >= wakes
    assert most_in_a_day(sent) == 1


async def test_a_duty_that_is_done_is_not_reminded_of(calendar: Calendar) -> None:
    mother, neighbour = (
        await calendar.family(BORN, "chat-1", born_on=BORN),
        await calendar.family(BORN, "chat-2", born_on=BORN),
    )
    await calendar.days(BORN, BORN + 5 * DAY)
    await calendar.taps(f"papers.done:rm-birthcert:{mother.child_id}", BORN + 5 * DAY)
    await calendar.days(BORN + 6 * DAY, BORN + 31 * DAY)
    assert "rm-birthcert" not in {item for _, item, _ in await calendar.pushes(mother)}
    assert ("skipped", "done") in (await calendar.decided(mother)).values()
    assert "rm-birthcert" in {item for _, item, _ in await calendar.pushes(neighbour)}


async def test_a_changed_date_replans_the_future_and_sends_nothing_twice(
    calendar: Calendar,
) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.days(BORN, BORN + 10 * DAY)
    before = await calendar.pushes(mother, "sent")

    def corrected(conn: Connection) -> None:
        child = children.get(conn, mother.child_id)
        assert child is not None
        children.change(conn, child, born_on=BORN + 10 * DAY)

    await calendar.db.write(corrected)
    await calendar.jump(BORN + 55 * DAY)
    await calendar.days(BORN + 56 * DAY, BORN + 66 * DAY)
    after = await calendar.pushes(mother)
    assert after[: len(before)] == before
    told = [(item, slot) for _, item, slot in after]
    assert len(told) == len(set(told))
    opens = next(o for o in calendar.library.openings if o.item.id == "tip-d0051")
    child = await calendar.db.read(children.get, mother.child_id)
    sent_on = next(on for on, item, _ in after if item == "tip-d0051")
    opened = opens.opens_on(child)
    assert opened is not None
    assert sent_on >= opened >= BORN + 61 * DAY


async def test_born_on_the_29th_of_february(calendar: Calendar) -> None:
    mother = await calendar.family(LEAP, born_on=LEAP)
    neighbour = await calendar.family(LEAP - DAY, "chat-2", born_on=LEAP - DAY)
    birthday = date(2025, 2, 28)
    await calendar.jump(birthday - 8 * DAY)
    await calendar.days(birthday - 7 * DAY, birthday + 22 * DAY)
    hers = {item: on for on, item, _ in await calendar.pushes(mother)}
    theirs = {item: on for on, item, _ in await calendar.pushes(neighbour)}
    assert hers["tip-d0365"] == birthday
    both = hers.keys() & theirs.keys()
    assert len(both) >= len(hers.keys() | theirs.keys()) - 2  # the ends of the weeks looked at
    apart = [abs((hers[item] - theirs[item]).days) for item in both]
    assert sum(days <= 1 for days in apart) >= len(apart) - 2  # a full day moves another by more


async def test_every_decision_not_to_send_has_a_reason(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.days(BORN, BORN + 32 * DAY)
    child = await calendar.db.read(children.get, mother.child_id)
    told = {(item, slot) for _, item, slot in await calendar.pushes(mother)}
    decided = await calendar.decided(mother)
    assert all(reason for _, reason in decided.values())
    for opening in calendar.library.openings:
        opens = opening.opens_on(child)
        if opens is not None and BORN <= opens <= BORN + 32 * DAY:
            key = (opening.item.id, opening.slot)
            assert (key in told) != (key in decided), key


async def test_a_pregnancy_that_ends_stops_being_planned(calendar: Calendar) -> None:
    due = BORN + 80 * DAY
    expected: dict[str, Any] = {"state": ChildState.EXPECTED, "born_on": None, "due_on": due}
    mother = await calendar.family(BORN - 20 * DAY, **expected)
    neighbour = await calendar.family(BORN - 20 * DAY, "chat-2", **expected)
    await calendar.days(BORN - 5 * DAY, BORN)
    before = await calendar.pushes(mother)
    assert "tip-p28a" in {item for _, item, _ in before}
    await calendar.taps(f"loss.report:{mother.child_id}", BORN)
    await calendar.jump(due - 9 * DAY)
    await calendar.days(due - 8 * DAY, due - 5 * DAY)
    assert await calendar.pushes(mother) == before
    assert len(await calendar.pushes(neighbour)) > len(before)


async def test_many_families_are_planned_in_short_writes(
    calendar: Calendar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More families than fit in one batch; each is decided whole."""
    monkeypatch.setattr("bot.planner.FAMILIES_A_BATCH", 20)

    def many(conn: Connection) -> None:
        for number in range(50):
            contact = a_caregiver(conn, f"chat-{number}")
            a_child(conn, contact.caregiver.id, born_on=BORN, since=BORN)

    await calendar.db.write(many)
    assert await calendar.plan(BORN) == 50
    assert calendar.db.calls.count("store") == 3

    def counted(conn: Connection) -> int:
        per = select(func.count()).group_by(outbox_table.c.caregiver_id).select_from(outbox_table)
        return max(conn.execute(per).scalars())

    assert await calendar.db.read(counted) == 1


async def test_whoever_links_later_gets_nothing_of_before(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    father = await calendar.db.write(_second_caregiver, mother, "father")
    late = BORN + 20 * DAY

    def since(conn: Connection) -> None:
        his = care_links.c.caregiver_id == father.caregiver_id
        conn.execute(update(care_links).where(his).values(since=late))

    await calendar.db.write(since)
    await calendar.days(BORN, BORN + 24 * DAY)
    child = await calendar.db.read(children.get, mother.child_id)
    openings = {(o.item.id, o.slot): o for o in calendar.library.openings}
    for _, item, slot in await calendar.pushes(father):
        opens = openings[item, slot].opens_on(child)
        assert opens is not None
        assert opens >= late
    assert await calendar.pushes(mother)


async def test_the_address_of_the_day_is_used(calendar: Calendar) -> None:
    mother = await calendar.family(BORN, born_on=BORN)
    await calendar.day(BORN)

    def moves(conn: Connection) -> None:
        conn.execute(update(caregivers_table).values(address_id=4711, route="webchat:local"))

    await calendar.db.write(moves)
    await calendar.plan(BORN + DAY)
    newest = (await calendar.rows(mother))[-1]
    assert (newest.address_id, newest.route) == (4711, "webchat:local")
