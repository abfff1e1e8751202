"""Menus as numbered lines, for messengers without buttons, and what people type to choose."""

from collections.abc import Sequence
from datetime import timedelta

from care.folding import fold

LIVES = timedelta(hours=24)  # an older menu is not meant any more
_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_SPOKEN = {fold(word): n for n, word in enumerate(_WORDS, 1)} | {"tu": 4}
_BEFORE = ("so ", "chon ", "muc ", "cau ")

Option = tuple[str, str]  # button id, label


def lines(options: Sequence[Option]) -> str:
    """ "1. Xem tin hôm nay", a line each."""
    return "\n".join(f"{n}. {label}" for n, (_, label) in enumerate(options, 1))


def chosen(typed: str, options: Sequence[Option]) -> str | None:
    """The id that "2", "2.", "số 2", "hai" or the label without accents chooses; else None."""
    folded = fold(typed)
    for button_id, label in options:
        if folded and folded == fold(label):
            return button_id
    for words in _BEFORE:
        folded = folded.removeprefix(words)
    bare = folded.rstrip(" .,)!")
    number = int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 3 else None
    if number is None:
        number = _SPOKEN.get(bare)
    return options[number - 1][0] if number and number <= len(options) else None
