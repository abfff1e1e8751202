"""The grammar of Vietnamese dates and ages, on text from `care.typed_vi.normalise`.

It reads what is written; whether the date can be a birth or a due date is for `care.parsing`.
"""

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from care.typed_vi import UNITS

# A year further from today than this is a slip of the finger or another calendar.
YEARS_APART = 100
LEAP_YEAR = 2024


class DateProblem(Enum):
    UNREADABLE = auto()
    IMPOSSIBLE = auto()  # the calendar has no such day
    FUTURE = auto()
    TOO_OLD = auto()
    TOO_FAR = auto()


@dataclass(frozen=True, slots=True)
class Written:
    day: int | None
    month: int
    year: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """A counted age, halves already in months and days; `before` and `after`: words around it."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


_Read = Written | DateProblem | None

_SEP = r" ?[/.,\- ] ?"
_START = r"(?<![0-9])(?<![0-9][/.,\-])"
_END = r"(?![0-9]|[/.,\-][0-9]| ?/ ?[0-9])"
_NOT_COUNTED = r"(?! ?(?:thang|tuan|tuoi|ruoi|ngay(?! sinh)))"
_YEAR = rf"(?:{_SEP}([0-9]{{4}}|[0-9]{{2}}))?"
_LUNAR = re.compile(r"\b(?:am|al|nhuan|ram|lich ta)\b")
# The day alone would be read in the wrong year.
_YEAR_IN_WORDS = re.compile(r"\bhai (?:nghin|ngan|khong)\b")
_YEAR_PHRASE = re.compile(
    r"\b(?:nam (ngoai|nay|kia|truoc|roi|qua|vua roi|vua qua|sau|toi)\b|(sang) nam\b"
    r"|nam ([0-9]{4})(?![0-9]|[/.\-][0-9])"
    rf"|nam ([0-9]{{2}})(?! ?[/.,\-]? ?[0-9]| ?(?:{UNITS})))"
)
_FROM_NOW = {"nay": 0, "sau": 1, "toi": 1, "sang": 1}  # every other word: one back
_THAT_MONTH = r"thang (nay|truoc|roi|qua|vua roi|vua qua|toi)\b"
_ITEM = rf"[0-9]{{1,4}} ?(?:{UNITS})\b(?: ruoi\b)?"
_ONE_ITEM = re.compile(rf"([0-9]{{1,4}}) ?({UNITS})\b( ruoi\b)?")
_SPAN = re.compile(
    rf"{_START}(?<![0-9] )(?<![0-9], )(?<![0-9] - )(?<!hoac )(?<!den )(?<!ngay )(?<!mung )"
    rf"(?<!hom )(?<!tuan )(?<!thang ){_ITEM}(?:,? (?:va )?{_ITEM}){{0,3}}"
)
_UNIT_ORDER = ("tuoi", "nam", "thang", "tuan", "ngay")


def is_lunar(typed: str) -> bool:
    return _LUNAR.search(typed) is not None


def read_written(typed: str, today: date) -> Written | DateProblem | None:
    """The one calendar date in the text; None without any, UNREADABLE with two or a vague year."""
    if _YEAR_IN_WORDS.search(typed):
        return DateProblem.UNREADABLE
    phrase = _YEAR_PHRASE.search(typed)
    rest = _YEAR_PHRASE.sub(" ", typed)
    found = _merge(_reads(_WITH_DAY, rest, today)) or _merge(_reads(_WITHOUT_DAY, rest, today))
    if len(found) != 1:
        return DateProblem.UNREADABLE if found else None
    read = found.pop()
    if isinstance(read, DateProblem):
        return read
    if read.year is None and phrase:
        read = replace(read, year=_year_of_phrase(phrase, today))
    return read if _exists(read, today) else DateProblem.IMPOSSIBLE


def read_span(typed: str) -> Span | None:
    """The one age in the text, its units from large to small."""
    runs = list(_SPAN.finditer(typed))
    if len(runs) != 1:
        return None
    units: dict[str, int] = {}
    days = months = 0
    for count, unit, half in _ONE_ITEM.findall(runs[0].group()):
        if any(_UNIT_ORDER.index(unit) <= _UNIT_ORDER.index(earlier) for earlier in units):
            return None
        units[unit] = int(count)
        if half:
            months += 6 if unit in ("tuoi", "nam") else 0
            days += {"thang": 15, "tuan": 3}.get(unit, 0)
    before = re.findall("[a-z]+", typed[: runs[0].start()])
    after = re.findall("[a-z]+", typed[runs[0].end() :])
    return Span(
        years=units.get("tuoi", 0) + units.get("nam", 0),
        months=units.get("thang", 0) + months,
        weeks=units.get("tuan", 0),
        days=units.get("ngay", 0) + days,
        before=tuple(before[-4:]),
        after=tuple(after[:2]),
    )


def month_length(year: int | None, month: int) -> int:
    return calendar.monthrange(year or LEAP_YEAR, month)[1]


def _exists(read: Written, today: date) -> bool:
    year = today.year if read.year is None else read.year
    if abs(year - today.year) > YEARS_APART or not (1 <= year <= 9_999 and 1 <= read.month <= 12):
        return False
    return read.day is None or 1 <= read.day <= month_length(read.year, read.month)


def _reads(patterns: "tuple[_Pattern, ...]", typed: str, today: date) -> Iterator[_Read]:
    """What each pattern reads; a place read once is not read again."""
    for pattern, read in patterns:
        for match in pattern.finditer(typed):
            yield read(match, today)
        typed = pattern.sub("#", typed)


def _merge(reads: Iterator[_Read]) -> set[Written | DateProblem]:
    """Different dates only; the same day written with and without its year is one date."""
    found = {read for read in reads if read is not None}
    full = {replace(r, year=None) for r in found if isinstance(r, Written) and r.year is not None}
    return {r for r in found if not (isinstance(r, Written) and r.year is None and r in full)}


def _full_year(text: str | None, today: date) -> int | None:
    """Two digits mean the year closest behind, or up to nine ahead: "27" in 2026 is a slip."""
    if text is None or len(text) == 4:
        return None if text is None else int(text)
    year = today.year // 100 * 100 + int(text)
    if year > today.year + 9:
        return year - 100
    return year + 100 if year <= today.year - 91 else year


def _year_of_phrase(phrase: re.Match[str], today: date) -> int | None:
    word = phrase[1] or phrase[2]
    if word is None:
        return _full_year(phrase[3] or phrase[4], today)
    return today.year + (-2 if word == "kia" else _FROM_NOW.get(word, -1))


def _day_month(match: re.Match[str], today: date) -> _Read:
    return Written(int(match[1]), int(match[2]), _full_year(match[3], today))


def _month_day(match: re.Match[str], today: date) -> _Read:
    return Written(int(match[2]), int(match[1]), _full_year(match[3], today))


def _year_first(match: re.Match[str], today: date) -> _Read:
    return Written(int(match[3]), int(match[2]), int(match[1]))


def _year_last(match: re.Match[str], today: date) -> _Read:
    """Day first; month first only where nothing else is possible."""
    day, month = int(match[1]), int(match[2])
    if month > 12 >= day:
        day, month = month, day
    return Written(day, month, _full_year(match[3], today))


def _solid(match: re.Match[str], today: date) -> _Read:
    text = match[1]
    day_first = Written(int(text[:2]), int(text[2:4]), _full_year(text[4:], today))
    if _exists(day_first, today):
        return day_first
    if len(text) == 8:
        year_first = Written(int(text[6:]), int(text[4:6]), int(text[:4]))
        if _exists(year_first, today):
            return year_first
    return DateProblem.IMPOSSIBLE if 1 <= day_first.month <= 12 else DateProblem.UNREADABLE


def _two(match: re.Match[str], today: date) -> _Read:
    """Day and month, or month and a four-digit year."""
    first, second = int(match[1]), int(match[2])
    if len(match[2]) == 4:
        return Written(None, first, second)
    if first > 31 and "." in match.group():
        return None  # a temperature
    if second > 12 >= first:
        return DateProblem.UNREADABLE  # "3/26": a day in March, or the March of a year
    return Written(first, second, None)


def _that_month(day: int | None, word: str, today: date) -> _Read:
    index = today.year * 12 + today.month - 1 + _FROM_NOW.get(word, -1)
    return Written(day, index % 12 + 1, index // 12)


def _day_that_month(match: re.Match[str], today: date) -> _Read:
    return _that_month(int(match[1]), match[2], today)


def _only_that_month(match: re.Match[str], today: date) -> _Read:
    return _that_month(None, match[1], today)


def _only_month(match: re.Match[str], today: date) -> _Read:
    return Written(None, int(match[1]), _full_year(match[2], today))


_Pattern = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Read]]
_N = "([0-9]{1,2})"
_Y = "([0-9]{4}|[0-9]{2})"
_DAY_WORD = r"\b(?:ngay|hom|m[uo]ng) ?"
# Order matters: a longer reading first, so that no shorter one takes a piece of it.
_WITH_DAY: tuple[_Pattern, ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"{_START}{_N} ?[/.,\-]? ?thang ?{_N}{_YEAR}{_END}{_NOT_COUNTED}", _day_month),
        (rf"(?<![0-9] )\bthang ?{_N},? ngay ?{_N}{_YEAR}{_END}{_NOT_COUNTED}", _month_day),
        (rf"{_DAY_WORD}{_N} {_THAT_MONTH}", _day_that_month),
        (rf"{_START}([0-9]{{4}}){_SEP}{_N}{_SEP}{_N}{_END}", _year_first),
        (rf"{_START}{_N} ?[/.,\-] ?{_N} ?[/.,\-] ?{_Y}{_END}", _year_last),
        (rf"{_START}{_N} {_N} {_Y}{_END}(?! [0-9]){_NOT_COUNTED}", _year_last),
        (rf"{_START}([0-9]{{8}}|[0-9]{{6}}){_END}", _solid),
        (rf"{_START}(?<!thang ){_N} ?[/.\-] ?([0-9]{{1,2}}){_END}{_NOT_COUNTED}", _two),
        (rf"^(?:{_DAY_WORD})?{_N} ([0-9]{{1,2}})$", _two),
    )
)
_WITHOUT_DAY: tuple[_Pattern, ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<![0-9] )\bthang ?{_N}{_YEAR}{_END}{_NOT_COUNTED}", _only_month),
        (rf"(?<![0-9] )\b{_THAT_MONTH}", _only_that_month),
        (rf"{_START}{_N} ?[/.\-] ?([0-9]{{4}}){_END}", _two),
    )
)
