"""An officer links the own chat with a code from the officers' pages."""

from datetime import timedelta

import pytest

from storage import officer_chats, officers
from storage.areas import Area
from tests.handlers import families
from tests.handlers.conftest import NOW
from tests.handlers.conversation import Conversation


@pytest.fixture
def code(chat: Conversation, commune: Area) -> str:
    """Of an officer of the commune."""
    with chat.engine.begin() as conn:
        made = officers.add(
            conn, login="lan", name="Lan", role="station", area_id=commune.id,
            password_hash="x", now=NOW,
        )  # fmt: skip
        assert made is not None
        officers.change(conn, made, state=officers.ACTIVE)
        officer_chats.offer(conn, made, "ABCD2345", NOW)
    return "ABCD2345"


def linked(chat: Conversation) -> str | None:
    with chat.engine.connect() as conn:
        officer = officer_chats.of_caregiver(conn, families.me(chat).caregiver.id)
    return officer.name if officer else None


@pytest.mark.parametrize("form", ["cán bộ {}", "CÁN BỘ {}", "can bo ma {}", "/canbo {}"])
def test_an_officer_links_the_own_chat(chat: Conversation, code: str, form: str) -> None:
    chat.says(form.format(code))
    chat.sees("officer/linked")
    assert linked(chat) == "Lan"
    chat.taps("officer.unlink")
    chat.sees("officer/unlinked")
    assert linked(chat) is None


def test_it_works_within_the_first_contact_and_leaves_it_open(
    chat: Conversation, code: str
) -> None:
    chat.says("/start")
    chat.says(f"cán bộ {code}")
    chat.sees("officer/linked")
    chat.taps("consent.yes")
    chat.sees("registration/ask-role")


def test_a_wrong_a_used_and_an_old_code_get_the_same_answer(chat: Conversation, code: str) -> None:
    chat.says("cán bộ ABCD9999")
    chat.sees("officer/bad-code")
    chat.now += timedelta(minutes=15)
    chat.says(f"cán bộ {code}")
    chat.sees("officer/bad-code")
    assert linked(chat) is None


@pytest.mark.parametrize("typed", ["cần bỏ bỉm cho bé", "cán bộ ơi", "cán bộ nghiêng ngả"])
def test_other_words_are_no_code(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says(typed)
    assert not chat.seen[0].startswith("officer/")
