"""Forgetting a person: nothing of theirs stays, and nothing of anybody else goes."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from care.people import CaregiverState, Frequency, Role
from storage import (
    caregivers,
    children,
    claims,
    conversations,
    duties,
    inbox,
    outbox,
    privacy,
    web,
)
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.decisions import record
from storage.family_tables import addresses as addresses_table
from storage.family_tables import care_links, consents, duty_records, invites
from storage.family_tables import caregivers as caregivers_table
from storage.family_tables import children as children_table
from storage.tables import conversations as conversations_table
from storage.tables import decisions, web_messages
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, a_child, a_push, a_row, address

LATER = NOW + DAY


def count(conn: Connection, table: Any, *which: Any) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*which)).scalar_one()


def a_life(conn: Connection, chat_id: str) -> tuple[Contact, int]:
    """Somebody with a row in every table that can hold one; returns the child too."""
    contact = a_caregiver(conn, chat_id, role=Role.MOTHER, frequency=Frequency.FEW)
    me = contact.caregiver.id
    child_id = a_child(conn, me, TODAY, nickname="Bống")
    caregivers.record_consent(conn, me, contact.address_id, "tips", True, 1, "0" * 64, NOW)
    conversations.put(conn, contact.address_id, Conversation("step", 3, {"x": 1}), NOW)
    duties.mark_done(conn, child_id, "bcg", me, NOW)
    children.add_invite(conn, me, f"CODE-{chat_id}", LATER)
    mine = {"caregiver_id": me, "address_id": contact.address_id, "child_id": child_id}
    params = {"params": {"name": "Bống"}}
    outbox.add(conn, [a_push("tip.one", **mine), a_push("tip.two", **mine, **params)])
    outbox.add(conn, [a_row("reply", **{**mine, "child_id": None}, **params)])
    record(conn, [a_decision(child_id, me)])
    inbox.add(
        conn,
        [inbox.Arrival(f"{chat_id}-{n}", contact.address, f"body {n}") for n in range(3)],
        NOW,
    )
    inbox.finish(conn, _event(conn, f"{chat_id}-0"))
    web.open_session(conn, chat_id, NOW)
    web.append(conn, chat_id, "k", {"text": "chào"}, NOW)
    return contact, child_id


def a_decision(child_id: int, caregiver_id: int) -> dict[str, Any]:
    return {
        "message": "tip.three",
        "slot": 0,
        "child_id": child_id,
        "caregiver_id": caregiver_id,
        "opened_on": TODAY,
        "expires_on": TODAY + DAY,
        "state": "waiting",
        "reason": "budget",
        "decided_on": TODAY,
        "retry_on": TODAY,
    }


def _event(conn: Connection, event_id: str) -> int:
    query = select(inbox_table.c.id).where(inbox_table.c.event_id == event_id)
    return conn.execute(query).scalar_one()


def bodies(conn: Connection, chat_id: str) -> list[str | None]:
    query = select(inbox_table.c.body).where(inbox_table.c.event_id.startswith(chat_id))
    return list(conn.execute(query.order_by(inbox_table.c.id)).scalars())


def everything(conn: Connection, contact: Contact, child_id: int) -> list[Any]:
    """All that is stored about somebody, to compare before and after."""
    me, mine = contact.caregiver.id, contact.address_id
    queries = [
        select(caregivers_table).where(caregivers_table.c.id == me),
        select(addresses_table).where(addresses_table.c.caregiver_id == me),
        select(consents).where(consents.c.caregiver_id == me),
        select(invites).where(invites.c.caregiver_id == me),
        select(conversations_table).where(conversations_table.c.address_id == mine),
        select(children_table).where(children_table.c.id == child_id),
        select(care_links).where(care_links.c.child_id == child_id),
        select(duty_records).where(duty_records.c.child_id == child_id),
        select(outbox_table).where(outbox_table.c.caregiver_id == me),
        select(decisions).where(decisions.c.caregiver_id == me),
        select(inbox_table).where(inbox_table.c.event_id.startswith(contact.address.chat_id)),
        select(web_messages).where(web_messages.c.token_hash == contact.address.chat_id),
    ]
    return [conn.execute(query).all() for query in queries]


def test_nothing_of_the_person_stays(conn: Connection) -> None:
    contact, child_id = a_life(conn, "one")
    me = contact.caregiver.id
    privacy.erase(conn, contact, "one-1", LATER)

    assert children.get(conn, child_id) is None
    for table in (consents, invites, conversations_table, care_links, duty_records, decisions):
        assert count(conn, table) == 0
    assert count(conn, outbox_table, outbox_table.c.caregiver_id == me) == 0
    assert web.after(conn, "one", 0) == []
    assert bodies(conn, "one") == [None, None, "body 2"]


def test_messages_become_mere_numbers(conn: Connection) -> None:
    contact, _ = a_life(conn, "one")
    first = claims.claim(conn, "telegram:main", NOW, (), quiet=False)
    assert first is not None
    claims.settle(conn, first.id, outbox.SENT, NOW, ref="77")
    privacy.erase(conn, contact, "one-1", LATER)
    rows = conn.execute(select(outbox_table)).all()
    assert len(rows) == 3
    assert {row.state for row in rows} == {"sent", "cancelled"}
    for row in rows:
        assert (row.caregiver_id, row.child_id, row.ref) == (None, None, None)
        assert (row.address_id, row.params) == (privacy.NOBODY, {})
    assert claims.claim(conn, "telegram:main", LATER, (), quiet=False) is None


def test_the_last_answer_can_still_be_delivered(conn: Connection) -> None:
    contact, _ = a_life(conn, "one")
    privacy.erase(conn, contact, "one-1", LATER)
    found = caregivers.by_address_id(conn, contact.address_id)
    assert found is not None
    assert found.address == contact.address
    person = found.caregiver
    assert (person.id, person.state, person.role) == (contact.caregiver.id, "new", None)
    assert (person.frequency, person.send_minutes) == (Frequency.NORMAL, 19 * 60)
    assert (person.address_id, person.created_at) == (contact.address_id, LATER)


def test_other_people_keep_everything(conn: Connection) -> None:
    contact, _ = a_life(conn, "one")
    other, other_child = a_life(conn, "two")
    before = everything(conn, other, other_child)
    assert all(before)
    privacy.erase(conn, contact, "one-1", LATER)
    assert everything(conn, other, other_child) == before


def test_a_shared_child_stays_with_the_other(conn: Connection) -> None:
    contact, child_id = a_life(conn, "one")
    other, other_child = a_life(conn, "two")
    children.link(conn, child_id, other.caregiver.id, TODAY)
    theirs = a_push(
        "tip.one", child_id=child_id, caregiver_id=other.caregiver.id, address_id=other.address_id
    )
    outbox.add(conn, [theirs])
    record(conn, [a_decision(child_id, other.caregiver.id)])
    before = everything(conn, other, other_child)

    privacy.erase(conn, contact, "one-1", LATER)

    assert everything(conn, other, other_child) == before
    assert children.caregivers_of(conn, child_id) == [other.caregiver.id]
    assert duties.done(conn, child_id) == {"bcg": None}
    marked_by = select(duty_records.c.caregiver_id).where(duty_records.c.child_id == child_id)
    assert conn.execute(marked_by).scalar_one() is None


def test_other_addresses_of_the_person_go(conn: Connection) -> None:
    contact, _ = a_life(conn, "one")
    second, _ = a_life(conn, "two")
    conn.execute(
        addresses_table.update()
        .where(addresses_table.c.id == second.address_id)
        .values(caregiver_id=contact.caregiver.id)
    )
    assert privacy.address_count(conn, contact.caregiver.id) == 2
    privacy.erase(conn, contact, "one-1", LATER)
    assert privacy.address_count(conn, contact.caregiver.id) == 1
    assert caregivers.by_address_id(conn, second.address_id) is None
    assert web.after(conn, "two", 0) == []
    assert bodies(conn, "two")[0] is None


def test_unasked_messages_are_counted(conn: Connection) -> None:
    contact, _ = a_life(conn, "one")
    assert privacy.message_count(conn, contact.caregiver.id) == 2


@pytest.mark.parametrize("alone", [True, False])
def test_a_child_may_be_taken_off_the_list(conn: Connection, *, alone: bool) -> None:
    contact, child_id = a_life(conn, "one")
    other, _ = a_life(conn, "two")
    if not alone:
        children.link(conn, child_id, other.caregiver.id, TODAY)
        outbox.add(conn, [a_push("tip.one", child_id=child_id, caregiver_id=other.caregiver.id)])
    privacy.leave_child(conn, child_id, contact.caregiver.id, LATER)
    assert (children.get(conn, child_id) is None) == alone
    about = count(conn, outbox_table, outbox_table.c.child_id == child_id)
    assert about == (0 if alone else 1)
    assert count(conn, decisions, decisions.c.child_id == child_id) == 0
    assert caregivers.consents_of(conn, contact.caregiver.id) != {}


def last_seen(conn: Connection, contact: Contact, at: datetime, state: CaregiverState) -> None:
    caregivers.change(conn, contact.caregiver.id, seen_at=at, state=state)


def test_who_never_agreed_is_forgotten_in_time(conn: Connection) -> None:
    old, _ = a_life(conn, "old")
    young, _ = a_life(conn, "young")
    agreed, _ = a_life(conn, "agreed")
    last_seen(conn, old, NOW, CaregiverState.NEW)
    last_seen(conn, young, LATER, CaregiverState.NEW)
    last_seen(conn, agreed, NOW, CaregiverState.STOPPED)
    assert privacy.purge_unconsented(conn, LATER) == 1
    assert privacy.purge_unconsented(conn, LATER) == 0
    assert caregivers.find(conn, address("old")) is None
    assert caregivers.find(conn, address("young")) is not None
    assert caregivers.find(conn, address("agreed")) is not None
    assert count(conn, caregivers_table) == count(conn, children_table) == 2
    assert bodies(conn, "old")[0] is None


def test_only_so_many_are_forgotten_in_one_go(
    conn: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "CONTACTS_A_PURGE", 2)
    for n in range(3):
        last_seen(conn, a_caregiver(conn, str(n)), NOW, CaregiverState.NEW)
    assert [privacy.purge_unconsented(conn, LATER) for _ in range(3)] == [2, 1, 0]
