"""Duties of a child: papers, doses, check-ups. What is due, until when, and what is known of it.

A duty is data: when it opens, when it should be done, until when it can be. What a caregiver or
an officer told us is a `Record`. `standing` puts the two together for any day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from care.age import Offset, conception_day
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
    after: tuple[str, ...] = ()  # duties that must be done before
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
    after: str | None = None  # the duty it waits for


class Local(NamedTuple):
    """What the area of the family decides: what is on there, what is off."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    windows: Mapping[str, tuple[YearDay, YearDay]] = {}  # duty -> first and last day


NOWHERE = Local()


def standing(
    duty: Duty, child: Child, told: Mapping[str, Record], today: date, local: Local = NOWHERE
) -> Standing:
    """What is told wins over dates; then the area, the other duties, and the calendar."""
    own = told.get(duty.id)
    if own is not None and own.state in _ANSWERS and not _is_over(duty, own, today):
        return Standing(_ANSWERS[own.state])
    if duty.id in local.off or (duty.only_where and duty.only_where not in local.on):
        return Standing(State.NOT_HERE)
    span = window(duty, child, local)
    if span is None:
        return Standing(State.NOT_APPLICABLE)
    opens, due, closes = span
    if not _in_force(duty, today):
        return Standing(State.NO_RULE, *span)
    until = own.day if own is not None and own.state is Told.PUT_OFF else None
    before = next((d for d in duty.after if told.get(d, _UNKNOWN).state is not Told.DONE), None)
    if closes is not None and today > closes:
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
_UNKNOWN = Record(Told.MISSED)


def _is_over(duty: Duty, own: Record, today: date) -> bool:
    """Done so long ago that it is due again."""
    if duty.renews is None or own.state is not Told.DONE or own.day is None:
        return False
    return today >= own.day + timedelta(days=duty.renews)


def _in_force(duty: Duty, today: date) -> bool:
    begun = duty.valid_from is None or duty.valid_from <= today
    return begun and (duty.valid_to is None or today <= duty.valid_to)


def window(
    duty: Duty, child: Child, local: Local = NOWHERE
) -> tuple[date, date, date | None] | None:
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


def to_do(standings: Mapping[str, Standing]) -> list[str]:
    """Ids of what can be done now, the earliest due day first."""
    found = [(s.due or date.max, id_) for id_, s in standings.items() if s.state in TO_DO]
    return [id_ for _, id_ in sorted(found)]
