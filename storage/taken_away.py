"""Taking the messages of a discreet dialogue out of the chat: a row of the outbox like every other.

Which messages it means is found when it is claimed, so that one that was under way when the person
left is not forgotten.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import Connection

from care.discreet import GONE, is_discreet
from care.messages import Kind
from storage import discreet, inbox, outbox
from storage.caregivers import Contact, recipient, route
from storage.claims import Row
from storage.dialect import in_state
from storage.outbox import CANCELLED, PENDING, SENDING
from storage.tables import outbox as rows

LIVES = timedelta(hours=48)  # as long as a messenger may take something back
ALL, WRITTEN = 0, 1  # slots of such a row: a dialogue that was left, or only what was typed in it
NO_REF = "key:"  # before the number of a row whose reference nobody knows


def leave(conn: Connection, contact: Contact, now: datetime, own: tuple[str, ...] = ()) -> None:
    """Everything the open dialogue left in the chat goes; what was not sent waits hidden.

    `own` is what stands there besides, if there is no dialogue any more, say.
    """
    found = discreet.get(conn, contact.address_id)
    if found is not None and found.shown:
        inbox.empty(conn, route(contact.address), found.events)
        add(conn, contact, found.began_at, (*found.own, *own), now)
        discreet.hide(conn, contact.address_id)
    elif own:
        add(conn, contact, now, own, now)


def add(
    conn: Connection, contact: Contact, since: datetime, own: tuple[str, ...], now: datetime
) -> None:
    """Waiting messages of the dialogue will never go; those that went are taken away."""
    mine = (rows.c.address_id == contact.address_id) & outbox.of_a_discreet_dialogue()
    waiting = update(rows).where(mine, in_state(rows.c.state, PENDING))
    conn.execute(waiting.values(state=CANCELLED, reason="taken away", at=now, params={}))
    params = {"own": list(dict.fromkeys(own)), "since": since.isoformat()}
    outbox.add(conn, [_row(contact, ALL, params, now)])


def take_back(conn: Connection, contact: Contact, own: tuple[str, ...], now: datetime) -> None:
    """What the person just wrote goes at once; the dialogue goes on."""
    if own:
        outbox.add(conn, [_row(contact, WRITTEN, {"own": list(own)}, now)])


def _row(contact: Contact, slot: int, params: dict[str, Any], now: datetime) -> dict[str, Any]:
    return outbox.values(
        **recipient(contact),
        kind=Kind.REPLY,
        message=GONE,
        not_before=now,
        expires_at=now + LIVES,
        slot=slot,
        params=params,
    )


def left_in_chat(conn: Connection, address_id: int) -> tuple[str, ...]:
    """References of an open dialogue and of what still waits to be taken away.

    For "delete me", after which nobody knows them.
    """
    found = discreet.get(conn, address_id)
    own: tuple[str, ...] = ()
    if found is not None and found.shown:
        own = (*found.own, *_references(conn, address_id, found.began_at, None))
    gone = select(rows).where(rows.c.address_id == address_id, rows.c.message == GONE)
    for row in conn.execute(gone.where(rows.c.state.in_((PENDING, SENDING)))):
        own += references(conn, address_id, row.id, row.params)
    return tuple(dict.fromkeys(own))


def references(
    conn: Connection, address_id: int, row_id: int, params: dict[str, Any]
) -> tuple[str, ...]:
    """Everything that one row takes away."""
    own = tuple(params.get("own", ()))
    if "since" not in params:
        return own
    since = datetime.fromisoformat(params["since"])
    return tuple(dict.fromkeys((*own, *_references(conn, address_id, since, row_id))))


def _references(
    conn: Connection, address_id: int, since: datetime, before: int | None
) -> tuple[str, ...]:
    query = select(rows.c.id, rows.c.ref).where(*_said(address_id, since, before))
    return tuple(row.ref or f"{NO_REF}{row.id}" for row in conn.execute(query.order_by(rows.c.id)))


def _said(address_id: int, since: datetime, before: int | None) -> tuple[ColumnElement[bool], ...]:
    """What was tried at least once; the rest never left."""
    said = (
        rows.c.address_id == address_id,
        rows.c.not_before >= since,
        rows.c.attempts > 0,
        outbox.of_a_discreet_dialogue(),
    )
    return said if before is None else (*said, rows.c.id < before)


def is_left(conn: Connection, row: Row) -> bool:
    """The person has left the dialogue that this message belongs to."""
    left = (rows.c.address_id == row.address_id, rows.c.message == GONE, rows.c.slot == ALL)
    later = select(rows.c.id).where(*left, rows.c.id > row.id).limit(1)
    return conn.execute(later).first() is not None


def done(conn: Connection, row: Row) -> None:
    """They are gone: neither what they were called nor what the person wrote is known any more."""
    if "since" in row.params:
        since = datetime.fromisoformat(row.params["since"])
        which = _said(row.address_id, since, row.id)
        conn.execute(update(rows).where(*which).values(ref=None, params={}))
    wipe(conn, row)


def wipe(conn: Connection, row: Row) -> None:
    """Of a settled message of a dialogue no word stays behind."""
    if is_discreet(row.message) or row.message == GONE:
        conn.execute(update(rows).where(rows.c.id == row.id).values(params={}))
