"""An age as officers say it: which unit, and how many; the words are in families/said.html."""

from datetime import date
from typing import NamedTuple

from care.age import full_months, gestation_days
from care.people import Child

DAYS_UNTIL = 60
MONTHS_UNTIL = 36


class Age(NamedTuple):
    """`unit`: days, months, years, weeks (of a pregnancy), overdue (days past the due date)."""

    unit: str
    n: int
    rest: int = 0  # months beside years


def age(child: Child, today: date) -> Age | None:
    if child.born_on is not None:
        days, months = (today - child.born_on).days, full_months(child.born_on, today)
        if days < DAYS_UNTIL:
            return Age("days", days)
        if months < MONTHS_UNTIL:
            return Age("months", months)
        return Age("years", *divmod(months, 12))
    if child.due_on is None:
        return None
    late = (today - child.due_on).days
    return (
        Age("overdue", late) if late > 0 else Age("weeks", gestation_days(child.due_on, today) // 7)
    )
