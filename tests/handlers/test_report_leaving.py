"""Leaving a report at any screen, coming back to it, and buttons that do not fit."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from storage.crypto import Cipher
from storage.tables import conversations
from tests.handlers import families, reporting
from tests.handlers.conversation import Conversation
from tests.handlers.reporting import ANSWERS, QUESTIONS


@pytest.fixture
def engine(database_url: str, cipher: Cipher, tmp_path: Path) -> Iterator[Engine]:
    yield from reporting.engines(database_url, cipher, tmp_path)


def test_no_to_the_first_question_leaves_at_once(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("report.begin")
    chat.taps("report.safe:no")
    chat.sees("discreet/tip")
    found = reporting.row(chat)
    assert found is None or not found.shown


def test_no_can_be_typed_too_and_nothing_else_leaves(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("report.begin")
    chat.says("sao lại hỏi vậy")
    chat.sees("report/safe")
    chat.says("khong")
    chat.sees("discreet/tip")


@pytest.mark.parametrize("said", ["diều giấy", "dieu giay", "DIEU GIAY", "Diều giấy."])
def test_the_usual_safe_word_opens_it_in_the_middle_of_anything(
    chat: Conversation, said: str
) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(said)
    chat.sees("report/safe")
    chat.taps("report.exit")
    chat.says("Na")
    chat.sees("children/named")


def test_a_half_done_registration_goes_on_afterwards(chat: Conversation) -> None:
    chat.says("/start")
    chat.taps("consent.yes")
    with chat.engine.connect() as conn:
        before = conn.execute(select(conversations)).all()
    reporting.to_review(chat)
    reporting.sends(chat)
    with chat.engine.connect() as conn:
        after = conn.execute(select(conversations)).all()
    assert [row.step for row in after] == [row.step for row in before]
    assert [row.nonce for row in after] == [row.nonce for row in before]
    chat.taps("report.exit")
    chat.says("mẹ")
    assert chat.seen[0].startswith("registration/")


STOPS = ("begin", "now", "urgent", *QUESTIONS, "review", "fix", "sent")


def goes_to(chat: Conversation, stop: str) -> None:
    chat.taps_exactly("report.begin")
    if stop == "begin":
        return
    chat.taps("report.safe:yes")
    if stop == "now":
        return
    chat.taps("report.now:yes")
    if stop == "urgent":
        return
    chat.taps("report.go")
    for question in QUESTIONS:
        if stop == question:
            return
        chat.taps(f"report.skip:{question}")
    if stop != "review":
        chat.taps("report.fix" if stop == "fix" else "report.send")


@pytest.mark.parametrize("way", ["tap", "x", "/x", "Thoát"])
@pytest.mark.parametrize("stop", STOPS)
def test_every_screen_can_be_left(chat: Conversation, stop: str, way: str) -> None:
    families.has(chat)
    goes_to(chat, stop)
    if way == "tap":
        chat.taps("report.exit")
    else:
        chat.says(way)
    chat.sees("discreet/tip")
    found = reporting.row(chat)
    assert found is None or (not found.shown and found.step is None)
    chat.says("bé sốt phải làm sao")  # nothing is awaited any more
    assert not chat.seen[0].startswith("report/")


def test_an_x_means_what_it_did_where_nothing_is_open(chat: Conversation) -> None:
    families.has(chat)
    chat.says("x")
    assert chat.seen[0] != "discreet/tip"


def test_sending_twice_is_one_case_and_the_code_stays(chat: Conversation) -> None:
    families.has(chat)
    reporting.skips_all(chat)
    reporting.sends(chat)
    chat.taps_exactly("report.send")
    chat.sees("fallback/stale")  # beside the code, not in its place
    assert chat.said[-1].edit is None
    assert len(reporting.every(chat.engine)) == 1


def test_dropping_it_keeps_nothing(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_review(chat)
    chat.taps("report.drop")
    chat.sees("discreet/tip")
    assert "facts" not in reporting.draft(chat)
    assert reporting.every(chat.engine) == []


FORGED = (
    *("report.safe:yes", "report.safe:zzz", "report.now:yes", "report.go", "report.anew"),
    *("report.skip:told", "report.skip:", "report.officer:yes", "report.officer:;--", "report.fix"),
    *("report.fix:told", "report.review", "report.send", "report.drop", "report.back"),
    *("report.more", "report.word-set", "report.word-off", "report.nothing"),
)


@pytest.mark.parametrize("button", FORGED)
def test_a_forged_button_does_nothing(chat: Conversation, button: str) -> None:
    families.has(chat)
    chat.taps_exactly(button)
    chat.sees("fallback/stale")
    assert reporting.row(chat) is None
    assert reporting.every(chat.engine) == []


@pytest.mark.parametrize("button", FORGED)
def test_a_button_of_an_older_screen_shows_the_one_that_is_open(
    chat: Conversation, button: str
) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.says(ANSWERS["told"])
    if button in ("report.review", "report.nothing"):
        return  # one belongs to this screen, the other to none
    chat.taps_exactly(button)
    assert chat.seen in (["fallback/stale"], ["report/ask-child"])
    assert reporting.draft(chat)["facts"] == {"told": ANSWERS["told"]}


def test_what_was_left_is_gone_on_with_for_an_hour(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.says(ANSWERS["told"])
    reporting.fades(chat)
    chat.says("bé ăn dặm thế nào")
    assert not chat.seen[0].startswith("report/")
    reporting.later(chat, 50)
    chat.taps_exactly("report.begin")
    chat.sees("report/safe")
    assert chat.said[-1].edit is None  # the old message is not there any more
    chat.taps("report.safe:yes")
    chat.sees("report/resume")
    chat.taps("report.go")
    chat.sees("report/ask-child")
    assert reporting.draft(chat)["facts"] == {"told": ANSWERS["told"]}


@pytest.mark.parametrize("way", ["late", "anew"])
def test_what_was_left_can_be_gone(chat: Conversation, way: str) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.says(ANSWERS["told"])
    reporting.fades(chat)
    reporting.later(chat, 61 if way == "late" else 5)
    chat.taps_exactly("report.begin")
    chat.taps("report.safe:yes")
    if way == "anew":
        chat.taps("report.anew")
    chat.sees("report/now")
    assert "facts" not in reporting.draft(chat)


@pytest.mark.parametrize("turn", ["tap", "/menu", "/start"])
def test_whoever_turns_to_something_else_is_not_taken_for_answering(
    chat: Conversation, turn: str
) -> None:
    families.has(chat)
    reporting.to_questions(chat)
    chat.taps_exactly("menu.today") if turn == "tap" else chat.says(turn)
    chat.says("bé ăn dặm thế nào")
    assert not chat.seen[0].startswith("report/")
    assert "facts" not in reporting.draft(chat)
