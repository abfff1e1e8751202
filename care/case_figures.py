"""Figures of cases, month by month, that say of nobody how the case of one child stands.

What counts fewer than FEW is told as "fewer"; a number from which such a one could be worked out is
not told at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from care.cases import (
    ASSESS_WITHIN,
    PLAN_WORKING_DAYS,
    Case,
    State,
    Waits,
    hurried,
    open_by,
    state_of,
    working_days_after,
)
from care.clock import local_day
from care.talking import Hours

FEW = 5


class Hidden(StrEnum):
    FEW = "few"  # 0 to 4
    UNSAID = "unsaid"  # would tell one of those


Told = int | Hidden


@dataclass(frozen=True, slots=True)
class Received:
    """A case with when things were first done; `called_at`: the clock called for the first time."""

    case: Case
    assessed_at: datetime | None
    planned_at: datetime | None
    called_at: datetime | None


@dataclass(frozen=True, slots=True)
class Month:
    """Of the cases that came in it: `states` is how they stand today."""

    first: date
    received: int = 0
    opened: int = 0
    assessed: int = 0
    planned: int = 0
    states: Mapping[State, int] | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A month as it may be shown."""

    first: date
    received: Told
    opened: Told
    assessed: Told
    planned: Told
    states: Mapping[State, Told]


def months(today: date, count: int) -> list[date]:
    """The first days of the last months, the oldest first; this month too."""
    number = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(number - count + 1, number + 1)]


def opened_in_time(one: Received, hours: Hours, waits: Waits) -> bool:
    """One that became urgent only later had the time of a calm one, unless the clock has called."""
    case = one.case
    if case.seen_at is None:
        return False
    if case.seen_at <= open_by(case.reported_at, hurried(case), hours, waits):
        return True
    called = one.called_at is not None and one.called_at <= case.seen_at
    calm_by = open_by(case.reported_at, False, hours, waits)
    return hurried(case) and not called and case.seen_at <= calm_by


def of_month(first: date, found: Iterable[tuple[Received, bool]]) -> Month:
    """`found`: the cases received in that month, each with whether it was opened in time."""
    ones = list(found)
    return Month(
        first,
        received=len(ones),
        opened=sum(opened for _, opened in ones),
        assessed=sum(_within_hours(one) for one, _ in ones),
        planned=sum(_within_days(one) for one, _ in ones),
        states=Counter(state_of(one.case) for one, _ in ones),
    )


def _within_hours(one: Received) -> bool:
    return one.assessed_at is not None and one.assessed_at <= one.case.reported_at + ASSESS_WITHIN


def _within_days(one: Received) -> bool:
    by = working_days_after(one.case.reported_at, PLAN_WORKING_DAYS)
    return one.planned_at is not None and one.planned_at <= by


def month_of(case: Case) -> date:
    return local_day(case.reported_at).replace(day=1)


def hushed(month: Month) -> Line:
    """As it may be shown: no cell under FEW, and none that follows from the others."""
    counts = [(month.states or {}).get(state, 0) for state in State]
    whole = month.received
    if whole < FEW:
        few = Hidden.FEW
        return Line(month.first, few, few, few, few, dict.fromkeys(State, few))
    parts = _parts(whole, counts)
    opened, assessed = _subset(whole, month.opened), _subset(whole, month.assessed)
    planned = _subset(whole, month.planned)
    states = dict(zip(State, parts, strict=True))
    return Line(month.first, whole, opened, assessed, planned, states)


def _subset(whole: int, part: int) -> Told:
    """The rest of the whole counts as well."""
    if part < FEW:
        return Hidden.FEW
    return Hidden.UNSAID if 0 < whole - part < FEW else part


def _parts(whole: int, parts: Sequence[int]) -> list[Told]:
    """What makes the whole; one after the other falls silent until nothing follows, or all.

    Always in the same order: to choose by size would tell the size.
    """
    told: list[Told] = [Hidden.FEW if part < FEW else part for part in parts]
    while not open_still(whole, told):
        shown = [n for n, part in enumerate(told) if isinstance(part, int)]
        if not shown:
            return [Hidden.UNSAID] * len(told)
        told[shown[0]] = Hidden.UNSAID
    return told


def open_still(whole: int, told: Sequence[Told]) -> bool:
    """Whether each hidden few may be any of 0 to 4 for whoever knows the whole."""
    few = sum(part is Hidden.FEW for part in told)
    unsaid = sum(part is Hidden.UNSAID for part in told)
    left = whole - sum(part for part in told if isinstance(part, int))
    if not few:
        return True
    if unsaid:
        return left - FEW * unsaid >= FEW - 1
    return FEW - 1 <= left <= (FEW - 1) * (few - 1)


def sum_of(counted: Sequence[int], told: Sequence[Told]) -> Told:
    """All months together, where that tells no single one."""
    whole = sum(counted)
    if whole < FEW:
        return Hidden.FEW
    return whole if open_still(whole, told) else Hidden.UNSAID
