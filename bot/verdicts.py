"""What was promised to families, checked on what was really sent. Shares no code with the rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

from care.clock import local_day, local_minutes

TIP, REMINDER = "tip", "reminder"
MOST_TIPS = {"it": 2, "vua": 3, "nhieu": 4}
YOUNG_EXTRA_UNTIL = 63 + 7
NEWBORN_UNTIL = 10 + 7
DAY = timedelta(days=1)
# Promised are 30 and 180 days; a message may go two days later than it was chosen.
TOPIC_APART, SIBLINGS_APART = 28 * DAY, 178 * DAY
BACKLOG = 21 * DAY  # after an outage the must-know items of that time come one a day at most

Outages = Sequence[tuple[date, int]]  # first day, days


@dataclass(frozen=True, slots=True)
class Sent:
    at: datetime
    caregiver_id: int
    children: tuple[int, ...]
    message: str
    slot: int
    kind: str
    topic: str | None = None
    duty: str | None = None

    @property
    def on(self) -> date:
        return local_day(self.at)


@dataclass(frozen=True, slots=True)
class Events:
    """What happened meanwhile: losses by child, duties done by child and duty, outages."""

    losses: Mapping[int, date] = field(default_factory=dict)
    done: Mapping[tuple[int, str], date] = field(default_factory=dict)
    outages: Outages = ()


def judge(
    sent: Sequence[Sent], families: Sequence[Any], events: Events, *, waits: bool = False
) -> list[str]:
    """One line per broken promise; empty when all were kept.

    `waits`: where messages wait until somebody writes, some come at once, and late.
    """
    pushes = [s for s in sent if s.kind in (TIP, REMINDER)]
    by_family: dict[int, list[Sent]] = defaultdict(list)
    for push in pushes:
        by_family[push.caregiver_id].append(push)
    known = {f.caregiver_id: f for f in families}
    broken = [
        *_quiet(pushes),
        *_twice(pushes),
        *_after_loss(pushes, events.losses),
        *_after_done(pushes, events.done),
    ]
    for caregiver_id, mine in () if waits else by_family.items():
        broken += _a_day(mine, caregiver_id)
        broken += _a_week(mine, known.get(caregiver_id))
        broken += _told_before(mine, caregiver_id)
    return broken


def dropped(expired: Sequence[tuple[str, date]], outages: Outages) -> list[str]:
    """Must-know items whose last day passed unsent; an outage excuses those of its own time."""
    late = [
        item
        for item, last in expired
        if not any(first <= last < first + days * DAY + BACKLOG for first, days in outages)
    ]
    return [f"{len(late)} must-know items dropped, such as {late[0]}"] if late else []


def _quiet(pushes: Sequence[Sent]) -> list[str]:
    bad = [s for s in pushes if not 7 * 60 <= local_minutes(s.at) < 20 * 60 + 30]
    return [f"{len(bad)} messages in quiet hours, first {bad[0].at}"] if bad else []


def _twice(pushes: Sequence[Sent]) -> list[str]:
    seen: set[tuple[int, int, str, int]] = set()
    broken = []
    for push in pushes:
        for child in push.children:
            key = (push.caregiver_id, child, push.message, push.slot)
            if key in seen:
                broken.append(f"{push.message} twice to {push.caregiver_id} about {child}")
            seen.add(key)
    return broken


def _after_loss(pushes: Sequence[Sent], losses: Mapping[int, date]) -> list[str]:
    return [
        f"{p.message} about child {child} after its loss"
        for p in pushes
        for child in p.children
        if child in losses and p.on >= losses[child]
    ]


def _after_done(pushes: Sequence[Sent], done: Mapping[tuple[int, str], date]) -> list[str]:
    """A message for twins may go on while one of them is not done."""
    return [
        f"{p.message} to {p.caregiver_id} after it was done"
        for p in pushes
        if p.duty and p.children
        if all(p.on > done.get((child, p.duty), date.max) for child in p.children)
    ]


def _a_day(mine: Sequence[Sent], caregiver_id: int) -> list[str]:
    days: dict[date, int] = defaultdict(int)
    for push in mine:
        days[push.on] += 1
    return [f"{n} messages on {d} to {caregiver_id}" for d, n in days.items() if n > 1]


def _a_week(mine: Sequence[Sent], family: Any) -> list[str]:
    if family is None:
        return ["a message to nobody we know"]
    broken = []
    days = sorted(p.on for p in mine if p.kind == TIP)
    for index, day in enumerate(days):
        count = sum(day <= other < day + 7 * DAY for other in days[index:])
        most = _most(family, day)
        if most is not None and count > most:
            broken.append(f"{count} tips in the week from {day} to {family.caregiver_id}")
    reminders = sorted(p.on for p in mine if p.kind == REMINDER)
    broken += [
        f"2 reminders within 7 days of {a} to {family.caregiver_id}"
        for a, b in pairwise(reminders)
        if b - a < 7 * DAY - DAY and _most(family, b) is not None
    ]
    return broken


def _most(family: Any, day: date) -> int | None:
    """Tips in the week from `day`; the days after a birth have none, weeks 2 to 8 one more."""
    most = MOST_TIPS[family.frequency]
    if family.born_on is None:
        return most
    age = (day - family.born_on).days
    if -7 <= age <= NEWBORN_UNTIL:
        return None
    return most + 1 if age < YOUNG_EXTRA_UNTIL and family.frequency != "it" else most


def _told_before(mine: Sequence[Sent], caregiver_id: int) -> list[str]:
    """A tip whose topic this child had lately, or that a sibling's message told already."""
    broken = []
    for first, second in combinations(sorted(mine, key=lambda s: s.at), 2):
        apart = second.on - first.on
        if second.kind != TIP or apart >= SIBLINGS_APART:
            continue
        same_topic = second.topic is not None and first.topic == second.topic
        if set(first.children) & set(second.children):
            again = same_topic and first.message != second.message and apart < TOPIC_APART
        else:
            again = same_topic or first.message == second.message
        if again:
            broken.append(f"{second.message} told {caregiver_id} what {first.message} had told")
    return broken
