"""The age somebody types in a question: "bé 6 tháng", "2t rưỡi", "con 10 ngày tuổi"."""

import re

from care.folding import plain

_MONTHS = re.compile(r"(?<![\d.,/])(\d{1,2})\s*(?:thang|thg|th|m)(?:\s*(ruoi))?(?![a-z])")
_YEARS = re.compile(
    r"(?<![\d.,/])(\d)\s*(?:tuoi|t)(?:\s*(ruoi|\d{1,2}\s*(?:thang|th|t|m)))?(?![a-z])"
)
_WEEKS = re.compile(r"(?<![\d.,/])(\d{1,2})\s*tuan\s*tuoi(?![a-z])")
_DAYS = re.compile(r"(?<![\d.,/])(\d{1,3})\s*ngay\s*tuoi(?![a-z])")
_NEWBORN = re.compile(r"(?<![a-z])so sinh(?![a-z])")
OLDEST_MONTHS = 107


def months_in(text: str) -> int | None:
    """Completed months of the child a question speaks of; None when it names no age."""
    typed = plain(text)
    if years := _YEARS.search(typed):
        more = re.match(r"\d+", years[2] or "")
        rest = int(more.group()) if more else 6 if years[2] else 0
        return _within(int(years[1]) * 12 + rest)
    if months := _MONTHS.search(typed):
        return _within(int(months[1]))
    if weeks := _WEEKS.search(typed):
        return _within(int(weeks[1]) * 7 // 30)
    if days := _DAYS.search(typed):
        return _within(int(days[1]) // 30)
    return 0 if _NEWBORN.search(typed) else None


def _within(months: int) -> int | None:
    return months if months <= OLDEST_MONTHS else None
