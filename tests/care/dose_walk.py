"""The rules of doses a second time: a walk over the rows of the YAML file, with ordinary loops.

It shares no code with care.immunisation or care.age. Where those compute a date from an age, this
has walked through the days of the life and looked when each month was full.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

Row = Mapping[str, Any]
ONE = timedelta(days=1)
WALKED_DAYS = 3_100  # past the last dose of the programme


class Seen(NamedTuple):
    state: str
    earliest: date | None = None
    due: date | None = None
    last: date | None = None
    waits_for: str | None = None
    ask: bool = False


@lru_cache(maxsize=1_000)
def full_months(born: date) -> list[date]:
    """The day on which each month of age is full: the same day of the month, or its last day."""
    found = [born]
    day = born
    for _ in range(WALKED_DAYS):
        day += ONE
        month_ends = (day + ONE).day == 1
        if day.day == born.day or (month_ends and day.day < born.day):
            found.append(day)
    return found


def reaches(age: str, born: date) -> date:
    """The day of an age such as P2M or P1D."""
    number = int(age[1:-1])
    return full_months(born)[number] if age.endswith("M") else born + number * ONE


def walk(
    rows: Sequence[Row],
    born: date,
    given: Mapping[str, date | None],
    today: date,
    on: frozenset[str] = frozenset(),
) -> dict[str, Seen]:
    """What stands in every row for this child, by dose."""
    ids: list[str] = []
    for row in rows:
        if row["id"] not in ids:
            ids.append(row["id"])
    told = _counted(rows, ids, given)
    seen: dict[str, Seen] = {}
    counts_from: dict[str, tuple[date, date]] = {}  # first and usual day of what comes next
    while len(seen) < len(ids):
        for id_ in ids:
            own = [row for row in rows if row["id"] == id_]
            before = {row["after"] for row in own if row.get("after")}
            if id_ in seen or not before <= seen.keys():
                continue
            if id_ in told:
                seen[id_] = Seen("given")
                day = told[id_] or _supposed(own, born, today, seen, counts_from)
                counts_from[id_] = day, day
                continue
            answer = _look(own, born, today, on, seen, counts_from)
            seen[id_] = answer
            if answer.earliest is not None and answer.due is not None:
                first, usual = answer.earliest, answer.due
                if first < today:
                    first = today
                if usual < today:
                    usual = today
                counts_from[id_] = first, usual
    return {id_: seen[id_] for id_ in ids}


def _counted(
    rows: Sequence[Row], ids: list[str], given: Mapping[str, date | None]
) -> dict[str, date | None]:
    """What was told, and whatever must have come before it."""
    told = {id_: day for id_, day in given.items() if id_ in ids}
    grown = True
    while grown:
        grown = False
        for row in rows:
            if row["id"] in told and row.get("after") and row["after"] not in told:
                told[row["after"]] = None
                grown = True
    return told


def _supposed(
    own: list[Row],
    born: date,
    today: date,
    seen: dict[str, Seen],
    counts_from: dict[str, tuple[date, date]],
) -> date:
    """A dose of an unknown day was given when it was due, in the past anyhow."""
    row = own[0]
    for candidate in reversed(own):
        if candidate["valid_to"] is None or candidate["valid_to"] >= today:
            row = candidate
    _, due = _dates(row, born, today, seen, counts_from)
    return due if due < today else today


def _look(
    own: list[Row],
    born: date,
    today: date,
    on: frozenset[str],
    seen: dict[str, Seen],
    counts_from: dict[str, tuple[date, date]],
) -> Seen:
    standing = [row for row in own if row["valid_to"] is None or row["valid_to"] >= today]
    if not standing or standing[0]["valid_from"] > today:
        return Seen("not_in_force")
    first = None
    for row in standing:
        if row.get("only_where") and row["only_where"] not in on:
            if first is None:
                return Seen("not_here")
            continue
        answer = _row(row, born, today, seen, counts_from)
        if first is None:
            first = answer
            if answer.state in ("not_yet", "due", "overdue"):
                return answer
        elif answer.state == "not_yet":
            return answer
    assert first is not None
    return first


def _row(
    row: Row,
    born: date,
    today: date,
    seen: dict[str, Seen],
    counts_from: dict[str, tuple[date, date]],
) -> Seen:
    after: Any = row.get("after")
    before_given = after is None or seen[after].state == "given"
    waits = not before_given and not row.get("alone")
    last = _last_day(row, born)
    if waits and seen[after].state == "too_late":
        return Seen("too_late", last=last)
    ask = after is not None and "gap" not in row
    if row.get("alone") and not before_given:
        ask = True
    if row.get("target") and today > reaches(row["target"], born):
        ask = True
    earliest, due = _dates(row, born, today, seen, counts_from)
    if last is not None and (today > last or earliest > last):
        only_asked = "target" in row and "catch_up" not in row
        return Seen("too_late", last=last, ask=only_asked)
    if waits and after not in counts_from:
        return Seen("not_yet", last=last, waits_for=after, ask=ask)
    if row["valid_to"] is not None and earliest > row["valid_to"]:
        return Seen("not_in_force")
    if waits:
        return Seen("not_yet", earliest, due, last, after, ask)
    if today < earliest:
        return Seen("not_yet", earliest, due, last, None, ask)
    late = (today - due).days > 30
    return Seen("overdue" if late else "due", earliest, due, last, None, ask)


def _last_day(row: Row, born: date) -> date | None:
    if row.get("latest"):
        return reaches(row["latest"], born) - ONE
    if row.get("catch_up"):
        return reaches(row["catch_up"], born) - ONE
    if row.get("target"):
        return reaches(row["target"], born)
    return None


def _dates(
    row: Row,
    born: date,
    today: date,
    seen: dict[str, Seen],
    counts_from: dict[str, tuple[date, date]],
) -> tuple[date, date]:
    firsts = [born]
    usuals = [reaches(row["due"], born)]
    if row.get("earliest"):
        firsts.append(reaches(row["earliest"], born))
    after: Any = row.get("after")
    counted = after in counts_from and (seen[after].state == "given" or not row.get("alone"))
    if counted:
        first, usual = counts_from[after]
        gap = row.get("gap", 28)
        firsts.append(first + gap * ONE)
        usuals.append(usual + row.get("spacing", gap) * ONE)
    if row["valid_from"] > today:
        firsts.append(row["valid_from"])
    firsts.sort()
    usuals.append(firsts[-1])
    usuals.sort()
    return firsts[-1], usuals[-1]
