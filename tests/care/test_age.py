from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care import age
from care.age import Offset, add_months, parse_offset

days = st.dates(date(2010, 1, 1), date(2040, 12, 31))
offsets = st.builds(Offset, st.integers(0, 96), st.integers(0, 200))


@pytest.mark.parametrize(
    ("born", "months", "full"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 31), 2, date(2025, 3, 31)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 1), 0, date(2025, 1, 1)),
    ],
)
def test_months_are_months_of_the_calendar(born: date, months: int, full: date) -> None:
    assert add_months(born, months) == full


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("P183D", Offset(days=183)),
        ("P0D", Offset()),
        ("P6M", Offset(months=6)),
        ("W28D1", Offset(days=197)),
        ("W4D0", Offset(days=28)),
    ],
)
def test_offsets_are_days_months_or_weeks_of_pregnancy(text: str, offset: Offset) -> None:
    assert parse_offset(text) == offset


@pytest.mark.parametrize("text", ["", "P6", "6M", "P1Y", "P6M1D", "W28", "W28D7", "-P5D", "P 6M"])
def test_anything_else_is_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match="not an offset"):
        parse_offset(text)


@settings(derandomize=True)
@given(days, days, offsets)
def test_who_is_older_is_never_later(one: date, other: date, offset: Offset) -> None:
    first, second = sorted((one, other))
    assert offset.after(first) <= offset.after(second)


@settings(derandomize=True)
@given(days, st.integers(0, 3_000))
def test_full_months_are_the_most_that_have_passed(born: date, passed: int) -> None:
    today = born + timedelta(days=passed)
    months = age.full_months(born, today)
    assert add_months(born, months) <= today < add_months(born, months + 1)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(offsets, days, st.integers(0, 60))
def test_the_anchors_that_reach_a_span_are_found_from_its_ends(
    offset: Offset, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    about = first - timedelta(days=offset.about_days)
    near = [about + timedelta(days=n) for n in range(-60, 160)]
    reaching = [day for day in near if first <= offset.after(day) <= last]
    found = age.anchors_reaching(offset, first, last)
    assert found == ((reaching[0], reaching[-1]) if reaching else None)


@pytest.mark.parametrize(
    ("weeks", "later"), [(None, 0), (42, 0), (37, 0), (36, 4), (32, 8), (28, 12), (22, 18)]
)
def test_corrected_age_counts_from_forty_weeks_only_when_preterm(
    weeks: int | None, later: int
) -> None:
    on = date(2025, 8, 31)
    assert age.corrected_birth(on, weeks) == on + timedelta(weeks=later)


def test_the_due_date_is_day_280_of_pregnancy() -> None:
    due = date(2026, 3, 1)
    assert age.gestation_days(due, due) == 280
    assert age.gestation_days(due, age.conception_day(due)) == 0


@pytest.mark.parametrize(
    ("born", "eighth"),
    [(date(2016, 2, 29), date(2024, 2, 29)), (date(2017, 8, 31), date(2025, 8, 31))],
)
def test_a_child_is_too_old_on_the_eighth_birthday(born: date, eighth: date) -> None:
    assert age.too_old(born, eighth)
    assert not age.too_old(born, eighth - timedelta(days=1))
