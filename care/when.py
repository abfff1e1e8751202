"""From what is written to a date, seen from today; the family's reading, not yet a verdict."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from care.dates_vi import (
    DateProblem,
    Span,
    Written,
    is_lunar,
    month_length,
    read_span,
    read_written,
)

# A due date this long past may still be right: the child is late.
OVERDUE_DAYS = 14

# Nobody was born next month; "3 thang sau sinh" is three months after birth.
_JUNE = re.compile(r"\bthang sau\b(?! (?:sinh|de|khi)\b)")
_ANCHOR = r"\b(?:hom|bua|sang|trua|chieu|toi|dem|khuya)"
_DAYS_FROM_TODAY = (
    (0, re.compile(rf"{_ANCHOR} nay\b")),
    (-1, re.compile(rf"{_ANCHOR} qua\b")),
    (-2, re.compile(r"\b(?:hom|bua) kia\b")),
    (1, re.compile(r"\b(?:ngay|sang|trua|chieu|toi) mai\b|^mai$")),
    (2, re.compile(r"\bngay (?:kia|mot)\b")),
)


@dataclass(frozen=True, slots=True)
class When:
    """`about`: counted back from an age; `month`: the day of the month is ours, not theirs."""

    on: date
    precision: Literal["day", "month", "about"]


def past(typed: str, today: date) -> When | DateProblem:
    """A date, an age or a word such as "yesterday"; a year left out is the latest possible."""
    if is_lunar(typed):
        return DateProblem.UNREADABLE
    typed = _JUNE.sub("thang 6", typed)
    written = read_written(typed, today)
    if isinstance(written, DateProblem):
        return written
    if written is not None:
        return _latest(written, today)
    span = read_span(typed)
    if span is not None:
        return _ago(span, today)
    offset = days_from_today(typed)
    if offset is None:
        return DateProblem.UNREADABLE
    return counted(today, days=offset, precision="day")


def upcoming(written: Written, today: date) -> When | DateProblem:
    """A year left out: the next such date, or the last one while the child may be overdue."""
    if written.year is not None:
        return _on(written, written.year, today, max)
    for year in range(max(today.year - 1, 1), min(today.year + 9, 9_999) + 1):
        when = _on(written, year, today, max)
        if isinstance(when, When) and (today - when.on).days <= OVERDUE_DAYS:
            return when
    return DateProblem.TOO_FAR


def _ago(span: Span, today: date) -> When | DateProblem:
    if is_ahead(span):
        return DateProblem.FUTURE
    if span.months and span.after[:1] == ("nay",):
        return DateProblem.UNREADABLE  # "12 thang nay": twelve months, or the 12th
    start = months_later(today, -12 * span.years - span.months)
    if start is None:
        return DateProblem.TOO_OLD
    return counted(start, days=-7 * span.weeks - span.days, precision="about")


def is_ahead(span: Span) -> bool:
    """ "three weeks more"; "3 tuần sau sinh" is three weeks after birth."""
    return span.after[:1] == ("nua",) or (
        span.after[:1] == ("sau",) and span.after[1:] not in (("sinh",), ("de",), ("khi",))
    )


def days_from_today(typed: str) -> int | None:
    offsets = [offset for offset, pattern in _DAYS_FROM_TODAY if pattern.search(typed)]
    return offsets[0] if len(offsets) == 1 else None


def counted(
    start: date, days: int, precision: Literal["day", "month", "about"]
) -> When | DateProblem:
    try:
        return When(start + timedelta(days=days), precision)
    except OverflowError:
        return DateProblem.TOO_OLD if days < 0 else DateProblem.TOO_FAR


def months_later(start: date, months: int) -> date | None:
    """The same day of another month, or its last day; None outside the calendar."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not 1 <= year <= 9_999:
        return None
    return date(year, month + 1, min(start.day, month_length(year, month + 1)))


def _latest(written: Written, today: date) -> When | DateProblem:
    if written.year is not None:
        return _on(written, written.year, today, min)
    # Nine years reach over 1900 and 2100, which have no 29 February.
    for year in range(today.year, max(today.year - 9, 0), -1):
        when = _on(written, year, today, min)
        if isinstance(when, When) and when.on <= today:
            return when
    return DateProblem.TOO_OLD


def _on(
    written: Written, year: int, today: date, edge: Callable[[int, int], int]
) -> When | DateProblem:
    """In that year; a month alone is its middle, in the current month not across today."""
    if written.day is None:
        current = (year, written.month) == (today.year, today.month)
        return When(date(year, written.month, edge(15, today.day) if current else 15), "month")
    if written.day > month_length(year, written.month):
        return DateProblem.IMPOSSIBLE
    return When(date(year, written.month, written.day), "day")
