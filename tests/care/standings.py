"""A child and a duty, and where the one stands with the other."""

from collections.abc import Mapping
from datetime import date, timedelta

from care.age import Offset
from care.duties import Duty, Record, Standing, Told, standing
from care.local import NOWHERE, Local
from care.people import Child
from tests.care.families import born

DAY = timedelta(days=1)
BORN = date(2026, 8, 31)
DUE = date(2027, 3, 1)  # day 0 of the pregnancy: 25/05/2026
PAPER = Duty("paper", "papers", Offset(days=10), Offset(days=60), Offset(days=90))


def on(
    day: date,
    duty: Duty = PAPER,
    told: Mapping[str, Record] | None = None,
    child: Child | None = None,
    local: Local = NOWHERE,
) -> Standing:
    return standing(duty, child or born(BORN), told or {}, day, local)


def own(state: Told, day: date | None = None, duty: str = "paper") -> dict[str, Record]:
    return {duty: Record(state, day)}
