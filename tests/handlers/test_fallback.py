"""What is not understood gets an honest, kind answer and a way on."""

import pytest

from care.choosing import Reason
from storage import caregivers
from tests.handlers import families
from tests.handlers.conversation import Conversation


@pytest.mark.parametrize("typed", ["?", "🙂", "...", "x" * 9000])
def test_what_is_not_understood_gets_the_menu(chat: Conversation, typed: str) -> None:
    families.has(chat)
    chat.says(typed)
    chat.sees("fallback/unknown")
    assert "menu.home" in chat.buttons


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "file", "location", "contact"])
def test_pictures_and_voices_are_not_kept_and_the_question_stays(
    chat: Conversation, kind: str
) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.sends(kind)
    chat.sees("fallback/media")
    chat.says("Na")
    chat.sees("children/named")


def test_a_sticker_gets_a_short_answer(chat: Conversation) -> None:
    families.has(chat)
    chat.sends("sticker")
    chat.sees("fallback/sticker")


def test_a_changed_message_is_not_read_again(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.edits("Bi")
    chat.sees("fallback/edited")
    chat.says("Na")
    chat.sees("children/named")


def test_an_old_button_says_so(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    old = chat.button("children.cancel")
    chat.says("Na")
    chat.taps_exactly(old)
    chat.sees("fallback/stale")
    chat.taps_exactly(f"children.name:{number}")
    chat.taps_exactly(old)
    chat.sees("fallback/stale-waiting")
    chat.says("Bi")
    chat.sees("children/named")
    chat.taps_exactly("no.such-action")
    chat.sees("fallback/stale")


def test_who_leaves_gets_nothing_more(chat: Conversation) -> None:
    number = families.has(chat)
    families.queued(chat, number, "tip-d0242")
    chat.leaves()
    assert chat.seen == []
    assert families.me(chat).gone
    assert families.pushed(chat) == {"tip-d0242": ("cancelled", Reason.NO_CHANNEL.value)}
    chat.says("menu")
    chat.sees("menu/home")
    with chat.engine.connect() as conn:
        contact = caregivers.find(conn, chat.address)
    assert contact is not None
    assert not contact.gone
