"""The growth tables, read when they are first needed; see content/growth/README.md."""

import csv
from functools import cache

from care.growth import Curve, Lms, Measure, Standards
from content.library import ROOT

SEXES = ("girl", "boy")
_COLUMNS = {"girl": slice(1, 4), "boy": slice(4, 7)}


@cache
def standards(sex: str | None) -> Standards:
    """The curves of a girl or a boy; both where the sex is not told."""
    sexes = (sex,) if sex in SEXES else SEXES
    return {measure: tuple(_curve(measure, one) for one in sexes) for measure in Measure}


@cache
def _curve(measure: Measure, sex: str) -> Curve:
    bounded = measure is not Measure.HEIGHT
    return Curve(_column(measure.value, sex), _column(f"{measure.value}-2007", sex), bounded)


def _column(name: str, sex: str) -> tuple[Lms, ...]:
    """The rows stand for every day from birth, or every month from 60, without a gap."""
    with (ROOT / "growth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return tuple(Lms(*map(float, row[_COLUMNS[sex]])) for row in rows)
