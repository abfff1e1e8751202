"""What one child's caregiver will get and what not, with reasons: the rules on a paper calendar.

Decides with the same functions as the planner, one day after the other, without a database.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from care.age import gestation_days
from care.catching_up import on_joining
from care.choosing import HISTORY_DAYS, Candidate, Decision, Past, Reason, State, choose
from care.duties import Record, Standing, Told
from care.local import NOWHERE, Local
from care.local import read as read_local
from care.people import Child, ChildState, Frequency
from care.programme import Opening
from care.reminding import Rules, better_now, standing_of, withheld

MERGED = ("merged", Reason.SAME_MESSAGE)


@dataclass(frozen=True, slots=True)
class Entry:
    on: date
    opening: Opening
    state: str  # sent, merged, skipped, expired; waiting when it still did on the last day
    reason: str | None
    duty: Standing | None = None  # how the duty it reminds of stood on that day

    def as_json(self, titles: dict[str, str]) -> dict[str, Any]:
        item = self.opening.item
        duty = {} if item.done is None else {"duty": _duty_json(item.done, self.duty)}
        return {
            "on": self.on.isoformat(),
            "item": item.id,
            "kind": item.kind,
            "state": self.state,
            "reason": self.reason,
            "title": titles.get(item.id, item.id),
            **duty,
        }


def _duty_json(id_: str, stands: Standing | None) -> dict[str, str | None]:
    days = {"opens": None, "due": None, "closes": None}
    if stands is not None:
        days = {name: getattr(stands, name) for name in days}
    told = {name: day.isoformat() if day else None for name, day in days.items()}
    return {"id": id_, "state": stands.state.value if stands else None, **told}


@dataclass(frozen=True, slots=True)
class Book:
    """What is told of the duties, each from its day on, and what the area decides."""

    rules: Rules = field(default_factory=Rules)
    told: Mapping[str, Record] = field(default_factory=dict)
    local: Local = NOWHERE

    def on(self, day: date) -> dict[str, Record]:
        return {name: r for name, r in self.told.items() if r.day is None or r.day <= day}


def read_book(rules: Rules, done: Sequence[str], local: Sequence[str]) -> Book:
    """Of NAME=DATE and NAME=JSON as typed. Raises ValueError with the wrong one."""
    told = {}
    for text in done:
        name, _, day = text.partition("=")
        if name not in rules.duties and name not in rules.doses:
            raise ValueError(f"--done knows no duty or dose {name!r}")
        try:
            told[name] = Record(Told.DONE, date.fromisoformat(day))
        except ValueError:
            raise ValueError(f"--done takes NAME=DATE, such as penta1=2026-03-05: {text}") from None
    settings = {}
    for text in local:
        name, _, value = text.partition("=")
        try:
            settings[name] = json.loads(value)
        except ValueError:
            raise ValueError(f"--local takes NAME=JSON, such as pcv=true: {text}") from None
    return Book(rules, told, read_local(settings))


class Rehearsed:
    """The programme of one caregiver's children of one birth, day by day."""

    def __init__(
        self,
        openings: Sequence[Opening],
        children: Sequence[Child],
        frequency: Frequency,
        joined: date,
        history: Sequence[Past] = (),
        book: Book | None = None,
    ) -> None:
        self.book = book or Book()
        self.children = {child.id: child for child in children}
        self.frequency = frequency
        self.joined = joined
        self.entries: list[Entry] = []
        self.history: list[Past] = list(history)
        self.waiting: dict[tuple[int, Opening], tuple[date, Reason]] = {}  # until when, and why
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
            if first:
                self._remember(self.joined, joining.now, child.id)
        for opening, on in joining.later:
            self.waiting[child.id, opening] = on, Reason.BUDGET
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
        return self.entries

    def wait(self, on: date) -> list[Entry]:
        """What still waits when the calendar ends."""
        return [
            Entry(on, opening, State.WAITING.value, reason.value, self._stands(on, opening))
            for (_, opening), (_, reason) in self.waiting.items()
        ]

    def born(self, on: date) -> list[Entry]:
        """What the birth takes away: all that waits, and all of the pregnancy still to come."""
        coming = [o for day, then in self._coming.items() if day >= on for _, o in then]
        left = [*(opening for _, opening in self.waiting), *coming]
        return [Entry(on, o, State.SKIPPED.value, Reason.DATE_CHANGED.value) for o in left]

    def _day(self, day: date) -> None:
        due = [key for key, (on, _) in self.waiting.items() if on <= day]
        if day > self.joined:
            due += self._coming.get(day, [])
        candidates = [self._candidate(*key, day) for key in due]
        known = [c for c in candidates if c is not None and not self._withheld(c, day)]
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

    def _withheld(self, candidate: Candidate, day: date) -> bool:
        duty = candidate.opening.item.done
        if duty is None:
            return False
        child, told = self.children[candidate.child_id], self.book.on(day)
        verdict = withheld(self.book.rules, duty, child, told, day, self.book.local)
        if verdict is None or better_now(verdict, candidate.expires_on):
            return False
        key = candidate.child_id, candidate.opening
        self.waiting.pop(key, None)
        if verdict.retry_on is None:
            self._note(day, candidate.opening, State.SKIPPED.value, verdict.reason)
        elif verdict.retry_on > candidate.expires_on:
            self._note(day, candidate.opening, State.EXPIRED.value, verdict.reason)
        else:
            self.waiting[key] = verdict.retry_on, verdict.reason
        return True

    def _apply(self, decision: Decision, day: date) -> None:
        candidate = decision.candidate
        self.waiting.pop((candidate.child_id, candidate.opening), None)
        if decision.state is State.WAITING:
            tomorrow = day + timedelta(days=1)
            reason = decision.reason or Reason.BUDGET
            self.waiting[candidate.child_id, candidate.opening] = tomorrow, reason
        elif decision.state is State.SEND:
            self._note(day, candidate.opening, "sent", None)
            self._remember(day, candidate.opening, candidate.child_id)
        else:
            self._note(day, candidate.opening, decision.state.value, decision.reason)

    def _note(self, on: date, opening: Opening, state: str, reason: Reason | None) -> None:
        why = reason.value if reason else None
        self.entries.append(Entry(on, opening, state, why, self._stands(on, opening)))

    def _stands(self, on: date, opening: Opening) -> Standing | None:
        duty = self.book.rules.duties.get(opening.item.done or "")
        child = next(iter(self.children.values()))
        if duty is None:
            return None
        return standing_of(self.book.rules, duty, child, self.book.on(on), on, self.book.local)

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


def entries(
    openings: Sequence[Opening], life: Life, until: date, book: Book | None = None
) -> list[Entry]:
    """The timeline of a life: pregnancy up to the reported birth, then the child."""
    found: list[Entry] = []
    joined = life.joined
    history: list[Past] = []
    if life.due_on is not None and (life.born_on is None or joined < life.born_on):
        expected = Child(1, ChildState.EXPECTED, None, None, None, life.due_on, None, joined)
        pregnancy = Rehearsed(openings, [expected], life.frequency, joined, book=book)
        birth = life.born_on if life.born_on is not None and life.born_on <= until else None
        found += pregnancy.run(until if birth is None else birth - timedelta(days=1))
        found += pregnancy.wait(until) if birth is None else pregnancy.born(birth)
        history = pregnancy.history
    if life.born_on is not None and max(joined, life.born_on) <= until:
        joined = max(joined, life.born_on)
        weeks = life.gestation_weeks or _weeks_at_birth(life.born_on, life.due_on)
        born = [
            Child(n + 1, ChildState.BORN, None, life.born_on, "day", None, weeks, joined)
            for n in range(life.children)
        ]
        childhood = Rehearsed(openings, born, life.frequency, joined, history, book)
        found += childhood.run(until) + childhood.wait(until)
    return sorted(found, key=lambda e: (e.on, e.state != "sent", e.opening.item.id))


def _weeks_at_birth(born_on: date, due_on: date | None) -> int | None:
    return gestation_days(due_on, born_on) // 7 if due_on else None
