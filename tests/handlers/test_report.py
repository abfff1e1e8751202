"""Telling an officer of a worry: danger first, every question may be skipped, nothing is promised.

Everything on both engines.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from storage.crypto import Cipher
from storage.tables import conversations
from tests.handlers import families, reporting
from tests.handlers.conversation import Conversation
from tests.handlers.reporting import ANSWERS, QUESTIONS

FIRST = ("111", "113", "115")


@pytest.fixture
def engine(database_url: str, cipher: Cipher, tmp_path: Path) -> Iterator[Engine]:
    yield from reporting.engines(database_url, cipher, tmp_path)


def test_everything_answered_becomes_a_case_of_the_place_that_was_named(
    chat: Conversation,
) -> None:
    families.has(chat)
    reporting.lives_in(chat)
    reporting.to_review(chat)
    assert "xã Đồng Mỏ" in chat.last
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert facts == ANSWERS
    assert case.area_id == reporting.area(chat.engine, "06002")
    assert (case.urgent, case.pile, case.lowest, case.highest) == (False, False, 2, 2)


def test_skipping_everything_is_a_case_all_the_same(chat: Conversation) -> None:
    families.has(chat)
    home = reporting.lives_in(chat)
    reporting.skips_all(chat)
    chat.sees("report/review")
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert (case.area_id, facts) == (home, {})


def test_every_screen_has_the_numbers_first_and_the_exit(chat: Conversation) -> None:
    families.has(chat)
    chat.taps_exactly("report.begin")
    chat.taps("report.safe:yes")
    chat.taps("report.now:yes")
    chat.taps("report.go")
    for question in QUESTIONS:
        chat.taps(f"report.skip:{question}")
    chat.taps("report.fix")
    chat.taps("report.review")
    chat.taps("report.send")
    screens = [out for out in chat.said if out.message.startswith("report/")]
    assert len({out.message for out in screens}) == 11
    for out in screens:
        neutral, *numbers = out.text.splitlines()[:3]
        assert len(neutral) >= 60
        assert all(number in "\n".join(numbers) for number in FIRST)
        assert [b.url for b in out.buttons[:3]] == ["tel:111", "tel:113", "tel:115"]
        assert out.buttons[-1].id == "report.exit"


def test_one_message_is_edited_all_along(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_review(chat)
    reporting.sends(chat)
    first, *rest = [out for out in chat.said if out.message.startswith("report/")]
    assert first.edit is None
    assert {out.edit for out in rest} == {"1"}


def test_danger_now_shows_the_numbers_large_and_makes_it_urgent(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_questions(chat, danger=True)
    urgent = next(out for out in chat.said if out.message == "report/urgent")
    assert all(f"\n**{number}**" in urgent.text for number in FIRST)
    chat.taps("report.skip:told")
    chat.says("bé trai 3 tuổi")
    chat.taps("report.review")
    reporting.sends(chat)
    assert reporting.only(chat.engine)[0].urgent


def test_before_consent_it_goes_to_where_we_work(chat: Conversation) -> None:
    chat.says("góc an toàn")
    chat.sees("report/safe")
    chat.says("có")
    chat.says("không")
    chat.sees("report/ask-told")
    chat.says("tôi lo cho đứa bé nhà bên")
    chat.taps("report.review")
    reporting.sends(chat)
    case, facts = reporting.only(chat.engine)
    assert facts == {"told": "tôi lo cho đứa bé nhà bên"}
    assert case.area_id == reporting.area(chat.engine, "VN")
    chat.says("bé ăn dặm thế nào")  # the control: still nobody who agreed
    assert chat.seen[0].startswith("start/")


def test_where_nothing_can_be_taken_back_nothing_is_told(
    engine: Engine, chat: Conversation
) -> None:
    chat.deletes = False
    families.has(chat)
    for said in ("diều giấy", "góc an toàn", "1234 5678 9012 3456", "con cần người giúp"):
        chat.says(said)
        chat.sees("guidance/elsewhere")
        assert chat.said[-1].buttons[-1].url == "/chat"
    chat.taps_exactly("report.safe:yes")
    chat.taps_exactly("report.send")
    assert reporting.row(chat) is None
    assert reporting.every(engine) == []


def test_more_than_three_a_day_are_a_pile_and_nobody_is_told(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    families.has(chat)
    seen = []
    for _ in range(5):
        reporting.skips_all(chat)
        reporting.sends(chat)
        seen.append([b.id for b in chat.said[-1].buttons])
    real = another("neighbour")
    real._chance.seed(8)
    families.joins(real)
    reporting.skips_all(real)
    reporting.sends(real)
    piles = [case.pile for case, _ in reporting.every(chat.engine)]
    assert piles == [False, False, False, True, True, False]
    assert all(one == seen[0] for one in seen)
    reporting.later(chat, 24 * 60)
    reporting.skips_all(chat)
    reporting.sends(chat)
    assert not reporting.every(chat.engine)[-1][0].pile


def test_one_answer_can_be_changed_before_sending(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_review(chat)
    chat.taps("report.fix")
    chat.taps("report.fix:child")
    chat.sees("report/ask-child")
    chat.says("khoảng 6 tuổi")
    chat.sees("report/review")
    chat.taps("report.fix")
    chat.taps("report.fix:contact")
    chat.taps("report.skip:contact")
    chat.says("à, còn thêm chuyện này")  # on the last screen: more of what was told
    reporting.sends(chat)
    _, facts = reporting.only(chat.engine)
    assert facts["child"] == "khoảng 6 tuổi"
    assert facts["told"] == f"{ANSWERS['told']}\nà, còn thêm chuyện này"
    assert "contact" not in facts


def test_nothing_of_it_holds_pushes_back(chat: Conversation) -> None:
    families.has(chat)
    reporting.to_review(chat)
    reporting.sends(chat)
    with chat.engine.connect() as conn:
        held = select(func.count()).where(conversations.c.sensitive.is_(True))
        assert conn.execute(held).scalar_one() == 0
