"""First contact and consent."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from care.people import CaregiverState
from storage import caregivers
from storage.family_tables import consents
from tests.handlers.conversation import Conversation


def caregiver(chat: Conversation) -> Any:
    with chat.engine.connect() as conn:
        found = caregivers.find(conn, chat.address)
    assert found is not None
    return found.caregiver


def given(chat: Conversation) -> dict[str, bool]:
    with chat.engine.connect() as conn:
        rows = conn.execute(select(consents).order_by(consents.c.id)).all()
    return {row.purpose: row.given for row in rows}


def hashes(chat: Conversation) -> set[str]:
    with chat.engine.connect() as conn:
        return set(conn.execute(select(consents.c.text_hash)).scalars())


def sha(chat: Conversation, *messages: str) -> str:
    words = "\n".join(map(chat.library.source, messages))
    return hashlib.sha256(words.encode()).hexdigest()


@pytest.mark.parametrize("first", ["/start", "chào", "thêm con", "menu"])
def test_whatever_a_new_caregiver_says_first_is_answered_with_the_welcome(
    chat: Conversation, first: str
) -> None:
    chat.says(first)
    chat.sees("start/welcome")
    assert chat.buttons == ["consent.yes", "consent.both", "consent.more", "consent.no"]
    assert "115" in chat.last
    assert "111" in chat.last


def test_consent_is_recorded_per_purpose_with_the_words_that_were_shown(
    chat: Conversation,
) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    chat.sees("registration/ask-role")
    assert given(chat) == {"programme": True, "campaigns": False}
    assert hashes(chat) == {sha(chat, "start/welcome")}
    assert caregiver(chat).state is CaregiverState.ACTIVE


def test_the_details_are_part_of_what_was_agreed_to(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps("consent.more")
    chat.sees("start/details")
    chat.taps("consent.both")
    assert given(chat) == {"programme": True, "campaigns": True}
    assert hashes(chat) == {sha(chat, "start/welcome", "start/details")}


@pytest.mark.parametrize(
    ("typed", "campaigns"),
    [
        ("đồng ý", False),
        ("dong y", False),
        ("em đồng ý ạ", False),
        ("ok", False),
        ("đồng ý, cả tin xã", True),
        ("dong y ca tin xa", True),
    ],
)
def test_consent_may_be_typed(chat: Conversation, typed: str, campaigns: bool) -> None:
    chat.says("hello")
    chat.says(typed)
    chat.sees("registration/ask-role")
    assert given(chat) == {"programme": True, "campaigns": campaigns}


@pytest.mark.parametrize("typed", ["tin xã là gì", "đồng ý là sao", "bé nhà em hay quấy", "menu"])
def test_other_words_are_no_consent_and_get_the_short_text(chat: Conversation, typed: str) -> None:
    chat.says("/start")
    chat.says(typed)
    chat.sees("start/please-choose")
    assert given(chat) == {}
    chat.taps("consent.yes")
    assert hashes(chat) == {sha(chat, "start/welcome")}


@pytest.mark.parametrize("no", ["không", "không đồng ý", None])
def test_declining_is_kind_keeps_the_numbers_and_can_be_undone(
    chat: Conversation, no: str | None
) -> None:
    chat.says("/start")
    if no:
        chat.says(no)
    else:
        chat.taps("consent.no")
    chat.sees("start/declined")
    assert "115" in chat.last
    assert caregiver(chat).state is CaregiverState.NEW
    assert given(chat) == {"programme": False}
    chat.says("alo")
    chat.sees("start/please-choose")
    chat.taps("consent.yes")
    chat.sees("registration/ask-role")
    assert given(chat)["programme"] is True


def test_nobody_agrees_to_words_they_were_not_shown(chat: Conversation) -> None:
    chat.taps_exactly("consent.yes")
    chat.sees("start/welcome")
    assert given(chat) == {}


def test_a_second_tap_on_agree_changes_nothing(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    chat.taps_exactly("consent.yes")
    chat.sees("registration/ask-role")
    assert len(given(chat)) == 2


@pytest.mark.parametrize("payload", ["x06001", "06001"])
def test_a_link_presets_the_commune_after_consent_only(chat: Conversation, payload: str) -> None:
    chat.says(f"/start {payload}")
    assert caregiver(chat).area_id is None
    chat.says("gì vậy")
    chat.taps("consent.more")
    chat.taps("consent.yes")
    assert caregiver(chat).area_id is not None


@pytest.mark.parametrize("payload", ["x99999", "x20", "🙂", "g12", "x" * 64])
def test_a_bad_payload_is_a_plain_start(chat: Conversation, payload: str) -> None:
    chat.says(f"/start {payload}")
    chat.sees("start/welcome")
    chat.taps("consent.yes")
    assert caregiver(chat).area_id is None


def test_who_comes_back_gets_the_menu_or_goes_on_where_they_left(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    chat.says("/start")
    chat.sees("registration/ask-role")
    chat.taps("registration.mother")
    chat.says("/start")
    chat.sees("registration/ask-date")
    chat.says("12/3/2026")
    chat.taps("registration.term")
    chat.says("/start")
    chat.sees("start/welcome-back")
    assert "menu.today" in chat.buttons
    assert "settings.resume" not in chat.buttons


def test_who_stopped_is_told_how_to_go_on(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.says("12/3/2026")
    chat.taps("registration.term")
    me = caregiver(chat).id
    with chat.engine.connect() as conn, conn.begin():
        caregivers.change(conn, me, state=CaregiverState.STOPPED)
    chat.says("/start")
    chat.sees("start/welcome-back")
    assert "settings.resume" in chat.buttons
