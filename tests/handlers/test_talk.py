"""A family talks with an officer, and the bot keeps quiet."""

import pytest
from sqlalchemy import select

from care.talking import QUIET
from storage.areas import Area
from storage.conversations import get
from storage.tables import outbox
from storage.talks import CLOSED, WAITING
from tests.handlers import families, known
from tests.handlers.conversation import Conversation
from tests.handlers.talking import QUESTION, answers, every, open_talk, passed_on


@pytest.fixture
def mother(chat: Conversation) -> Conversation:
    families.has(chat)
    return chat


@pytest.fixture
def talking(mother: Conversation) -> Conversation:
    mother.says("gặp cán bộ")
    return mother


# --- asking for a person -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["gặp cán bộ", "gap can bo", "Gặp người thật", "nói chuyện với cán bộ", "/canbo"]
)
def test_a_person_is_asked_for_in_words(mother: Conversation, typed: str) -> None:
    mother.says(typed)
    mother.sees("talk/opened")
    assert mother.buttons[0] == "talk.close"
    assert open_talk(mother).state == WAITING


def test_a_person_is_asked_for_from_the_menu(mother: Conversation) -> None:
    mother.says("menu")
    mother.taps("talk.open")
    mother.sees("talk/opened")


@pytest.mark.parametrize(
    "typed", ["cho em nói chuyện với người thật đi ạ", "tôi muốn gặp nhân viên"]
)
def test_a_wish_in_other_words_offers_a_person(mother: Conversation, typed: str) -> None:
    mother.says(typed)
    mother.sees("questions/wish")
    assert mother.buttons[0] == "talk.open"


def test_after_a_loss_a_person_is_near(mother: Conversation) -> None:
    mother.taps_exactly("loss.talk")
    mother.taps("talk.open")
    mother.sees("talk/opened")


def test_before_consent_nothing_is_passed_on(chat: Conversation) -> None:
    chat.says("gặp cán bộ")
    chat.sees("start/welcome")
    chat.taps_exactly("talk.open")
    chat.sees("start/please-choose")


def test_who_reads_and_when_is_said(mother: Conversation, commune: Area) -> None:
    hours = {"days": [1, 3], "hours": ["8:00-11:00"]}
    known.lives_in(mother, commune, talk_hours=hours)
    mother.says("gặp cán bộ")
    assert "xã Đồng Tâm" in mother.last
    assert "thứ 2, thứ 4, 8:00 đến 11:00" in mother.last
    assert "ngoài giờ" in mother.last  # it is a Tuesday
    assert open_talk(mother).area_id == commune.id


def test_usual_hours_are_told_in_a_row(talking: Conversation) -> None:
    assert "thứ 2 đến thứ 6, 7:30 đến 11:30, 13:30 đến 17:00" in talking.last
    assert "ngoài giờ" not in talking.last  # 9:00 on a Tuesday
    assert open_talk(talking).area_id is None


def test_who_has_said_no_commune_is_the_installations(mother: Conversation, commune: Area) -> None:
    mother.root = commune
    mother.says("gặp cán bộ")
    assert open_talk(mother).area_id == commune.id


def test_a_running_question_ends_when_a_person_is_asked_for(mother: Conversation) -> None:
    mother.taps_exactly("settings.hour")
    mother.says("gặp cán bộ")
    mother.sees("talk/opened")
    mother.says("19 giờ")
    assert mother.seen == []
    assert passed_on(mother) == ["19 giờ"]


# --- both sides ----------------------------------------------------------------------------------


def test_what_is_typed_goes_to_the_officers_and_the_bot_is_quiet(talking: Conversation) -> None:
    typed = [QUESTION, "chào", "cảm ơn", "ít", "12/3/2026", "tìm ăn dặm", "cân 8 kg", "abc xyz"]
    for text in typed:
        talking.says(text)
        assert talking.seen == [], text
    assert passed_on(talking) == typed


def test_an_officers_words_arrive_under_the_name_of_the_office(talking: Conversation) -> None:
    talking.says(QUESTION)
    answers(talking, "Chào chị, từ 6 tháng **nhé** {be}.")
    assert talking.last.startswith("Cán bộ trạm y tế\n")
    assert "{be}" in talking.last  # officers' words are no template
    assert talking.buttons == ["talk.close"]
    talking.says("dạ em cảm ơn")
    assert talking.seen == []


def test_a_button_still_works_and_its_question_is_answered(talking: Conversation) -> None:
    talking.taps_exactly("settings.hour")
    talking.sees("settings/ask-hour")
    talking.says("18 giờ")
    talking.sees("settings/hour")
    talking.says(QUESTION)
    assert talking.seen == []
    assert passed_on(talking) == [QUESTION]


def test_after_an_officers_answer_the_next_words_are_for_the_officer(talking: Conversation) -> None:
    talking.taps_exactly("settings.hour")
    answers(talking, "Chị ghé trạm lúc mấy giờ?")
    with talking.engine.connect() as conn:
        assert get(conn, families.me(talking).address_id).step is None
    talking.says("18 giờ")
    assert talking.seen == []
    assert passed_on(talking) == ["18 giờ"]


def test_pictures_do_not_reach_officers_and_it_is_said(talking: Conversation) -> None:
    talking.sends("photo")
    talking.sees("talk/media")
    talking.sends("sticker")
    assert talking.seen == []
    assert passed_on(talking) == []


def test_the_family_ends_it_and_the_bot_answers_again(talking: Conversation) -> None:
    talk = open_talk(talking)
    talking.taps("talk.close")
    talking.sees("talk/closed")
    assert every(talking)[talk.id].state == CLOSED
    talking.says(QUESTION)
    talking.sees("faq-solids-when")
    talking.says("kết thúc")
    talking.sees("talk/none")


def test_the_word_on_the_button_ends_it_too(talking: Conversation) -> None:
    talking.says("Kết thúc")
    talking.sees("talk/closed")


def test_after_an_answer_the_family_is_asked_how_it_was(talking: Conversation) -> None:
    answers(talking, "Chào chị")
    talking.says("kết thúc")
    assert talking.seen[-2:] == ["surveys/talk", "talk/closed"]  # the second goes first
    with talking.engine.connect() as conn:
        at = dict(conn.execute(select(outbox.c.message, outbox.c.not_before)).all())
    assert at["talk/closed"] < at["surveys/talk"]


def test_the_bot_comes_back_after_a_day_of_silence(talking: Conversation) -> None:
    talking.says("bé ho")
    talking.now += QUIET
    talking.says(QUESTION)
    talking.sees("faq-solids-when")
    assert passed_on(talking) == ["bé ho"]
    talking.says("gặp cán bộ")  # the same talk goes on
    talking.sees("talk/opened")
    talking.says("bé vẫn ho")
    assert passed_on(talking) == ["bé ho", "bé vẫn ho"]


def test_an_answer_after_that_makes_it_quiet_again(talking: Conversation) -> None:
    talking.now += QUIET
    answers(talking, "Xin lỗi chị, giờ em mới trả lời được")
    talking.says("không sao ạ")
    assert talking.seen == []
