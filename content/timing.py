"""When an item is sent, in words a reviewer understands."""

from collections.abc import Iterator

from care.age import CORRECTED_UNTIL_DAYS, Offset
from content.schema import Entry, Schedule, Season

DAYS_ALONE = 60  # ages after it are told in months as well
MONTH_DAYS = 30.4375
MONTHS_ALONE = 24  # ages from here on are told in years
REGIONS = 3


def when(entry: Entry) -> str:
    """Such as "day 183 to 244 (about 6 to 8 months), corrected age, tier A"."""
    plan = entry.schedule
    if plan is None:
        return f"when a family asks ({entry.intent})"
    told = [_window(entry, plan), *_conditions(entry, plan), f"tier {plan.tier}", *_repeats(plan)]
    if plan.prefer == "weekend":
        told.append("on a Saturday if possible")
    if not plan.push:
        told.append("never sent by itself")
    return ", ".join(told)


def _window(entry: Entry, plan: Schedule) -> str:
    if entry.kind == "season":
        weeks = "; ".join(map(_weeks, entry.seasons)) or "in no fixed weeks"
        return f"{weeks}, for {_ages(plan)}"
    if plan.anchor == "event":
        return "counted from no date"
    if plan.anchor == "due":
        return f"{_week(plan.at)} to {_week(plan.expires)} weeks of pregnancy"
    if plan.on_day:
        open_days = plan.expires.about_days - plan.at.about_days
        year = f"the year in which the child turns {plan.on_day.turns}"
        return f"from {_date(plan.on_day.day)} of {year}, for {open_days} days"
    if plan.on_end:
        return f"{', '.join(str(b.days) for b in plan.before)} days before the health card ends"
    if plan.rounds:
        low, high = plan.rounds.months
        days = " and ".join(map(_date, plan.rounds.days))
        return f"every year on {days}, for children of {low} to {high} months"
    return _ages(plan)


def _weeks(season: Season) -> str:
    where = "all regions" if len(season.regions) == REGIONS else ", ".join(season.regions)
    return f"every year {_date(season.first)} to {_date(season.last)} ({where})"


def _date(day: str) -> str:
    """24/11 from --11-24."""
    return f"{day[5:]}/{day[2:4]}"


def _week(offset: Offset) -> str:
    return f"{offset.days // 7}+{offset.days % 7}"


def _ages(plan: Schedule) -> str:
    at, expires = plan.at, plan.expires
    if at.months or expires.months:
        about = "" if expires.months else _about(expires)
        return f"{_age(at)} to {_age(expires)}{about}"
    told = f"day {at.days} to {expires.days}"
    if expires.days <= DAYS_ALONE:
        return told
    first, last = _rough(at), _rough(expires)
    if first == last:
        return f"{told} (about {_months(last)})"
    if not first:
        return f"{told} (birth to about {_months(last)})"
    since = str(first) if last < MONTHS_ALONE else _months(first)
    return f"{told} (about {since} to {_months(last)})"


def _age(offset: Offset) -> str:
    if not offset.months:
        return f"day {offset.days}"
    return _months(offset.months) + (f" {offset.days} days" if offset.days else "")


def _about(offset: Offset) -> str:
    return f" (about {_months(_rough(offset))})" if offset.days > DAYS_ALONE else ""


def _rough(offset: Offset) -> int:
    return round(offset.days / MONTH_DAYS)


def _months(count: int) -> str:
    if count < MONTHS_ALONE:
        return f"{count} months"
    years, months = divmod(count, 12)
    return f"{years} years" + (f" {months} months" if months else "")


def _conditions(entry: Entry, plan: Schedule) -> Iterator[str]:
    corrected = plan.basis == "corrected" and plan.at.about_days < CORRECTED_UNTIL_DAYS
    if plan.anchor == "birth" or entry.kind == "season":
        yield "corrected age" if corrected else "real age"
    if entry.needs:
        yield f"track {entry.needs}"


def _repeats(plan: Schedule) -> Iterator[str]:
    if plan.repeat[1:]:
        yield f"again at {', '.join(map(_age, plan.repeat[1:]))}"
    if plan.then_every:
        yield f"then every {plan.then_every.days} days"
    if plan.due:
        yield f"deadline at {_age(plan.due)}"
    if plan.done:
        yield "until it is marked as done"
