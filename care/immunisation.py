"""Doses of the children's programme: what may be given, from when, until when (decision 0016).

Ages are real ages in calendar months, also of preterm children. Nothing here rules on a child's
health: who has a dose, and who waits, is decided where it is given.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from care.age import Offset, add_months

DAY = timedelta(days=1)
# Most stations hold one session a month: after 30 days a family has missed one, not just waited.
OVERDUE_DAYS = 30
# Where the text names no gap: the month (28 days) it asks for between all other doses.
UNREAD_GAP = 28


class State(StrEnum):
    GIVEN = "given"
    NOT_YET = "not_yet"
    DUE = "due"
    OVERDUE = "overdue"
    TOO_LATE = "too_late"
    NOT_HERE = "not_here"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class Dose:
    """A dose under one version of its rule; `later` is the next version of the same dose.

    Ages are offsets from birth, `gap` and `spacing` days from the dose `after`: at least, and
    usually. From `latest` on it is never given; after `target` only by the station's decision, and
    from `catch_up` on not even so. `alone`: also asked for when the dose before is missing.
    """

    id: str
    antigen: str
    dose_no: int
    due: Offset
    valid_from: date
    valid_to: date | None
    confirm: bool
    source: str
    earliest: Offset | None = None
    after: str | None = None
    gap: int | None = None
    spacing: int | None = None
    alone: bool = False
    target: Offset | None = None
    catch_up: Offset | None = None
    latest: Offset | None = None
    only_where: str | None = None
    later: "Dose | None" = None

    def versions(self) -> Iterator["Dose"]:
        yield self
        if self.later is not None:
            yield from self.later.versions()


@dataclass(frozen=True, slots=True)
class Shot:
    """Where a child stands with a dose; days are None where there is no such day.

    `earliest`: the first day it may be given, `due`: the day it should be, `last`: the last day
    allowed. While it waits for another dose, both count on that one being given soon.
    """

    state: State
    earliest: date | None = None
    due: date | None = None
    last: date | None = None
    waits_for: str | None = None
    ask: bool = False  # the station decides


class _Before(NamedTuple):
    """When a dose was given; or when it can be at the earliest, and when it should be."""

    earliest: date
    due: date


class _Case(NamedTuple):
    """The child; `shots` and `days` grow in the order of the schedule."""

    born_on: date
    today: date
    on: frozenset[str]
    shots: dict[str, Shot]
    days: dict[str, _Before]


def plan(
    doses: Mapping[str, Dose],
    born_on: date,
    given: Mapping[str, date | None],
    today: date,
    on: frozenset[str] = frozenset(),
) -> dict[str, Shot]:
    """Where a child stands with every dose, in the order of `doses` (a dose after its `after`).

    `given`: None when the day is not known; then the day it was due is assumed. `on`: the settings
    of the area that are switched on.
    """
    known = _with_earlier(doses, given)
    case = _Case(born_on, today, on, {}, {})
    for id_, dose in doses.items():
        if id_ in known:
            case.shots[id_] = Shot(State.GIVEN)
            rule = next(_coming(dose, today), dose)
            day = known[id_] or min(_days(rule, case)[1], today)
            case.days[id_] = _Before(day, day)
            continue
        shot = case.shots[id_] = _shot(dose, case)
        if shot.earliest and shot.due:
            case.days[id_] = _Before(max(shot.earliest, today), max(shot.due, today))
    return case.shots


def _with_earlier(
    doses: Mapping[str, Dose], given: Mapping[str, date | None]
) -> dict[str, date | None]:
    """A series is never begun again: what comes before a recorded dose counts as given."""
    known = {id_: day for id_, day in given.items() if id_ in doses}
    for id_ in list(doses)[::-1]:
        if id_ in known:
            known.update({r.after: None for r in doses[id_].versions() if r.after} | known)
    return known


def _coming(dose: Dose, today: date) -> Iterator[Dose]:
    """The rule in force today and those that follow it."""
    return (r for r in dose.versions() if r.valid_to is None or today <= r.valid_to)


def _shot(dose: Dose, case: _Case) -> Shot:
    rule = next(_coming(dose, case.today), None)
    if rule is None or case.today < rule.valid_from:
        return Shot(State.NOT_IN_FORCE)
    if rule.only_where and rule.only_where not in case.on:
        return Shot(State.NOT_HERE)
    now = _under(rule, case)
    if now.state not in (State.TOO_LATE, State.NOT_IN_FORCE) or rule.later is None:
        return now
    # What this rule does not reach before it ends, the next one may.
    here = (r for r in rule.later.versions() if r.only_where is None or r.only_where in case.on)
    return next((s for s in (_under(r, case) for r in here) if s.state is State.NOT_YET), now)


def _under(rule: Dose, case: _Case) -> Shot:
    """What one version of the rule says; NOT_IN_FORCE when it ends too soon for this child."""
    last, ask = _last(rule, case.born_on), _ask(rule, case)
    wait = None if rule.after is None or rule.alone else rule.after
    before = case.shots[wait] if wait else None
    if before is None or before.state is State.GIVEN:
        wait = None
    elif before.state is State.TOO_LATE:
        return Shot(State.TOO_LATE, last=last)
    earliest, due = _days(rule, case)
    if last and (last < case.today or last < earliest):
        return Shot(State.TOO_LATE, last=last, ask=bool(rule.target) and not rule.catch_up)
    if wait and wait not in case.days:
        return Shot(State.NOT_YET, last=last, waits_for=wait, ask=ask)
    if rule.valid_to and rule.valid_to < earliest:
        return Shot(State.NOT_IN_FORCE)
    if wait or case.today < earliest:
        state = State.NOT_YET
    else:
        state = State.OVERDUE if due + OVERDUE_DAYS * DAY < case.today else State.DUE
    return Shot(state, earliest, due, last, wait, ask)


def _days(rule: Dose, case: _Case) -> tuple[date, date]:
    """The first day it may be given, and the day it should be: a late dose moves the next ones."""
    earliest = rule.earliest.after(case.born_on) if rule.earliest else case.born_on
    due = rule.due.after(case.born_on)
    before = None if _missing(rule, case) else case.days.get(rule.after or "")
    if before is not None:
        gap = rule.gap or UNREAD_GAP
        earliest = max(earliest, before.earliest + gap * DAY)
        due = max(due, before.due + (rule.spacing or gap) * DAY)
    if case.today < rule.valid_from:
        earliest = max(earliest, rule.valid_from)
    return earliest, max(due, earliest)


def _last(rule: Dose, born_on: date) -> date | None:
    """The day before the limit; without one, a dose with a target ends on it."""
    if rule.target and not rule.catch_up:
        return rule.target.after(born_on)
    limit = rule.latest or rule.catch_up
    return limit.after(born_on) - DAY if limit else None


def _missing(rule: Dose, case: _Case) -> bool:
    """Goes on without the dose before it."""
    return rule.alone and case.shots[rule.after or ""].state is not State.GIVEN


def _ask(rule: Dose, case: _Case) -> bool:
    late = rule.target is not None and rule.target.after(case.born_on) < case.today
    return late or (rule.after is not None and rule.gap is None) or _missing(rule, case)


def due_now(shots: Mapping[str, Shot]) -> list[str]:
    """What may and should be given today."""
    return [id_ for id_, shot in shots.items() if shot.state in (State.DUE, State.OVERDUE)]


def next_date(shots: Mapping[str, Shot]) -> date | None:
    """The first day after today on which something more may be given."""
    days = [s.earliest for s in shots.values() if s.state is State.NOT_YET and s.earliest]
    return min(days, default=None)


def station_days(days_of_month: Sequence[int], after: date) -> date:
    """The next session on or after a day; in a short month the 31st is its last day."""
    months = [add_months(after.replace(day=1), n) for n in (0, 1)]
    lengths = [(month, monthrange(month.year, month.month)[1]) for month in months]
    days = (m.replace(day=min(day, length)) for m, length in lengths for day in days_of_month)
    return min(day for day in days if day >= after)
