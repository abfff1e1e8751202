"""Births, days and histories to try the rules of doses on; and what must hold on all of them."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml

from care.immunisation import Dose, Shot, due_now
from content.doses import ChildEntry, doses_of
from content.library import ROOT
from tests.care.dose_walk import Row, reaches

DAY = timedelta(days=1)
OLDEST_DAYS = 3_000
FROM_BEFORE = date(2029, 7, 1)  # the day on which rules change in CHANGED
FILE: Path = ROOT / "programme" / "doses.yaml"
ROWS: list[Row] = yaml.safe_load(FILE.read_text("utf-8"))["doses"]
Known = Mapping[str, date | None]


class Case(NamedTuple):
    born: date
    today: date
    given: Known
    on: frozenset[str]


def doses(rows: list[Row]) -> dict[str, Dose]:
    return doses_of([ChildEntry.model_validate(dict(row)) for row in rows])


def _changed() -> list[Row]:
    """The same programme with rules that change on 1 July 2029, that pause, and that end."""
    later: dict[str, list[dict[str, Any]]] = {
        "penta2": [{"gap": 60, "spacing": 60, "earliest": "P3M"}],
        "penta3": [{"gap": 60, "spacing": 60}],
        "rota1": [{"latest": "P8M"}],
        "rota2": [{"latest": "P8M"}],
        "meas1": [{"valid_from": date(2029, 12, 1), "earliest": "P8M", "due": "P8M"}],
        "pcv1": [{"only_where": None}],
        "opv3": [],
    }
    found: list[Row] = []
    for row in ROWS:
        versions = later.get(row["id"])
        ends = FROM_BEFORE - DAY if versions is not None else row["valid_to"]
        found.append({**row, "valid_to": ends})
        found += [{**row, "valid_from": FROM_BEFORE, **version} for version in versions or ()]
    return found


CHANGED = _changed()
PROGRAMMES = {"real": ROWS, "changed": CHANGED}


def births() -> list[date]:
    """Of 8 years with two leap days: every end of a month, every 1 October, some at random."""
    chance = Random(8)
    found = set()
    for year in range(2027, 2035):
        found |= {date(year, month, monthrange(year, month)[1]) for month in range(1, 13)}
        found |= {date(year, 10, 1), date(year, 1, 1)}
        found |= {date(year, 1, 1) + chance.randrange(365) * DAY for _ in range(5)}
    return sorted(found)


def days_of(born: date, step: int) -> Iterator[date]:
    """Days of life 0 to 3,000; each birth begins at another one."""
    for n in range(born.toordinal() % step, OLDEST_DAYS + 1, step):
        yield born + n * DAY


def histories(rows: list[Row], count: int, seed: int) -> Iterator[Case]:
    """Children of any age with any doses: in order or not, with days, without, or half of each."""
    chance = Random(seed)
    born_on = [*births(), date(2019, 8, 31), date(2024, 2, 29), date(2026, 1, 1)]
    ids = list(dict.fromkeys(row["id"] for row in rows))
    for _ in range(count):
        born = chance.choice(born_on)
        today = born + chance.randrange(chance.choice((120, 420, 900, OLDEST_DAYS + 1))) * DAY
        share, dated = chance.random(), chance.choice((0.0, 0.5, 1.0))
        given: dict[str, date | None] = {}
        for id_ in ids:
            if chance.random() < share:
                ago = chance.choice((45, 400, OLDEST_DAYS))
                day = max(born, today - chance.randrange(ago) * DAY)
                given[id_] = day if chance.random() < dated else None
        yield Case(born, today, given, frozenset({"pcv"} if chance.random() < 0.5 else ()))


def broken(rows: list[Row], case: Case, shots: Mapping[str, Shot]) -> list[str]:
    """Promises that are not kept, for rows that stay in force. Asked of every dose by itself."""
    proposed, found = set(due_now(shots)), []
    for row in rows:
        id_, after = row["id"], row.get("after")
        last = _last_day(row, case.born)
        on_time = last is None or case.today <= last
        old_enough = "earliest" not in row or reaches(row["earliest"], case.born) <= case.today
        counts = _counts(rows, id_, case.given)
        had = after is not None and _counts(rows, after, case.given)
        ready = had or after is None or bool(row.get("alone"))
        before = case.given.get(after) if after else None
        apart = before is None or (case.today - before).days >= row.get("gap", 28)
        here = row.get("only_where") in (None, *case.on)
        if id_ in proposed:
            said = {
                "too young": old_enough, "too soon": apart and ready, "too late": on_time,
                "again": not counts, "not here": here,
            }  # fmt: skip
            found += [f"{id_} {what}" for what, fine in said.items() if not fine]
            continue
        told = before is not None or not had  # else the day of the one before is assumed
        if old_enough and apart and ready and on_time and here and not counts and told:
            found.append(f"{id_} forgotten")
    return found


def _last_day(row: Row, born: date) -> date | None:
    limit = row.get("latest") or row.get("catch_up")
    if limit:
        return reaches(limit, born) - DAY
    return reaches(row["target"], born) if "target" in row else None


def _counts(rows: list[Row], id_: str, given: Known) -> bool:
    """Whether the dose, or a later one of its series, is known."""
    follow = [row["id"] for row in rows if row.get("after") == id_]
    return id_ in given or any(_counts(rows, later, given) for later in follow)
