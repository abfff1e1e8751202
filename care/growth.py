"""Weight and height of a child on the curves of WHO: where, which way, and when to go and ask.

The tables are given, see `content.growth_tables`. Nothing here names a state of the child: the
answers are a direction between two weighings and whether the health station should look.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import exp, log
from typing import NamedTuple

from care.age import full_months
from care.people import Child

DAYS_PER_MONTH = 30.4375
FIRST_MONTH = 60  # of the tables by month
STANDING_FROM = 731  # days: WHO's curves go from length to height
NOBODY_STANDS = 274  # days: nine months
LYING_LONGER_MM = 7
EDGE = 3  # deviations; beyond it steps are of equal size


class Measure(StrEnum):
    WEIGHT = "weight"  # kilograms
    HEIGHT = "height"  # centimetres
    BMI = "bmi"


@dataclass(frozen=True, slots=True)
class Sizes:
    """`lying`: how the height was measured; None is the usual way at that age."""

    weight_g: int | None = None
    height_mm: int | None = None
    lying: bool | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    day: date
    sizes: Sizes


class Lms(NamedTuple):
    """WHO's L, M and S at one age."""

    power: float
    median: float
    spread: float

    def z(self, value: float) -> float:
        ratio = value / self.median
        if abs(self.power) < 1e-9:
            return log(ratio) / self.spread
        return (float(ratio**self.power) - 1) / (self.power * self.spread)

    def value(self, z: float) -> float:
        if abs(self.power) < 1e-9:
            return self.median * exp(self.spread * z)
        return self.median * float((1 + self.power * self.spread * z) ** (1 / self.power))


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure of one sex: by day, then by month. `bounded`: weight and BMI, not height."""

    days: Sequence[Lms]
    months: Sequence[Lms]
    bounded: bool

    def at(self, age: int) -> Lms | None:
        """`age` in days; None outside the tables."""
        if age < 0:
            return None
        if age < len(self.days):
            return self.days[age]
        month, rest = divmod(age / DAYS_PER_MONTH - FIRST_MONTH, 1)
        if month + 1 >= len(self.months):
            return None
        low, high = self.months[int(month)], self.months[int(month) + 1]
        return Lms(*(a + rest * (b - a) for a, b in zip(low, high, strict=True)))

    def z(self, age: int, value: float) -> float | None:
        lms = self.at(age)
        if lms is None or value <= 0:
            return None
        score = lms.z(value)
        if not self.bounded or abs(score) <= EDGE:
            return score
        edge = EDGE if score > 0 else -EDGE
        return edge + (value - lms.value(edge)) / _last_step(lms, edge)

    def value(self, age: int, z: float) -> float | None:
        """The inverse of `z`: a point of the line to be drawn."""
        lms = self.at(age)
        if lms is None:
            return None
        if not self.bounded or abs(z) <= EDGE:
            return lms.value(z)
        edge = EDGE if z > 0 else -EDGE
        return lms.value(edge) + (z - edge) * _last_step(lms, edge)


Standards = Mapping[Measure, tuple[Curve, ...]]
"""The curve of the child's sex; both where it is not told, and then both must agree."""


def _last_step(lms: Lms, edge: int) -> float:
    """From the second to the third deviation, on that side."""
    return abs(lms.value(edge) - lms.value(edge - 1 if edge > 0 else edge + 1))


def age_on(child: Child, day: date) -> int:
    """Days on the curve: a preterm child counts from its due date until 24 months."""
    born_on, corrected_on = child.born_on, child.corrected_on
    if born_on is None or corrected_on is None:
        raise ValueError("no birthday")
    return (day - (corrected_on if months_on(child, day) < 24 else born_on)).days


def months_on(child: Child, day: date) -> int:
    """Full months since birth."""
    if child.born_on is None:
        raise ValueError("no birthday")
    return full_months(child.born_on, day)


def value(measure: Measure, sizes: Sizes, age: int) -> float | None:
    """What stands on the curve, in its unit; None where it was not measured."""
    if measure is Measure.WEIGHT:
        return None if sizes.weight_g is None else sizes.weight_g / 1000
    if sizes.height_mm is None:
        return None
    height = _as_usual(sizes.height_mm, sizes.lying, age) / 10
    if measure is Measure.HEIGHT:
        return height
    return None if sizes.weight_g is None else sizes.weight_g / 1000 / (height / 100) ** 2


def _as_usual(height_mm: int, lying: bool | None, age: int) -> int:
    """Lying below 24 months, standing from then on; measured the other way it is off by 7 mm."""
    if lying is False and NOBODY_STANDS <= age < STANDING_FROM:
        return height_mm + LYING_LONGER_MM
    if lying and age >= STANDING_FROM:
        return height_mm - LYING_LONGER_MM
    return height_mm


def scores(
    standards: Standards, measure: Measure, child: Child, measured: Measurement
) -> tuple[float, ...]:
    """The z-score on each curve; empty where it was not measured or no curve reaches."""
    age = age_on(child, measured.day)
    found = value(measure, measured.sizes, age)
    if found is None:
        return ()
    zs = (curve.z(age, found) for curve in standards[measure])
    return tuple(z for z in zs if z is not None)
