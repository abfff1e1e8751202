"""The age of a child in words, for families and officers alike."""

from datetime import date

from care.age import full_months, gestation_days
from care.people import Child
from content.library import Library

WEEKS_UNTIL_DAYS = 84
YEARS_FROM_MONTHS = 24


def age(library: Library, child: Child, today: date) -> str:
    """Age in words: days, weeks, months or years; weeks of pregnancy before birth."""
    if child.born_on is None:
        return _pregnancy(library, child.due_on, today)
    days = (today - child.born_on).days
    months = full_months(child.born_on, today)
    if days == 0:
        return library.label("age.today")
    if days < 14:
        return library.label("age.days").format(n=days)
    if days < WEEKS_UNTIL_DAYS:
        return library.label("age.weeks").format(n=days // 7)
    if months < YEARS_FROM_MONTHS:
        return library.label("age.months").format(n=months)
    years, rest = divmod(months, 12)
    return library.label("age.years_months" if rest else "age.years").format(n=years, m=rest)


def _pregnancy(library: Library, due_on: date | None, today: date) -> str:
    if due_on is None:
        return ""
    if due_on < today:
        return library.label("age.overdue").format(n=(today - due_on).days)
    return library.label("age.pregnant").format(n=gestation_days(due_on, today) // 7)
