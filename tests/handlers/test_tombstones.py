"""What a family takes back or away is noted, so that an older copy does not undo it."""

from storage import tombstones
from storage.tombstones import Kind
from tests.handlers import families
from tests.handlers.conversation import Conversation


def noted(chat: Conversation) -> list[Kind]:
    with chat.engine.connect() as conn:
        return [one.kind for one in tombstones.all_of(conn)]


def test_a_stop_and_going_on_are_noted(chat: Conversation) -> None:
    families.has(chat)
    chat.says("dừng")
    assert noted(chat) == [Kind.STOPPED]
    chat.taps("settings.resume")
    assert noted(chat) == [Kind.STOPPED, Kind.RESUMED]


def test_a_child_taken_off_the_list_is_noted(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.remove:{number}")
    assert noted(chat) == []
    chat.taps("children.remove-yes")
    assert noted(chat) == [Kind.LEFT]


def test_a_loss_and_taking_it_back_are_noted(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"loss.report:{number}")
    assert noted(chat) == [Kind.LOST]
    chat.taps("loss.undo")
    assert noted(chat) == [Kind.LOST, Kind.BACK]


def test_deleting_everything_is_noted(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("privacy.delete")
    chat.taps("privacy.delete-yes")
    assert noted(chat) == [Kind.ERASED]
