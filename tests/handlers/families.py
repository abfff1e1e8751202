"""Families that are registered already, and what the database holds about them."""

from datetime import date
from typing import Any

from sqlalchemy import insert, select

from bot import pushes
from care.choosing import Candidate
from care.people import CaregiverState, Child, ChildState, Role
from care.programme import Opening
from storage import caregivers, children, decisions, outbox
from storage.caregivers import Contact
from storage.outbox import SENT
from storage.tables import decisions as decisions_table
from storage.tables import outbox as outbox_table
from tests.handlers.conversation import Conversation

TODAY = date(2026, 11, 24)
BORN = date(2026, 3, 12)
DUE = date(2026, 12, 10)


def kids(chat: Conversation) -> list[Child]:
    """Every child of this person, oldest link first."""
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
        return children.of_caregiver(conn, contact.caregiver.id) if contact else []


def joins(chat: Conversation, role: Role = Role.MOTHER) -> int:
    """Agreed, without a child; the caregiver's id."""
    with chat.engine.connect() as conn, conn.begin():
        contact = caregivers.open_contact(conn, chat.address, chat.now)
        caregivers.change(conn, contact.caregiver.id, state=CaregiverState.ACTIVE, role=role)
        for purpose in ("programme", "campaigns"):
            caregivers.record_consent(
                conn, contact.caregiver.id, contact.address_id, purpose, True, 1, "0" * 64, chat.now
            )
        return contact.caregiver.id


def has(chat: Conversation, nickname: str | None = "Bống", **values: Any) -> int:
    """A child of this person; born on BORN unless told otherwise."""
    me = joins(chat)
    born = {"state": ChildState.BORN, "born_on": BORN, "precision": "day"}
    with chat.engine.connect() as conn, conn.begin():
        values = values or born
        return children.add(conn, me, TODAY, nickname=nickname, **values)


def expects(chat: Conversation, due_on: date = DUE, nickname: str | None = None) -> int:
    return has(chat, nickname, state=ChildState.EXPECTED, due_on=due_on, precision="day")


def shares(chat: Conversation, other: Conversation, child_id: int) -> int:
    """The other person cares for the child too."""
    caregiver_id = joins(other, Role.FATHER)
    with chat.engine.connect() as conn, conn.begin():
        children.link(conn, child_id, caregiver_id, TODAY)
    return caregiver_id


def child(chat: Conversation, child_id: int) -> Child | None:
    with chat.engine.connect() as conn:
        return children.get(conn, child_id)


def me(chat: Conversation) -> Contact:
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
    assert contact is not None
    return contact


def opening(chat: Conversation, item: str, slot: int = 0) -> Opening:
    return next(o for o in chat.library.openings if (o.item.id, o.slot) == (item, slot))


def queued(
    chat: Conversation, child_id: int, item: str, *, state: str = "pending", slot: int = 0
) -> None:
    """A push of that item waits for this person, or was sent."""
    contact, kid = me(chat), child(chat, child_id)
    assert kid is not None
    found = opening(chat, item, slot)
    days = found.opens_on(kid) or TODAY, max(found.expires_on(kid) or TODAY, TODAY)
    row = pushes.row(
        Candidate(child_id, found, *days, None),
        caregiver_id=contact.caregiver.id,
        address_id=contact.address_id,
        route=caregivers.route(contact.address),
        send_minutes=contact.caregiver.send_minutes,
        today=TODAY,
    )
    with chat.engine.connect() as conn, conn.begin():
        sent = {"state": state, "at": chat.now} if state == SENT else {}
        outbox.add(conn, [{**row, **sent}])


def waits(chat: Conversation, child_id: int, item: str, slot: int = 0) -> None:
    """A decision to send that item later."""
    me_id = me(chat).caregiver.id
    row = decisions.decision(
        opening(chat, item, slot),
        child_id,
        me_id,
        TODAY,
        date(2027, 6, 1),
        "waiting",
        "budget",
        TODAY,
        TODAY,
    )
    with chat.engine.connect() as conn, conn.begin():
        conn.execute(insert(decisions_table).values(**row))


def pushed(chat: Conversation, caregiver_id: int | None = None) -> dict[str, tuple[str, str]]:
    """Pushes of this person: item -> (state, reason)."""
    wanted = caregiver_id or me(chat).caregiver.id
    with chat.engine.connect() as conn:
        rows = conn.execute(
            select(outbox_table).where(
                outbox_table.c.caregiver_id == wanted, outbox_table.c.planned_on.is_not(None)
            )
        )
        return {row.message: (row.state, row.reason) for row in rows}


def decided(chat: Conversation, caregiver_id: int | None = None) -> dict[str, tuple[str, str]]:
    """Decisions about this person: item -> (state, reason)."""
    wanted = caregiver_id or me(chat).caregiver.id
    with chat.engine.connect() as conn:
        found = decisions.of_caregiver(conn, wanted)
        return {row["message"]: (row["state"], row["reason"]) for row in found}
