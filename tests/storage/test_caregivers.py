"""Contacts, their addresses, what they agreed to, and pauses."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from care.messages import Address
from care.people import CaregiverState, Frequency, Role
from storage import caregivers, conversations
from storage.caregivers import Contact
from storage.conversations import Conversation
from storage.family_tables import addresses, consents
from storage.family_tables import caregivers as table
from tests.storage.families import DAY, NOW, TODAY, a_caregiver, address


def again(conn: Connection, contact: Contact) -> Contact:
    found = caregivers.by_address_id(conn, contact.address_id)
    assert found is not None
    return found


def second_address(conn: Connection, caregiver_id: int, chat_id: str) -> int:
    """Another messenger of the same person."""
    other = caregivers.open_contact(conn, address(chat_id, "zalo_bot"), NOW)
    conn.execute(
        addresses.update()
        .where(addresses.c.id == other.address_id)
        .values(caregiver_id=caregiver_id)
    )
    return other.address_id


def push_route(conn: Connection, caregiver_id: int) -> tuple[int | None, str | None]:
    row = conn.execute(
        select(table.c.address_id, table.c.route).where(table.c.id == caregiver_id)
    ).one()
    return row.address_id, row.route


def test_a_stranger_becomes_a_contact(conn: Connection) -> None:
    where = address("1001")
    assert caregivers.find(conn, where) is None
    contact = caregivers.open_contact(conn, where, NOW)
    assert contact.address == where
    assert not contact.gone
    person = contact.caregiver
    assert (person.state, person.role) == (CaregiverState.NEW, None)
    assert (person.frequency, person.send_minutes) == (Frequency.NORMAL, 19 * 60)
    assert (person.area_id, person.paused_until, person.created_at) == (None, None, NOW)
    assert push_route(conn, person.id) == (contact.address_id, "telegram:main")
    assert person.address_id == contact.address_id


def test_the_same_person_is_found_again(conn: Connection) -> None:
    first = caregivers.open_contact(conn, address("1001"), NOW)
    assert caregivers.open_contact(conn, address("1001"), NOW + DAY) == first
    assert caregivers.find(conn, address("1001")) == first
    assert caregivers.by_address_id(conn, first.address_id) == first
    assert caregivers.by_address_id(conn, first.address_id + 1000) is None


@pytest.mark.parametrize(
    "other",
    [
        Address("telegram", "main", "1002"),
        Address("zalo_bot", "main", "1001"),
        Address("telegram", "second", "1001"),
    ],
)
def test_other_addresses_are_other_people(conn: Connection, other: Address) -> None:
    first = caregivers.open_contact(conn, address("1001"), NOW)
    second = caregivers.open_contact(conn, other, NOW)
    assert second.caregiver.id != first.caregiver.id
    assert second.address == other


def test_changes_are_kept(conn: Connection) -> None:
    contact = a_caregiver(
        conn, role=Role.FATHER, frequency=Frequency.FEW, send_minutes=480, paused_until=TODAY
    )
    person = again(conn, contact).caregiver
    assert (person.role, person.frequency, person.send_minutes) == (Role.FATHER, "it", 480)
    assert (person.state, person.paused_until) == (CaregiverState.ACTIVE, TODAY)


def test_when_somebody_wrote_last(conn: Connection) -> None:
    contact = a_caregiver(conn)
    caregivers.seen(conn, contact, NOW + DAY)
    seen_at = select(table.c.seen_at).where(table.c.id == contact.caregiver.id)
    assert conn.execute(seen_at).scalar_one() == NOW + DAY


def test_somebody_who_left_gets_nothing_till_they_write(conn: Connection) -> None:
    contact = a_caregiver(conn)
    caregivers.mark_gone(conn, contact.address_id, NOW)
    assert again(conn, contact).gone
    assert push_route(conn, contact.caregiver.id) == (None, None)

    back = caregivers.open_contact(conn, contact.address, NOW + DAY)
    assert not back.gone
    assert back.caregiver.id == contact.caregiver.id
    assert back.caregiver.address_id == contact.address_id
    assert push_route(conn, contact.caregiver.id) == (contact.address_id, "telegram:main")


def test_pushes_move_to_another_living_address(conn: Connection) -> None:
    contact = a_caregiver(conn)
    other = second_address(conn, contact.caregiver.id, "9")
    caregivers.mark_gone(conn, contact.address_id, NOW)
    assert push_route(conn, contact.caregiver.id) == (other, "zalo_bot:main")
    caregivers.mark_gone(conn, other, NOW)
    assert push_route(conn, contact.caregiver.id) == (None, None)


def test_pushes_stay_when_an_unused_address_goes(conn: Connection) -> None:
    contact = a_caregiver(conn)
    other = second_address(conn, contact.caregiver.id, "9")
    caregivers.mark_gone(conn, other, NOW)
    assert push_route(conn, contact.caregiver.id) == (contact.address_id, "telegram:main")


def test_an_unknown_address_goes(conn: Connection) -> None:
    caregivers.mark_gone(conn, 10**6, NOW)


def agree(conn: Connection, contact: Contact, purpose: str, *, given: bool, days: int) -> None:
    at = NOW + timedelta(days=days)
    caregivers.record_consent(
        conn, contact.caregiver.id, contact.address_id, purpose, given, 1, "0" * 64, at
    )


def test_the_latest_word_on_each_purpose_counts(conn: Connection) -> None:
    contact, other = a_caregiver(conn), a_caregiver(conn, "other")
    assert caregivers.consents_of(conn, contact.caregiver.id) == {}
    agree(conn, contact, "tips", given=True, days=0)
    agree(conn, contact, "area", given=True, days=1)
    agree(conn, other, "tips", given=True, days=2)
    agree(conn, contact, "tips", given=False, days=3)
    assert caregivers.consents_of(conn, contact.caregiver.id) == {
        "tips": (False, NOW + 3 * DAY),
        "area": (True, NOW + DAY),
    }


def test_consents_are_only_ever_added(conn: Connection) -> None:
    contact = a_caregiver(conn)
    for n, given in enumerate((True, False, True)):
        agree(conn, contact, "tips", given=given, days=n)
    rows = conn.execute(select(consents).order_by(consents.c.id)).all()
    assert [(row.given, row.at) for row in rows] == [
        (True, NOW),
        (False, NOW + DAY),
        (True, NOW + 2 * DAY),
    ]
    assert {row.address_id for row in rows} == {contact.address_id}


def test_a_pause_ends_on_its_day(conn: Connection) -> None:
    paused = {"state": CaregiverState.PAUSED}
    over = a_caregiver(conn, "over", paused_until=TODAY, **paused)
    open_end = a_caregiver(conn, "open", paused_until=None, **paused)
    longer = a_caregiver(conn, "longer", paused_until=TODAY + DAY, **paused)
    stopped = a_caregiver(conn, "stopped", state=CaregiverState.STOPPED, paused_until=TODAY)
    assert caregivers.pauses_over(conn, TODAY) == [over.caregiver.id]
    caregivers.resume(conn, over.caregiver.id)
    assert caregivers.pauses_over(conn, TODAY) == []
    woken = again(conn, over).caregiver
    assert (woken.state, woken.paused_until) == (CaregiverState.ACTIVE, None)
    for contact in (open_end, longer, stopped):
        assert again(conn, contact) == contact


def test_erasing_leaves_nothing_of_one_and_all_of_another(conn: Connection) -> None:
    contact, other = a_caregiver(conn), a_caregiver(conn, "other")
    for one in (contact, other):
        agree(conn, one, "tips", given=True, days=0)
        conversations.put(conn, one.address_id, Conversation("step", 1), NOW)
    caregivers.erase(conn, contact.caregiver.id)
    assert caregivers.by_address_id(conn, contact.address_id) is None
    assert again(conn, other) == other
    for what in (table, addresses, consents):
        assert conn.execute(select(func.count()).select_from(what)).scalar_one() == 1
    assert conversations.get(conn, contact.address_id) == Conversation()
    assert conversations.get(conn, other.address_id).step == "step"
