"""What a weighing is answered with, and what can be done with it afterwards."""

from datetime import date

import pytest

from care.growth import Measurement, Sizes
from storage import children, measurements
from tests.handlers import families
from tests.handlers.conversation import Conversation

TODAY = families.TODAY  # the child is 8 months and 12 days old
SUMMER, AUTUMN = date(2026, 8, 24), date(2026, 10, 24)


@pytest.fixture
def girl(chat: Conversation) -> int:
    number = families.has(chat)
    tells_sex(chat, number, "girl")
    return number


@pytest.fixture
def born(chat: Conversation) -> int:
    return families.has(chat)


def tells_sex(chat: Conversation, number: int, sex: str) -> None:
    with chat.engine.connect() as conn, conn.begin():
        child = children.get(conn, number)
        assert child is not None
        children.change(conn, child, sex=sex)


def weighed(
    chat: Conversation, child: int, day: date, grams: int | None, height: int | None = None
) -> None:
    me = families.me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        measurements.put(conn, child, day, Sizes(grams, height), me, chat.now)


def kept(chat: Conversation, child: int) -> list[Measurement]:
    with chat.engine.connect() as conn:
        return measurements.of_child(conn, child)


def result(chat: Conversation, typed: str) -> str:
    chat.says(typed)
    chat.taps("growth.no-height")
    chat.sees("growth/result")
    return chat.last


def test_the_direction_since_the_last_weighing_is_said(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 7600)
    told = result(chat, "bé nặng 7kg9")
    assert "300 g" in told
    assert "24/10/2026" in told
    assert "trạm" not in told


def test_less_than_last_time_sends_to_the_station(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 7900)
    told = result(chat, "bé nặng 7kg7")
    assert "nhẹ đi 200 g" in told
    assert "trạm y tế" in told


def test_two_months_without_gain_send_to_the_station(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, SUMMER, 7600)
    told = result(chat, "bé nặng 7kg6")
    assert "chưa nặng thêm" in told
    assert "trạm y tế" in told


def test_no_answer_names_a_state_of_the_child(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 6000)
    for typed in ("bé nặng 6kg", "bé nặng 12kg", "bé nặng 5kg9"):
        chat.says(typed)
        if chat.seen == ["growth/doubt"]:
            chat.taps("growth.as-typed")
        chat.taps("growth.no-height")
        for word in ("suy dinh", "còi", "béo", "bình thường", "chuẩn là", "nhẹ cân", "thừa cân"):
            assert word not in chat.last


def test_an_older_weighing_is_kept_without_a_verdict(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, TODAY, 7900)
    chat.says("bé nặng 7kg6 ngày 24/10")
    chat.taps("growth.no-height")
    assert "So với" not in chat.last
    assert [m.day for m in kept(chat, girl)] == [AUTUMN, TODAY]


def test_without_the_sex_numbers_and_direction_are_told(chat: Conversation, born: int) -> None:
    tells_sex(chat, born, "")
    weighed(chat, born, AUTUMN, 7600)
    assert "300 g" in result(chat, "bé nặng 7kg9")
    assert chat.said[-1].picture is None


def test_what_is_known_is_shown_with_what_can_be_done(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 7600, 660)
    chat.says("cân nặng")
    chat.sees("growth/ask-weight")
    assert "7,6 kg, 66 cm" in chat.last
    chat.taps("growth.see")
    chat.sees("growth/see")
    weights = chat.said[-1].picture
    chat.taps("growth.see-height")
    chat.sees("growth/see")
    assert chat.said[-1].picture not in (None, weights)


def test_the_last_weighing_is_corrected(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 7600, 660)
    chat.says("cân nặng")
    chat.taps("growth.fix")
    chat.sees("growth/ask-fix")
    chat.says("7,4")
    chat.sees("growth/result")
    assert kept(chat, girl) == [Measurement(AUTUMN, Sizes(7400, 660))]


def test_the_last_weighing_is_removed_after_a_yes(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, SUMMER, 7000)
    weighed(chat, girl, AUTUMN, 7600)
    chat.says("cân nặng")
    chat.taps("growth.remove")
    chat.sees("growth/confirm-remove")
    chat.says("không")
    assert len(kept(chat, girl)) == 2
    chat.says("cân nặng")
    chat.taps("growth.remove")
    chat.taps("growth.remove-yes")
    chat.sees("growth/removed")
    assert [m.day for m in kept(chat, girl)] == [SUMMER]
