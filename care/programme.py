"""The programme: which item opens on which day for which child (content-design, section 3).

An item with repeats is unrolled into openings, one per message it may become; an opening closes
when the next one of the same item opens, so a late reminder is never stacked on a newer one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol

from care.age import (
    CORRECTED_UNTIL_DAYS,
    Offset,
    anchors_reaching,
    conception_day,
    full_months,
)
from care.people import Child, ChildState
from care.yearly import YearDay

PRETERM = "preterm"


class Anchor(StrEnum):
    BIRTH = "birth"
    DUE = "due"
    EVENT = "event"


class Basis(StrEnum):
    CHRONOLOGICAL = "chronological"
    CORRECTED = "corrected"
    GESTATIONAL = "gestational"


class LateJoin(StrEnum):
    SKIP = "skip"
    ONCE = "once_if_window_open"


class Floating(Protocol):
    """A day that depends on the calendar and not only on the age: a school year, a card's end."""

    def of(self, born_on: date) -> date: ...

    def births(self, first: date, last: date) -> tuple[date, date] | None:
        """The birthdays whose day falls in first..last; None when there are none."""
        ...


@dataclass(frozen=True, slots=True)
class Item:
    """One message of the programme, without its words."""

    id: str
    kind: str
    anchor: Anchor
    at: Offset
    expires: Offset
    basis: Basis
    tier: str
    priority: int
    prefer_weekend: bool = False
    late_join: LateJoin = LateJoin.SKIP
    dedupe_key: str | None = None
    must_know: bool = False
    repeat: tuple[Offset, ...] = ()
    then_every: int | None = None  # days
    due: Offset | None = None
    done: str | None = None  # the duty that ends it
    push: bool = True
    on: Floating | None = None  # then `expires` less `at` is how long it stays open
    before: tuple[int, ...] = ()  # days before `on` of each message
    rounds: tuple[YearDay, ...] = ()  # days of every year, one message each
    months: tuple[int, int] | None = None  # the ages of those rounds, both included
    needs: str | None = None  # only for children of whom this is known


class Column(StrEnum):
    """Which date of a child an opening counts from; the names of indexed columns."""

    BORN = "born_on"
    CORRECTED = "corrected_on"
    DUE = "due_on"


@dataclass(frozen=True, slots=True)
class Opening:
    """One chance to send an item. `slot` tells the repeats of an item apart."""

    item: Item
    slot: int
    at: Offset
    expires: Offset
    column: Column
    on: Floating | None = None
    shift: int = 0  # days from `on`

    def suits(self, born_on: date | None, corrected_on: date | None) -> bool:
        """Whether it is for this child; of what an item needs only preterm birth is known."""
        item = self.item
        if item.needs == PRETERM and (corrected_on is None or corrected_on == born_on):
            return False
        if item.months is None or born_on is None:
            return True
        low, high = item.months
        return low <= full_months(born_on, self._opens(born_on)) <= high

    def opens_on(self, child: Child) -> date | None:
        """None when it never does: it counts from something else, or is for other children."""
        anchor = _anchor_day(self.column, child)
        if anchor is None or not self.suits(child.born_on, child.corrected_on):
            return None
        return self._opens(anchor)

    def expires_on(self, child: Child) -> date | None:
        """The last day it may still be sent."""
        anchor = _anchor_day(self.column, child)
        return None if anchor is None else self._closes(anchor)

    def window(self, stored: date) -> tuple[date, date]:
        """(opens, last day) for a child whose date in `column` is `stored`."""
        anchor = conception_day(stored) if self.column is Column.DUE else stored
        return self._opens(anchor), self._closes(anchor)

    def _opens(self, anchor: date) -> date:
        if self.on is None:
            return self.at.after(anchor)
        return self.on.of(anchor) + timedelta(days=self.shift)

    def _closes(self, anchor: date) -> date:
        if self.on is None:
            return self.expires.after(anchor)
        open_days = self.expires.about_days - self.at.about_days
        return self._opens(anchor) + timedelta(days=open_days)

    def anchors(self, first: date, last: date) -> tuple[date, date] | None:
        """The range of stored dates (column `column`) for which it opens in first..last."""
        if self.on is not None:
            back = timedelta(days=self.shift)
            return self.on.births(first - back, last - back)
        shift = conception_day(date(2000, 1, 1)) - date(2000, 1, 1)
        found = anchors_reaching(self.at, first, last)
        if found is None or self.column is not Column.DUE:
            return found
        return found[0] - shift, found[1] - shift


def openings(items: Iterable[Item]) -> tuple[Opening, ...]:
    """Every opening of every pushed item, in order of item id and slot."""
    found: list[Opening] = []
    for item in sorted(items, key=lambda i: i.id):
        if not item.push or item.anchor is Anchor.EVENT:
            continue
        if item.on or item.rounds:
            found += _floating(item)
            continue
        starts = _starts(item)
        for slot, at in enumerate(starts):
            last = slot + 1 == len(starts)
            ends = (
                item.expires if last else Offset(starts[slot + 1].months, starts[slot + 1].days - 1)
            )
            found.append(Opening(item, slot, at, ends, _column(item)))
    return tuple(found)


def _floating(item: Item) -> list[Opening]:
    """Openings on days of the calendar; one closes when the next one opens."""
    if item.rounds:
        column, at, ends = _column(item), item.at, item.expires
        return [Opening(item, n, at, ends, column, day) for n, day in enumerate(item.rounds)]
    befores = item.before or (0,)
    open_days = item.expires.about_days - item.at.about_days
    found = []
    for slot, days in enumerate(befores):
        after = befores[slot + 1] if slot + 1 < len(befores) else None
        open_for = open_days if after is None else days - after - 1
        at, ends = Offset(days=item.at.about_days), Offset(days=item.at.about_days + open_for)
        found.append(Opening(item, slot, at, ends, _column(item), item.on, -days))
    return found


def _starts(item: Item) -> list[Offset]:
    starts = list(item.repeat) or [item.at]
    if item.then_every:
        step = Offset(starts[-1].months, starts[-1].days + item.then_every)
        while step.about_days <= item.expires.about_days:
            starts.append(step)
            step = Offset(step.months, step.days + item.then_every)
    return starts


def _column(item: Item) -> Column:
    if item.anchor is Anchor.DUE:
        return Column.DUE
    young = item.at.about_days < CORRECTED_UNTIL_DAYS
    return Column.CORRECTED if item.basis is Basis.CORRECTED and young else Column.BORN


def _anchor_day(column: Column, child: Child) -> date | None:
    if column is Column.DUE:
        expecting = child.state is ChildState.EXPECTED and child.due_on
        return conception_day(child.due_on) if expecting and child.due_on else None
    if child.state is not ChildState.BORN:
        return None
    return child.born_on if column is Column.BORN else child.corrected_on


ABOUT = 10  # days by which `about_days` may be wrong in eight years, and some more
A_YEAR = 366  # by which the days of a year differ
A_PAGE = 16  # days


def _is_near(opening: Opening, age: int) -> bool:
    """Rules out most openings without looking at the calendar; `age` counts from the anchor."""
    youngest, oldest = _ages(opening)
    return youngest <= age <= oldest


def _ages(opening: Opening) -> tuple[int, int]:
    """Days after the anchor between which it may be open, and some more."""
    if isinstance(opening.on, YearDay):  # may be any day of the years it names
        turns = opening.on.turns * A_YEAR
        open_days = opening.expires.about_days - opening.at.about_days
        return turns - A_YEAR, turns + A_YEAR + open_days
    about = A_YEAR if opening.on else ABOUT
    return opening.at.about_days - about, opening.expires.about_days + about


class Almanac:
    """The openings of a programme by age, so that nobody looks at all of them for one child."""

    def __init__(self, all_openings: Iterable[Opening]) -> None:
        self._pages: dict[tuple[Column, int], list[Opening]] = {}
        for opening in all_openings:
            youngest, oldest = _ages(opening)
            first, last = youngest // A_PAGE, oldest // A_PAGE
            for page in range(first, last + 1):
                self._pages.setdefault((opening.column, page), []).append(opening)

    def near(self, child: Child, today: date) -> list[Opening]:
        """Every opening whose window may hold `today`, and some whose does not."""
        found: list[Opening] = []
        for column in Column:
            if day := _anchor_day(column, child):
                found += self._pages.get((column, (today - day).days // A_PAGE), ())
        return found


def open_on(all_openings: Iterable[Opening], child: Child, today: date) -> list[Opening]:
    """Openings whose window holds `today`, newest first; their library is "today's tip"."""
    anchors = {column: _anchor_day(column, child) for column in Column}
    ages = {column: (today - day).days for column, day in anchors.items() if day}
    live = []
    for opening in all_openings:
        age = ages.get(opening.column)
        if age is None or not _is_near(opening, age):
            continue
        opens, expires = opening.opens_on(child), opening.expires_on(child)
        if opens and expires and opens <= today <= expires:
            live.append((opens, opening))
    live.sort(key=lambda pair: (pair[0], pair[1].item.id), reverse=True)
    return [opening for _, opening in live]
