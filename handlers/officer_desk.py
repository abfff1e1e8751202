"""What an officer's conversations share: who works here, which campaign is meant, a step taken.

Buttons carry the campaign and the version that was shown: "officer.approve:12:3". Nothing of them
is believed. A chat that speaks for no officer gets the ordinary answer.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from care.campaigns import NotAllowed
from care.messages import Button, EventKind, Say
from care.scope import May, Scope
from handlers import fallback
from handlers.menu import half_written
from handlers.officer_link import DESK
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, say
from storage import campaign_steps, officer_chats
from storage.campaigns import Campaign
from storage.officers import Officer
from storage.scopes import scope_of

MENU = "officer.menu"


class At(NamedTuple):
    """An officer at the own desk."""

    officer: Officer
    scope: Scope


AtDesk = Callable[[Turn, At], Answer]


def at_desk(needs: May, f: AtDesk) -> Handler:
    """Only for who may do that on the officers' pages too."""

    def handler(turn: Turn) -> Answer:
        officer = officer_chats.of_caregiver(turn.conn, turn.caregiver.id)
        at = At(officer, scope_of(turn.conn, officer)) if officer is not None else None
        return f(turn, at) if at is not None and at.scope.may(needs) else nothing(turn)

    return handler


def nothing(turn: Turn) -> Answer:
    """As if there were no such button and no such word."""
    text = turn.event.kind is EventKind.TEXT
    return fallback.unknown(turn) if text else fallback.stale(turn)


def meant(turn: Turn, at: At) -> tuple[Campaign | None, int | None, str]:
    """The campaign of the button, the version it was shown in, and what else it says."""
    campaign_id, _, rest = argument(turn).partition(":")
    version, _, more = rest.partition(":")
    return find(turn, at, number(campaign_id)), number(version), more


def find(turn: Turn, at: At, campaign_id: int | None) -> Campaign | None:
    if campaign_id is None:
        return None
    return campaign_steps.find(turn.conn, at.scope, campaign_id)


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def button(action: str, campaign: Campaign, more: str = "", label: str = "") -> Button:
    tail = f":{more}" if more else ""
    return Button(f"{action}:{campaign.id}:{campaign.version}{tail}", label)


def take(
    turn: Turn,
    at: At,
    action: str,
    campaign_id: int,
    seen: int | None,
    f: Callable[..., Any],
    *args: Any,
) -> str | None:
    """A step and its line in the audit trail. Returns why not, or None."""
    which = (at.officer.id, action, campaign_id, seen, turn.now)
    try:
        campaign_steps.take(turn.conn, *which, f, *args)
    except NotAllowed as refused:
        return refused.what
    return None


def refused(turn: Turn, campaign_id: int, what: str) -> Answer:
    """Kindly why not, and the way to the campaign as it is now."""
    opens = Button(f"officer.open:{campaign_id}", "")
    return ended(turn, say("officer/refused", opens, MENU, what=what))


def ended(turn: Turn, *says: Say) -> Answer:
    """A question of another conversation stays open; of this desk only half-written text stays."""
    return _beside(turn, *says) or Answer(says, draft=half_written(turn))


def settled(turn: Turn, *says: Say) -> Answer:
    """What was typed has its place now."""
    return _beside(turn, *says) or Answer(says)


def _beside(turn: Turn, *says: Say) -> Answer | None:
    step = turn.conversation.step
    return aside(*says) if step is not None and not step.startswith(DESK) else None
