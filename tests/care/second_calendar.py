"""What opens when, a second time: written from the rules alone, by asking every single day.

It shares no code with care.programme or care.age. Where those compute a date from an age, this
walks through the days of a life and asks "is it today?".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from care.programme import Item
from care.yearly import YearDay

DAY = timedelta(days=1)
LIFE_DAYS = 3_000
PREGNANCY_DAYS = 300
WALKED_DAYS = 3_400  # long enough to see every last day
Window = tuple[date, date]  # first and last day


@dataclass(frozen=True)
class Life:
    """A birth (`weeks`: completed weeks at birth, None for term), or a pregnancy."""

    born_on: date | None = None
    weeks: int | None = None
    due_on: date | None = None


def windows(items: Iterable[Item], life: Life) -> dict[tuple[str, int], Window]:
    """Every (item, slot) that opens in days 0 to 3,000 of a life, or in a whole pregnancy."""
    found: dict[tuple[str, int], Window] = {}
    for item in items:
        start = _day_zero(item, life)
        early = life.weeks is not None and life.weeks < 37
        if not item.push or start is None or (item.needs == "preterm" and not early):
            continue
        until = start + PREGNANCY_DAYS * DAY
        if life.born_on is not None:
            until = life.born_on + LIFE_DAYS * DAY
        found.update((key, w) for key, w in _walk(item, start) if w[0] <= until)
    return found


def by_day(found: dict[tuple[str, int], Window]) -> dict[date, set[tuple[str, int]]]:
    days: dict[date, set[tuple[str, int]]] = {}
    for key, (first, _) in found.items():
        days.setdefault(first, set()).add(key)
    return days


def _day_zero(item: Item, life: Life) -> date | None:
    if life.born_on is None:
        if item.anchor != "due" or life.due_on is None:
            return None
        return life.due_on - 280 * DAY
    if item.anchor != "birth":
        return None
    under_24_months = item.at.months < 24 and item.at.days < 730
    early = life.weeks is not None and life.weeks < 37
    if item.basis == "corrected" and under_24_months and early and life.weeks is not None:
        return life.born_on + (40 - life.weeks) * 7 * DAY
    return life.born_on


def _walk(item: Item, zero: date) -> Iterator[tuple[tuple[str, int], Window]]:
    """The days on which a slot opens; it lasts until the day before the next, or to the end."""
    birthdays = _monthly_days(zero)
    if item.rounds:
        yield from _rounds(item, zero, birthdays)
        return
    if isinstance(item.on, YearDay):
        yield (item.id, 0), _on_its_day(item, item.on, zero)
        return
    if item.on is not None:
        yield from _before_the_card_ends(item, zero, birthdays)
        return
    planned = [(o.months, o.days) for o in item.repeat] or [(item.at.months, item.at.days)]
    end = (item.expires.months, item.expires.days)
    opened: list[date] = []
    last = None
    for n in range(WALKED_DAYS):
        today = zero + n * DAY
        if len(opened) < len(planned):
            starts = _is_today(planned[len(opened)], today, zero, birthdays)
        else:
            every = item.then_every
            starts = every is not None and (today - opened[-1]).days == every
        if starts:
            opened.append(today)
        if _is_today(end, today, zero, birthdays):
            last = today
            break
    for slot, first in enumerate(opened):
        following = opened[slot + 1] - DAY if slot + 1 < len(opened) else last
        if following is not None:
            yield (item.id, slot), (first, following)


def _on_its_day(item: Item, on: YearDay, zero: date) -> Window:
    """The day of the year in which so many years are completed, at whatever time of it."""
    for n in range(WALKED_DAYS):
        today = zero + n * DAY
        if (today.month, today.day) == (on.month, on.day) and today.year - zero.year == on.turns:
            return today, today + (item.expires.days - item.at.days) * DAY
    raise AssertionError("the day never comes")


def _rounds(
    item: Item, zero: date, birthdays: dict[date, int]
) -> Iterator[tuple[tuple[str, int], Window]]:
    assert item.months is not None
    low, high = item.months
    old, today = 0, zero
    stays = (item.expires.days - item.at.days) * DAY
    while old <= high:
        today += DAY
        old = birthdays.get(today, old)
        for slot, day in enumerate(item.rounds):
            is_it = (today.month, today.day) == (day.month, day.day)
            if is_it and today.year - zero.year == day.turns and low <= old <= high:
                yield (item.id, slot), (today, today + stays)


def _before_the_card_ends(
    item: Item, zero: date, birthdays: dict[date, int]
) -> Iterator[tuple[tuple[str, int], Window]]:
    """Six years, then on to 30 September, or where that is past to the end of the month."""
    six = next(day for day, months in birthdays.items() if months == 72)
    end = six
    while (end.month, end.day) != (9, 30) and (six.month < 10 or (end + DAY).day != 1):
        end += DAY
    days = [end - n * DAY for n in item.before or (0,)]
    stays = (item.expires.days - item.at.days) * DAY
    for slot, first in enumerate(days):
        last = days[slot + 1] - DAY if slot + 1 < len(days) else first + stays
        yield (item.id, slot), (first, last)


def _is_today(age: tuple[int, int], today: date, zero: date, birthdays: dict[date, int]) -> bool:
    months, days = age
    before = today - days * DAY
    return birthdays.get(before) == months if months else before == zero


@lru_cache(maxsize=64)
def _monthly_days(zero: date) -> dict[date, int]:
    """The days "N months after": the same day of the month, or the last day of a shorter one."""
    found: dict[date, int] = {}
    months = 0
    for n in range(1, WALKED_DAYS):
        today = zero + n * DAY
        months += today.day == 1
        ends = (today + DAY).day == 1
        if today.day == zero.day or (ends and today.day < zero.day):
            found[today] = months
    return found
