"""Short words that are made, not written: names on buttons, what a text asks to leave."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from care.folding import fold
from care.messages import Button
from care.people import Child
from content.library import Library
from content.render import Reader, tokens

LONGEST_LABEL = 40
# What people type to get out of a question.
_ENOUGH = frozenset({"thoi", "bo qua", "huy", "huy bo", "khong lam nua", "de sau", "ko", "khong"})


def label(library: Library, key: str, **values: Any) -> str:
    """A line of labels.yaml with its {values} filled in."""
    return library.label(key).format(**values)


def cut(text: str) -> str:
    """Fits a button; whole words where there are several."""
    if len(text) <= LONGEST_LABEL:
        return text
    room = text[: LONGEST_LABEL - 1]
    return (room if text[len(room)] == " " else room.rpartition(" ")[0] or room).rstrip() + "…"


def title(library: Library, item_id: str, child: Child | None = None) -> str:
    """The title of an item, as this family reads it."""
    words = library.texts[item_id].title
    if words is None:
        return item_id
    nicknames = (child.nickname or "",) if child else ()
    return words.fill(tokens(library, Reader("", nicknames, "", None)))


def day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


def name(library: Library, child: Child) -> str:
    """The nickname, else what tells this child from its siblings."""
    if child.nickname:
        return child.nickname
    if child.born_on:
        return label(library, "child.born", ngay=day(child.born_on))
    if child.due_on:
        return label(library, "child.expected", ngay=day(child.due_on))
    return library.label("be.one")


def child_buttons(library: Library, action: str, children: Sequence[Child]) -> tuple[Button, ...]:
    """One button a child, with its name."""
    return tuple(Button(f"{action}:{c.id}", cut(name(library, c))) for c in children)


def wants_out(text: str) -> bool:
    """The whole message says "leave it"."""
    return fold(text) in _ENOUGH
