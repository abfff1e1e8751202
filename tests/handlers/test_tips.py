"""Items on request."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from care.people import ChildState
from care.programme import Almanac
from content.library import Library
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
TOLD = ("tip-d0134", "tip-d0176", "tip-d0190", "tip-d0211", "tip-d0225", "tip-d0242", "dg-nb")


def born(chat: Conversation, on: date, nickname: str | None = "Bống") -> int:
    return families.has(chat, nickname, state=ChildState.BORN, born_on=on, precision="day")


def with_a_gap(library: Library, first: int, last: int) -> Library:
    """Nothing is open between these days of life."""
    kept = tuple(
        o
        for o in library.openings
        if o.at.about_days > last + 10 or o.expires.about_days < first - 10
    )
    return replace(library, openings=kept, almanac=Almanac(kept))


@pytest.mark.parametrize("typed", ["tin hôm nay", "hom nay", "tin"])
def test_todays_item_comes_as_often_as_asked(chat: Conversation, typed: str) -> None:
    families.has(chat)
    for _ in range(3):
        chat.says(typed)
        assert len(chat.seen) == 1
        assert chat.seen[0].startswith("tip-")


def test_every_child_has_its_own_item_and_twins_share_one(chat: Conversation) -> None:
    families.has(chat, "An")
    families.has(chat, "Bình")
    born(chat, date(2026, 11, 20), "Tí")
    chat.says("hôm nay")
    assert len(chat.seen) == 2
    assert "An và Bình" in chat.said[-2].text


def test_nothing_today_says_when_the_next_one_comes(chat: Conversation) -> None:
    chat.library = with_a_gap(chat.library, 400, 420)
    born(chat, families.TODAY - timedelta(days=410))
    chat.says("hôm nay")
    chat.sees("tips/none")
    assert "ngày nữa" in chat.last


def test_nothing_ever_again_is_said_too(chat: Conversation) -> None:
    born(chat, date(2018, 6, 1))
    chat.says("hôm nay")
    chat.sees("tips/none")
    assert "ngày nữa" not in chat.last


def test_earlier_items_page_in_the_same_message(chat: Conversation) -> None:
    number = families.has(chat)
    for item in TOLD:
        families.queued(chat, number, item, state="sent")
    chat.says("tin đã gửi")
    chat.sees("tips/earlier")
    assert chat.said[-1].edit is None
    first = [b for b in chat.buttons if b.startswith("tips.open")]
    assert len(first) == 5
    chat.taps("tips.earlier:1")
    chat.sees("tips/earlier")
    assert chat.said[-1].edit == "1"
    second = [b for b in chat.buttons if b.startswith("tips.open")]
    assert len(second) == 2
    assert not set(first) & set(second)
    chat.taps("tips.earlier:0")
    assert [b for b in chat.buttons if b.startswith("tips.open")] == first
    chat.taps_exactly("tips.earlier:99")
    assert [b for b in chat.buttons if b.startswith("tips.open")] == second


def test_an_earlier_item_opens_again(chat: Conversation) -> None:
    number = families.has(chat)
    families.queued(chat, number, "tip-d0242", state="sent")
    chat.says("tin cũ")
    chat.taps_exactly(f"tips.open:tip-d0242:{number}")
    chat.sees("tip-d0242")
    assert "Bống" in chat.last


@pytest.mark.parametrize(
    "component",
    ["health", "nutrition", "responsive_caregiving", "early_learning", "safety_security"],
)
def test_a_topic_shows_what_fits_the_age(chat: Conversation, component: str) -> None:
    families.has(chat)
    born(chat, date(2026, 11, 20), "Tí")
    chat.says("chủ đề")
    chat.sees("tips/topics")
    chat.taps_exactly(f"tips.topic:{component}")
    assert chat.seen in (["tips/topic"], ["tips/no-topic"])
    for button in [b for b in chat.buttons if b.startswith("tips.open")]:
        item = button.split(":")[1]
        assert chat.library.meta[item].component == component
        chat.taps_exactly(button)
        chat.sees(item)


def test_ids_in_buttons_are_not_believed(chat: Conversation, another: Another) -> None:
    families.has(chat)
    theirs = families.has(another("chat-2"), "Nhà người")
    for wrong in (
        "tips.open",
        "tips.open:nope",
        "tips.open:menu/home",
        f"tips.open:tip-d0242:{theirs}",
    ):
        chat.taps_exactly(wrong)
        chat.sees("tips/gone")
    chat.taps_exactly("tips.topic:x")
    chat.sees("tips/topics")
    chat.taps_exactly("tips.earlier:-1")
    chat.sees("tips/none-earlier")


def test_without_a_child_it_offers_to_add_one(chat: Conversation) -> None:
    families.joins(chat)
    chat.says("hôm nay")
    chat.sees("tips/no-child")
