"""Imagined families for rehearsals: every age, preterm, twins, second caregivers."""

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.stage import ACCOUNT, NAME
from care.age import too_old
from care.messages import Address, Event, EventKind
from care.people import CaregiverState, Child, ChildState, Frequency, Role
from content.library import Library
from handlers import joining
from handlers.turn import Turn
from storage import caregivers, children
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.database import Connection

SEND_MINUTES = (7 * 60, 11 * 60 + 30, 19 * 60)
LIFE_DAYS = 8 * 365
SECOND_CAREGIVERS = 0.1
TWINS = 0.02
LIVING = (ChildState.BORN, ChildState.EXPECTED)


@dataclass(slots=True)
class Family:
    """One caregiver with children; `caregiver_id` is set when they join.

    `beside` is the family whose children this caregiver shares.
    """

    number: int
    joins: date
    frequency: Frequency
    send_minutes: int
    role: Role
    born_on: date | None
    due_on: date | None
    gestation_weeks: int | None
    twins: bool
    library: Library = field(repr=False)
    beside: "Family | None" = field(default=None, repr=False)
    caregiver_id: int = 0
    address: Address | None = None

    def join(self, conn: Connection, now: datetime) -> None:
        """Registers them as the conversation does, without the words."""
        self.address = Address(NAME, ACCOUNT, f"family-{self.number}")
        contact = caregivers.open_contact(conn, self.address, now)
        self.caregiver_id = contact.caregiver.id
        caregivers.change(
            conn,
            self.caregiver_id,
            state=CaregiverState.ACTIVE,
            role=self.role,
            frequency=self.frequency,
            send_minutes=self.send_minutes,
        )
        kids = self._shared(conn) if self.beside else self._own(conn)
        found = caregivers.find(conn, self.address)
        if kids and found is not None:
            self._plan_joining(conn, found, kids, now)

    def _own(self, conn: Connection) -> list[Child]:
        ids: list[int] = []
        for _ in range(2 if self.twins else 1):
            child_id = children.add(
                conn,
                self.caregiver_id,
                self.joins,
                state=ChildState.BORN if self.born_on else ChildState.EXPECTED,
                born_on=self.born_on,
                precision="day",
                due_on=self.due_on,
                gestation_weeks=self.gestation_weeks,
                twin_group=ids[0] if ids else None,
            )
            ids.append(child_id)
        kids = children.of_caregiver(conn, self.caregiver_id)
        if self.twins:
            children.change(conn, kids[0], twin_group=ids[0])
        return children.of_caregiver(conn, self.caregiver_id)

    def _shared(self, conn: Connection) -> list[Child]:
        theirs = children.of_caregiver(conn, self.beside.caregiver_id) if self.beside else []
        for child in theirs:
            if child.state in LIVING:
                children.link(conn, child.id, self.caregiver_id, self.joins)
        return children.of_caregiver(conn, self.caregiver_id)

    def _plan_joining(
        self, conn: Connection, contact: Contact, kids: list[Child], now: datetime
    ) -> None:
        event = Event(EventKind.START, "join", contact.address, now)
        turn = Turn(
            conn,
            now,
            event,
            contact,
            Conversation(),
            kids,
            self.library,
            None,
            random.Random(self.number),
        )
        joining.join_all(turn, kids)


def settle_families(
    count: int, start: date, days: int, chance: random.Random, library: Library
) -> list[Family]:
    """Two thirds are there from the beginning, the others join over the first half."""
    families: list[Family] = []
    for number in range(count):
        family = _family(number, start, days, chance, library)
        last = families[-1] if families else None
        if last and last.beside is None and chance.random() < SECOND_CAREGIVERS:
            family = _beside(last, family)
        if family.born_on is None or not too_old(family.born_on, family.joins):
            families.append(family)
    return families


def _family(number: int, start: date, days: int, chance: random.Random, library: Library) -> Family:
    later = chance.random() < 1 / 3
    joins = start + timedelta(days=chance.randrange(max(1, days // 2)) if later else 0)
    frequency = chance.choices(list(Frequency), weights=(1, 6, 1))[0]
    pregnant = chance.random() < 0.15
    age = chance.randrange(60, LIFE_DAYS) if chance.random() < 0.7 else chance.randrange(60)
    return Family(
        number,
        joins,
        frequency,
        chance.choice(SEND_MINUTES),
        chance.choice(list(Role)),
        born_on=None if pregnant else joins - timedelta(days=age),
        due_on=joins + timedelta(days=chance.randrange(1, 230)) if pregnant else None,
        gestation_weeks=chance.randrange(28, 37)
        if chance.random() < 0.1 and not pregnant
        else None,
        twins=chance.random() < TWINS,
        library=library,
    )


def _beside(first: Family, second: Family) -> Family:
    """A second caregiver of the same children, with an hour and a frequency of their own."""
    return replace(
        second,
        joins=max(first.joins, second.joins),
        born_on=first.born_on,
        due_on=first.due_on,
        gestation_weeks=first.gestation_weeks,
        twins=first.twins,
        beside=first,
    )


def living_child(conn: Connection, caregiver_id: int) -> int | None:
    """The first child in care, born or expected."""
    return next(
        (c.id for c in children.of_caregiver(conn, caregiver_id) if c.state in LIVING), None
    )
