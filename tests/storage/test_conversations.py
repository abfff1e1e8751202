"""Where a conversation stands."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from storage import caregivers, conversations
from storage.conversations import Conversation
from tests.storage.families import NOW, a_caregiver

BEFORE = NOW - timedelta(days=1)


def test_a_conversation_begins_empty(conn: Connection) -> None:
    contact = a_caregiver(conn)
    assert conversations.get(conn, contact.address_id) == Conversation(None, 0, {}, False)


def test_it_is_kept_and_changed(conn: Connection) -> None:
    contact, other = a_caregiver(conn), a_caregiver(conn, "other")
    first = Conversation("registration.name", 1, {"tên": "Bống", "n": [1, None]}, False)
    conversations.put(conn, contact.address_id, first, NOW)
    assert conversations.get(conn, contact.address_id) == first
    then = Conversation(None, 2, {}, True)
    conversations.put(conn, contact.address_id, then, NOW)
    assert conversations.get(conn, contact.address_id) == then
    assert conversations.get(conn, other.address_id) == Conversation()


def test_a_sensitive_one_that_nobody_came_back_to_counts_no_longer(conn: Connection) -> None:
    contact = a_caregiver(conn)
    conversations.put(conn, contact.address_id, Conversation("loss", 1, {}, True), NOW)
    assert not conversations.any_sensitive(conn, contact.caregiver.id, NOW)


def test_a_sensitive_one_is_seen_for_its_caregiver_only(conn: Connection) -> None:
    contact, other = a_caregiver(conn), a_caregiver(conn, "other")
    assert not conversations.any_sensitive(conn, contact.caregiver.id, BEFORE)
    conversations.put(conn, contact.address_id, Conversation("loss", 1, {}, True), NOW)
    assert conversations.any_sensitive(conn, contact.caregiver.id, BEFORE)
    assert not conversations.any_sensitive(conn, other.caregiver.id, BEFORE)
    conversations.put(conn, contact.address_id, Conversation(None, 2, {}, False), NOW)
    assert not conversations.any_sensitive(conn, contact.caregiver.id, BEFORE)


def test_it_goes_with_its_address(conn: Connection) -> None:
    contact = a_caregiver(conn)
    conversations.put(conn, contact.address_id, Conversation("step", 1), NOW)
    caregivers.erase(conn, contact.caregiver.id)
    assert conversations.get(conn, contact.address_id) == Conversation()
