"""How the programme fills the ages: seventeen bands, five components."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from care.programme import Anchor, Item
from content.files import Level
from content.library import Library
from content.schema import COMPONENTS


class Band(NamedTuple):
    """Days first..end-1 of gestation (anchor due) or of life (anchor birth)."""

    name: str
    anchor: Anchor
    first: int
    end: int


def _months(count: int) -> int:
    return count * 487 // 16  # 30.4375 days


def _aged(name: str, first: int, end: int) -> Band:
    return Band(name, Anchor.BIRTH, _months(first) if first else 28, _months(end))


BANDS = (
    Band("weeks 4-13", Anchor.DUE, 4 * 7, 14 * 7),
    Band("weeks 14-27", Anchor.DUE, 14 * 7, 28 * 7),
    Band("weeks 28-42", Anchor.DUE, 28 * 7, 43 * 7),
    Band("days 0-27", Anchor.BIRTH, 0, 28),
    _aged("months 1-2", 0, 3),
    _aged("months 3-5", 3, 6),
    _aged("months 6-8", 6, 9),
    _aged("months 9-11", 9, 12),
    _aged("months 12-17", 12, 18),
    _aged("months 18-23", 18, 24),
    _aged("months 24-29", 24, 30),
    _aged("months 30-35", 30, 36),
    _aged("year 3", 36, 48),
    _aged("year 4", 48, 60),
    _aged("year 5", 60, 72),
    _aged("year 6", 72, 84),
    _aged("year 7", 84, 96),
)


def coverage(library: Library, bands: Sequence[Band] = BANDS) -> list[list[str | int]]:
    """One row a band: its name, then how many sent items open in it, in the order of COMPONENTS."""
    return [[band.name, *_row(library, band)] for band in bands]


def holes(library: Library, bands: Sequence[Band] = BANDS) -> Iterator[tuple[str, Level]]:
    for band in bands:
        counts = _row(library, band)
        if not any(counts):
            yield f"{band.name}: no item at all", Level.ERROR
        elif not all(counts):
            empty = [name for name, count in zip(COMPONENTS, counts, strict=True) if not count]
            yield f"{band.name}: nothing about {', '.join(empty)}", Level.WARNING


LONGEST_GAP = 14
QUARTER = 91
LIFE = 2_900
PREGNANCY = range(4 * 7, 42 * 7)


def gaps(library: Library) -> Iterator[tuple[str, Level]]:
    """Ages without a tip for too long; quarters of a year without what must come again."""
    for anchor, days in ((Anchor.DUE, PREGNANCY), (Anchor.BIRTH, range(LIFE))):
        starts = sorted(_ages(library, anchor))
        for one, other in pairwise([days.start, *starts, days.stop]):
            if other - one > LONGEST_GAP:
                yield f"no tip from day {one} to {other} ({anchor})", Level.ERROR
    safe = {i for i, meta in library.meta.items() if meta.component == "safety_security"}
    minds = {i for i, meta in library.meta.items() if "mental_health" in meta.tags}
    for first in range(0, LIFE, QUARTER):
        for name, ids in (("safety", safe), ("mental health", minds)):
            if not any(first <= _age(library, i) < first + QUARTER for i in ids):
                yield f"days {first} to {first + QUARTER}: nothing about {name}", Level.WARNING


def _ages(library: Library, anchor: Anchor) -> Iterator[int]:
    for item in library.items.values():
        if item.kind == "tip" and item.anchor is anchor:
            yield item.at.about_days


def _age(library: Library, item_id: str) -> int:
    item = library.items.get(item_id)
    return item.at.about_days if item is not None and item.anchor is Anchor.BIRTH else -1


def _row(library: Library, band: Band) -> list[int]:
    inside = [library.meta[i.id].component for i in library.items.values() if _opens_in(i, band)]
    return [inside.count(component) for component in COMPONENTS]


def _opens_in(item: Item, band: Band) -> bool:
    here = item.anchor is band.anchor and band.first <= item.at.about_days < band.end
    return here and item.push
