"""What is kept is told, handed out and forgotten on request."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from care.messages import Address
from care.people import CaregiverState
from storage import caregivers, inbox, privacy, web
from storage.tables import inbox as inbox_table
from storage.tables import metadata
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
SECRET = "Nguyệt Anh"


def everything(chat: Conversation) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, opened."""
    with chat.engine.connect() as conn:
        return {
            table.name: [dict(row) for row in conn.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def test_what_is_known_is_told_in_words(chat: Conversation) -> None:
    families.has(chat)
    families.expects(chat)
    chat.says("bạn biết gì về tôi")
    chat.sees("privacy/known")
    for told in ("Mẹ", "Bống", "12/03/2026", "10/12/2026", "19:00", "Tin của xã"):
        assert told in chat.last


def test_the_export_is_json(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"loss.report:{number}")
    chat.taps_exactly("privacy.export")
    chat.sees("privacy/export")
    record = json.loads(chat.last[chat.last.index("{") :])
    assert record["role"] == "mother"
    assert record["children"] == [{"state": "lost", "nickname": "Bống", "born": "2026-03-12"}]
    assert record["consents"]["programme"]["given"] is True


def test_deleting_is_asked_once_and_can_be_left(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly("privacy.delete-yes")  # out of the blue it only asks
    chat.sees("privacy/confirm-delete")
    chat.says("không")
    chat.sees("privacy/kept")
    assert families.child(chat, number) is not None


def _everywhere(chat: Conversation) -> int:
    """A family with a trace in every table."""
    number = families.has(chat, SECRET)
    families.queued(chat, number, "tip-d0242", state="sent")
    families.queued(chat, number, "tip-d0288")
    families.waits(chat, number, "tip-d0365")
    chat.says("khai sinh rồi")
    chat.taps_exactly("family.invite")
    chat.taps_exactly(f"children.name:{number}")
    contact = families.me(chat)
    phone = Address("telegram", "bot", "+84912345678")
    with chat.engine.connect() as conn, conn.begin():
        other = caregivers.open_contact(conn, phone, chat.now)
        caregivers.change(conn, other.caregiver.id, state=CaregiverState.ACTIVE)
        conn.execute(
            metadata.tables["addresses"]
            .update()
            .where(metadata.tables["addresses"].c.id == other.address_id)
            .values(caregiver_id=contact.caregiver.id)
        )
        web.open_session(conn, chat.address.chat_id, chat.now)
        web.append(conn, chat.address.chat_id, "1", {"text": SECRET}, chat.now)
        for address in (chat.address, phone):
            arrival = inbox.Arrival(f"old-{address.channel}", address, SECRET)
            inbox.add(conn, [arrival], chat.now)
        conn.execute(inbox_table.update().values(state="done"))
    return number


def _delete(chat: Conversation) -> None:
    chat.says("xóa hết")
    chat.sees("privacy/confirm-delete")
    chat.taps("privacy.delete-yes")
    chat.sees("privacy/deleted")


def test_nothing_is_left_of_a_family(chat: Conversation) -> None:
    _everywhere(chat)
    with chat.engine.connect() as conn, conn.begin():
        conn.execute(  # the tap itself lies in the inbox while it is handled
            insert(inbox_table).values(
                route="webchat:local",
                event_id="chat-1-5",
                chat_hash=caregivers.chat_hash(conn, chat.address),
                body=SECRET,
                state="new",
                attempts=0,
                received_at=chat.now,
            )
        )
    caregiver_id = families.me(chat).caregiver.id
    _delete(chat)
    rows = everything(chat)
    assert chat.seen == ["privacy/deleted"]  # and it could be rendered for the address
    for name in ("children", "care_links", "consents", "decisions", "duty_records", "invites",
                 "web_messages"):  # fmt: skip
        assert rows[name] == [], name
    assert SECRET not in repr(rows)
    assert "84912345678" not in repr(rows)
    assert "2026-03-12" not in repr(rows)
    (address,) = rows["addresses"]
    assert address["chat"] == chat.address.chat_id
    others = [c for c in rows["caregivers"] if c["id"] != caregiver_id]
    assert all(c["state"] == "active" and c["id"] != caregiver_id for c in others)
    (left,) = [c for c in rows["caregivers"] if c["id"] == caregiver_id]
    assert (left["state"], left["role"], left["area_id"]) == ("new", None, None)
    (reply,) = [row for row in rows["outbox"] if row["address_id"]]
    assert (reply["message"], reply["params"]) == ("privacy/deleted", {})
    for row in rows["outbox"]:
        assert row is reply or (row["caregiver_id"], row["child_id"], row["params"]) == (
            None,
            None,
            {},
        )
        assert row is reply or row["state"] != "pending"
    assert all(row["body"] is None for row in rows["inbox"])


def test_events_still_waiting_behind_it_keep_their_body(chat: Conversation) -> None:
    families.has(chat)
    with chat.engine.connect() as conn, conn.begin():
        inbox.add(conn, [inbox.Arrival("later", chat.address, "chào")], chat.now)
    _delete(chat)
    (row,) = everything(chat)["inbox"]
    assert row["body"] == "chào"


def test_who_was_forgotten_is_a_stranger(chat: Conversation) -> None:
    families.has(chat)
    _delete(chat)
    chat.says("hôm nay")
    chat.sees("start/welcome")


def test_the_other_caregiver_keeps_the_child(chat: Conversation, another: Another) -> None:
    number = families.has(chat)
    father = another("chat-2")
    other = families.shares(chat, father, number)
    families.queued(father, number, "tip-d0242")
    chat.says("khai sinh rồi")
    chat.says("xóa hết")
    assert "cùng chăm" in chat.last
    chat.says("đồng ý")
    chat.sees("privacy/deleted")
    assert families.child(father, number) is not None
    assert families.pushed(father, other) == {"tip-d0242": ("pending", None)}
    rows = everything(chat)
    assert [row["caregiver_id"] for row in rows["duty_records"]] == [None]
    assert [row["caregiver_id"] for row in rows["care_links"]] == [other]


def test_consent_to_campaigns_is_given_and_taken_back(chat: Conversation) -> None:
    families.has(chat)

    def given() -> bool:
        with chat.engine.connect() as conn:
            return caregivers.consents_of(conn, families.me(chat).caregiver.id)["campaigns"][0]

    chat.taps_exactly("privacy.campaigns")
    chat.sees("privacy/campaigns-off")
    assert not given()
    chat.taps("privacy.campaigns")
    chat.sees("privacy/ask-campaigns")
    assert not given()
    chat.taps("privacy.campaigns-yes")
    chat.sees("privacy/campaigns-on")
    assert given()


@pytest.mark.parametrize("seen_days_ago", [29, 31])
def test_who_never_agreed_is_forgotten_after_a_while(
    chat: Conversation, seen_days_ago: int
) -> None:
    chat.says("chào")
    before = chat.now + timedelta(days=seen_days_ago - 30)
    with chat.engine.connect() as conn, conn.begin():
        gone = privacy.purge_unconsented(conn, before)
    rows = everything(chat)
    assert gone == (seen_days_ago == 31)
    assert len(rows["caregivers"]) == len(rows["addresses"]) == 1 - gone
    assert len(rows["conversations"]) == 1 - gone


def test_who_agreed_is_never_purged(chat: Conversation) -> None:
    families.has(chat)
    with chat.engine.connect() as conn, conn.begin():
        assert privacy.purge_unconsented(conn, chat.now + timedelta(days=999)) == 0
