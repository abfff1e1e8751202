"""The milestone lists: which one fits a child, and what follows from what was seen of it.

Never a score and never a name for a child: only which words of the list are told, and when to
look again. The reasons for going now are those the lists themselves name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from care.age import OLDEST_YEARS, add_months
from care.people import Child
from care.programme import Opening

KIND = "milestone"
AGAIN = timedelta(days=14)
ALL_SEEN, SOME_NOT_YET, GO_NOW = "seen", "not-yet", "go-now"  # the headings of a list
# Skills that are a reason for going when they are not seen: no look at a face, no ear for a sound.
AT_ONCE: Mapping[str, frozenset[str]] = {
    "ms-02m": frozenset({"social2", "lang2"}),
    "ms-04m": frozenset({"lang3"}),
}


class Seen(StrEnum):
    SEEN = "seen"
    NOT_YET = "not_yet"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Answers:
    """What one list was answered, by the keys of its skills; None where it was not asked yet."""

    seen: Mapping[str, Seen] = field(default_factory=dict)
    lost: bool | None = None  # something the child could do before
    worried: bool | None = None
    again_on: date | None = None

    def missing(self, keys: Iterable[str]) -> list[str]:
        return [key for key in keys if key not in self.seen]

    def open(self, keys: Iterable[str]) -> list[str]:
        """What was not seen for sure."""
        return [key for key in keys if self.seen.get(key) is not Seen.SEEN]


@dataclass(frozen=True, slots=True)
class Checklist:
    """A list with its days for one child."""

    id: str
    first: date
    until: date  # then the next list begins


@dataclass(frozen=True, slots=True)
class Outcome:
    """The headings of the list that are told, and the day to ask for the open skills again."""

    parts: tuple[str, ...]
    again_on: date | None = None


def checklists(openings: Iterable[Opening], child: Child) -> list[Checklist]:
    """Every list, the youngest first: each is over when the next begins, the last at 8 years.

    How long a list may be pushed does not matter here. Corrected age is in the openings.
    """
    begun = sorted(
        (on, opening.item.id)
        for opening in openings
        if opening.item.kind == KIND and (on := opening.opens_on(child)) is not None
    )
    if not begun or child.born_on is None:
        return []
    ends = [on for on, _ in begun[1:]] + [add_months(child.born_on, OLDEST_YEARS * 12)]
    return [Checklist(id_, on, end) for (on, id_), end in zip(begun, ends, strict=True)]


def fitting(openings: Iterable[Opening], child: Child, today: date) -> Checklist | None:
    """The list of the age that the child has reached; None before the first and after the last."""
    every = checklists(openings, child)
    return next((one for one in every if one.first <= today < one.until), None)


def goes_now(checklist_id: str, answers: Answers) -> bool:
    """Lost skills, a worried parent, or a skill that cannot wait; true before all is answered."""
    urgent = AT_ONCE.get(checklist_id, frozenset())
    unseen = any(answers.seen.get(key) is Seen.NOT_YET for key in urgent)
    return bool(answers.lost or answers.worried or unseen)


def outcome(checklist: Checklist, answers: Answers, today: date) -> Outcome:
    """What follows when every skill is answered.

    Who goes is not told to play on and look again. The next list is never waited past.
    """
    if goes_now(checklist.id, answers):
        return Outcome((GO_NOW,))
    if all(seen is Seen.SEEN for seen in answers.seen.values()):
        return Outcome((ALL_SEEN,))
    again_on = today + AGAIN
    return Outcome((SOME_NOT_YET,), again_on if again_on < checklist.until else None)
