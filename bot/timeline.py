"""What one child's caregiver will get and what not, with reasons: the rules on a paper calendar.

Decides with the same functions as the planner, one day after the other, without a database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from care.age import gestation_days
from care.choosing import HISTORY_DAYS, Candidate, Decision, Past, Reason, State, choose
from care.people import Child, ChildState, Frequency
from care.programme import Opening, on_joining

MERGED = ("merged", Reason.SAME_MESSAGE)


@dataclass(frozen=True, slots=True)
class Entry:
    on: date
    opening: Opening
    state: str  # sent, merged, skipped, expired
    reason: str | None

    def as_json(self, titles: dict[str, str]) -> dict[str, Any]:
        item = self.opening.item
        return {
            "on": self.on.isoformat(),
            "item": item.id,
            "kind": item.kind,
            "state": self.state,
            "reason": self.reason,
            "title": titles.get(item.id, item.id),
        }


class Rehearsed:
    """The programme of one caregiver's children of one birth, day by day."""

    def __init__(
        self,
        openings: Sequence[Opening],
        children: Sequence[Child],
        frequency: Frequency,
        joined: date,
    ) -> None:
        self.children = {child.id: child for child in children}
        self.frequency = frequency
        self.joined = joined
        self.entries: list[Entry] = []
        self.history: list[Past] = []
        self.waiting: dict[tuple[int, Opening], date] = {}  # until when it sleeps
        self._coming: dict[date, list[tuple[int, Opening]]] = {}
        for child in children:
            for opening in openings:
                opens = opening.opens_on(child)
                if opens is not None:
                    self._coming.setdefault(opens, []).append((child.id, opening))
            self._join(openings, child, first=child is children[0])

    def _join(self, openings: Sequence[Opening], child: Child, *, first: bool) -> None:
        joining = on_joining(openings, child, self.joined)
        if joining.now is not None:
            self._note(self.joined, joining.now, *(("sent", None) if first else MERGED))
            self._remember(self.joined, joining.now, child.id)
        for opening, on in joining.later:
            self.waiting[child.id, opening] = on
        known = {joining.now, *(opening for opening, _ in joining.later)}
        for opens, openings_then in self._coming.items():
            for child_id, opening in openings_then:
                if child_id == child.id and opens <= self.joined and opening not in known:
                    self._note(self.joined, opening, "skipped", Reason.JOINED_LATE)

    def run(self, until: date) -> list[Entry]:
        day = self.joined
        while day <= until:
            self._day(day)
            day += timedelta(days=1)
        self.entries.sort(key=lambda e: (e.on, e.state != "sent", e.opening.item.id))
        return self.entries

    def _day(self, day: date) -> None:
        due = [key for key, on in self.waiting.items() if on <= day]
        if day > self.joined:
            due += self._coming.get(day, [])
        candidates = [self._candidate(*key, day) for key in due]
        known = [c for c in candidates if c is not None]
        if not known:
            return
        recent = [p for p in self.history if (day - p.on).days < HISTORY_DAYS]
        for decision in choose(self.frequency, known, recent, day):
            self._apply(decision, day)

    def _candidate(self, child_id: int, opening: Opening, day: date) -> Candidate | None:
        child = self.children[child_id]
        opens, expires = opening.opens_on(child), opening.expires_on(child)
        if opens is None or expires is None:
            return None
        age = (day - child.born_on).days if child.born_on else None
        return Candidate(child_id, opening, opens, expires, age)

    def _apply(self, decision: Decision, day: date) -> None:
        candidate = decision.candidate
        self.waiting.pop((candidate.child_id, candidate.opening), None)
        if decision.state is State.WAITING:
            self.waiting[candidate.child_id, candidate.opening] = day + timedelta(days=1)
        elif decision.state is State.SEND:
            self._note(day, candidate.opening, "sent", None)
            self._remember(day, candidate.opening, candidate.child_id)
        else:
            self._note(day, candidate.opening, decision.state.value, decision.reason)

    def _note(self, on: date, opening: Opening, state: str, reason: Reason | None) -> None:
        self.entries.append(Entry(on, opening, state, reason.value if reason else None))

    def _remember(self, on: date, opening: Opening, child_id: int) -> None:
        item = opening.item
        self.history.append(Past(on, item.priority, item.id, child_id, item.dedupe_key))


@dataclass(frozen=True, slots=True)
class Life:
    """A child as the command line describes it; both dates mean followed from pregnancy on."""

    born_on: date | None
    due_on: date | None
    gestation_weeks: int | None
    joined: date
    frequency: Frequency
    children: int = 1


def entries(openings: Sequence[Opening], life: Life, until: date) -> list[Entry]:
    """The timeline of a life: pregnancy up to the reported birth, then the child."""
    found: list[Entry] = []
    joined = life.joined
    if life.due_on is not None and (life.born_on is None or joined < life.born_on):
        expected = Child(1, ChildState.EXPECTED, None, None, None, life.due_on, None, joined)
        last = until if life.born_on is None else min(until, life.born_on - timedelta(days=1))
        found += Rehearsed(openings, [expected], life.frequency, joined).run(last)
        joined = life.born_on or until
    if life.born_on is not None and joined <= until:
        joined = max(joined, life.born_on)
        weeks = life.gestation_weeks or _weeks_at_birth(life.born_on, life.due_on)
        born = [
            Child(n + 1, ChildState.BORN, None, life.born_on, "day", None, weeks, joined)
            for n in range(life.children)
        ]
        found += Rehearsed(openings, born, life.frequency, joined).run(until)
    return found


def _weeks_at_birth(born_on: date, due_on: date | None) -> int | None:
    return gestation_days(due_on, born_on) // 7 if due_on else None
