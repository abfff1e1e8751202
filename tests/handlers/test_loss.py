"""One tap on a loss stops everything for that child; nothing is deleted."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from care.people import CaregiverState, ChildState
from storage import conversations
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]


@pytest.fixture
def child(chat: Conversation) -> int:
    return families.has(chat)


def state(chat: Conversation) -> CaregiverState:
    return families.me(chat).caregiver.state


def is_sensitive(chat: Conversation) -> bool:
    with chat.engine.connect() as conn:
        return conversations.any_sensitive(
            conn, families.me(chat).caregiver.id, chat.now - timedelta(days=1)
        )


def test_one_tap_stops_everything_for_all_caregivers(
    chat: Conversation, another: Another, child: int
) -> None:
    father = another("chat-2")
    families.shares(chat, father, child)
    for person in (chat, father):
        families.queued(person, child, "tip-d0242")
        families.waits(person, child, "tip-d0288")
    chat.taps_exactly(f"loss.report:{child}")
    chat.sees("loss/sorry")
    lost = families.child(chat, child)
    assert lost is not None
    assert (lost.state, lost.lost_on) == (ChildState.LOST, families.TODAY)
    for person in (chat, father):
        assert families.pushed(person) == {"tip-d0242": ("cancelled", "loss")}
        assert families.decided(person) == {"tip-d0288": ("skipped", "loss")}
    assert chat.buttons == ["loss.none", "loss.some", "loss.talk", f"loss.undo:{child}"]
    assert is_sensitive(chat)


@pytest.mark.parametrize(
    "typed", ["con mất rồi", "mất con", "Sảy thai", "say thai", "thai luu", "bé không qua khỏi"]
)
def test_words_are_understood_everywhere(chat: Conversation, child: int, typed: str) -> None:
    chat.taps_exactly("settings.hour")
    chat.says(typed)
    chat.sees("loss/sorry")
    assert families.child(chat, child).state is ChildState.LOST  # type: ignore[union-attr]


@pytest.mark.parametrize("typed", ["bé mát rồi", "mắt con", "con mặt"])
def test_a_fever_that_is_gone_is_no_loss(chat: Conversation, child: int, typed: str) -> None:
    chat.says(typed)
    assert not chat.seen[0].startswith("loss/")
    assert families.child(chat, child).state is ChildState.BORN  # type: ignore[union-attr]


def test_words_that_may_mean_either_stop_nothing_before_a_tap(
    chat: Conversation, child: int
) -> None:
    chat.says("be mat roi")
    chat.sees("loss/which")
    assert families.child(chat, child).state is ChildState.BORN  # type: ignore[union-attr]
    chat.taps("loss.report")
    chat.sees("loss/sorry")
    assert families.child(chat, child).state is ChildState.LOST  # type: ignore[union-attr]


def test_with_several_children_it_asks_which(chat: Conversation, child: int) -> None:
    other = families.expects(chat)
    chat.says("sảy thai")
    chat.sees("loss/which")
    chat.taps_exactly(f"loss.report:{other}")
    chat.sees("loss/sorry")
    assert families.child(chat, other).state is ChildState.LOST  # type: ignore[union-attr]
    assert families.child(chat, child).state is ChildState.BORN  # type: ignore[union-attr]


def test_other_children_continue_only_when_asked_for(
    chat: Conversation, another: Another, child: int
) -> None:
    other = families.has(chat, "Tí")
    father = another("chat-2")
    families.shares(chat, father, child)
    families.shares(chat, father, other)
    families.queued(chat, other, "tip-d0242")
    families.queued(father, other, "tip-d0242")
    chat.taps_exactly(f"loss.report:{child}")
    assert families.pushed(chat)["tip-d0242"] == ("cancelled", "loss")
    assert state(chat) is CaregiverState.PAUSED
    assert families.me(chat).caregiver.paused_until is None
    assert families.pushed(father)["tip-d0242"] == ("pending", None)
    assert state(father) is CaregiverState.ACTIVE
    chat.taps("loss.others")
    chat.sees("loss/others")
    assert state(chat) is CaregiverState.ACTIVE
    assert not is_sensitive(chat)


def test_whatever_is_typed_then_is_listened_to(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"loss.report:{child}")
    chat.says("em buồn quá không biết làm sao")
    chat.sees("loss/listening")
    assert f"loss.undo:{child}" in chat.buttons
    assert is_sensitive(chat)
    chat.says("em muốn chết")
    chat.sees("emergency/numbers")
    chat.taps("loss.talk")
    chat.sees("loss/talk")
    assert "115" in chat.last
    assert "111" in chat.last
    assert not is_sensitive(chat)


def test_nothing_any_more(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"loss.report:{child}")
    chat.taps("loss.none")
    chat.sees("loss/none")
    assert state(chat) is CaregiverState.STOPPED


def test_a_few_words_for_the_mother(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"loss.report:{child}")
    chat.taps("loss.some")
    chat.sees("loss/some")
    assert "115" in chat.last
    chat.taps_exactly("danger.open:dg-pp")
    chat.sees("dg-pp")


def test_a_slip_of_the_finger_is_undone(chat: Conversation, another: Another, child: int) -> None:
    other = families.has(chat, "Tí")
    father = another("chat-2")
    families.shares(chat, father, child)
    for person in (chat, father):
        families.queued(person, child, "tip-d0242")
        families.waits(person, child, "tip-d0288")
    families.queued(chat, other, "tip-d0242")
    chat.taps_exactly(f"loss.report:{child}")
    chat.taps("loss.undo")
    chat.sees("loss/undone")
    restored = families.child(chat, child)
    assert restored is not None
    assert (restored.state, restored.lost_on) == (ChildState.BORN, None)
    assert state(chat) is CaregiverState.ACTIVE
    for person in (chat, father):
        assert families.pushed(person)["tip-d0242"] == ("pending", None)
        assert families.decided(person)["tip-d0288"] == ("waiting", "budget")


def test_a_pregnancy_is_a_pregnancy_again(chat: Conversation) -> None:
    number = families.expects(chat)
    chat.taps_exactly(f"loss.report:{number}")
    chat.taps("loss.undo")
    assert families.child(chat, number).state is ChildState.EXPECTED  # type: ignore[union-attr]


def test_the_list_offers_the_undo_for_thirty_days(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"loss.report:{child}")
    chat.now += timedelta(days=30)
    chat.says("con của tôi")
    chat.sees("children/none")
    assert f"loss.undo:{child}" in chat.buttons
    chat.now += timedelta(days=1)
    chat.says("con của tôi")
    assert f"loss.undo:{child}" not in chat.buttons
    chat.taps_exactly(f"loss.undo:{child}")
    assert families.child(chat, child).state is ChildState.LOST  # type: ignore[union-attr]


def test_told_twice_it_is_the_same_answer(chat: Conversation, child: int) -> None:
    chat.taps_exactly(f"loss.report:{child}")
    chat.now += timedelta(days=3)
    chat.says("con mất rồi")
    chat.sees("loss/sorry")
    assert families.child(chat, child).lost_on == date(2026, 11, 24)  # type: ignore[union-attr]


def test_somebody_without_a_child_is_heard_too(chat: Conversation) -> None:
    families.joins(chat)
    chat.says("sảy thai")
    chat.sees("loss/sorry")
    assert state(chat) is CaregiverState.ACTIVE


def test_the_lost_child_is_never_shown_again(chat: Conversation, child: int) -> None:
    families.queued(chat, child, "tip-d0242", state="sent")
    chat.taps_exactly(f"loss.report:{child}")
    for word, message in (
        ("hôm nay", "tips/no-child"),
        ("tin đã gửi", "tips/none-earlier"),
        ("con của tôi", "children/none"),
    ):
        chat.says(word)
        chat.sees(message)
    chat.taps_exactly(f"tips.open:tip-d0242:{child}")
    chat.sees("tips/gone")
