"""Every opening of every life, computed twice: by the programme and by asking every day."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.people import Child
from care.programme import Anchor, Basis, Column, Item, Opening, open_on, openings
from content.library import Library
from tests.care import outline
from tests.care.families import born, expected, item
from tests.care.second_calendar import (
    LIFE_DAYS,
    PREGNANCY_DAYS,
    Life,
    Window,
    by_day,
    windows,
)

DAY = timedelta(days=1)
CORRECTED = Basis.CORRECTED
EVERY_KIND = [
    item("tip-born", "P0D", "P10D"),
    item("tip-days", "P183D", "P207D"),
    item("tip-last", "P2999D", "P3200D"),
    item("tip-months", "P6M", "P7M"),
    item("tip-corrected", "P64D", "P88D", basis=CORRECTED),
    item("tip-corrected-late", "P729D", "P789D", basis=CORRECTED),
    item("tip-grown", "P731D", "P800D", basis=CORRECTED),
    item("ms-corrected", "P18M", "P19M", basis=CORRECTED),
    item("ms-grown", "P24M", "P25M", basis=CORRECTED),
    item("ms-seven", "P84M", "P86M"),
    item("rm-yearly", "P36M", "P96M", repeat=("P36M", "P48M", "P60M", "P72M", "P84M")),
    item("rm-papers", "P7D", "P365D", repeat=("P7D", "P30D", "P50D", "P58D"), then_every=7),
    item("rm-mixed", "P1M", "P6M", repeat=("P1M", "P65D", "P3M"), then_every=20),
    item("rm-weekly", "P14D", "P49D", then_every=7),
    item("rm-corrected", "P4M", "P12M", basis=CORRECTED, repeat=("P4M", "P6M", "P9M")),
    item("tip-menu", "P0D", "P2922D", push=False),
    item("tip-asked", "P0D", "P9D", anchor=Anchor.EVENT),
    item("tip-week4", "W4D1", "W6D1"),
    item("tip-week42", "W42D4", "W43D0"),
    item("rm-visits", "W10D0", "W40D0", repeat=("W10D0", "W19D0", "W37D0")),
    item("rm-late", "W38D0", "W41D6", then_every=7),
]
OPENINGS = openings(EVERY_KIND)
HARD_DAYS = [
    date(2024, 2, 29),
    date(2020, 2, 29),
    date(2023, 2, 28),
    date(2025, 1, 31),
    date(2024, 1, 30),
    date(2025, 8, 31),
    date(2023, 8, 31),
    date(2024, 12, 31),
    date(2025, 3, 1),
    date(2026, 10, 31),
]
birthdays = st.sampled_from(HARD_DAYS) | st.dates(date(2015, 1, 1), date(2035, 12, 31))
gestations = st.none() | st.integers(22, 42)


def computed(programme: tuple[Opening, ...], child: Child) -> dict[tuple[str, int], Window]:
    """What the programme says about the same days."""
    start, length = child.born_on, LIFE_DAYS
    if start is None and child.due_on is not None:
        start, length = child.due_on - 280 * DAY, PREGNANCY_DAYS
    assert start is not None
    found = {}
    for opening in programme:
        first, last = opening.opens_on(child), opening.expires_on(child)
        if first is not None and last is not None and first <= start + length * DAY:
            found[opening.item.id, opening.slot] = (first, last)
    return found


def agree(programme: tuple[Opening, ...], items: Iterable[Item], child: Child, life: Life) -> None:
    mine, theirs = computed(programme, child), windows(items, life)
    assert by_day(mine) == by_day(theirs)
    assert mine == theirs


@settings(max_examples=60, deadline=None, derandomize=True)
@given(birthdays, gestations)
def test_both_calendars_agree_on_every_day_of_a_childhood(on: date, weeks: int | None) -> None:
    agree(OPENINGS, EVERY_KIND, born(on, weeks), Life(on, weeks))


@pytest.mark.parametrize("on", HARD_DAYS)
@pytest.mark.parametrize("weeks", [None, 22, 32, 36, 37, 42])
def test_both_calendars_agree_on_hard_birthdays(on: date, weeks: int | None) -> None:
    agree(OPENINGS, EVERY_KIND, born(on, weeks), Life(on, weeks))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(birthdays)
def test_both_calendars_agree_on_every_day_of_a_pregnancy(due: date) -> None:
    agree(OPENINGS, EVERY_KIND, expected(due), Life(due_on=due))


@settings(max_examples=20, deadline=None, derandomize=True)
@given(birthdays, gestations)
def test_twins_have_the_same_days(on: date, weeks: int | None) -> None:
    one, other = born(on, weeks, 1), born(on, weeks, 2)
    assert (
        computed(OPENINGS, one) == computed(OPENINGS, other) == windows(EVERY_KIND, Life(on, weeks))
    )


@pytest.mark.parametrize(
    ("on", "weeks"), [(date(2024, 2, 29), None), (date(2025, 8, 31), 28), (date(2025, 1, 31), 36)]
)
def test_both_calendars_agree_on_the_outlined_programme(on: date, weeks: int | None) -> None:
    agree(outline.outlined(), outline.items(), born(on, weeks), Life(on, weeks))


def test_both_calendars_agree_on_the_outlined_pregnancy() -> None:
    due = date(2025, 8, 31)
    agree(outline.outlined(), outline.items(), expected(due), Life(due_on=due))


@pytest.mark.parametrize(
    ("on", "weeks"), [(date(2024, 2, 29), None), (date(2025, 8, 31), None), (date(2025, 1, 31), 32)]
)
def test_both_calendars_agree_on_the_real_content(
    library: Library, on: date, weeks: int | None
) -> None:
    items = library.items.values()
    agree(library.openings, items, born(on, weeks), Life(on, weeks))
    agree(library.openings, items, expected(on), Life(due_on=on))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(birthdays, gestations, st.integers(0, LIFE_DAYS))
def test_what_is_open_on_a_day(on: date, weeks: int | None, age: int) -> None:
    today = on + age * DAY
    found = {(o.item.id, o.slot) for o in open_on(OPENINGS, born(on, weeks), today)}
    wanted = windows(EVERY_KIND, Life(on, weeks))
    assert found == {key for key, (first, last) in wanted.items() if first <= today <= last}


@pytest.mark.parametrize("opening", OPENINGS, ids=lambda o: f"{o.item.id}/{o.slot}")
def test_a_look_up_by_stored_date_finds_whom_asking_everybody_finds(opening: Opening) -> None:
    days = [date(2024, 2, 27), date(2024, 8, 29), date(2025, 2, 27), date(2026, 12, 30)]
    slack = 5 + opening.at.months
    for first in (day + n * DAY for day in days for n in range(4)):
        about = first - opening.at.days * DAY - opening.at.months * 30 * DAY
        about += 280 * DAY if opening.column is Column.DUE else timedelta()
        near = [about + n * DAY for n in range(-slack, slack + 120)]
        opens = {day: opening.window(day)[0] for day in near}
        for length in (0, 1, 4, 40, 100):
            last = first + length * DAY
            wanted = [day for day, on in opens.items() if first <= on <= last]
            found = opening.anchors(first, last)
            assert found == ((wanted[0], wanted[-1]) if wanted else None)
            assert not wanted or len(wanted) == (wanted[-1] - wanted[0]).days + 1


def test_some_days_are_nobodys_half_birthday() -> None:
    six = next(o for o in OPENINGS if o.item.id == "tip-months")
    assert six.anchors(date(2025, 2, 28), date(2025, 2, 28)) == (
        date(2024, 8, 28),
        date(2024, 8, 31),
    )
    thirty = next(o for o in openings([item("rm-a", "P1M", "P3M")]))
    assert thirty.anchors(date(2025, 3, 29), date(2025, 3, 31)) is None
    assert thirty.column is Column.BORN
