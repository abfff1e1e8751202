"""One event in, its answers out: one transaction, no network.

1. Stop if the inbox row was handled before.
2. Open the contact and its conversation; pick the handler; let it answer.
3. Store the answers in the outbox, the new state of the conversation, and the inbox row as done.
"""

import random
from datetime import datetime, timedelta
from typing import Any

from care.messages import Button, Event, EventKind, Kind, Say
from content.library import Library
from handlers.routing import NONCE_MARK, Routes, pick
from handlers.turn import Answer, Turn
from storage import caregivers, children, conversations, outbox
from storage.areas import Area
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.database import Connection

REPLY_LIVES = timedelta(minutes=10)
EMERGENCY_LIVES = timedelta(seconds=120)


def take_turn(
    conn: Connection,
    event: Event,
    now: datetime,
    *,
    routes: Routes,
    library: Library,
    root: Area | None,
    chance: random.Random,
) -> None:
    """Handles one event. The caller owns the transaction; raising undoes everything."""
    contact = caregivers.open_contact(conn, event.address, now)
    conversation = conversations.get(conn, contact.address_id)
    turn = Turn(
        conn,
        now,
        event,
        contact,
        conversation,
        children.of_caregiver(conn, contact.caregiver.id),
        library,
        root,
        chance,
    )
    handler = pick(routes, turn)
    answer = handler(turn)
    nonce = _remember(conn, contact, conversation, answer, now)
    kind = Kind.EMERGENCY if handler is routes.emergency or answer.sensitive else Kind.REPLY
    rows = [_row(contact, say, kind, nonce, now) for say in answer.says]
    if event.kind is not EventKind.LEFT:
        _mark_current(conn, contact, now)
    outbox.add(conn, rows)


def apologise(conn: Connection, event: Event, now: datetime) -> None:
    """For an event that could not be handled: the person hears of it, the row stays quarantined."""
    contact = caregivers.open_contact(conn, event.address, now)
    outbox.add(conn, [_row(contact, Say("fallback/trouble"), Kind.REPLY, None, now)])


def _remember(
    conn: Connection, contact: Contact, before: Conversation, answer: Answer, now: datetime
) -> int | None:
    """Stores where the conversation stands; returns the number its new buttons carry."""
    if answer.keep:
        return None
    sensitive = before.sensitive or answer.sensitive
    if answer.step is None and before.step is None and not sensitive:
        return None
    nonce = before.nonce + 1
    after = Conversation(answer.step, nonce, answer.draft, answer.sensitive)
    conversations.put(conn, contact.address_id, after, now)
    return nonce if answer.step is not None else None


def _row(
    contact: Contact, say: Say, kind: Kind, nonce: int | None, now: datetime
) -> dict[str, Any]:
    lives = EMERGENCY_LIVES if kind is Kind.EMERGENCY else REPLY_LIVES
    params = dict(say.params)
    if say.buttons:
        params["buttons"] = [_button(button, nonce) for button in say.buttons]
    if say.edit:
        params["edit"] = say.edit
    return outbox.values(
        kind=kind,
        address_id=contact.address_id,
        route=caregivers.route(contact.address),
        message=say.message,
        not_before=now,
        expires_at=now + lives,
        caregiver_id=contact.caregiver.id,
        params=params,
    )


def _button(button: str | Button, nonce: int | None) -> list[str | None]:
    """[id, label or None for the label of the action, url]; menu buttons never grow old."""
    if isinstance(button, str):
        button = Button(button, "")
    stale = nonce is not None and not button.id.startswith("menu.")
    mark = f"{NONCE_MARK}{nonce}" if stale else ""
    return [f"{button.id}{mark}", button.label or None, button.url]


def _mark_current(conn: Connection, contact: Contact, now: datetime) -> None:
    """Pushes follow the person to the messenger they used last."""
    caregivers.seen(conn, contact, now)
    if contact.caregiver.address_id != contact.address_id:
        way = caregivers.route(contact.address)
        caregivers.use_address(conn, contact.caregiver.id, contact.address_id, way)
