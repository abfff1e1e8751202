"""Imagined families for rehearsals and benchmarks: every age, preterm, twins, two caregivers."""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from care.age import too_old
from care.messages import Address, Event, EventKind
from care.people import CaregiverState, ChildState, Frequency, Role
from content.library import Library
from handlers import joining
from handlers.turn import Turn
from storage import caregivers, children
from storage.conversations import Conversation
from storage.database import Connection

SEND_MINUTES = (7 * 60, 11 * 60 + 30, 19 * 60)
LIFE_DAYS = 8 * 365


@dataclass(slots=True)
class Family:
    """One caregiver with children; `caregiver_id` is set when they join."""

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
    caregiver_id: int = 0
    address: Address | None = None

    def join(self, conn: Connection, now: datetime) -> None:
        """Registers them as the conversation does, without the words."""
        self.address = Address("rehearsal", "local", f"family-{self.number}")
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
        state = ChildState.BORN if self.born_on else ChildState.EXPECTED
        for _ in range(2 if self.twins else 1):
            child_id = children.add(
                conn,
                self.caregiver_id,
                self.joins,
                state=state,
                born_on=self.born_on,
                precision="day",
                due_on=self.due_on,
                gestation_weeks=self.gestation_weeks,
            )
            self._plan_joining(conn, child_id, now)

    def _plan_joining(self, conn: Connection, child_id: int, now: datetime) -> None:
        child = children.get(conn, child_id)
        contact = caregivers.find(conn, self.address) if self.address else None
        if child is None or contact is None:
            return
        event = Event(EventKind.START, "join", contact.address, now)
        joining.join(
            Turn(
                conn,
                now,
                event,
                contact,
                Conversation(),
                (child,),
                self.library,
                None,
                random.Random(self.number),
            ),
            child,
        )


def settle_families(
    conn: Connection, count: int, start: date, days: int, chance: random.Random, library: Library
) -> list[Family]:
    """Two thirds are there from the beginning, the others join over the first half."""
    families = [_family(n, start, days, chance, library) for n in range(count)]
    return [f for f in families if f.born_on is None or not too_old(f.born_on, f.joins)]


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
        twins=chance.random() < 0.02,
        library=library,
    )
