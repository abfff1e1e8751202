"""Finding items by the words of their titles and texts, typed with or without accents."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from math import log

from care.folding import fold

TITLE, TEXT = 4.0, 1.0
PAIR = 2.0  # two words that stand side by side, as typed
STOP = (
    "bé con cho có không là gì thế nào khi của và ở bao giờ sao được mấy thì ạ em mình bị hay làm"
)
_STOP = frozenset(fold(STOP).split())


class Index:
    """Words and pairs of words -> the items they stand in, with weights.

    Made when it is first needed, or by `warm`: reading every word would hold up the start.
    """

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        """`texts`: item id -> (title, everything else)."""
        self._texts = texts
        self._count = max(len(texts), 1)

    def warm(self) -> None:
        _ = self._found

    @cached_property
    def _found(self) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}
        for item_id, (title, rest) in self._texts.items():
            for term in set(_terms(rest)):
                found.setdefault(term, {})[item_id] = TEXT
            for term in set(_terms(title)):
                found.setdefault(term, {})[item_id] = TITLE
        return found

    def search(self, text: str, most: int = 20) -> list[str]:
        """Item ids, best first; none when no word of the text stands anywhere."""
        totals: dict[str, float] = {}
        for term in dict.fromkeys(_terms(text)):
            homes = self._found.get(term, {})
            weight = log(1 + self._count / (1 + len(homes))) * (PAIR if " " in term else 1.0)
            for item_id, part in homes.items():
                totals[item_id] = totals.get(item_id, 0.0) + part * weight
        ranked = sorted(totals.items(), key=lambda pair: (-pair[1], pair[0]))
        return [item_id for item_id, _ in ranked[:most]]


def _terms(text: str) -> Iterable[str]:
    words = fold(text).split()
    yield from (word for word in words if word not in _STOP)
    for one, two in pairwise(words):
        if not {one, two} <= _STOP:
            yield f"{one} {two}"
