"""Which way the newest weighing points, and whether the health station should look."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from care.growth import Measure, Measurement, Standards, age_on, months_on, scores
from care.people import Child

SETTLING_DAYS, SETTLING_LOSS = 14, 0.1  # newborns lose a tenth at most and have it back
TOO_SOON_DAYS = 7  # scales differ by more than a child gains in a few days
SLOWER_SHARE, SLOWER_G = 0.5, 100  # of what its own line gains; less is the scale
FELL, FELL_FROM_DAYS, FELL_TO_DAYS = 1.0, 30, 100  # deviations
STALLED_DAYS = 60
BAND, FAR = 2.0, 3.0  # deviations


class Direction(StrEnum):
    UP = "up"
    SLOWER = "slower"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Course:
    """`direction` None: nothing to compare with yet."""

    direction: Direction | None
    station: bool
    since: Measurement | None  # the weighing before


@dataclass(frozen=True, slots=True)
class _History:
    child: Child
    weighed: Sequence[Measurement]  # by day
    standards: Standards

    def scores(self, measured: Measurement, measure: Measure = Measure.WEIGHT) -> tuple[float, ...]:
        return scores(self.standards, measure, self.child, measured)


def course(child: Child, measured: Sequence[Measurement], standards: Standards) -> Course:
    """About the newest of the measurements, which come by day."""
    weighed = [m for m in measured if m.sizes.weight_g is not None]
    if not weighed or weighed[-1] is not measured[-1]:
        return Course(None, _left_the_band(_History(child, measured, standards)), None)
    history = _History(child, weighed, standards)
    before = weighed[-2] if len(weighed) > 1 else None
    station = _left_the_band(_History(child, measured, standards)) or any(
        rule(history) for rule in (_lower, _stalled, _fell)
    )
    direction = _direction(history, before) if before else None
    return Course(direction, station, before if direction else None)


def _direction(history: _History, before: Measurement) -> Direction | None:
    now = history.weighed[-1]
    gained = _grams(now) - _grams(before)
    if gained < 0:
        return None if _settles(history) else Direction.DOWN
    if (now.day - before.day).days < TOO_SOON_DAYS:
        return None
    needs = _gains_of_its_line(history, before, now)
    slower = needs and all(
        gained < SLOWER_SHARE * need and need - gained >= SLOWER_G for need in needs
    )
    return Direction.SLOWER if slower or gained == 0 else Direction.UP


def _gains_of_its_line(history: _History, before: Measurement, now: Measurement) -> list[float]:
    """Grams to be gained to stay where the child was, on each curve."""
    if not _same_clock(history.child, before, now):
        return []
    curves, age = history.standards[Measure.WEIGHT], age_on(history.child, now.day)
    places = zip(curves, history.scores(before), strict=False)
    there = (curve.value(age, z) for curve, z in places)
    return [kilograms * 1000 - _grams(before) for kilograms in there if kilograms is not None]


def _same_clock(child: Child, before: Measurement, now: Measurement) -> bool:
    """A preterm child of 24 months grows older by weeks in a day: no drop is to be seen in that."""
    return age_on(child, now.day) - age_on(child, before.day) == (now.day - before.day).days


def _lower(history: _History) -> bool:
    """Less than last time, in the first two years."""
    if len(history.weighed) < 2 or months_on(history.child, history.weighed[-1].day) >= 24:
        return False
    lost = _grams(history.weighed[-1]) < _grams(history.weighed[-2])
    return lost and not _settles(history)


def _settles(history: _History) -> bool:
    """The first days after birth."""
    now, born_on = history.weighed[-1], history.child.born_on
    if born_on is None or (now.day - born_on).days >= SETTLING_DAYS:
        return False
    return _grams(now) >= (1 - SETTLING_LOSS) * max(map(_grams, history.weighed))


def _stalled(history: _History) -> bool:
    """Nothing gained in two months or more of the first year."""
    now = history.weighed[-1]
    if months_on(history.child, now.day) > 12:
        return False
    return any(
        (now.day - m.day).days >= STALLED_DAYS and _grams(m) >= _grams(now)
        for m in history.weighed[:-1]
    )


def _fell(history: _History) -> bool:
    """More than one deviation lower than a month to three months ago."""
    now = history.weighed[-1]
    return any(
        FELL_FROM_DAYS <= (now.day - m.day).days <= FELL_TO_DAYS
        and _same_clock(history.child, m, now)
        and _dropped(history.scores(m), history.scores(now))
        for m in history.weighed[:-1]
    )


def _dropped(before: tuple[float, ...], now: tuple[float, ...]) -> bool:
    pairs = list(zip(before, now, strict=False))
    return bool(pairs) and all(old - new > FELL for old, new in pairs)


def _left_the_band(history: _History) -> bool:
    """A line of the picture was crossed outwards, or the newest point lies outside all of them.

    Height counts below only. BMI counts from two years: a length measured at home is too rough.
    """
    sides: list[tuple[Measure, Callable[[float], float]]] = [
        (Measure.WEIGHT, lambda z: -z),
        (Measure.WEIGHT, lambda z: z),
        (Measure.HEIGHT, lambda z: -z),
    ]
    if history.weighed and months_on(history.child, history.weighed[-1].day) >= 24:
        sides += [(Measure.BMI, lambda z: -z), (Measure.BMI, lambda z: z)]
    return any(_is_out(history, measure, outward) for measure, outward in sides)


def _is_out(history: _History, measure: Measure, outward: Callable[[float], float]) -> bool:
    if not history.weighed:
        return False
    now = history.scores(history.weighed[-1], measure)
    out = min(map(outward, now), default=0.0)
    if out <= BAND or out > FAR:
        return out > FAR
    found = (history.scores(m, measure) for m in reversed(history.weighed[:-1]))
    before = next((zs for zs in found if zs), ())
    return min(map(outward, before), default=0.0) <= BAND


def _grams(measured: Measurement) -> int:
    return measured.sizes.weight_g or 0
