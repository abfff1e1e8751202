"""Children who may stand in the register twice: same birth date, same name but for the accents."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from care.families import Family
from care.folding import fold
from care.people import Child


class One(NamedTuple):
    child: Child
    family: Family


def same(families: Iterable[Family]) -> list[list[One]]:
    """Groups of two and more children of different families; the youngest first."""
    by_key: dict[tuple[date, str], list[One]] = defaultdict(list)
    for family in families:
        for child in family.living:
            if child.born_on is not None and child.nickname:
                by_key[child.born_on, fold(child.nickname)].append(One(child, family))
    found = [group for group in by_key.values() if len({one.family.key for one in group}) > 1]
    return sorted(found, key=lambda group: group[0].child.born_on or date.min, reverse=True)


def known(families: Iterable[Family]) -> dict[tuple[date, str], int]:
    """Which family has a child of that birth date and folded name: for slips not used yet."""
    return {
        (child.born_on, fold(child.nickname)): family.key
        for family in families
        for child in family.living
        if child.born_on is not None and child.nickname
    }
