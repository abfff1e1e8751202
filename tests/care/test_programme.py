from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.catching_up import CATCH_UP_MOST, on_joining
from care.people import Child, ChildState
from care.programme import (
    Almanac,
    Anchor,
    Basis,
    Column,
    Item,
    LateJoin,
    Opening,
    open_on,
    openings,
)
from care.yearly import HEALTH_CARD_END, YearDay
from tests.care import outline
from tests.care.families import born, expected, item, opening

DAY = timedelta(days=1)
LEAP = date(2024, 2, 29)
TODAY = date(2026, 3, 2)
ONCE = LateJoin.ONCE


def window(made: Opening, child: Child) -> tuple[date | None, date | None]:
    return made.opens_on(child), made.expires_on(child)


def test_an_item_opens_and_closes_by_the_age_of_the_child() -> None:
    assert window(opening(item(at="P6M", expires="P7M")), born(date(2025, 8, 31))) == (
        date(2026, 2, 28),
        date(2026, 3, 31),
    )
    assert window(opening(item(at="P183D", expires="P207D")), born(LEAP)) == (
        date(2024, 8, 30),
        date(2024, 9, 23),
    )


def test_a_repeat_closes_the_day_before_the_next() -> None:
    papers = item("rm-a", "P7D", "P60D", repeat=("P7D", "P30D", "P50D"))
    child = born(date(2025, 1, 1))
    assert [window(o, child) for o in openings([papers])] == [
        (date(2025, 1, 8), date(2025, 1, 30)),
        (date(2025, 1, 31), date(2025, 2, 19)),
        (date(2025, 2, 20), date(2025, 3, 2)),
    ]


def test_then_every_goes_on_to_the_last_day() -> None:
    weekly = item("rm-a", "P50D", "P72D", repeat=("P50D", "P58D"), then_every=7)
    assert [(o.slot, o.at.days) for o in openings([weekly])] == [(0, 50), (1, 58), (2, 65), (3, 72)]
    assert [o.at.days for o in openings([item("rm-a", "P1D", "P15D", then_every=7)])] == [1, 8, 15]


def test_openings_come_by_id_and_slot_without_menu_and_event_items() -> None:
    made = openings(
        [
            item("tip-b"),
            item("rm-a", "P1D", "P9D", repeat=("P1D", "P5D")),
            item("tip-menu", push=False),
            item("tip-event", anchor=Anchor.EVENT),
        ]
    )
    assert [(o.item.id, o.slot) for o in made] == [("rm-a", 0), ("rm-a", 1), ("tip-b", 0)]


@pytest.mark.parametrize(
    ("at", "basis", "column"),
    [
        ("P64D", Basis.CHRONOLOGICAL, Column.BORN),
        ("P64D", Basis.CORRECTED, Column.CORRECTED),
        ("P729D", Basis.CORRECTED, Column.CORRECTED),
        ("P730D", Basis.CORRECTED, Column.BORN),
        ("P731D", Basis.CORRECTED, Column.BORN),
        ("P23M", Basis.CORRECTED, Column.CORRECTED),
        ("P24M", Basis.CORRECTED, Column.BORN),
        ("W12D1", Basis.GESTATIONAL, Column.DUE),
    ],
)
def test_corrected_age_ends_at_24_months(at: str, basis: Basis, column: Column) -> None:
    assert opening(item(at=at, expires="P40M", basis=basis)).column is column


def test_a_child_born_eight_weeks_early_learns_by_corrected_age_and_is_vaccinated_by_real_age() -> (
    None
):
    child = born(date(2025, 1, 1), weeks=32)
    tip = opening(item(at="P64D", expires="P88D", basis=Basis.CORRECTED))
    dose = opening(item("rm-a", "P2M", "P4M"))
    assert tip.opens_on(child) == date(2025, 1, 1) + 56 * DAY + 64 * DAY
    assert dose.opens_on(child) == date(2025, 3, 1)


def test_a_pregnancy_and_a_childhood_never_mix() -> None:
    week12, tip = opening(item(at="W12D1", expires="W14D1")), opening(item())
    due = date(2026, 1, 1)
    assert week12.opens_on(expected(due)) == due - (280 - 85) * DAY
    assert tip.opens_on(expected(due)) is None
    assert week12.opens_on(born(due)) is None
    lost = Child(1, ChildState.LOST, None, due, "day", due, None, due)
    assert (week12.opens_on(lost), tip.opens_on(lost)) == (None, None)


def test_what_is_open_comes_newest_first() -> None:
    made = openings([item("tip-a"), item("tip-b", "P9D", "P20D"), item("tip-c", "P9D", "P10D")])
    child = born(TODAY - 12 * DAY)
    assert [o.item.id for o in open_on(made, child, TODAY)] == ["tip-b", "tip-a"]


# A day of the year, and needs


@pytest.mark.parametrize(
    ("born_on", "end"),
    [
        (date(2020, 1, 31), date(2026, 9, 30)),
        (date(2020, 9, 30), date(2026, 9, 30)),
        (date(2020, 10, 1), date(2026, 10, 31)),
        (date(2020, 12, 31), date(2026, 12, 31)),
        (date(2024, 2, 29), date(2030, 9, 30)),
    ],
)
def test_the_card_of_a_small_child_ends_before_school_or_with_the_month(
    born_on: date, end: date
) -> None:
    assert HEALTH_CARD_END.of(born_on) == end


@given(st.dates(date(2018, 1, 1), date(2028, 12, 31)), st.integers(0, 120))
def test_the_birthdays_of_an_end_of_cards_are_those_whose_card_ends_then(
    first: date, days: int
) -> None:
    last = first + days * DAY
    found = HEALTH_CARD_END.births(first, last)
    day, expected_births = date(first.year - 7, 1, 1), []
    while day < date(last.year - 4, 1, 1):
        if first <= HEALTH_CARD_END.of(day) <= last:
            expected_births.append(day)
        day += DAY
    assert found == ((expected_births[0], expected_births[-1]) if expected_births else None)


def test_reminders_before_an_end_follow_each_other() -> None:
    made = openings(
        [item("rm-card", at="P0D", expires="P5D", on=HEALTH_CARD_END, before=(60, 30, 7))]
    )
    child = born(date(2020, 10, 12))
    spans = [window(one, child) for one in made]
    assert spans == [
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 10, 23)),
        (date(2026, 10, 24), date(2026, 10, 29)),
    ]


def test_a_round_calls_the_children_of_its_age() -> None:
    days = tuple(YearDay(month, 1, turns) for turns in range(5) for month in (6, 12))
    made = openings([item("rm-round", expires="P6D", rounds=days, months=(6, 35))])
    child = born(date(2026, 1, 2))
    found = [one.opens_on(child) for one in made]
    assert [day for day in found if day] == [
        date(2026, 12, 1),
        date(2027, 6, 1),
        date(2027, 12, 1),
        date(2028, 6, 1),
        date(2028, 12, 1),
    ]


SCHOOL = YearDay(9, 5, turns=6)  # the first school day


def test_a_day_of_the_year_is_the_same_for_a_whole_year_of_birth() -> None:
    made = opening(item(at="P72M", expires="P73M", on=SCHOOL))
    for birthday in (date(2020, 1, 1), date(2020, 9, 5), date(2020, 12, 31), date(2020, 2, 29)):
        assert made.opens_on(born(birthday)) == date(2026, 9, 5)
    assert made.opens_on(born(date(2021, 1, 1))) == date(2027, 9, 5)
    assert made.opens_on(expected(date(2020, 5, 1))) is None


def test_it_stays_open_as_long_as_the_item_says() -> None:
    made = opening(item(at="P2190D", expires="P2200D", on=SCHOOL))
    assert window(made, born(date(2020, 3, 1))) == (date(2026, 9, 5), date(2026, 9, 15))
    assert made.window(date(2020, 3, 1)) == (date(2026, 9, 5), date(2026, 9, 15))


def test_the_birthdays_that_open_on_a_day_of_the_year() -> None:
    made = opening(item(at="P72M", expires="P73M", on=SCHOOL))
    year = date(2020, 1, 1), date(2020, 12, 31)
    assert made.anchors(date(2026, 9, 5), date(2026, 9, 5)) == year
    assert made.anchors(date(2026, 8, 1), date(2026, 9, 30)) == year
    assert made.anchors(date(2026, 9, 6), date(2027, 9, 4)) is None
    assert made.anchors(date(2026, 12, 1), date(2027, 9, 5)) == (
        date(2021, 1, 1),
        date(2021, 12, 31),
    )


def test_a_day_of_the_year_is_found_at_any_age_it_may_come() -> None:
    """The almanac looks by age; the eldest and the youngest of a year are a year apart."""
    made = openings([item(at="P72M", expires="P73M", on=SCHOOL)])
    almanac = Almanac(made)
    first_day = date(2026, 9, 5)
    for birthday in (date(2020, 1, 1), date(2020, 6, 1), date(2020, 12, 31)):
        child = born(birthday)
        assert open_on(almanac.near(child, first_day), child, first_day) == list(made)
        assert not open_on(almanac.near(child, first_day - DAY), child, first_day - DAY)


@pytest.mark.parametrize(("weeks", "opens"), [(32, True), (36, True), (37, False), (None, False)])
def test_what_preterm_children_need_comes_to_them_only(weeks: int | None, opens: bool) -> None:
    made = opening(item("pt-a", "P10D", "P30D", needs="preterm"))
    birthday = date(2026, 1, 1)
    assert made.opens_on(born(birthday, weeks)) == (birthday + 10 * DAY if opens else None)
    assert opening(item()).opens_on(born(birthday, weeks)) == birthday  # the control


def test_what_preterm_children_need_is_shown_to_them_when_they_join() -> None:
    values = {"kind": "special", "needs": "preterm", "late_join": ONCE}
    needed = openings([item("pt-a", "P380D", "P430D", **values)])
    for weeks, found in ((32, 1), (40, 0)):
        child = born(TODAY - 400 * DAY, weeks)
        assert len(open_on(needed, child, TODAY)) == found
        assert len(on_joining(needed, child, TODAY).later) == found


# Joining late


def joining(*items: Item, age: int = 400) -> tuple[str | None, dict[str, int], list[str]]:
    """(shown now, days until the others, never sent)."""
    found = on_joining(openings(items), born(TODAY - age * DAY), TODAY)
    now = found.now.item.id if found.now else None
    later = {o.item.id: (on - TODAY).days for o, on in found.later}
    return now, later, [o.item.id for o in found.skipped]


def test_a_late_joiner_sees_the_newest_tip_at_once() -> None:
    found = joining(
        item("tip-old", "P380D", "P430D"),
        item("tip-new", "P390D", "P430D"),
        item("tip-gone", "P300D", "P399D"),
        item("tip-future", "P401D", "P430D"),
    )
    assert found == ("tip-new", {}, ["tip-old"])


def test_without_an_open_tip_a_danger_card_is_shown() -> None:
    assert joining(item("dg-a", "P0D", "P900D"), item("rm-a", "P390D", "P900D"))[0] == "dg-a"
    assert joining(item("rm-a", "P390D", "P900D"))[0] is None


def test_must_know_items_come_two_a_week_and_at_most_six() -> None:
    kept = [item(f"tip-{n}", "P300D", "P900D", late_join=ONCE, priority=2) for n in range(9)]
    now, later, never = joining(item("tip-now", "P399D", "P900D"), *kept)
    assert now == "tip-now"
    assert sorted(later.values()) == [2, 3, 9, 10, 16, 17]
    assert len(later) == CATCH_UP_MOST
    assert never == ["tip-8", "tip-7", "tip-6"]


def test_what_closes_soon_comes_before_it_closes() -> None:
    soon = item("tip-soon", "P300D", "P401D", late_join=ONCE)
    _, later, _ = joining(item("tip-now", "P399D", "P900D"), soon)
    assert later == {"tip-soon": 1}


def test_what_closes_today_does_not_come() -> None:
    today = item("tip-today", "P300D", "P400D", late_join=ONCE)
    assert joining(item("tip-now", "P399D", "P900D"), today)[1:] == ({}, ["tip-today"])


def test_open_reminders_come_from_tomorrow_on() -> None:
    found = joining(
        item("tip-now", "P399D", "P900D"),
        item("rm-a", "P300D", "P900D", late_join=ONCE),
        item("rm-b", "P350D", "P900D", late_join=ONCE),
        item("rm-gone", "P300D", "P399D", late_join=ONCE),
    )
    assert found == ("tip-now", {"rm-a": 1, "rm-b": 1}, [])


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(0, 2_900), st.none() | st.integers(24, 42))
def test_joining_decides_about_everything_that_is_open(age: int, weeks: int | None) -> None:
    child = born(TODAY - age * DAY, weeks)
    live = open_on(outline.outlined(), child, TODAY)
    found = on_joining(outline.outlined(), child, TODAY)
    later = [o for o, _ in found.later]
    told = [*([found.now] if found.now else []), *later, *found.skipped]
    assert sorted(map(id, told)) == sorted(map(id, live))
    catching_up = [(o, on) for o, on in found.later if o.item.kind != "reminder"]
    assert all(TODAY < on <= (o.expires_on(child) or TODAY) for o, on in catching_up)
    assert len({on for _, on in catching_up}) == len(catching_up) <= CATCH_UP_MOST
    fresh = [o for o in later if o.opens_on(child) != TODAY]  # what opens today is not late
    assert all(o.item.must_know or o.item.kind == "reminder" for o in fresh)
