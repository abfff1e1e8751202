"""Two forms of what families type: folded, to compare; clean, to store."""

import re
import unicodedata
from functools import lru_cache

FOLD_LIMIT = 8_000
# Unicode's stream-safe limit: sorting the marks of a longer run takes quadratic time.
MARKS_LIMIT = 30

_SPACES = "\t\n\r\x0b\x0c\x85\u2028\u2029"
# Nothing of these is seen on a screen; some hide words, some reverse the reading order.
_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0"
    "\ufff0-\ufffb\U000e0000-\U000e0fff"
)
_EMOJI = "\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_NOT_STORED = re.compile(
    f"[{_UNSEEN}]|\u200d(?![{_EMOJI}])|(?<![{_EMOJI}\ufe0f])\u200d", flags=re.DOTALL
)
_NOT_COMPARED = re.compile(f"[{_UNSEEN}\u200d\ufe00-\ufe0f]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_ACCENTS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# đ has no decomposition; the Icelandic and African letters look the same and are typed for it.
_SAME_LETTER = str.maketrans("đðɖ", "ddd")
_BARRED = str.maketrans({"đ": "d\u0335"})
_LETTER = r"[^\W\d_]"
_DOTTED = re.compile(rf"(?<![^\W_]){_LETTER}(?:[.·•]{_LETTER})+(?![^\W_])")


def fold(text: str) -> str:
    """Lower-case words without accents or punctuation, one space apart; idempotent."""
    joined = _DOTTED.sub(_without_dots, plain(text))
    spaced = "".join(map(_word_character, joined))
    return " ".join(spaced.split())[:FOLD_LIMIT].rstrip()


def accents(text: str) -> tuple[str, ...]:
    """The marks of each word, wherever in the word they stand ("huỷ" is "hủy"); "" for none."""
    spelt = unicodedata.normalize("NFD", clean(text).lower()).translate(_BARRED)
    marks = ("".join(sorted(filter(unicodedata.combining, word))) for word in spelt.split())
    return tuple(marks)


def accented(text: str) -> str:
    """Like `fold`, with the accents kept."""
    seen = _NOT_COMPARED.sub("", text[:FOLD_LIMIT])
    whole = unicodedata.normalize("NFKC", _limit_marks(seen)).lower()
    joined = _DOTTED.sub(_without_dots, unicodedata.normalize("NFC", whole))
    return " ".join("".join(map(_word_character, joined)).split())


def words(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


def plain(text: str) -> str:
    """Like `fold`, with the punctuation left where it stood (dates and hours need it)."""
    seen = _NOT_COMPARED.sub("", text[:FOLD_LIMIT])
    apart = unicodedata.normalize("NFKD", _limit_marks(seen))
    bare = _ACCENTS.sub("", apart.lower()).translate(_SAME_LETTER)
    # Other scripts get their whole letters back; lower case can bring new compatibility letters.
    return unicodedata.normalize("NFKC", bare)


def clean(text: str) -> str:
    """The text as its writer saw it: nothing unseen but line ends and the joints of emoji."""
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _limit_marks(_NOT_STORED.sub("", lines))).strip()


def _without_dots(match: re.Match[str]) -> str:
    return re.sub(r"[.·•]", "", match.group())


@lru_cache(maxsize=4_096)
def _word_character(char: str) -> str:
    """The character in a folded word: a letter, a mark of its script, an ASCII digit or a space."""
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind[0] in "LMN":
        return char
    return "" if kind[0] == "C" and char not in _SPACES else " "


def _limit_marks(text: str) -> str:
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= MARKS_LIMIT:
            kept.append(char)
    return "".join(kept)
