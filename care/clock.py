"""Time as an argument, and the local time of Viet Nam (UTC+7 all year round)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone

Clock = Callable[[], datetime]
VIET_NAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def local_day(moment: datetime) -> date:
    """The calendar day in Viet Nam."""
    return moment.astimezone(VIET_NAM).date()


def local_time(moment: datetime) -> datetime:
    """The same moment, told in the time of Viet Nam."""
    return moment.astimezone(VIET_NAM)


def local_minutes(moment: datetime) -> int:
    """Minutes after local midnight."""
    local = moment.astimezone(VIET_NAM)
    return local.hour * 60 + local.minute


def at_local(day: date, minutes: int) -> datetime:
    """UTC moment of `minutes` after local midnight of `day`."""
    return (datetime.combine(day, time(), VIET_NAM) + timedelta(minutes=minutes)).astimezone(UTC)


def month_around(day: date) -> tuple[datetime, datetime]:
    """Where the calendar month of `day` begins and where the next one does."""
    first = day.replace(day=1)
    return at_local(first, 0), at_local((first + timedelta(days=31)).replace(day=1), 0)
