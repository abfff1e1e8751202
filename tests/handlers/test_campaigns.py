"""Answers to campaigns: a poll, a score, a few words, and the buttons officers made."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from care.campaigns import Asks, Draft, Press, Question
from care.messages import Kind
from storage import campaign_results, campaigns, outbox, tasks
from storage.areas import Area
from storage.tables import outbox as outbox_table
from tests.handlers import families
from tests.handlers.conversation import Conversation

POLL = Question(Asks.POLL, "Đi được không?", ("Đi được", "Không"))
SCORE = Question(Asks.SCORE, "Thế nào?")
Another = Callable[[str], Conversation]
OPEN = Question(Asks.OPEN, "Cần gì?")


def asked(
    chat: Conversation, area: Area, question: Question | None, presses: tuple[Press, ...] = ()
) -> int:
    """A campaign that this person got a moment ago."""
    person = families.me(chat)
    draft = Draft("Cân bé", "Mời {goi}", question=question, buttons=presses)
    with chat.engine.begin() as conn:
        campaign_id = campaigns.create(conn, area.id, 1, draft, chat.now)
        row = outbox.values(
            kind=Kind.CAMPAIGN,
            address_id=person.address_id,
            route="webchat:local",
            message=campaigns.message_of(campaign_id),
            not_before=chat.now,
            expires_at=chat.now,
            caregiver_id=person.caregiver.id,
            child_id=0,
            slot=1,
            planned_on=chat.now.date(),
        )
        outbox.add(conn, [row])
    settle(chat)
    return campaign_id


def settle(chat: Conversation) -> None:
    """What waits has gone out."""
    with chat.engine.begin() as conn:
        waiting = outbox_table.update().where(outbox_table.c.state == "pending")
        conn.execute(waiting.values(state="sent", at=chat.now))


def answered(chat: Conversation) -> list[tuple[int, int | None, str | None]]:
    with chat.engine.connect() as conn:
        return campaign_results.of_caregiver(conn, families.me(chat).caregiver.id)


def test_a_tap_is_kept_and_may_be_changed(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, POLL)
    chat.taps_exactly(f"campaign.answer:{campaign}:1")
    chat.sees("campaigns/chosen")
    first = chat.last
    assert answered(chat) == [(campaign, 1, None)]
    chat.taps_exactly(f"campaign.answer:{campaign}:2")
    chat.sees("campaigns/chosen")
    assert chat.last != first
    assert answered(chat) == [(campaign, 2, None)]


@pytest.mark.parametrize("text", ["2", " 2 ", "2."])
def test_a_number_is_an_answer_while_the_poll_was_the_last_word(
    chat: Conversation, commune: Area, text: str
) -> None:
    families.has(chat)
    campaign = asked(chat, commune, POLL)
    chat.says(text)
    chat.sees("campaigns/chosen")
    assert answered(chat) == [(campaign, 2, None)]


@pytest.mark.parametrize("text", ["0", "3", "22", "hai", "²", "2 con"])
def test_other_numbers_are_no_answer(chat: Conversation, commune: Area, text: str) -> None:
    families.has(chat)
    asked(chat, commune, POLL)
    chat.says(text)
    assert chat.seen != ["campaigns/chosen"]
    assert answered(chat) == []


def test_a_number_after_something_else_was_said_is_no_answer(
    chat: Conversation, commune: Area
) -> None:
    families.has(chat)
    asked(chat, commune, POLL)
    chat.says("/menu")
    settle(chat)
    chat.says("2")
    assert answered(chat) == []


def test_a_low_score_is_a_task_for_officers(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, SCORE)
    for score, open_tasks in ((5, 0), (2, 1), (1, 1)):
        chat.taps_exactly(f"campaign.answer:{campaign}:{score}")
        chat.sees("campaigns/chosen")
        with chat.engine.connect() as conn:
            found = tasks.waiting(conn, (), True)
        assert [task.ref for task in found] == [f"campaign:{campaign}"] * open_tasks
    assert answered(chat) == [(campaign, 1, None)]


def test_words_follow_a_tap_and_may_be_left_out(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, OPEN)
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.sees("campaigns/ask")
    chat.taps("campaign.skip")
    chat.sees("campaigns/skipped")
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.says("bỏ qua")
    chat.sees("campaigns/skipped")
    assert answered(chat) == []
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.says("Nhà xa quá, cần xe đưa đi. " * 50)
    chat.sees("campaigns/thanks")
    ((_, choice, told),) = answered(chat)
    assert choice is None
    assert told is not None
    assert len(told) <= 1000


def test_other_conversations_go_before_an_open_question(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, OPEN)
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.says("tin hôm nay")
    assert "campaigns/thanks" not in chat.seen
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.says("bé không thở, tím tái")
    assert chat.seen[0].startswith("emergency/")
    assert answered(chat) == []


def test_a_question_that_is_open_is_not_lost(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, OPEN)
    chat.taps_exactly("settings.hour")
    chat.taps_exactly(f"campaign.open:{campaign}")
    chat.sees("campaigns/later")
    chat.says("9 giờ")
    chat.sees("settings/hour")


def test_a_button_of_an_officer_is_answered(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    campaign = asked(chat, commune, None, (Press("Lịch", "7 giờ, {goi} nhé"), Press("Vâng")))
    chat.taps_exactly(f"campaign.press:{campaign}:1")
    chat.sees(f"campaign:{campaign}")
    assert chat.last == "7 giờ, mẹ nhé"
    chat.taps_exactly(f"campaign.press:{campaign}:2")
    chat.sees("campaigns/thanks")


@pytest.mark.parametrize(
    "button",
    [
        "campaign.answer:{id}:3",
        "campaign.answer:{id}:0",
        "campaign.answer:{id}",
        "campaign.answer:{id}:x",
        "campaign.answer:999:1",
        "campaign.answer:",
        "campaign.answer:²:1",
        "campaign.open:{id}",
        "campaign.press:{id}:1",
        "campaign.press:{id}:99999999999999999999",
    ],
)
def test_buttons_nobody_made_are_refused_kindly(
    chat: Conversation, commune: Area, button: str
) -> None:
    families.has(chat)
    campaign = asked(chat, commune, POLL)
    chat.taps_exactly(button.format(id=campaign))
    chat.sees("campaigns/over")
    assert answered(chat) == []


def test_who_did_not_get_it_cannot_answer(
    chat: Conversation, another: Another, commune: Area
) -> None:
    families.has(chat)
    campaign = asked(chat, commune, POLL)
    stranger = another("chat-2")
    families.has(stranger)
    stranger.taps_exactly(f"campaign.answer:{campaign}:1")
    stranger.sees("campaigns/over")
    assert answered(stranger) == []


def test_an_officer_who_tries_it_out_is_not_counted(chat: Conversation, commune: Area) -> None:
    families.has(chat)
    me = families.me(chat).caregiver.id
    with chat.engine.begin() as conn:
        draft = Draft("Cân bé", "Mời {goi}", question=POLL)
        campaign = campaigns.create(conn, commune.id, 1, draft, chat.now)
        assert campaigns.send_test(conn, campaign, me, chat.now)
    settle(chat)
    chat.taps_exactly(f"campaign.answer:{campaign}:1")
    chat.sees("campaigns/chosen")
    assert answered(chat) == []


def test_answers_are_in_what_a_person_takes_along_and_go_with_them(
    chat: Conversation, commune: Area
) -> None:
    families.has(chat)
    campaign = asked(chat, commune, POLL)
    chat.taps_exactly(f"campaign.answer:{campaign}:2")
    chat.taps_exactly("privacy.export")
    with chat.engine.connect() as conn:
        newest = select(outbox_table.c.params).order_by(outbox_table.c.id.desc()).limit(1)
        exported = str(conn.execute(newest).scalar_one())
    assert "campaign_answers" in exported
    chat.taps_exactly("privacy.delete")
    chat.taps("privacy.delete-yes")
    with chat.engine.connect() as conn:
        assert campaign_results.answers(conn, campaign).people == 0
