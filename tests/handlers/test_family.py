"""A second caregiver joins with a code."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from care.codes import LETTERS
from care.people import ChildState
from handlers.family import code_in
from storage import children
from tests.handlers.conversation import Conversation
from tests.handlers.families import kids

Another = Callable[[str], Conversation]


@pytest.fixture
def code(chat: Conversation) -> str:
    """Of a mother with one child."""
    chat.says("/start x06001")
    chat.taps("consent.yes")
    chat.taps("registration.mother")
    chat.says("12/3/2026")
    chat.taps("registration.term")
    chat.says("Na")
    return invited(chat)


def invited(chat: Conversation) -> str:
    chat.says("mời người chăm khác")
    chat.sees("family/invite")
    found = re.search(r"THAM GIA ([A-Z0-9]{6})", chat.last)
    assert found is not None
    return found[1]


@pytest.fixture
def father(another: Another) -> Conversation:
    return another("father")


def agree(father: Conversation, payload: str = "") -> None:
    father.says(f"/start {payload}".strip())
    father.taps("consent.yes")
    father.taps("registration.father")


def test_the_code_is_hard_to_misread(code: str) -> None:
    assert set(code) <= set(LETTERS)
    assert not set("01OIL") & set(LETTERS)


def test_a_father_joins_by_link_after_consent(
    chat: Conversation, father: Conversation, code: str
) -> None:
    agree(father, f"g{code}")
    father.sees("family/joined", "place/ask")
    father.taps("place.skip")
    assert father.seen[0] == "registration/done"
    assert father.seen[1].startswith("tip-")
    assert kids(father) == kids(chat)
    assert "Na" in father.said[-2].text


@pytest.mark.parametrize("form", ["THAM GIA {}", "tham gia {}", "Tham gia mã {}"])
def test_a_father_who_agreed_joins_by_typing(father: Conversation, code: str, form: str) -> None:
    agree(father)
    father.says("tham gia")
    father.sees("family/ask-code")
    father.says(form.format(code.lower()))
    assert father.seen[0] == "family/joined"
    assert len(kids(father)) == 1


def test_a_code_may_be_typed_in_the_middle_of_another_question(
    father: Conversation, code: str
) -> None:
    agree(father)
    father.says(f"tham gia {code}")
    assert father.seen[0] == "family/joined"


def test_a_code_typed_before_consent_is_kept(father: Conversation, code: str) -> None:
    father.says(f"tham gia {code}")
    father.sees("start/welcome")
    father.taps("consent.yes")
    father.sees("registration/ask-role")
    father.says("bố")
    assert father.seen[0] == "family/joined"


def test_a_code_works_once(father: Conversation, another: Another, code: str) -> None:
    agree(father, f"g{code}")
    stranger = another("stranger")
    agree(stranger, f"g{code}")
    stranger.sees("family/bad-code")
    assert kids(stranger) == []
    stranger.taps("registration.another")
    stranger.sees("registration/ask-date")


def test_a_code_ends_after_two_days(father: Conversation, code: str) -> None:
    father.now += timedelta(hours=49)
    agree(father, f"g{code}")
    father.sees("family/bad-code")


def test_a_new_code_makes_the_old_one_worthless(
    chat: Conversation, father: Conversation, code: str
) -> None:
    newer = invited(chat)
    agree(father, f"g{code}")
    father.sees("family/bad-code")
    father.says(newer)
    assert father.seen[0] == "family/joined"


def test_five_wrong_codes_an_hour_and_then_even_a_right_one_gets_the_same_answer(
    father: Conversation, code: str
) -> None:
    agree(father, "gAAAAAA")
    father.sees("family/bad-code")
    for wrong in ("BBBBBB", "CCCCCC", "DDDDDD", "EEEEEE"):
        father.says(wrong)
        father.sees("family/bad-code")
    father.says(code)
    father.sees("family/bad-code")
    father.now += timedelta(hours=1)
    father.says(code)
    assert father.seen[0] == "family/joined"


def test_nobody_joins_the_own_family(chat: Conversation, code: str) -> None:
    chat.says(f"/start g{code}")
    chat.sees("family/bad-code")
    assert len(kids(chat)) == 1


def test_only_living_children_are_shared(
    chat: Conversation, father: Conversation, code: str
) -> None:
    (child,) = kids(chat)
    with chat.engine.connect() as conn, conn.begin():
        children.change(conn, child, state=ChildState.LOST)
    agree(father, f"g{code}")
    father.sees("family/bad-code")
    assert kids(father) == []


def test_who_has_no_child_invites_nobody(father: Conversation) -> None:
    agree(father)
    father.taps_exactly("family.invite")
    father.sees("family/no-child")


def test_codes_are_found_in_what_people_type() -> None:
    assert code_in("tham gia ABC234") == "ABC234"
    assert code_in("tham gia abc 234") == "ABC234"
    assert code_in("THAM GIA nhóm ABC234 nhé") == "ABC234"
    assert code_in("abc234") == "ABC234"
    assert code_in("tham gia") is None
    assert code_in("tham gia cho vui") is None
