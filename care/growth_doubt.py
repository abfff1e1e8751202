"""Sizes that can hardly be right: "72" for a baby of nine months is 7,2 kg."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from care.growth import Measure, Measurement, Sizes, Standards, age_on, scores
from care.people import Child

# WHO's limits: beyond them a measurement is taken for a mistake.
LIMITS = {Measure.WEIGHT: (-6.0, 5.0), Measure.HEIGHT: (-6.0, 6.0)}
IMPOSSIBLE = 10.0
JUMP = 2.5  # deviations since the last time
LOST_SHARE = 0.8
SHRUNK_MM = 20
# Before the due date no curve reaches.
SMALLEST = {Measure.WEIGHT: range(300, 6001), Measure.HEIGHT: range(200, 601)}
SLIPS = (0.1, 10.0, 0.01, 100.0, 0.001)  # a comma or a unit that was left out


@dataclass(frozen=True, slots=True)
class Doubt:
    """`possible`: odd, but to be kept when they say so. `instead`: what may be meant."""

    measure: Measure
    possible: bool
    instead: Sizes | None


def doubt(
    child: Child,
    new: Measurement,
    others: Sequence[Measurement],
    standards: Standards,
    sure: frozenset[str] = frozenset(),
) -> Doubt | None:
    """The first size that is odd for the age or against the last one; `sure` ones are not asked."""
    before = [m for m in others if m.day < new.day]
    for measure in LIMITS:
        size = _size(measure, new.sizes)
        if (
            size is None
            or measure.value in sure
            or not _odd(child, new, before, standards, measure)
        ):
            continue
        slips = (_with(measure, new, round(size * factor)) for factor in SLIPS)
        meant = (m for m in slips if not _odd(child, m, before, standards, measure))
        instead = next(meant, None)
        possible = _possible(child, new, standards, measure)
        return Doubt(measure, possible, instead.sizes if instead else None)
    return None


def _odd(
    child: Child,
    new: Measurement,
    before: Sequence[Measurement],
    standards: Standards,
    measure: Measure,
) -> bool:
    zs = scores(standards, measure, child, new)
    low, high = LIMITS[measure]
    if not zs and not _possible(child, new, standards, measure):
        return True
    if zs and (max(zs) < low or min(zs) > high):
        return True
    last = next((m for m in reversed(before) if _size(measure, m.sizes) is not None), None)
    return last is not None and _wild(child, new, last, standards, measure)


def _wild(
    child: Child, new: Measurement, last: Measurement, standards: Standards, measure: Measure
) -> bool:
    was, now = _size(measure, last.sizes) or 0, _size(measure, new.sizes) or 0
    if measure is Measure.WEIGHT and now < LOST_SHARE * was:
        return True
    if measure is Measure.HEIGHT and now < was - SHRUNK_MM:
        return True
    old, zs = scores(standards, measure, child, last), scores(standards, measure, child, new)
    pairs = list(zip(old, zs, strict=False))
    return bool(pairs) and all(abs(b - a) > JUMP for a, b in pairs)


def _possible(child: Child, new: Measurement, standards: Standards, measure: Measure) -> bool:
    zs = scores(standards, measure, child, new)
    if zs:
        return any(abs(z) <= IMPOSSIBLE for z in zs)
    return age_on(child, new.day) < 0 and _size(measure, new.sizes) in SMALLEST[measure]


def _size(measure: Measure, sizes: Sizes) -> int | None:
    return sizes.weight_g if measure is Measure.WEIGHT else sizes.height_mm


def _with(measure: Measure, new: Measurement, size: int) -> Measurement:
    if measure is Measure.WEIGHT:
        return replace(new, sizes=replace(new.sizes, weight_g=size))
    return replace(new, sizes=replace(new.sizes, height_mm=size))
