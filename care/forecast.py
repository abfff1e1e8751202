"""What a month will have cost: as in the days so far, to its end."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from care.clock import local_day, month_around

LEAST = timedelta(days=1)  # a morning says nothing of a month


@dataclass(frozen=True, slots=True)
class Outlook:
    """`paid` messages of a package of `package`; `out_on`: the day on which it will be used up."""

    messages: int
    price: int  # đồng
    paid: int
    left: int
    out_on: date | None


def outlook(now: datetime, messages: int, price: int, paid: int, package: int) -> Outlook:
    """What went and was paid since the first of the month, drawn on to its end."""
    begins, ends = month_around(local_day(now))
    gone = max(LEAST, now - begins)
    left = max(0, package - paid)

    def whole(number: int) -> int:
        return max(number, round(number * ((ends - begins) / gone)))

    out_on = None
    if paid >= package:
        out_on = local_day(now) if paid else None
    elif whole(paid) > package:
        out_on = local_day(begins + gone * (package / paid))
    return Outlook(whole(messages), whole(price), whole(paid), left, out_on)
