"""One person brings a second messenger, and chooses where the tips come."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from care.people import CaregiverState
from storage import caregivers
from storage.caregivers import Contact
from tests.handlers.conversation import Conversation
from tests.handlers.families import has, kids

Another = Callable[[str], Conversation]


def _contact(chat: Conversation) -> Contact:
    with chat.engine.connect() as conn:
        found = caregivers.find(conn, chat.address)
    assert found is not None
    return found


def _code(chat: Conversation) -> str:
    chat.says("kênh nhận tin")
    chat.sees("messengers/list")
    chat.taps("messenger.offer")
    chat.sees("messengers/offer")
    found = re.search(r"NỐI MÁY (\d{6})", chat.last)
    assert found is not None
    return found[1]


@pytest.fixture
def other(another: Another) -> Conversation:
    return another("zalo")


@pytest.mark.parametrize("typed", ["nối máy {}", "NOI MAY {}", "nối máy {0:.3} {0:.3}"])
def test_the_code_makes_two_messengers_one(
    chat: Conversation, other: Conversation, typed: str
) -> None:
    has(chat)
    code = _code(chat)
    if "0:" in typed:
        typed = f"nối máy {code[:3]} {code[3:]}"
    other.says(typed.format(code))
    other.sees("messengers/linked")
    mine = _contact(chat).caregiver
    assert _contact(other).caregiver.id == mine.id
    assert [child.nickname for child in kids(other)] == ["Bống"]
    assert mine.state is CaregiverState.ACTIVE
    other.says("kênh nhận tin")
    assert other.buttons.count("messenger.offer") == 1
    assert sum(button.startswith("messenger.use:") for button in other.buttons) == 2


def test_it_works_in_the_middle_of_the_first_contact_too(
    chat: Conversation, other: Conversation
) -> None:
    has(chat)
    code = _code(chat)
    other.says("/start")
    other.says(f"nối máy {code}")
    other.sees("messengers/linked")
    other.says("con của tôi")
    assert "Bống" in other.last


def test_a_wrong_or_old_code_changes_nothing(chat: Conversation, other: Conversation) -> None:
    has(chat)
    code = _code(chat)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    other.says(f"nối máy {wrong}")
    other.sees("messengers/bad-code")
    other.now = chat.now + timedelta(minutes=16)
    other.says(f"nối máy {code}")
    other.sees("messengers/bad-code")
    assert kids(other) == []


def test_after_five_wrong_codes_the_right_one_does_not_help(
    chat: Conversation, other: Conversation
) -> None:
    has(chat)
    code = _code(chat)
    for n in range(1, 6):
        other.says(f"nối máy {(int(code) + n) % 1_000_000:06}")
    other.says(f"nối máy {code}")
    other.sees("messengers/bad-code")
    assert _contact(other).caregiver.id != _contact(chat).caregiver.id


def test_the_chosen_messenger_keeps_the_tips(chat: Conversation, other: Conversation) -> None:
    has(chat)
    other.says(f"nối máy {_code(chat)}")
    here = _contact(chat).address_id
    assert _contact(chat).caregiver.address_id == _contact(other).address_id  # used last
    chat.says("kênh nhận tin")
    chat.taps_exactly(f"messenger.use:{here}")
    chat.sees("messengers/chosen")
    other.says("chào bạn")
    assert _contact(chat).caregiver.address_id == here
    other.says("kênh nhận tin")
    other.taps("messenger.any")
    other.says("chào bạn")
    assert _contact(chat).caregiver.address_id == _contact(other).address_id


def test_a_strangers_address_is_not_chosen(chat: Conversation, another: Another) -> None:
    has(chat)
    stranger = another("stranger")
    has(stranger, "Tôm")
    chat.taps_exactly(f"messenger.use:{_contact(stranger).address_id}")
    chat.sees("messengers/list")
    assert _contact(chat).caregiver.address_id == _contact(chat).address_id
