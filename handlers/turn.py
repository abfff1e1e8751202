"""What a handler gets and what it returns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from care.campaigns import ALONE_MOST
from care.clock import local_day
from care.messages import Button, Event, Say
from care.people import Caregiver, CaregiverState, Child, ChildState
from content.library import Library
from storage.areas import Area
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.database import Connection
from storage.quotas import Quotas


@dataclass(frozen=True, slots=True)
class Office:
    """What holds here for officers who work in their own chat; as `console.web.Desk` has it."""

    alone_most: int = ALONE_MOST
    link_hosts: tuple[str, ...] = ()  # our own included
    quotas: Quotas = field(default_factory=dict)
    sample: bool = False  # the demo: no code is asked for
    home: str = ""  # how families reach our pages


PLAIN = Office()


@dataclass(frozen=True, slots=True)
class Turn:
    """One event of one person, with everything needed to answer it, inside one transaction."""

    conn: Connection
    now: datetime
    event: Event
    contact: Contact
    conversation: Conversation
    children: Sequence[Child]
    library: Library
    root: Area | None  # where this installation works: a province, a commune, or the country
    chance: Any  # random.Random: the only source of codes
    deletes: bool = True  # the messenger can take back what was said
    office: Office = PLAIN
    full: bool = False  # the messenger takes no more people, and this one is not among them

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def caregiver(self) -> Caregiver:
        return self.contact.caregiver

    @property
    def text(self) -> str:
        return self.event.text

    @property
    def draft(self) -> dict[str, Any]:
        return self.conversation.draft

    @property
    def agreed(self) -> bool:
        """The caregiver has consented; before that only help and first contact are open."""
        return self.caregiver.state is not CaregiverState.NEW

    @property
    def living(self) -> list[Child]:
        """Children who are expected or born and in care."""
        return [c for c in self.children if c.state in (ChildState.EXPECTED, ChildState.BORN)]

    def child(self, child_id: int | str | None) -> Child | None:
        """A child of this caregiver, or None: ids in buttons are never believed."""
        return next((c for c in self.children if str(c.id) == str(child_id)), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say, and what to wait for.

    `step` None ends the awaited question; `keep` leaves the conversation as it was (a side
    question). Buttons of an answer with a step belong to that step: later taps on them are old.
    `sensitive` holds every push until the conversation ends.
    """

    says: tuple[Say, ...] = ()
    step: str | None = None
    draft: dict[str, Any] = field(default_factory=dict)
    keep: bool = False
    sensitive: bool = False


def say(message: str, *buttons: str | Button, child: Child | None = None, **params: Any) -> Say:
    """A message of the flows; `buttons` are action ids whose labels are in labels.yaml.

    Dates must be given as ISO strings. `child` is whom {be} speaks of.
    """
    if child is not None:
        params["child"] = child.id
    return Say(message, params, buttons)


def ask(step: str, *says: Say, sensitive: bool = False, **draft: Any) -> Answer:
    """Says something and waits for `step`."""
    return Answer(says, step, draft, sensitive=sensitive)


def done(*says: Say) -> Answer:
    return Answer(says)


def aside(*says: Say) -> Answer:
    """An answer that leaves the running conversation untouched."""
    return Answer(says, keep=True)
