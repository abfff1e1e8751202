"""Which parts of a message have arrived, so that a second try sends only the others."""

from collections import OrderedDict
from typing import Generic, TypeVar

REMEMBERED = 1000
Part = TypeVar("Part")


class Arrived(Generic[Part]):
    """By the key of the message; of the newest ones only."""

    def __init__(self) -> None:
        self._parts: OrderedDict[str, list[Part]] = OrderedDict()

    def of(self, key: str) -> list[Part]:
        """The list to append to."""
        parts = self._parts.setdefault(key, [])
        self._parts.move_to_end(key)
        if len(self._parts) > REMEMBERED:
            self._parts.popitem(last=False)
        return parts
