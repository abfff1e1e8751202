"""Duties of a child: papers, doses, check-ups. What is due, until when, and what is known of it.

A duty is data: when it opens, when it should be done, until when it can be. What a caregiver or
an officer told us is a `Record`. `standing` puts the two together for any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from care.age import Offset, conception_day, full_months
from care.local import NOWHERE, Local
from care.people import Child, ChildState
from care.programme import Floating
from care.yearly import YearDay


class Told(StrEnum):
    """What somebody said of a duty; nothing said is unknown."""

    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    PUT_OFF = "put_off"
    MISSED = "missed"  # said not to be done yet
    UNKNOWN = "unknown"  # asked, and nobody remembers


class Source(StrEnum):
    CAREGIVER = "caregiver"
    CARD = "card"  # copied in bulk from the vaccination book
    OFFICER = "officer"


class Record(NamedTuple):
    """`day` is when it was done, or until when it was put off; None when not told."""

    state: Told
    day: date | None = None
    source: Source = Source.CAREGIVER


class State(StrEnum):
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    REFUSED = "refused"
    NOT_YET = "not_yet"  # its day has not come
    WAITS = "waits"  # for another duty
    OPEN = "open"  # may be done, the day it should be done by has not passed
    OVERDUE = "overdue"
    CLOSED = "closed"  # can no longer be done
    NOT_HERE = "not_here"  # not offered where the family lives
    NO_RULE = "no_rule"  # its rule is not in force on this day


ROUND_DUE = timedelta(days=14)
ROUND_OPEN = timedelta(days=60)  # the station still has some for those who missed it
ANEW_DUE = timedelta(days=35)  # the time to do again what is due anew
Span = tuple[date, date, date | None]  # opens, should be done by, last day

TO_DO = frozenset({State.OPEN, State.OVERDUE})
SETTLED = frozenset({State.DONE, State.NOT_APPLICABLE, State.REFUSED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that is due once. Offsets count from birth, or from conception in pregnancy."""

    id: str
    group: str
    opens: Offset
    due: Offset
    closes: Offset | None = None
    pregnancy: bool = False
    opens_on: Floating | None = None  # instead of `opens`; the other days shift along
    renews: int | None = None  # days after which it is due anew
    rounds: tuple[YearDay, ...] = ()  # days of the year on which everybody is called in
    months: tuple[int, int] | None = None  # the ages of those rounds, both included
    after: tuple[str, ...] = ()  # duties that must be done before
    gap: int = 0  # days after the last of those
    doses: tuple[str, ...] = ()  # of a visit to the station: done when all of them are
    valid_from: date | None = None
    valid_to: date | None = None
    only_where: str | None = None  # the setting of an area that switches it on


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a child stands with a duty; days are None where they do not apply."""

    state: State
    opens: date | None = None
    due: date | None = None
    closes: date | None = None
    until: date | None = None  # put off by the family
    after: str | None = None  # the duty it waits for, or whose interval goes on


def standing(
    duty: Duty, child: Child, told: Mapping[str, Record], today: date, local: Local = NOWHERE
) -> Standing:
    """What is told wins over dates; then the area, the other duties, and the calendar."""
    own = told.get(duty.id)
    if own is not None and own.state in _ANSWERS and not _is_over(duty, own, today):
        return Standing(_ANSWERS[own.state])
    if duty.id in local.off or (duty.only_where and duty.only_where not in local.on):
        return Standing(State.NOT_HERE)
    span = _round(duty, child, today) if duty.rounds else window(duty, child, local)
    if span is None:
        return Standing(State.NOT_APPLICABLE)
    if not _in_force(duty, today):
        return Standing(State.NO_RULE, *span)
    span = _later(duty, told, _anew(duty, own, span))
    opens, due, closes = span
    until = own.day if own is not None and own.state is Told.PUT_OFF else None
    before = next((d for d in duty.after if not _lets_go(duty, told.get(d), today)), None)
    if closes is not None and (today > closes or opens > closes):
        return Standing(State.CLOSED, *span)
    if before is not None and today >= opens:
        return Standing(State.WAITS, *span, until, before)
    if today < opens:
        return Standing(State.NOT_YET, *span, until, before)
    state = State.OVERDUE if today > due else State.OPEN
    return Standing(state, *span, until)


_ANSWERS = {
    Told.DONE: State.DONE,
    Told.NOT_APPLICABLE: State.NOT_APPLICABLE,
    Told.REFUSED: State.REFUSED,
}


def _anew(duty: Duty, own: Record | None, span: Span) -> Span:
    """What is due again counts from the day it was done; rounds have days of their own."""
    if duty.renews is None or duty.rounds or own is None or own.state is not Told.DONE:
        return span
    if own.day is None:
        return span
    again = own.day + timedelta(days=duty.renews)
    return again, again + ANEW_DUE, span[2]


def _lets_go(duty: Duty, before: Record | None, today: date) -> bool:
    """What comes first is done, and the days after it are over."""
    if before is None or before.state is not Told.DONE:
        return False
    return before.day is None or before.day + timedelta(days=duty.gap) <= today


def _later(duty: Duty, told: Mapping[str, Record], span: Span) -> Span:
    """Not before the days that must lie between it and what comes first."""
    opens, due, closes = span
    days = [told[d].day for d in duty.after if d in told and told[d].state is Told.DONE]
    earliest = max((day + timedelta(days=duty.gap) for day in days if day), default=opens)
    return max(opens, earliest), max(due, earliest), closes


def _is_over(duty: Duty, own: Record, today: date) -> bool:
    """Done so long ago that it is due again."""
    if duty.renews is None or own.state is not Told.DONE or own.day is None:
        return False
    return today >= own.day + timedelta(days=duty.renews)


def _round(duty: Duty, child: Child, today: date) -> Span | None:
    """The round that goes on, else the next one; None when the child is too old for any."""
    if child.state is not ChildState.BORN or child.born_on is None or duty.months is None:
        return None
    low, high = duty.months
    days = (day.of(child.born_on) for day in duty.rounds)
    fit = sorted(d for d in days if low <= full_months(child.born_on, d) <= high)
    day = next((d for d in fit if today <= d + ROUND_OPEN), None)
    return (day, day + ROUND_DUE, day + ROUND_OPEN) if day else None


def _in_force(duty: Duty, today: date) -> bool:
    begun = duty.valid_from is None or duty.valid_from <= today
    return begun and (duty.valid_to is None or today <= duty.valid_to)


def window(duty: Duty, child: Child, local: Local = NOWHERE) -> Span | None:
    """(opens, due, last day) for this child; None when the duty is not for it (yet)."""
    if duty.pregnancy:
        if child.state is not ChildState.EXPECTED or child.due_on is None:
            return None
        start = conception_day(child.due_on)
    elif child.state is ChildState.BORN and child.born_on is not None:
        start = child.born_on
    else:
        return None
    opens, due = duty.opens.after(start), duty.due.after(start)
    closes = duty.closes.after(start) if duty.closes else None
    if duty.opens_on is None:
        return opens, due, closes
    if isinstance(duty.opens_on, YearDay) and duty.id in local.windows:
        turns = duty.opens_on.turns
        first, last = (replace(day, turns=turns).of(start) for day in local.windows[duty.id])
        return first, last, last
    shift = duty.opens_on.of(start) - opens
    return opens + shift, due + shift, closes + shift if closes else None
