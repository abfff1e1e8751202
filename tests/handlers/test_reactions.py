"""The buttons under an item: did it, not yet, this is wrong.

That an item two people called wrong is held back: tests/bot/test_held_back.py.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from storage import caregivers, reactions, tasks
from storage.areas import Area
from storage.tables import reactions as table
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
TIP = "tip-d0242"
ACTIONS = {
    "reactions.did": ("reactions/did", reactions.DID),
    "reactions.not-yet": ("reactions/not-yet", reactions.NOT_YET),
    "reactions.wrong": ("reactions/wrong", reactions.WRONG),
}


def said(chat: Conversation) -> list[tuple[str, str]]:
    with chat.engine.connect() as conn:
        rows = conn.execute(select(table.c.message, table.c.kind).order_by(table.c.kind))
        return [(row.message, row.kind) for row in rows]


def paused(chat: Conversation) -> frozenset[str]:
    with chat.engine.connect() as conn:
        return reactions.paused(conn)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_tap_is_thanked_for_and_kept_once(chat: Conversation, action: str) -> None:
    families.has(chat)
    message, kind = ACTIONS[action]
    for _ in range(2):
        chat.taps_exactly(f"{action}:{TIP}")
        chat.sees(message)
        assert said(chat) == [(TIP, kind)]
    assert chat.buttons == ["menu.today", "menu.home"]


def test_the_buttons_stand_under_a_tip(chat: Conversation) -> None:
    families.has(chat)
    chat.says("tin hôm nay")
    (tip,) = chat.seen
    assert {f"{action}:{tip}" for action in ACTIONS} <= set(chat.buttons)
    chat.taps("reactions.did")
    chat.sees("reactions/did")


def test_no_such_buttons_stand_under_a_danger_card(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("danger.open:dg-burn")
    assert not any(button.startswith("reactions.") for button in chat.buttons)


@pytest.mark.parametrize("forged", ["", ":", ":tip-nothing", ":menu/home", f":{TIP}:7"])
def test_a_forged_item_is_not_kept(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"reactions.wrong{forged}")
    chat.sees("reactions/wrong")
    assert said(chat) == []


def test_two_people_hold_an_item_back_and_one_does_not(
    chat: Conversation, another: Another
) -> None:
    number = families.has(chat)
    father = another("father")
    families.shares(chat, father, number)
    for _ in range(3):
        chat.taps_exactly(f"reactions.wrong:{TIP}")
    assert paused(chat) == frozenset()
    father.taps_exactly(f"reactions.wrong:{TIP}")
    father.sees("reactions/wrong")
    assert paused(chat) == {TIP}


def test_a_running_question_goes_on(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.taps_exactly(f"reactions.did:{TIP}")
    chat.says("Na")
    chat.sees("children/named")


def test_what_was_said_goes_with_the_person(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly(f"reactions.wrong:{TIP}")
    chat.says("xóa hết")
    chat.taps("privacy.delete-yes")
    assert said(chat) == []


def test_who_has_not_agreed_says_nothing_yet(chat: Conversation) -> None:
    chat.taps_exactly(f"reactions.wrong:{TIP}")
    assert chat.seen[0].startswith("start/")
    assert said(chat) == []


def waiting(chat: Conversation) -> list[tuple[str, str, int | None]]:
    with chat.engine.connect() as conn:
        found = tasks.waiting(conn, (), everywhere=True)
        return [(one.kind, one.ref, one.area_id) for one in found]


def test_wrong_is_a_task_for_the_officers_of_the_family(
    chat: Conversation, another: Another, commune: Area
) -> None:
    families.has(chat)
    person = families.me(chat).caregiver.id
    with chat.engine.begin() as conn:
        caregivers.change(conn, person, area_id=commune.id)
    for action in ACTIONS:
        chat.taps_exactly(f"{action}:{TIP}")
        chat.taps_exactly(f"{action}:{TIP}")
    assert waiting(chat) == [(tasks.WRONG, TIP, commune.id)]
    elsewhere = another("elsewhere")  # nobody knows where they live
    families.has(elsewhere)
    elsewhere.taps_exactly(f"reactions.wrong:{TIP}")
    assert waiting(chat)[1:] == [(tasks.WRONG, TIP, None)]


def test_who_did_not_say_where_they_live_belong_to_the_installation(
    chat: Conversation, commune: Area
) -> None:
    families.has(chat)
    chat.root = commune
    chat.taps_exactly(f"reactions.wrong:{TIP}")
    assert waiting(chat) == [(tasks.WRONG, TIP, commune.id)]
