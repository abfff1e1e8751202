"""Menus as numbered lines, for messengers without buttons, and what people type to choose."""

from collections.abc import Sequence
from datetime import timedelta

from care.folding import fold

LIVES = timedelta(hours=24)  # an older menu is not meant any more
_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_SPOKEN = {fold(word): n for n, word in enumerate(_WORDS, 1)} | {"tu": 4}
_BEFORE = ("so ", "chon ", "muc ", "cau ")

Option = tuple[str, str]  # button id, label


def lines(options: Sequence[Option], *, bare: bool = False) -> str:
    """ "1. Xem tin hôm nay", a line each; `bare` without numbers, for their words to be typed."""
    marks = (("-" if bare else f"{n}.", label) for n, (_, label) in enumerate(options, 1))
    return "\n".join(f"{mark} {label}" for mark, label in marks)


def chosen(typed: str, options: Sequence[Option], *, bare: bool = False) -> str | None:
    """The id that "2", "2.", "số 2", "hai" or the label without accents chooses; else None.

    `bare`: only the label, a number means something else there.
    """
    folded = fold(typed)
    for button_id, label in options:
        if folded and folded == fold(label):
            return button_id
    if bare:
        return None
    for words in _BEFORE:
        folded = folded.removeprefix(words)
    word = folded.rstrip(" .,)!")
    number = int(word) if word.isascii() and word.isdecimal() and len(word) < 3 else None
    if number is None:
        number = _SPOKEN.get(word)
    return options[number - 1][0] if number and number <= len(options) else None
