"""Days of the calendar that belong to a child: the first school day, the end of a card."""

from dataclasses import dataclass
from datetime import date

from care.age import add_months

UNDER_SIX = 72  # months that the card of a small child is for
SCHOOL_STARTS = (9, 30)  # who turns six before keeps the card until then


@dataclass(frozen=True, slots=True)
class YearDay:
    """A day of the year in which the child turns `turns`: the first school day, for example."""

    month: int
    day: int
    turns: int

    def of(self, born_on: date) -> date:
        return date(born_on.year + self.turns, self.month, self.day)

    def births(self, first: date, last: date) -> tuple[date, date] | None:
        for year in range(first.year, last.year + 1):
            if first <= date(year, self.month, self.day) <= last:
                return date(year - self.turns, 1, 1), date(year - self.turns, 12, 31)
        return None


@dataclass(frozen=True, slots=True)
class CardEnd:
    """The last day of the health-insurance card of a child under six, as expected.

    Born up to 30/9: 30/9 of the year of six; later: the last day of the month of six. By a rule
    that is no longer in force (domain-facts 3.4), so families are told "dự kiến".
    """

    def of(self, born_on: date) -> date:
        six = add_months(born_on, UNDER_SIX)
        school = date(six.year, *SCHOOL_STARTS)
        return school if six <= school else _month_end(six)

    def births(self, first: date, last: date) -> tuple[date, date] | None:
        found = None
        day = _month_end(first)  # it is always the last day of a month
        while day <= last:
            if born := self._births_of(day):
                found = (found[0] if found else born[0], born[1])
            day = _month_end(day + date.resolution)
        return found

    def _births_of(self, day: date) -> tuple[date, date] | None:
        if day.month < SCHOOL_STARTS[0]:
            return None
        year = day.year - UNDER_SIX // 12
        if day.month == SCHOOL_STARTS[0]:
            return date(year, 1, 1), date(year, *SCHOOL_STARTS)
        return date(year, day.month, 1), _month_end(date(year, day.month, 1))


def _month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1).replace(day=1) - date.resolution


HEALTH_CARD_END = CardEnd()
