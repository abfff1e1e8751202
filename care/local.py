"""What the area of a family decides: what is offered there, enrolment dates, the station's days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from care.cases import USUAL_WAITS, Waits
from care.talking import USUAL, WAIT, Hours
from care.yearly import YearDay

SWITCHES = frozenset({"pcv", "deworming", "vitamin_a_59"})
SESSION = "vaccine_session"
TALK_HOURS = "talk_hours"
TALK_WAIT = "talk_wait"
CASE_WAITS = "case_waits"
DUTY = "duty."
OFF = "off"
LONGEST_PLACE = 120
WAITS = range(10, 1441)  # minutes
CASE_WAIT = {"urgent": range(5, 241), "urgent_at_night": range(5, 721), "calm": range(30, 2401)}
_DAY = re.compile(r"--(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
ANY_YEAR = 2001  # a year without 29 February, which does not come every year


@dataclass(frozen=True, slots=True)
class Session:
    """When and where the station vaccinates, every month; `days` of the month, rising."""

    days: tuple[int, ...]
    place: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Local:
    """`windows`: duty -> first and last day of a year, in place of the usual ones."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    windows: Mapping[str, tuple[YearDay, YearDay]] = field(default_factory=dict)
    session: Session | None = None
    talk_hours: Hours = USUAL
    talk_wait: int = WAIT
    case_waits: Waits = USUAL_WAITS


NOWHERE = Local()


class BadSetting(ValueError):
    """A setting of an area that cannot be used; says in words why."""


def read(settings: Mapping[str, Any]) -> Local:
    """Raises BadSetting."""
    on, off = set(), set()
    windows: dict[str, tuple[YearDay, YearDay]] = {}
    session, hours, wait, case_waits = None, USUAL, WAIT, USUAL_WAITS
    for name, value in settings.items():
        if name in SWITCHES:
            if not isinstance(value, bool):
                raise BadSetting(f"{name} is true or false")
            if value:
                on.add(name)
        elif name == SESSION:
            session = _session(value)
        elif name == TALK_HOURS:
            hours = _hours(value)
        elif name == TALK_WAIT:
            wait = _wait(value)
        elif name == CASE_WAITS:
            case_waits = _case_waits(value)
        elif name.startswith(DUTY):
            duty = name.removeprefix(DUTY)
            if value == OFF:
                off.add(duty)
            else:
                windows[duty] = _window(name, value)
        else:
            names = (*sorted(SWITCHES), SESSION, TALK_HOURS, TALK_WAIT, CASE_WAITS, f"{DUTY}NAME")
            known = ", ".join(names)
            raise BadSetting(f"no setting {name!r}; there are {known}")
    return Local(frozenset(on), frozenset(off), windows, session, hours, wait, case_waits)


def _session(value: Any) -> Session:
    shape = '{"days": [5, 20], "place": "Trạm Y tế", "time": "7:30"}'
    if not isinstance(value, dict) or not set(value) <= {"days", "place", "time"}:
        raise BadSetting(f"{SESSION} is {shape}")
    days, place, time = value.get("days"), value.get("place", ""), value.get("time", "")
    if not isinstance(days, list) or not days or not all(_is_day(day) for day in days):
        raise BadSetting(f"the days of {SESSION} are days of the month, 1 to 31: {shape}")
    if not isinstance(place, str) or len(place) > LONGEST_PLACE:
        raise BadSetting(f"the place of {SESSION} is a text of at most {LONGEST_PLACE} characters")
    if not isinstance(time, str) or (time and not _TIME.fullmatch(time)):
        raise BadSetting(f"the time of {SESSION} is like 7:30")
    return Session(tuple(sorted(set(days))), place.strip(), time)


def _is_day(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31


def _hours(value: Any) -> Hours:
    shape = '{"days": [1, 2, 3, 4, 5], "hours": ["7:30-11:30", "13:30-17:00"]}'
    if not isinstance(value, dict) or set(value) != {"days", "hours"}:
        raise BadSetting(f"{TALK_HOURS} is {shape}")
    days, spans = value["days"], value["hours"]
    if not isinstance(days, list) or not days or not all(_is_day(d) and d <= 7 for d in days):
        raise BadSetting(f"the days of {TALK_HOURS} are 1 (Monday) to 7 (Sunday): {shape}")
    if not isinstance(spans, list) or not spans:
        raise BadSetting(f"{TALK_HOURS} is {shape}")
    read = sorted(_span(span) for span in spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(read)):
        raise BadSetting(f"the hours of {TALK_HOURS} overlap")
    return Hours(tuple(sorted(set(days))), tuple(read))


def _span(value: Any) -> tuple[int, int]:
    times = value.split("-") if isinstance(value, str) else []
    if len(times) != 2 or not all(_TIME.fullmatch(time) for time in times):
        raise BadSetting(f"hours of {TALK_HOURS} are like 7:30-11:30")
    first, last = (int(hour) * 60 + int(minute) for hour, minute in (t.split(":") for t in times))
    if first >= last:
        raise BadSetting(f"{value} of {TALK_HOURS} ends before it begins")
    return first, last


def _wait(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value not in WAITS:
        raise BadSetting(f"{TALK_WAIT} is a number of minutes, {WAITS[0]} to {WAITS[-1]}")
    return value


def _case_waits(value: Any) -> Waits:
    shape = '{"urgent": 30, "urgent_at_night": 30, "calm": 240}'
    if not isinstance(value, dict) or not value or not set(value) <= set(CASE_WAIT):
        raise BadSetting(f"{CASE_WAITS} is {shape}, or some of it")
    for name, minutes in value.items():
        fits = CASE_WAIT[name]
        if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes not in fits:
            raise BadSetting(f"{name} of {CASE_WAITS} is minutes, {fits[0]} to {fits[-1]}")
    return Waits(**value)


def _window(name: str, value: Any) -> tuple[YearDay, YearDay]:
    shape = f'"{OFF}" or {{"from": "--04-15", "to": "--07-31"}}'
    if not isinstance(value, dict) or set(value) != {"from", "to"}:
        raise BadSetting(f"{name} is {shape}")
    first, last = (_year_day(name, value[key]) for key in ("from", "to"))
    if (first.month, first.day) > (last.month, last.day):
        raise BadSetting(f"{name} ends before it begins")
    return first, last


def _year_day(name: str, value: Any) -> YearDay:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise BadSetting(f"a day of {name} is like --04-15")
    month, day = int(value[2:4]), int(value[5:7])
    try:
        date(ANY_YEAR, month, day)
    except ValueError:
        raise BadSetting(f"{value} of {name} does not come every year") from None
    return YearDay(month, day, 0)
