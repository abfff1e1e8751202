"""Dates, ages, hours and short answers as families type them; `today` is always given."""

import re
from datetime import date

from care.answers_vi import parse_choice_number, parse_hour, parse_seen, parse_yes_no
from care.dates_vi import DateProblem, Span, is_lunar, read_span, read_written
from care.folding import fold
from care.typed_vi import cut, normalise
from care.when import (
    OVERDUE_DAYS,
    When,
    counted,
    days_from_today,
    is_ahead,
    months_later,
    past,
    upcoming,
)

__all__ = [
    "DateProblem",
    "When",
    "looks_like_last_period",
    "parse_birth",
    "parse_choice_number",
    "parse_due",
    "parse_gestation_weeks",
    "parse_hour",
    "parse_last_period",
    "parse_seen",
    "parse_yes_no",
]

MAX_AGE_YEARS = 8
TERM_DAYS = 280
LONGEST_PREGNANCY_DAYS = TERM_DAYS + OVERDUE_DAYS
DAYS_PER_MONTH = 30.4

_NOT_BORN = re.compile(r"\bchua (?:sinh|de)\b|\bdu (?:kien )?(?:sinh|de)\b")
_LAST_PERIOD = re.compile(
    r"\bkinh (?:nguyet )?(?:lan )?(?:cuoi|chot)\b|\bk[yi] kinh\b|\bhanh kinh\b|\bmat kinh tu\b"
    r"|\bngay dau kinh\b|\bkkc\b"
)
_LATE_PERIOD = re.compile(r"\b(?:tre|cham) kinh\b")
_COMING = re.compile(r"\b(?:du sinh|du kien|(?:la|moi|se|thi) (?:sinh|de)|toi ngay)\b")
_ROUGHLY = {"khoang", "tam", "gan", "hon", "chung"}
_ORDINAL_WEEK = re.compile(
    r"(?<![0-9] )\btuan (?:thai )?(?:thu )?([0-9]{1,2})\b(?! ?(?:ngay|tuan|thang|/))"
)
_LONE_NUMBER = re.compile(r"(?:[a-z]+ ){0,3}([0-9]{2})(?:\.[0-9])?\.?(?: [a-z]+){0,2}")
_FULL_TERM = re.compile(r"(?<!chua )(?<!khong )(?<!ko )(?<!k )\bdu (?:ngay )?(?:du )?thang\b")
_EARLY = {"som", "non", "thieu", "truoc"}
_LATE = {"qua", "muon"}
# More than this is no delay or advance but the length of the pregnancy itself.
_MOST_EARLY_DAYS = 18 * 7


def parse_birth(text: str, today: date) -> When | DateProblem:
    """FUTURE also when the text says that the child is not born yet."""
    typed = normalise(text)
    if _NOT_BORN.search(typed):
        return DateProblem.FUTURE
    when = past(typed, today)
    if isinstance(when, DateProblem):
        return when
    if when.on > today:
        return DateProblem.FUTURE
    eighth = months_later(when.on, 12 * MAX_AGE_YEARS)
    return DateProblem.TOO_OLD if eighth is not None and eighth <= today else when


def parse_due(text: str, today: date) -> When | DateProblem:
    """A due date, how long the pregnancy has lasted or will last, or the last period.

    TOO_OLD: more than two weeks past, later than any pregnancy lasts.
    """
    if looks_like_last_period(text):
        return parse_last_period(text, today)
    typed = normalise(text)
    # Without accents "thang sau" is June or next month.
    if is_lunar(typed) or _LATE_PERIOD.search(typed) or "thang sau" in typed:
        return DateProblem.UNREADABLE
    written = read_written(typed, today)
    if isinstance(written, DateProblem):
        return written
    if written is not None:
        return _due_within_reach(upcoming(written, today), today)
    due = _due_from_duration(typed, today)
    if due is not None:
        return due
    offset = days_from_today(typed)
    if offset is None:
        return DateProblem.UNREADABLE
    return counted(today, days=offset, precision="day")


def parse_last_period(text: str, today: date) -> When | DateProblem:
    """The due date, 280 days after the first day of the last period."""
    typed = normalise(text)
    if _LATE_PERIOD.search(typed):
        return DateProblem.UNREADABLE
    started = past(typed, today)
    if isinstance(started, DateProblem):
        return DateProblem.TOO_FAR if started is DateProblem.TOO_OLD else started
    if started.on > today:
        return DateProblem.FUTURE
    if (today - started.on).days > LONGEST_PREGNANCY_DAYS:
        return DateProblem.TOO_FAR
    return counted(started.on, days=TERM_DAYS, precision=started.precision)


def looks_like_last_period(text: str) -> bool:
    return _LAST_PERIOD.search(fold(cut(text))) is not None


def parse_gestation_weeks(text: str) -> int | None:
    """Completed weeks at birth, 22 to 42."""
    typed = normalise(text)
    weeks = _gestation_weeks(typed)
    return weeks if weeks is not None and 22 <= weeks <= 42 else None


def _gestation_weeks(typed: str) -> int | None:
    span = _pregnancy_span(typed)
    if span is None:
        if _FULL_TERM.search(typed):
            return TERM_DAYS // 7
        lone = _LONE_NUMBER.fullmatch(typed)
        return int(lone[1]) if lone else None
    if span.years or "tuoi" in span.after:
        return None
    days = 7 * (round(span.months * DAYS_PER_MONTH / 7) + span.weeks) + span.days
    if days <= _MOST_EARLY_DAYS and _EARLY & {*span.before, *span.after[:1]}:
        return (TERM_DAYS - days) // 7
    if days <= OVERDUE_DAYS and _LATE & {*span.before}:
        return (TERM_DAYS + days) // 7
    return days // 7


def _due_from_duration(typed: str, today: date) -> When | DateProblem | None:
    span = _pregnancy_span(typed)
    if span is None:
        return None
    if span.years or span.after[:1] in (("tuoi",), ("truoc",), ("toi",)):
        return DateProblem.UNREADABLE
    days = round(span.months * DAYS_PER_MONTH) + 7 * span.weeks + span.days
    if is_ahead(span) or _is_left(span, typed):
        return _due_within_reach(counted(today, days=days, precision="about"), today)
    if days > LONGEST_PREGNANCY_DAYS:
        return DateProblem.IMPOSSIBLE
    return counted(today, days=TERM_DAYS - days, precision="about")


def _pregnancy_span(typed: str) -> Span | None:
    span = read_span(typed)
    weeks = _ORDINAL_WEEK.findall(typed)
    return Span(weeks=int(weeks[0])) if span is None and len(weeks) == 1 else span


def _is_left(span: Span, typed: str) -> bool:
    """Weeks still to go; without accents "con" is also the child, so a birth must be named."""
    if "conlai" in span.before:
        return True
    near = [word for word in span.before if word not in _ROUGHLY]
    return near[-1:] == ["con"] and _COMING.search(typed) is not None


def _due_within_reach(when: When | DateProblem, today: date) -> When | DateProblem:
    if isinstance(when, DateProblem):
        return when
    ahead = (when.on - today).days
    if ahead > LONGEST_PREGNANCY_DAYS:
        return DateProblem.TOO_FAR
    return DateProblem.TOO_OLD if ahead < -OVERDUE_DAYS else when
