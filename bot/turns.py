"""One event in, its answers out: one transaction, no network.

1. Stop if the inbox row was handled before.
2. Open the contact and its conversation; pick the handler; let it answer.
3. Store the answers in the outbox, the new state of the conversation, and the inbox row as done.
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.config import Settings
from bot.windows import heard
from care.campaigns import hosts_of
from care.discreet import DESPAIR, NUMBERS, is_discreet
from care.messages import Button, Event, EventKind, Kind, Say
from care.people import CaregiverState
from content.library import Library
from handlers.asking import TAKES_A_NUMBER
from handlers.routing import NONCE_MARK, Routes, pick
from handlers.turn import PLAIN, Answer, Office, Turn
from storage import (
    caregivers,
    children,
    conversations,
    discreet,
    inbox,
    linking,
    menus,
    messengers,
    outbox,
)
from storage.areas import Area
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.database import Connection
from storage.quotas import Quotas

REPLY_LIVES = timedelta(minutes=10)
EMERGENCY_LIVES = timedelta(seconds=120)


def office_of(settings: Settings, quotas: Quotas, sample: bool) -> Office:
    """What officers meet in their own chats is what their pages go by."""
    hosts = hosts_of(settings.public_url, settings.link_hosts)
    return Office(settings.alone_most, hosts, quotas, sample, settings.public_url)


def take_turn(
    conn: Connection,
    event: Event,
    now: datetime,
    *,
    routes: Routes,
    library: Library,
    root: Area | None,
    chance: random.Random,
    deletes: bool = True,
    office: Office = PLAIN,
    numbered: bool = False,
    windowed: bool = False,
    audience: int | None = None,
) -> None:
    """Handles one event. The caller owns the transaction; raising undoes everything.

    `numbered`: menus are numbers there; `windowed`: it lets us write only for a while;
    `audience`: the people it may have.
    """
    full = _is_one_too_many(conn, event, audience)
    contact = caregivers.open_contact(conn, event.address, now)
    conversation = conversations.get(conn, contact.address_id)
    if numbered:
        event = _chosen(conn, contact, conversation, event, now)
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
        deletes,
        office,
        full,
    )
    handler = pick(routes, turn)
    answer = handler(turn)
    nonce = _remember(conn, contact, conversation, answer, now)
    kind = Kind.EMERGENCY if handler is routes.emergency or answer.sensitive else Kind.REPLY
    rows = [_row(contact, say, kind, nonce, now) for say in answer.says]
    if deletes:
        _leaves_no_trace(conn, contact, event, answer, now)
    if numbered and answer.step is not None and not any(say.buttons for say in answer.says):
        menus.put(conn, contact.address_id, (), now)  # a number is an answer now
    if event.kind is not EventKind.LEFT:
        _mark_current(conn, contact, now)
        if windowed:
            heard(conn, library, contact.address_id, now)
    outbox.add(conn, rows)
    if full:
        caregivers.mark_gone(conn, contact.address_id, now)


def _is_one_too_many(conn: Connection, event: Event, audience: int | None) -> bool:
    """Who comes new to a messenger that is full; the address of such a person is kept as gone.

    Who is here, or agreed once and comes back, never is.
    """
    if audience is None:
        return False
    known = caregivers.find(conn, event.address)
    if known is not None and (not known.gone or known.caregiver.state is not CaregiverState.NEW):
        return False
    return messengers.is_full(conn, caregivers.route(event.address), audience)


def _chosen(
    conn: Connection, contact: Contact, conversation: Conversation, event: Event, now: datetime
) -> Event:
    """A number or a label of the last menu is a tap, as long as the menu is not an old one."""
    if event.kind is not EventKind.TEXT:
        return event
    bare = conversation.step in TAKES_A_NUMBER
    button = menus.resolve(conn, contact.address_id, event.text, now, bare=bare)
    _, _, nonce = (button or "").partition(NONCE_MARK)
    if button is None or (nonce and nonce != str(conversation.nonce)):
        return event
    return replace(event, kind=EventKind.CHOICE, text=button, ref=None, echo=event.ref)


def _leaves_no_trace(
    conn: Connection, contact: Contact, event: Event, answer: Answer, now: datetime
) -> None:
    """Whoever says something discreet has a dialogue that is open, and goes with it."""
    told = [say.message for say in answer.says if is_discreet(say.message)]
    if not told:
        return
    found = discreet.get(conn, contact.address_id)
    shown = found is not None and found.shown
    if not shown and all(message.startswith(NUMBERS) for message in told):
        return
    if found is None or not shown or found.touched_at < now:
        fades = not shown and not DESPAIR.intersection(told)
        discreet.touch(conn, contact.address_id, now, fades=fades)
    discreet.heard(conn, contact.address_id, event.id, event.left)


def apologise(conn: Connection, event: Event, now: datetime, audience: int | None = None) -> None:
    """For an event that could not be handled: the person hears of it, the row stays quarantined."""
    inbox.hold_chat(conn, caregivers.chat_hash(conn, event.address))
    full = _is_one_too_many(conn, event, audience)
    contact = caregivers.open_contact(conn, event.address, now)
    outbox.add(conn, [_row(contact, Say("fallback/trouble"), Kind.REPLY, None, now)])
    if full:
        caregivers.mark_gone(conn, contact.address_id, now)


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
        **caregivers.recipient(contact),
        kind=kind,
        message=say.message,
        not_before=now,
        expires_at=now + lives,
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
    """Pushes follow the person to the messenger they used last, unless they chose one."""
    caregivers.seen(conn, contact, now)
    if contact.caregiver.address_id != contact.address_id:
        chosen = linking.preferred(conn, contact.caregiver.id)
        if chosen is not None and chosen == contact.caregiver.address_id:
            return
        way = caregivers.route(contact.address)
        caregivers.use_address(conn, contact.caregiver.id, contact.address_id, way)
