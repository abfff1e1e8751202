"""Reminders of papers: done, later, and in words."""

from collections.abc import Callable
from datetime import date

import pytest

from care.people import ChildState
from content.library import Library
from handlers.item_buttons import buttons_for
from storage import duties as told
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
ITEM = "rm-birthcert"


def newborn(chat: Conversation, nickname: str = "Bống") -> int:
    return families.has(
        chat, nickname, state=ChildState.BORN, born_on=date(2026, 11, 10), precision="day"
    )


def duties(chat: Conversation, child_id: int) -> set[str]:
    with chat.engine.connect() as conn:
        return set(told.done(conn, child_id))


def test_buttons_under_items(library: Library) -> None:
    assert [b.id for b in buttons_for(library, ITEM, 7)] == [
        f"papers.done:{ITEM}:7",
        f"duties.later:{ITEM}:7",
    ]
    assert [b.id for b in buttons_for(library, "rm-vx2m", 7)] == [
        "doses.given:vx2m:7",
        "doses.ill:vx2m:7",
        "duties.later:rm-vx2m:7",
        "danger.open:dg-child",
    ]
    assert [b.id for b in buttons_for(library, "rm-uv", 7)][:2] == [  # of the mother, no visit
        "papers.done:rm-uv:7",
        "duties.later:rm-uv:7",
    ]
    assert [b.url for b in buttons_for(library, "dg-drown", 7)] == ["tel:115", "tel:114"]
    plain = next(i for i in library.items if i.startswith("tip-") and not library.meta[i].red_flags)
    reactions = ["reactions.did", "reactions.not-yet", "reactions.wrong"]
    assert [b.id for b in buttons_for(library, plain, 7)] == [f"{r}:{plain}" for r in reactions]
    assert next(b.id for b in buttons_for(library, "tip-d0242", 7)) == "danger.open:dg-drown"
    assert [b.id for b in buttons_for(library, "qz-6m", 7)] == ["quiz.play:qz-6m"]
    assert buttons_for(library, ITEM, None) == ()
    assert buttons_for(library, "menu/home", 7) == ()


def test_done_ends_the_reminder_for_everybody(chat: Conversation, another: Another) -> None:
    number = newborn(chat)
    father = another("chat-2")
    families.shares(chat, father, number)
    for person in (chat, father):
        families.queued(person, number, ITEM, slot=1)
        families.queued(person, number, "tip-d0242")
        families.waits(person, number, ITEM, slot=2)
        families.waits(person, number, "tip-d0288")
    chat.taps_exactly(f"papers.done:{ITEM}:{number}")
    chat.sees("papers/done")
    assert duties(chat, number) == {"birth_registered"}
    for person in (chat, father):
        assert families.pushed(person) == {
            ITEM: ("cancelled", "done"),
            "tip-d0242": ("pending", None),
        }
        assert families.decided(person) == {
            ITEM: ("skipped", "done"),
            "tip-d0288": ("waiting", "budget"),
        }
    father.taps_exactly(f"papers.done:{ITEM}:{number}")
    father.sees("papers/done")


def test_the_old_button_of_a_visit_asks_for_the_day(chat: Conversation) -> None:
    """Messages of before have it still; which doses were given is not known from it."""
    number = families.has(chat)
    chat.taps_exactly(f"papers.done:rm-vx5m:{number}")
    chat.sees("doses/which-day")
    assert duties(chat, number) == set()


@pytest.mark.parametrize(
    ("typed", "duty"),
    [("đã làm khai sinh", "birth_registered"), ("khai sinh roi", "birth_registered"),
     ("có thẻ rồi", "health_card")],
)  # fmt: skip
def test_typed_words_mark_the_duty(chat: Conversation, typed: str, duty: str) -> None:
    number = newborn(chat)
    chat.says(typed)
    chat.sees("papers/done")
    assert duties(chat, number) == {duty}


def test_typed_words_mark_the_child_whose_reminder_is_open(chat: Conversation) -> None:
    older = families.has(
        chat, "An", state=ChildState.BORN, born_on=date(2022, 1, 5), precision="day"
    )
    number = newborn(chat)
    chat.says("khai sinh rồi")
    chat.sees("papers/done")
    assert duties(chat, number) == {"birth_registered"}
    assert duties(chat, older) == set()


def test_twins_are_asked_which(chat: Conversation) -> None:
    one, other = newborn(chat, "An"), newborn(chat, "Bình")
    chat.says("khai sinh rồi")
    chat.sees("papers/which")
    chat.taps_exactly(f"papers.done:{ITEM}:{other}")
    assert duties(chat, other) == {"birth_registered"}
    chat.says("khai sinh rồi")  # only one is left
    chat.sees("papers/done")
    assert duties(chat, one) == {"birth_registered"}


def test_wrong_ids_change_nothing(chat: Conversation, another: Another) -> None:
    newborn(chat)
    stranger = another("chat-2")
    theirs = newborn(stranger)
    for wrong in (
        f"papers.done:{ITEM}:{theirs}",
        "papers.done:nope:1",
        "papers.done",
        "papers.later:x:y",
        f"papers.later:{ITEM}:{theirs}:7",
    ):
        chat.taps_exactly(wrong)
        chat.sees("papers/unknown")
    assert duties(stranger, theirs) == set()


def test_without_a_born_child_there_is_nothing_to_mark(chat: Conversation) -> None:
    families.expects(chat)
    chat.says("khai sinh rồi")
    chat.sees("papers/none-open")
