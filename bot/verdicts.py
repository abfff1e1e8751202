"""What was promised to families, checked on what was really sent. Shares no code with the rules."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from care.clock import local_day, local_minutes

TIP, REMINDER, EMERGENCY = "tip", "reminder", "emergency"
MOST_TIPS = {"it": 2, "vua": 3, "nhieu": 4}
YOUNG_EXTRA_UNTIL = 63 + 7
NEWBORN_UNTIL = 10 + 7
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sent:
    at: datetime
    caregiver_id: int
    children: tuple[int, ...]
    message: str
    slot: int
    kind: str


def judge(
    sent: Sequence[Sent],
    families: Sequence[Any],
    losses: Mapping[int, date],
    outages: Sequence[tuple[date, int]],
) -> list[str]:
    """One line per broken promise; empty when all were kept."""
    pushes = [s for s in sent if s.kind in (TIP, REMINDER)]
    by_family: dict[int, list[Sent]] = defaultdict(list)
    for push in pushes:
        by_family[push.caregiver_id].append(push)
    known = {f.caregiver_id: f for f in families}
    broken = [*_quiet(pushes), *_twice(pushes), *_after_loss(pushes, losses)]
    for caregiver_id, mine in by_family.items():
        broken += _a_day(mine, caregiver_id)
        broken += _a_week(mine, known.get(caregiver_id))
        broken += _after_outage(mine, caregiver_id, outages)
    return broken


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
        if child in losses and local_day(p.at) >= losses[child]
    ]


def _a_day(mine: Sequence[Sent], caregiver_id: int) -> list[str]:
    days: dict[date, int] = defaultdict(int)
    for push in mine:
        days[local_day(push.at)] += 1
    return [f"{n} messages on {d} to {caregiver_id}" for d, n in days.items() if n > 1]


def _a_week(mine: Sequence[Sent], family: Any) -> list[str]:
    if family is None:
        return ["a message to nobody we know"]
    broken = []
    days = sorted(local_day(p.at) for p in mine if p.kind == TIP)
    for index, day in enumerate(days):
        count = sum(day <= other < day + 7 * DAY for other in days[index:])
        most = _most(family, day)
        if most is not None and count > most:
            broken.append(f"{count} tips in the week from {day} to {family.caregiver_id}")
    reminders = sorted(local_day(p.at) for p in mine if p.kind == REMINDER)
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


def _after_outage(
    mine: Sequence[Sent], caregiver_id: int, outages: Sequence[tuple[date, int]]
) -> list[str]:
    broken = []
    for first, days in outages:
        back = first + timedelta(days=days)
        soon = [p for p in mine if back <= local_day(p.at) <= back]
        if len(soon) > 1:
            broken.append(f"{len(soon)} messages to {caregiver_id} on {back} after an outage")
    return broken
