"""The sending rules, checked on the days of a family; says which were broken."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from care.choosing import Candidate, Decision, Reason, State
from care.people import Frequency
from tests.care.families import REMINDER, Family

Sent = list[tuple[date, Candidate]]
TIPS_A_WEEK = {Frequency.FEW: 2, Frequency.NORMAL: 3, Frequency.MANY: 4}
NEWBORN_DAYS, YOUNG_DAYS = 10, 63


def broken(family: Family) -> list[str]:
    sent = [(on, d.candidate) for on, d in family.all(State.SEND)]
    found = [*_one_a_day(family), *_tips(family, sent), *_reminders(family, sent)]
    found += [*_tiers(family, sent), *_topics(sent), *_order(family), *_ends(family)]
    return found


def _one_a_day(family: Family) -> Iterator[str]:
    for on, decided in family.days.items():
        count = sum(d.state is State.SEND for d in decided)
        if count > 1:
            yield f"day: {count} on {on}"


def _youngest(family: Family, on: date) -> int | None:
    ages = [(on - c.born_on).days for c in family.children if c.born_on]
    return min((age for age in ages if age >= 0), default=None)


def _newborn(family: Family, on: date) -> bool:
    age = _youngest(family, on)
    return age is not None and age <= NEWBORN_DAYS


def _tips(family: Family, sent: Sent) -> Iterator[str]:
    """In the week that ends with each tip; the newborn days have a message a day."""
    tips = [on for on, c in sent if c.opening.item.priority != REMINDER]
    for on in tips:
        age = _youngest(family, on)
        if _newborn(family, on):
            continue
        most = TIPS_A_WEEK[family.frequency]
        if age is not None and age < YOUNG_DAYS and family.frequency is not Frequency.FEW:
            most += 1
        week = [day for day in tips if timedelta() <= on - day < timedelta(days=7)]
        count = sum(not _newborn(family, day) for day in week)
        if count > most:
            yield f"week: {count} tips up to {on}"


def _reminders(family: Family, sent: Sent) -> Iterator[str]:
    days = [on for on, c in sent if c.opening.item.priority == REMINDER]
    for one, other in pairwise(days):
        if (other - one).days < 7 and not _newborn(family, other):
            yield f"reminder: {one} and {other}"


def _tiers(family: Family, sent: Sent) -> Iterator[str]:
    allowed = {Frequency.FEW: "A", Frequency.NORMAL: "AB", Frequency.MANY: "ABC"}
    for on, c in sent:
        if c.opening.item.tier not in allowed[family.frequency]:
            yield f"tier: {c.opening.item.id} on {on}"


def _topics(sent: Sent) -> Iterator[str]:
    for index, (on, c) in enumerate(sent):
        item = c.opening.item
        for before, p in sent[:index]:
            past, days = p.opening.item, (on - before).days
            key = item.dedupe_key is not None and item.dedupe_key == past.dedupe_key
            if item.id == past.id and c.child_id == p.child_id:
                if c.opening.slot == p.opening.slot:
                    yield f"twice: {item.id} on {on}"
            elif item.priority == REMINDER:
                continue
            elif c.child_id == p.child_id and key and days < 30:
                yield f"topic: {item.id} on {on}"
            elif c.child_id != p.child_id and (key or item.id == past.id) and days < 180:
                yield f"sibling: {item.id} on {on}"


def _order(family: Family) -> Iterator[str]:
    for on, decided in family.days.items():
        winner = next((d.candidate for d in decided if d.state is State.SEND), None)
        for d in decided:
            if winner and d.state is State.WAITING and _jumped(d, winner, decided):
                yield f"order: {winner.opening.item.id} jumped the queue on {on}"


def _jumped(waits: Decision, winner: Candidate, decided: list[Decision]) -> bool:
    """It should have gone first: neither Saturday nor a budget of its own held it back."""
    item, other = waits.candidate.opening.item, winner.opening.item
    if waits.reason is Reason.WEEKEND or (item.priority == REMINDER != other.priority):
        return False
    with_reminder = any(
        d.candidate.opening.item.priority == REMINDER
        and d.state is State.WAITING
        and d.candidate.child_id == waits.candidate.child_id
        and d.candidate.opening.item.dedupe_key == item.dedupe_key is not None
        for d in decided
    )
    first = (item.priority, waits.candidate.expires_on) < (other.priority, winner.expires_on)
    return first and not with_reminder


def _ends(family: Family) -> Iterator[str]:
    """Every opening waits day after day until one decision, in its window, with a reason."""
    ended: dict[tuple[int, str, int], date] = {}
    waited: dict[tuple[int, str, int], date] = {}
    for on, d in family.all(*State):
        c = d.candidate
        key = (c.child_id, c.opening.item.id, c.opening.slot)
        if key in ended:
            yield f"end: {key} again on {on}"
        if key in waited and on - waited[key] != timedelta(days=1):
            yield f"wait: {key} forgotten before {on}"
        if d.state is State.WAITING:
            waited[key] = on
            if d.reason not in (Reason.BUDGET, Reason.WEEKEND):
                yield f"reason: {key} waits for {d.reason}"
        else:
            ended[key] = on
            if (d.state is State.SEND) != (d.reason is None):
                yield f"reason: {key} is {d.state} for {d.reason}"
        if on > c.expires_on and d.state is not State.EXPIRED:
            yield f"window: {key} on {on}"
    for key, on in waited.items():
        if key not in ended and on != max(family.days):
            yield f"wait: {key} forgotten after {on}"
