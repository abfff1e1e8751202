"""The screens of a report: one message that replaces itself, numbers first, one way out.

Nothing of it touches the conversation that was running: that one goes on afterwards.
"""

from dataclasses import replace
from typing import Any

from care.discreet import DRAFT_LIVES
from care.messages import Button, EventKind
from handlers.discreet import EXIT
from handlers.item_buttons import calls
from handlers.turn import Answer, Turn, aside, say
from storage import discreet, outbox, taken_away

NUMBERS = ("tre_em", "cong_an", "cap_cuu")

Draft = dict[str, Any]


def waiting(turn: Turn) -> str:
    """What an open dialogue waits for; "" where none is open or nothing is awaited."""
    found = discreet.get(turn.conn, turn.contact.address_id)
    return (found.step or "") if found is not None and found.shown else ""


def opened(turn: Turn) -> Draft:
    """Begins the dialogue or goes on with it; what was left too long ago is not taken up again."""
    address = turn.contact.address_id
    before = discreet.get(turn.conn, address)
    tapped = turn.event.kind is EventKind.CHOICE
    draft = discreet.touch(turn.conn, address, turn.now).draft
    taken_away.take_back(turn.conn, turn.contact, turn.event.left, turn.now)
    if before is not None and before.touched_at <= turn.now - DRAFT_LIVES:
        draft = only_own(draft)
    if before is None or not before.shown:
        draft.pop("at", None)
    elif tapped:
        draft["at"] = turn.event.ref
    return draft


def only_own(draft: Draft) -> Draft:
    """Every answer forgotten; what must be taken away from the chat stays known."""
    return {key: draft[key] for key in (*discreet.KEPT, "at") if key in draft}


def shown(
    turn: Turn,
    draft: Draft,
    step: str | None,
    message: str,
    *buttons: str | Button,
    **params: Any,
) -> Answer:
    """The next screen, in the place of the one before where that is known."""
    discreet.put(turn.conn, turn.contact.address_id, step, draft, turn.now)
    return in_place(turn, f"report/{message}", *buttons, EXIT, at=draft.get("at"), **params)


def in_place(
    turn: Turn, message: str, *buttons: str | Button, at: str | None = None, **params: Any
) -> Answer:
    """Numbers first, where the open dialogue stands; `at` is the message, where it is known."""
    address = turn.contact.address_id
    row = discreet.get(turn.conn, address)
    since = row.began_at if row is not None else turn.now
    edit = at or outbox.last_ref(turn.conn, turn.caregiver.id, address, since)
    told = say(message, *calls(turn.library, *NUMBERS), *buttons, **params)
    return aside(replace(told, edit=edit))


def elsewhere(turn: Turn) -> Answer:
    """What was said here cannot be taken back: the numbers, and the page where it can."""
    numbers = calls(turn.library, *NUMBERS)
    return aside(say("guidance/elsewhere", *numbers, Button("guidance.page", "", "/chat")))


def choice(turn: Turn, action: str, label: str) -> Button:
    return Button(action, turn.library.label(label))
