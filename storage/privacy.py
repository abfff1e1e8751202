"""Forgetting a person: "delete me", and contacts who never agreed to anything."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.engine import Connection

from care.people import CaregiverState, Frequency
from storage import audit, officer_chats, slips, talks, tombstones, web
from storage import children as kids
from storage.caregivers import DEFAULT_SEND_MINUTES, Contact
from storage.caregivers import erase as erase_caregiver
from storage.case_tables import discreet, safe_words
from storage.console_tables import campaign_answers, officers, talk_scores
from storage.dialect import in_state
from storage.family_tables import (
    addresses,
    book_links,
    caregivers,
    consents,
    duty_records,
    invites,
    measurements,
    milestone_answers,
)
from storage.inbox import hold_chat
from storage.outbox import CANCELLED, PENDING
from storage.tables import conversations, decisions, inbox, outbox, reactions
from storage.tombstones import Kind

CONTACTS_A_PURGE = 200
NOBODY = 0  # no address has this id


def address_count(conn: Connection, caregiver_id: int) -> int:
    """On how many messengers or browsers this caregiver has written."""
    query = select(func.count()).select_from(addresses)
    return conn.execute(query.where(addresses.c.caregiver_id == caregiver_id)).scalar_one()


def message_count(conn: Connection, caregiver_id: int) -> int:
    """How many unasked messages are on record for this caregiver, whatever became of them."""
    query = select(func.count()).select_from(outbox)
    mine = (outbox.c.caregiver_id == caregiver_id, outbox.c.planned_on.is_not(None))
    return conn.execute(query.where(*mine)).scalar_one()


def erase(conn: Connection, contact: Contact, event_id: str, now: datetime) -> None:
    """Forgets everything about this caregiver but the address that the last answer goes to.

    The caregiver row stays, emptied to what a stranger's first word would make, so that the
    answer can be delivered; `purge_unconsented` takes it away later. `event_id` is the event that
    asked for it: its body goes too, those of events still waiting behind it do not.
    """
    caregiver_id = contact.caregiver.id
    let_turns_end(conn, caregiver_id)
    me = f"caregiver:{caregiver_id}"
    audit.record(conn, me, "erase", me, now)
    tombstones.of_caregiver(conn, Kind.ERASED, caregiver_id, now)
    for child in kids.of_caregiver(conn, caregiver_id):
        leave_child(conn, child.id, caregiver_id, now)
    _erase_traces(conn, caregiver_id, event_id, now)
    others = (addresses.c.caregiver_id == caregiver_id, addresses.c.id != contact.address_id)
    conn.execute(delete(addresses).where(*others))
    conn.execute(
        update(caregivers)
        .where(caregivers.c.id == caregiver_id)
        .values(
            state=CaregiverState.NEW,
            role=None,
            frequency=Frequency.NORMAL,
            send_minutes=DEFAULT_SEND_MINUTES,
            area_id=None,
            address_id=contact.address_id,
            route=f"{contact.address.channel}:{contact.address.account}",
            paused_until=None,
            created_at=now,
            seen_at=now,
        )
    )
    conn.execute(
        update(addresses)
        .where(addresses.c.id == contact.address_id)
        .values(created_at=now, gone_at=now)  # a place for somebody else, till they write again
    )


def let_turns_end(conn: Connection, caregiver_id: int) -> None:
    """Before an erasure: what the person is told at this moment, on any messenger, goes too."""
    mine = select(addresses.c.chat_hash).where(addresses.c.caregiver_id == caregiver_id)
    for chat in list(conn.execute(mine.order_by(addresses.c.chat_hash)).scalars()):
        hold_chat(conn, chat)


def purge_unconsented(conn: Connection, before: datetime) -> int:
    """Removes contacts who never agreed and were last seen before that; returns how many.

    Not who is writing at this moment, and not the chats of officers, who agree to nothing in them.
    At most CONTACTS_A_PURGE in one go, so that nobody waits behind it.
    """
    rows = conn.execute(
        select(caregivers.c.id)
        .where(
            caregivers.c.state == CaregiverState.NEW,
            caregivers.c.seen_at < before,
            ~exists().where(officers.c.caregiver_id == caregivers.c.id),
        )
        .order_by(caregivers.c.id)
        .limit(CONTACTS_A_PURGE)
        .with_for_update(skip_locked=True)
    )
    stale = list(rows.scalars())
    for caregiver_id in stale:
        remove(conn, caregiver_id, before)
    return len(stale)


def erase_wholly(conn: Connection, caregiver_id: int, now: datetime) -> None:
    """As asked for, but nobody waits for an answer: nothing stays, not even the address."""
    tombstones.of_caregiver(conn, Kind.ERASED, caregiver_id, now)
    remove(conn, caregiver_id, now)


def remove(conn: Connection, caregiver_id: int, now: datetime) -> None:
    """Nothing of this caregiver stays; an older copy may bring it back, till this runs again."""
    for child in kids.of_caregiver(conn, caregiver_id):
        leave_child(conn, child.id, caregiver_id, now)
    _erase_traces(conn, caregiver_id, None, now)
    erase_caregiver(conn, caregiver_id)


def take_off(conn: Connection, child_id: int, caregiver_id: int, now: datetime) -> None:
    """As asked for: an older copy must not bring the child back to this caregiver."""
    tombstones.left(conn, child_id, caregiver_id, now)
    leave_child(conn, child_id, caregiver_id, now)


def leave_child(conn: Connection, child_id: int, caregiver_id: int, now: datetime) -> None:
    """Whoever else cares for the child keeps it; nothing about it stays under this caregiver."""
    alone = kids.caregivers_of(conn, child_id) == [caregiver_id]
    for table in (outbox, decisions):
        which = table.c.child_id == child_id
        if not alone:
            which &= table.c.caregiver_id == caregiver_id
        if table is outbox:
            _unname(conn, which, now)
        else:
            conn.execute(delete(decisions).where(which))
    kids.unlink(conn, child_id, caregiver_id)


def _unname(conn: Connection, which: ColumnElement[bool], now: datetime) -> None:
    """Messages become mere numbers: to nobody, about nobody, without a word.

    They are not deleted: SQLite gives the number of a deleted last row out again, and channels
    know by that number what they have sent already.
    """
    cancelled = {"state": CANCELLED, "reason": "erased", "at": now}
    conn.execute(update(outbox).where(which, in_state(outbox.c.state, PENDING)).values(**cancelled))
    conn.execute(
        update(outbox)
        .where(which)
        .values(caregiver_id=None, child_id=None, address_id=NOBODY, params={}, ref=None)
    )


def forget_traces(conn: Connection, caregiver_id: int, now: datetime) -> None:
    """What stands under a caregiver without an address: it goes up in another one."""
    _erase_traces(conn, caregiver_id, None, now)


def _erase_traces(conn: Connection, caregiver_id: int, event_id: str | None, now: datetime) -> None:
    addresses_of = conn.execute(
        select(addresses.c.id, addresses.c.chat, addresses.c.chat_hash).where(
            addresses.c.caregiver_id == caregiver_id
        )
    ).all()
    ids = [row.id for row in addresses_of]
    mine_to_read = or_(outbox.c.caregiver_id == caregiver_id, outbox.c.address_id.in_(ids))
    _unname(conn, mine_to_read, now)
    own = (decisions, consents, invites, reactions, book_links, talk_scores, campaign_answers)
    for table in (*own, safe_words):
        conn.execute(delete(table).where(table.c.caregiver_id == caregiver_id))
    talks.erase(conn, caregiver_id, now)
    officer_chats.unlink_chat(conn, caregiver_id)
    slips.unlink(conn, caregiver_id)
    for told in (duty_records, measurements, milestone_answers):
        mine = told.c.caregiver_id == caregiver_id
        conn.execute(update(told).where(mine).values(caregiver_id=None))
    for quiet in (conversations, discreet):
        conn.execute(delete(quiet).where(quiet.c.address_id.in_(ids)))
    for row in addresses_of:
        web.erase(conn, row.chat)  # a browser's chat id names its lines; another's names none
        _empty_inbox(conn, row, event_id)


def _empty_inbox(conn: Connection, address: Any, event_id: str | None) -> None:
    handled = inbox.c.state != "new"
    if event_id is not None:
        handled = or_(handled, inbox.c.event_id == event_id)
    conn.execute(
        update(inbox)
        .where(inbox.c.chat_hash == address.chat_hash, handled)
        .values(body=None, error=None)
    )
