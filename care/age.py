"""Ages and offsets: days for tips, calendar months wherever a norm says "đủ N tháng"."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

PREGNANCY_DAYS = 280
TERM_WEEKS = 37
CORRECTED_UNTIL_DAYS = 730  # 24 months; the shortest, so that P730D is past them
OLDEST_YEARS = 8

_OFFSET = re.compile(
    r"P(?P<days>\d{1,4})D|P(?P<months>\d{1,3})M|W(?P<weeks>\d{1,2})D(?P<rest>[0-6])"
)


def add_months(day: date, months: int) -> date:
    """Calendar months later, clamped to the end of the month: 31/08 + 6 = 28/02 (29/02)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True, order=True)
class Offset:
    """Time after an anchor: `days` after birth, `months` after birth, or `days` of gestation."""

    months: int = 0
    days: int = 0

    def after(self, anchor: date) -> date:
        moved = add_months(anchor, self.months) if self.months else anchor
        return moved + timedelta(days=self.days)

    @property
    def about_days(self) -> int:
        """Rough length, for ordering and for the limit of corrected age."""
        return self.months * 30 + self.months // 2 + self.days


def parse_offset(text: str) -> Offset:
    """`P183D`, `P6M` or gestational `W28D1` (weeks and days). Raises ValueError."""
    found = _OFFSET.fullmatch(text)
    if not found:
        raise ValueError(f"not an offset: {text!r} (write P183D, P6M or W28D1)")
    if found["weeks"]:
        return Offset(days=int(found["weeks"]) * 7 + int(found["rest"]))
    return Offset(months=int(found["months"] or 0), days=int(found["days"] or 0))


def anchors_reaching(offset: Offset, first: date, last: date) -> tuple[date, date] | None:
    """The anchor days whose `offset.after(anchor)` falls in first..last; None when there are none.

    With months several birthdays share one day (28 to 31 August + 6 months = 28 February) and some
    days have none, so this is a range, found from its two ends.
    """
    slack = timedelta(days=offset.about_days)
    low = _first_anchor(offset, first, first - slack - timedelta(days=40))
    high = _first_anchor(offset, last + timedelta(days=1), low) - timedelta(days=1)
    return (low, high) if low <= high else None


def _first_anchor(offset: Offset, target: date, start: date) -> date:
    """The earliest anchor that reaches `target` or later (`after` never decreases)."""
    if not offset.months:
        return target - timedelta(days=offset.days)
    day = start
    step = timedelta(days=(target - offset.after(day)).days - 4)
    if step.days > 0:
        day += step
    while offset.after(day) < target:
        day += timedelta(days=1)
    while offset.after(day - timedelta(days=1)) >= target:
        day -= timedelta(days=1)
    return day


def full_months(born_on: date, today: date) -> int:
    """Completed calendar months, by the same clamp as `add_months`."""
    months = (today.year - born_on.year) * 12 + today.month - born_on.month
    return months if add_months(born_on, months) <= today else months - 1


def corrected_birth(born_on: date, gestation_weeks: int | None) -> date:
    """The birthday that corrected age counts from: moved later by the weeks missing to 40."""
    if gestation_weeks is None or gestation_weeks >= TERM_WEEKS:
        return born_on
    return born_on + timedelta(weeks=40 - gestation_weeks)


def gestation_days(due_on: date, today: date) -> int:
    """Days of pregnancy today: 280 on the due date."""
    return PREGNANCY_DAYS - (due_on - today).days


def conception_day(due_on: date) -> date:
    """Day 0 of the gestational count (first day of the last period)."""
    return due_on - timedelta(days=PREGNANCY_DAYS)


def too_old(born_on: date, today: date) -> bool:
    """Eight years old or more."""
    return add_months(born_on, OLDEST_YEARS * 12) <= today
