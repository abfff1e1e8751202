"""Talks between families and officers: office hours, and how long somebody has waited in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from care.clock import at_local, local_day, local_minutes

QUIET = timedelta(hours=24)  # so long after the last word the bot leaves the talk to people
WAIT = 60  # minutes of office hours until an answer is late
ANSWER_MOST = 1000  # characters


@dataclass(frozen=True, slots=True)
class Hours:
    """`days`: 1 is Monday, 7 Sunday; `spans`: from and to, in minutes after midnight, rising."""

    days: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


USUAL = Hours((1, 2, 3, 4, 5), ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60)))


def is_open(hours: Hours, moment: datetime) -> bool:
    minutes = local_minutes(moment)
    working = local_day(moment).isoweekday() in hours.days
    return working and any(start <= minutes < end for start, end in hours.spans)


def minutes_within(hours: Hours, start: datetime, end: datetime) -> int:
    """Minutes of office hours between two moments."""
    total = timedelta()
    day = local_day(start)
    while day <= local_day(end):
        if day.isoweekday() in hours.days:
            for opens, closes in hours.spans:
                first, last = max(start, at_local(day, opens)), min(end, at_local(day, closes))
                total += max(last - first, timedelta())
        day += timedelta(days=1)
    return int(total.total_seconds()) // 60
