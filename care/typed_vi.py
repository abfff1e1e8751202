"""Vietnamese as it is typed, brought to one spelling before the grammar of dates looks at it.

After `normalise`: lower case, no accents, "thang" for every abbreviation, digits for number words
where a number is meant, hours and weights gone. Every pattern has bounded repeats.
"""

import re
import unicodedata
from collections.abc import Callable

from care.folding import plain

TEXT_LIMIT = 200
UNITS = "tuoi|nam|thang|tuan|ngay"

_Replacement = str | Callable[[re.Match[str]], str]
_Step = tuple[re.Pattern[str], _Replacement]

_ONES = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9,
}  # fmt: skip
# "tu" alone is nearly always "từ" (since), "muoi nam" is October of a year: neither is counted.
COUNT = (
    r"(?:(?:hai|ba|bon) )?muoi(?: (?:mot|hai|ba|tu|bon|lam|nham|sau|bay|tam|chin)\b)?"
    r"|mot|hai|ba|bon|nam|sau|bay|tam|chin"
)
# Without "sau": "thang sau" is June or next month, only the caller can tell.
_MONTHS = {
    "muoi mot": 11, "muoi hai": 12, "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4,
    "nam": 5, "bay": 7, "tam": 8, "chin": 9, "muoi": 10, "chap": 12,
}  # fmt: skip


def number(phrase: str) -> int:
    """The value of an unaccented number word up to 49."""
    tens, has_tens, ones = phrase.rpartition("muoi")
    value = _ONES.get(ones.strip(), 0)
    return value + 10 * _ONES.get(tens.strip(), 1) if has_tens else value


def _steps(*pairs: tuple[str, _Replacement]) -> tuple[_Step, ...]:
    return tuple((re.compile(pattern), replacement) for pattern, replacement in pairs)


def _apply(steps: tuple[_Step, ...], text: str) -> str:
    for pattern, replacement in steps:
        text = pattern.sub(replacement, text)
    return text


def _digits(match: re.Match[str]) -> str:
    return str(number(match[1]))


def _month(match: re.Match[str]) -> str:
    return f"thang {_MONTHS[match[1]]}"


# Pairs that only their accents tell apart: settled while the accents are still there.
_ACCENTED = _steps(
    (r"([0-9]) ?(ngày|tuần|tháng) (?:tới|nữa|sau)\b(?! (?:sinh|đẻ|khi))", r"\1 \2 nua"),
    (r"\btháng (?:sau|tới)\b(?! (?:sinh|đẻ|khi))", "thang toi"),
    (r"\btháng sáu\b", "thang 6"),
    (r"\bhôm kìa\b", "3 ngay truoc"),
    (r"\bcòn(?= )", "conlai"),
    (r"\b(?:bà|tôi|từ|bây)\b", " "),
)
_TIDY = _steps(
    ("[\u2010-\u2015\u2212_~]", "-"),
    ("[|\\\\\u2044\u2215]", "/"),
    (r"[^a-z0-9/.,:+\-]", " "),
    (r"(?<=[0-9])(?=[a-z])|(?<=[a-z])(?=[0-9])", " "),
    (r":(?![0-9])|(?<![0-9]):", " "),
    (r" {2,}", " "),
)
_SPELLING = _steps(
    (r"\bth?g?\.? ?(?=[0-9]{1,2}[/.\- ]{1,3}[0-9]{4})", "thang "),
    (r"\b(?:thg|th)\b\.?", "thang"),
    (r"\b([0-9]{1,2}) w ([0-6]) d\b", r"\1 tuan \2 ngay"),
    (r"\b([0-9]{1,2}) tuan ([0-6])/7\b", r"\1 tuan \2 ngay"),
    (r"\b([0-9]{1,2}) w\b", r"\1 tuan"),
    (r"\b([0-9]{1,2}) ?\+ ?([0-6])\b(?: tuan\b)?", r"\1 tuan \2 ngay"),
    (r"\b([0-9]{1,2})[.,]5 ?(thang|tuan|tuoi|nam)\b", r"\1 \2 ruoi"),
)
_HOUR_OR_WEIGHT = (
    r"(?<![0-9])(?<![0-9][/.,\-])(?<!thang )(?:[0-9]{1,2}[.,])?[0-9]{1,2} ?(?:kgs?|ky|ki|h|gio)\b"
    r"(?: ?[0-9]{1,3}(?![0-9]| ?[/.,\-]? ?[0-9]| (?:thang|tuan|tuoi|nam)\b))?"
)
_MONTH_IN_WORDS = (
    r"\bthang (muoi mot|muoi hai|muoi|gieng|chap|hai|bon|bay|tam|chin"
    r"|mot(?! (?:chut|it|ti|vai)\b)"
    r"|ba(?! (?:me|noi|ngoai|be|chau)\b)|tu(?! (?:hom|ngay|luc|khi)\b)"
    r"|nam(?! (?:ngoai|nay|kia|truoc)\b))\b"
)
# "nam thang 3" is a boy born in March; "hai thang 3 ngay" is an age.
_AGE_IN_WORDS = (
    rf"\b({COUNT})(?= (?:{UNITS})\b"
    r"(?: [0-9]{1,2} (?:ngay|tuan|thang)\b|(?! ?[0-9])))"
)
# What has numbers but no date: weekdays and birth order, the parents' ages, hours, weights.
_NOT_DATES = _steps(
    (r"(?<!tuan )(?<!thang )\bthu ?(?:[2-8]|hai|ba|tu|nam|sau|bay)\b", " "),
    (r"\b(?:me|bo|vo|chong|toi|em|minh) (?:em )?(?:nam nay )?[1-6][0-9] tuoi", " "),
    (r"\b[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[ap]m\b)?|\b[0-9]{1,2} h ?[ap]m\b", " "),
    (_HOUR_OR_WEIGHT, " "),
    (r"(?<![0-9])(?<![0-9][/.,\-])[0-9]{2,4} ?(?:gr?|gram|cm|ml)\b", " "),
)
_NUMBERS = _steps(
    (_MONTH_IN_WORDS, _month),
    (rf"\b(?:(?<=ngay )|(?<=m[uo]ng )|(?<=thu ))({COUNT})(?= thang\b|$)", _digits),
    (_AGE_IN_WORDS, _digits),
    (r"\bnua thang\b", "15 ngay"),
    (r"(?<![0-9] )\b(thang|tuan|tuoi|nam) ruoi\b", r"1 \1 ruoi"),
    (r" {2,}", " "),
)


def cut(text: str) -> str:
    """The first 200 characters without the word they cut: half a date may be another date."""
    if len(text) <= TEXT_LIMIT:
        return text
    whole = re.match(rf"(?s).{{1,{TEXT_LIMIT}}}(?=\s)", text)
    return whole.group() if whole else ""


def tidy(text: str) -> str:
    """Lower case, no accents, digits apart from letters; of the signs only / . , : + and -"""
    return _apply(_TIDY, plain(cut(text))).strip()


def accented(text: str) -> str:
    return unicodedata.normalize("NFC", cut(text)).lower()


def normalise(text: str) -> str:
    typed = tidy(_apply(_ACCENTED, accented(text)))
    for steps in (_SPELLING, _NOT_DATES, _NUMBERS):
        typed = _apply(steps, typed)
    return typed.strip()
