"""Whom a campaign is for, as an officer chose it; empty means everybody in the officer's areas."""

import json
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from care.age import PREGNANCY_DAYS, add_months
from care.people import Role

MONTHS_MOST = 95  # families leave at eight years
WEEKS_MOST = 42
AREAS_MOST = 400
DAY = timedelta(days=1)


class Stands(StrEnum):
    """How a duty stands with the child."""

    TO_DO = "to_do"  # open or overdue
    OPEN = "open"  # may be done, the day it should be done by has not passed
    OVERDUE = "overdue"


class Problem(NamedTuple):
    """What is wrong with a field; the words for officers are the console's."""

    field: str
    what: str  # type, unknown, order, range, many, alone, both


class BadAudience(Exception):
    """Every problem at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{p.field}: {p.what}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Audience:
    """Whoever fits all that is set; with both `months` and `weeks` one of the two is enough.

    Ages are the real ones, also of preterm children, on the day of sending. Both ends of a range
    are included. A unit stands for everything below it.
    """

    areas: tuple[int, ...] = ()
    without: tuple[int, ...] = ()  # units that are left out
    months: tuple[int, int] | None = None  # full months of a child that is born
    weeks: tuple[int, int] | None = None  # completed weeks of a pregnancy
    duty: str | None = None
    stands: Stands = Stands.TO_DO  # of that duty
    roles: tuple[Role, ...] = ()
    answered: int | None = None  # an earlier campaign that they answered
    silent: int | None = None  # an earlier campaign that they got and did not answer

    @property
    def about_children(self) -> bool:
        """Only who cares for a child that fits."""
        return self.months is not None or self.weeks is not None or self.duty is not None

    def born(self, today: date) -> tuple[date, date] | None:
        """The first and the last birthday of children of these ages."""
        if self.months is None:
            return None
        youngest, oldest = self.months
        return _last_born(oldest + 1, today) + DAY, _last_born(youngest, today)

    def due(self, today: date) -> tuple[date, date] | None:
        """The first and the last due date of pregnancies of these weeks."""
        if self.weeks is None:
            return None
        first, last = self.weeks
        whole = timedelta(days=PREGNANCY_DAYS)
        return today + whole - timedelta(days=7 * last + 6), today + whole - timedelta(weeks=first)


def _last_born(months: int, today: date) -> date:
    """The latest birthday with that many full months; several share the end of a month."""
    day = add_months(today, -months)
    while add_months(day, months) > today:
        day -= DAY
    while add_months(day + DAY, months) <= today:
        day += DAY
    return day


EVERYBODY = Audience()


def to_json(audience: Audience) -> str:
    """Only what is set."""
    kept = {
        f.name: value for f in fields(Audience) if (value := getattr(audience, f.name)) != f.default
    }
    return json.dumps(kept)


def from_json(text: str) -> Audience:
    """Raises BadAudience."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise BadAudience([Problem("audience", "type")])
    return read(given)


def read(given: dict[str, Any]) -> Audience:
    """From JSON values or the fields of a form. Raises BadAudience."""
    problems = [Problem(name, "unknown") for name in given if name not in _READERS]
    values: dict[str, Any] = {}
    for name, reader in _READERS.items():
        if name not in given or given[name] is None:
            continue
        try:
            values[name] = reader(given[name])
        except _Wrong as wrong:
            problems.append(Problem(name, str(wrong)))
    if not problems:
        audience = Audience(**values)
        problems = list(_together(audience, given))
        if not problems:
            return audience
    raise BadAudience(problems)


class _Wrong(Exception):
    """The word of a problem."""


def _together(audience: Audience, given: dict[str, Any]) -> list[Problem]:
    problems = []
    if given.get("stands") is not None and audience.duty is None:
        problems.append(Problem("stands", "alone"))
    if set(audience.areas) & set(audience.without):
        problems.append(Problem("without", "both"))
    if audience.answered is not None and audience.answered == audience.silent:
        problems.append(Problem("silent", "both"))
    return problems


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("type")
    if value < 1:
        raise _Wrong("range")
    return value


def _numbers(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise _Wrong("type")
    if len(value) > AREAS_MOST:
        raise _Wrong("many")
    return tuple(sorted({_number(one) for one in value}))


def _range(most: int) -> Any:
    def read_range(value: Any) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise _Wrong("type")
        for end in value:
            if isinstance(end, bool) or not isinstance(end, int):
                raise _Wrong("type")
        low, high = value
        if low < 0 or high > most:
            raise _Wrong("range")
        if low > high:
            raise _Wrong("order")
        return low, high

    return read_range


def _roles(value: Any) -> tuple[Role, ...]:
    if not isinstance(value, list | tuple):
        raise _Wrong("type")
    return tuple(sorted({_one_of(Role, one) for one in value}))


def _one_of(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        raise _Wrong("type")
    if value not in list(kind):
        raise _Wrong("unknown")
    return kind(value)


def _stands(value: Any) -> Stands:
    found: Stands = _one_of(Stands, value)
    return found


def _duty(value: Any) -> str:
    if not isinstance(value, str):
        raise _Wrong("type")
    if not 0 < len(value) <= 40:
        raise _Wrong("range")
    return value


_READERS: dict[str, Any] = {
    "areas": _numbers,
    "without": _numbers,
    "months": _range(MONTHS_MOST),
    "weeks": _range(WEEKS_MOST),
    "duty": _duty,
    "stands": _stands,
    "roles": _roles,
    "answered": _number,
    "silent": _number,
}
