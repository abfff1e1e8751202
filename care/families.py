"""Families as officers see them: who cares for whom, put together from caregivers and children.

A family is everybody who is joined by a child, and these children.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from care.age import full_months
from care.folding import fold
from care.people import CaregiverState, Child, ChildState, Role

_LIVING = (ChildState.EXPECTED, ChildState.BORN)


@dataclass(frozen=True, slots=True)
class Person:
    """A caregiver; `route` is the way messages go, None without any."""

    id: int
    state: CaregiverState
    role: Role | None
    area_id: int | None
    address_id: int | None
    route: str | None
    paused_until: date | None
    created_at: datetime

    @property
    def channel(self) -> str | None:
        return self.route.partition(":")[0] if self.route else None


@dataclass(slots=True)
class Family:
    """`key` is the smallest caregiver in it: any of them leads to the page of the family."""

    people: list[Person] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)

    @property
    def key(self) -> int:
        return self.people[0].id

    @property
    def area_id(self) -> int | None:
        """Where the family lives: the place its first member named."""
        return next((p.area_id for p in self.people if p.area_id is not None), None)

    @property
    def living(self) -> list[Child]:
        return [child for child in self.children if child.state in _LIVING]

    @property
    def reached(self) -> bool:
        return any(person.route for person in self.people)

    @property
    def stopped(self) -> bool:
        """Nobody in it wants messages any more."""
        return all(person.state is CaregiverState.STOPPED for person in self.people)


def put_together(
    people: Iterable[Person], links: Iterable[tuple[int, int]], children: Iterable[Child]
) -> list[Family]:
    """By the first name in the family, nameless ones last. `links`: (child, caregiver)."""
    known = {person.id: person for person in people}
    leader = {person_id: person_id for person_id in known}

    def lead(person_id: int) -> int:
        while leader[person_id] != person_id:
            leader[person_id] = leader[leader[person_id]]
            person_id = leader[person_id]
        return person_id

    first: dict[int, int] = {}  # child -> somebody who cares for it
    for child_id, person_id in links:
        one, other = sorted((lead(first.setdefault(child_id, person_id)), lead(person_id)))
        leader[other] = one
    made: dict[int, Family] = {}
    for person_id in sorted(known):
        made.setdefault(lead(person_id), Family()).people.append(known[person_id])
    for child in sorted({c.id: c for c in children}.values(), key=lambda c: c.id):
        if child.id in first:
            made[lead(first[child.id])].children.append(child)
    return sorted(made.values(), key=_rank)


def _rank(family: Family) -> tuple[bool, str, int]:
    names = [fold(child.nickname) for child in family.living if child.nickname]
    return not names, min(names, default=""), family.key


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a register shows; everything that is set must hold. Ages in full months, both ends."""

    name: str = ""
    youngest: int | None = None
    oldest: int | None = None
    expecting: bool = False
    unreached: bool = False
    stopped: bool = False

    def fits(self, family: Family, today: date) -> bool:
        return (
            (not self.name or _named(family, fold(self.name)))
            and (not self._ages or any(self._aged(child, today) for child in family.living))
            and (not self.expecting or _expects(family))
            and (not self.unreached or not family.reached)
            and (not self.stopped or family.stopped)
        )

    @property
    def _ages(self) -> bool:
        return self.youngest is not None or self.oldest is not None

    def _aged(self, child: Child, today: date) -> bool:
        if child.born_on is None:
            return False
        months = full_months(child.born_on, today)
        return (self.youngest or 0) <= months and (self.oldest is None or months <= self.oldest)


def _named(family: Family, wanted: str) -> bool:
    """A word of some name begins with it, with or without accents."""
    names = (f" {fold(child.nickname)}" for child in family.children if child.nickname)
    return any(f" {wanted}" in name for name in names)


def _expects(family: Family) -> bool:
    return any(child.state is ChildState.EXPECTED for child in family.living)
