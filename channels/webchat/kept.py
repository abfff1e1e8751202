"""Answers that only memory holds: what the web chat shows while the database is away."""

from collections import OrderedDict
from typing import Any

STEP = 0.001
MOST_CHATS = 1000
MOST_LINES = 20


class Kept:
    """Lines of some chats, numbered between the stored ones so that no stored one is missed."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, list[dict[str, Any]]] = OrderedDict()

    def add(self, chat_id: str, body: dict[str, Any], at: str) -> None:
        lines = self._lines.setdefault(chat_id, [])
        lines.append({**body, "at": at})
        del lines[:-MOST_LINES]
        self._lines.move_to_end(chat_id)
        while len(self._lines) > MOST_CHATS:
            self._lines.popitem(last=False)

    def after(self, chat_id: str, n: float, newest: float) -> list[dict[str, Any]]:
        """Lines behind `n`. A line is numbered when it is first read, behind all of `newest`."""
        lines = self._lines.get(chat_id, [])
        last = max(n, newest)
        for line in lines:
            line.setdefault("n", round(last + STEP, 3))
            last = max(last, line["n"])
        return [dict(line) for line in lines if line["n"] > n]
