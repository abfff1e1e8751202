"""Weighing a child: told or asked, read, doubted when odd, kept."""

from collections.abc import Callable
from datetime import date

import pytest

from care.growth import Measurement, Sizes
from storage import children, measurements
from tests.handlers import families
from tests.handlers.conversation import Conversation

Another = Callable[[str], Conversation]
TODAY = families.TODAY  # the child is 8 months and 12 days old
AUTUMN = date(2026, 10, 24)


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


def test_from_the_card_to_the_picture_in_a_few_words(chat: Conversation, born: int) -> None:
    chat.taps_exactly(f"children.open:{born}")
    chat.taps("growth.open")
    chat.sees("growth/ask-weight")
    chat.says("7kg2")
    chat.sees("growth/ask-height")
    chat.says("68")
    chat.sees("growth/ask-sex")
    chat.taps("growth.girl")
    chat.sees("growth/result")
    assert "7,2 kg" in chat.last
    assert "68 cm" in chat.last
    assert kept(chat, born) == [Measurement(TODAY, Sizes(7200, 680))]
    picture = chat.said[-1].picture
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    assert chat.said[-1].alt


def test_height_and_sex_can_be_left_out(chat: Conversation, born: int) -> None:
    chat.says("cân nặng")
    chat.says("7,2")
    chat.taps("growth.no-height")
    chat.sees("growth/ask-sex")
    chat.taps("growth.untold")
    chat.sees("growth/result")
    assert chat.said[-1].picture is None
    assert "growth.sex" in {b.partition(":")[0] for b in chat.buttons}
    chat.says("cân nặng")
    chat.says("7,3 kg 68 cm")
    chat.sees("growth/result")  # the sex was asked once


def test_the_sex_can_be_told_later(chat: Conversation, born: int) -> None:
    tells_sex(chat, born, "")
    weighed(chat, born, TODAY, 7200)
    chat.says("biểu đồ")
    chat.sees("growth/ask-sex")
    chat.says("bé trai")
    chat.sees("growth/see")
    assert chat.said[-1].picture is not None
    assert families.child(chat, born).sex == "boy"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "sizes"),
    [
        ("bé nặng 7kg2", Sizes(7200)),
        ("Con nặng 7 cân 2", Sizes(7200)),
        ("nặng 7,2 cao 68", Sizes(7200, 680)),
        ("cao 72cm", Sizes(None, 720)),
    ],
)
def test_sizes_are_understood_where_nothing_was_asked(
    chat: Conversation, girl: int, typed: str, sizes: Sizes
) -> None:
    chat.says(typed)
    assert kept(chat, girl) == [Measurement(TODAY, sizes)]


@pytest.mark.parametrize(
    "typed", ["bé nặng 7kg2 có nhẹ cân không", "cân nặng của bé 9 tháng là bao nhiêu", "cao"]
)
def test_a_question_about_weight_stays_a_question(
    chat: Conversation, girl: int, typed: str
) -> None:
    chat.says(typed)
    assert kept(chat, girl) == []
    assert not chat.seen[0].startswith("growth/")


def test_which_child_is_asked_once_and_the_number_kept(chat: Conversation, girl: int) -> None:
    other = families.has(chat, "Tí")
    chat.says("bé nặng 7kg2 hôm qua")
    chat.sees("growth/which")
    chat.says("Tí")
    chat.sees("growth/ask-height")
    assert kept(chat, other) == [Measurement(date(2026, 11, 23), Sizes(7200))]
    assert kept(chat, girl) == []
    chat.taps("growth.no-height")
    chat.says("bỏ qua")
    chat.says("cân nặng")
    chat.taps_exactly(chat.button(f"growth.for:{girl}"))
    chat.sees("growth/ask-weight")


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("7,2", TODAY),
        ("7,2 hôm qua", date(2026, 11, 23)),
        ("7kg2 ngày 20/11", date(2026, 11, 20)),
        ("12/10/2026 7,2", date(2026, 10, 12)),
    ],
)
def test_the_day_is_today_unless_told(chat: Conversation, girl: int, typed: str, day: date) -> None:
    chat.says("cân nặng")
    chat.says(typed)
    chat.sees("growth/ask-height")
    chat.taps("growth.no-height")
    chat.sees("growth/result")
    assert [m.day for m in kept(chat, girl)] == [day]


@pytest.mark.parametrize(
    "typed", ["7,2 ngày 1/3/2026", "7,2 ngày 1/1/2027", "7,2 ngày 31/2", "7kg2 ngày mai"]
)
def test_a_day_that_cannot_be_stores_nothing(chat: Conversation, girl: int, typed: str) -> None:
    chat.says("cân nặng")
    chat.says(typed)
    chat.sees("growth/bad-day")
    assert kept(chat, girl) == []
    chat.says("7,2 hôm qua")
    chat.sees("growth/ask-height")


@pytest.mark.parametrize("typed", ["-7", "abc", "7-8 kg", "9" * 300, "0,0,0", "7 hoặc 8 kg"])
def test_what_cannot_be_read_is_asked_again(chat: Conversation, girl: int, typed: str) -> None:
    chat.says("cân nặng")
    chat.says(typed)
    chat.sees("growth/bad-weight")
    assert kept(chat, girl) == []


@pytest.mark.parametrize("typed", ["72", "72 kg", "0,72", "720"])
def test_a_lost_comma_is_asked_about(chat: Conversation, girl: int, typed: str) -> None:
    chat.says("cân nặng")
    chat.says(typed)
    chat.sees("growth/doubt")
    assert kept(chat, girl) == []
    assert "growth.as-typed" not in chat.buttons
    chat.taps("growth.instead")
    chat.sees("growth/ask-height")
    assert kept(chat, girl) == [Measurement(TODAY, Sizes(7200))]


@pytest.mark.parametrize("typed", ["7,2 m", "720 cm", "0"])
def test_an_impossible_height_is_never_stored(chat: Conversation, girl: int, typed: str) -> None:
    chat.says("bé nặng 7kg2")
    chat.says(typed)
    chat.sees("growth/doubt")
    assert "growth.as-typed" not in chat.buttons
    chat.says("không")
    chat.sees("growth/again-height")
    chat.says("68 cm")
    chat.sees("growth/result")
    assert kept(chat, girl) == [Measurement(TODAY, Sizes(7200, 680))]


def test_an_odd_weight_is_kept_when_they_are_sure(chat: Conversation, girl: int) -> None:
    weighed(chat, girl, AUTUMN, 9000)
    chat.says("bé nặng 6,9 kg")
    chat.sees("growth/doubt")
    assert "growth.instead" not in chat.buttons
    chat.says("đúng rồi")
    chat.taps("growth.no-height")
    chat.sees("growth/result")
    assert kept(chat, girl)[-1] == Measurement(TODAY, Sizes(6900))


def test_a_doubt_can_be_answered_with_the_right_number(chat: Conversation, girl: int) -> None:
    chat.says("cân nặng")
    chat.says("72")
    chat.says("7,3 kg")
    chat.sees("growth/ask-height")
    assert kept(chat, girl) == [Measurement(TODAY, Sizes(7300))]


def test_both_parents_see_one_history(chat: Conversation, another: Another, girl: int) -> None:
    father = another("chat-2")
    families.shares(chat, father, girl)
    weighed(chat, girl, AUTUMN, 7600)
    father.says("cân nặng")
    assert "7,6 kg" in father.last
    father.says("7kg9")
    assert kept(chat, girl)[-1].sizes.weight_g == 7900


def test_a_pregnancy_has_no_weight(chat: Conversation) -> None:
    expected = families.expects(chat)
    chat.says("cân nặng")
    chat.sees("growth/not-born")
    chat.taps_exactly(f"children.open:{expected}")
    assert f"growth.open:{expected}" not in chat.buttons


def test_leaving_and_old_buttons_change_nothing(chat: Conversation, girl: int) -> None:
    chat.says("cân nặng")
    chat.says("72")
    old = chat.button("growth.instead")
    chat.taps("growth.cancel")
    chat.taps_exactly(old)
    chat.taps_exactly("growth.instead")
    chat.taps_exactly("growth.remove-yes")
    chat.taps_exactly("growth.girl")
    chat.taps_exactly("growth.open:999")
    assert kept(chat, girl) == []


def test_another_familys_child_cannot_be_weighed(
    chat: Conversation, another: Another, girl: int
) -> None:
    stranger = another("chat-2")
    families.has(stranger, "Na")
    weighed(chat, girl, AUTUMN, 7600)
    for action in ("open", "see", "fix", "remove", "sex", "for"):
        stranger.taps_exactly(f"growth.{action}:{girl}")
        assert "7,6" not in stranger.last
    stranger.says("7,9")
    assert kept(chat, girl) == [Measurement(AUTUMN, Sizes(7600))]
