"""The quiet corner: short texts that replace one another, and nothing where nothing can go."""

from typing import Any

import pytest
from sqlalchemy import select

from care.discreet import is_discreet
from handlers.guidance import AGES, TOPICS
from storage import caregivers, discreet
from storage.discreet import Discreet
from storage.tables import outbox as outbox_table
from tests.handlers import families
from tests.handlers.conversation import Conversation

EVERY = [*TOPICS, *AGES]


def row(chat: Conversation) -> Any:
    with chat.engine.connect() as conn:
        newest = select(outbox_table).order_by(outbox_table.c.id.desc()).limit(1)
        return conn.execute(newest).one()


def dialogue(chat: Conversation) -> Discreet | None:
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
        return discreet.get(conn, contact.address_id) if contact else None


def topics(chat: Conversation) -> list[str]:
    return [b.partition(":")[2] for b in chat.buttons if b.startswith("guidance.open:")]


def test_every_part_is_a_tap_away_and_leads_on(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("guidance.home")
    chat.sees("guidance/home")
    assert topics(chat) == list(TOPICS)
    for topic in EVERY:
        chat.taps_exactly(f"guidance.open:{topic}")
        chat.sees(f"guidance/{topic}")
        assert chat.buttons[-3:] == ["guidance.home", "report.begin", "report.exit"]
        assert is_discreet(chat.seen[0])


def test_it_is_open_before_consent(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps_exactly("guidance.open:who")
    chat.sees("guidance/who")


def test_one_message_replaces_itself_and_the_menu_stays(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("guidance.home")
    assert "edit" not in row(chat).params
    chat.taps_exactly("guidance.open:what")
    assert row(chat).params["edit"] == "1"
    found = dialogue(chat)
    assert found is not None
    assert found.shown


@pytest.mark.parametrize(("topic", "fades"), [("tired", False), ("young", False), ("who", True)])
def test_despair_is_not_left_with_an_empty_screen(
    chat: Conversation, topic: str, fades: bool
) -> None:
    families.has(chat)
    chat.taps_exactly(f"guidance.open:{topic}")
    found = dialogue(chat)
    assert found is not None
    assert found.fades is fades


def test_a_running_question_goes_on(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.taps_exactly("guidance.open:hear")
    chat.says("Na")
    chat.sees("children/named")


@pytest.mark.parametrize("forged", ["", "zoo", "../who", "signs-1"])
def test_what_there_is_not_leads_home(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"guidance.open:{forged}")
    chat.sees("guidance/home")
