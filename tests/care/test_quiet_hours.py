from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.clock import at_local, local_day, local_minutes
from care.quiet_hours import is_quiet, next_allowed

TODAY = date(2026, 3, 1)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def local(hour: int, minute: int = 0, second: int = 0, day: date = TODAY) -> datetime:
    return at_local(day, hour * 60 + minute) + timedelta(seconds=second)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (local(20, 29, 59), False),
        (local(20, 30), True),
        (local(23, 59), True),
        (local(0), True),
        (local(6, 59, 59), True),
        (local(7), False),
        (local(12), False),
    ],
)
def test_quiet_hours_are_half_past_eight_to_seven(moment: datetime, quiet: bool) -> None:
    assert is_quiet(moment) is quiet


def test_what_falls_in_quiet_hours_waits_for_seven_in_the_morning() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert next_allowed(local(20, 30)) == local(7, day=tomorrow)
    assert next_allowed(local(23, 59)) == local(7, day=tomorrow)
    assert next_allowed(local(0, 1)) == local(7)
    assert next_allowed(local(6, 59, 59)) == local(7)
    assert next_allowed(local(19)) == local(19)


@settings(derandomize=True)
@given(moments)
def test_the_next_allowed_moment_is_soon_and_not_quiet(moment: datetime) -> None:
    allowed = next_allowed(moment)
    assert not is_quiet(allowed)
    assert timedelta() <= allowed - moment <= timedelta(hours=10, minutes=30)
    assert next_allowed(allowed) == allowed


def test_the_day_in_viet_nam_begins_at_five_in_the_afternoon_utc() -> None:
    before = datetime(2026, 2, 28, 16, 59, tzinfo=UTC)
    assert local_day(before) == date(2026, 2, 28)
    assert local_day(before + timedelta(minutes=1)) == TODAY
    assert local_minutes(before) == 23 * 60 + 59
    assert at_local(TODAY, 0) == datetime(2026, 2, 28, 17, tzinfo=UTC)


@settings(derandomize=True)
@given(moments)
def test_local_day_and_minutes_are_the_moment(moment: datetime) -> None:
    whole = moment.replace(second=0, microsecond=0)
    assert at_local(local_day(moment), local_minutes(moment)) == whole
