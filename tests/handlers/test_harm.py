"""Somebody may be hurt: the numbers first, nothing asked, and what was half done goes on."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from care.emergency import is_emergency
from care.messages import Kind
from care.understanding import Reading
from handlers.harm import CHILD_WRITES, SAYS
from storage.tables import outbox as outbox_table
from tests.care import tiny_model
from tests.care.clear_messages import CLEAR
from tests.handlers import families
from tests.handlers.conversation import Conversation

HURT = "đứa bé bên nhà bị bố trói lại đánh"
ROUTES = tuple(SAYS)


def knows_words(chat: Conversation, **borders: float) -> None:
    """The words of the tiny model instead of the real one."""
    chat.library = replace(chat.library, model=tiny_model.model(**borders))


def numbers(chat: Conversation) -> list[str]:
    return [button.url for button in chat.said[-1].buttons if button.url]


def quiet(route: str) -> list[str]:
    """Messages of that route that hold no word of emergency, which would be answered first."""
    return [text for text in CLEAR[route] if not is_emergency(text)]


@pytest.mark.parametrize("route", ROUTES)
def test_every_kind_of_harm_has_its_words_and_numbers(chat: Conversation, route: str) -> None:
    families.has(chat)
    message, keys, card = SAYS[route]
    chat.says(max(quiet(route), key=len))
    chat.sees(message)
    wanted = [f"tel:{chat.library.numbers[key].number.replace(' ', '')}" for key in keys]
    assert numbers(chat) == wanted
    ways = ["report.begin", *CHILD_WRITES.get(route, ())]
    assert chat.buttons[len(wanted) :] == [f"danger.open:{card}", *ways, "harm.no", "report.exit"]


def test_it_goes_before_everything_else_that_waits(chat: Conversation) -> None:
    families.has(chat)
    chat.says(HURT)
    with chat.engine.connect() as conn:
        newest = select(outbox_table).order_by(outbox_table.c.id.desc()).limit(1)
        row = conn.execute(newest).one()
    assert (row.message, row.kind) == ("harm/child", Kind.EMERGENCY.value)


def test_a_running_question_goes_on_afterwards(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(HURT)
    chat.sees("harm/child")
    chat.says("Na")
    chat.sees("children/named")
    kid = families.child(chat, number)
    assert kid is not None
    assert kid.nickname == "Na"


def test_the_button_of_a_running_question_still_works_afterwards(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    cancel = chat.button("children.cancel")
    chat.says(HURT)
    chat.taps_exactly(cancel)
    assert chat.seen != ["fallback/stale-waiting"]
    assert not chat.seen[0].startswith("fallback/")


def test_no_leads_back_and_the_question_goes_on(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(HURT)
    chat.taps("harm.no")
    chat.sees("harm/no")
    chat.says("Na")
    chat.sees("children/named")


@pytest.mark.parametrize("typed", ["hurt", "hurt despair"])
def test_a_name_is_no_disclosure(chat: Conversation, typed: str) -> None:
    """While an answer is awaited, a word or two are that answer."""
    number = families.has(chat)
    knows_words(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(typed)
    assert chat.seen[0].startswith("children/")
    chat.says(f"{typed} x y")  # the control: nothing is awaited now
    assert chat.seen[0].startswith("harm/")


def test_a_running_question_is_interrupted_by_clear_words_only(chat: Conversation) -> None:
    number = families.has(chat)
    knows_words(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says("maybe x y")
    assert not chat.seen[0].startswith("harm/")
    chat.taps_exactly(f"children.name:{number}")
    chat.says("hurt x y")
    chat.sees("harm/child")


def test_it_is_heard_before_consent(chat: Conversation) -> None:
    chat.says(HURT)
    chat.sees("harm/child")
    chat.taps("harm.no")
    chat.sees("harm/no")
    chat.taps_exactly("harm.yes:dv_support")
    chat.sees("harm/home")
    chat.taps("danger.open:dg-cp")
    chat.sees("dg-cp")
    chat.says("bé ăn dặm thế nào")  # the control: anything else is first contact
    assert chat.seen[0].startswith("start/")


def test_it_is_heard_in_the_middle_of_consent(chat: Conversation) -> None:
    chat.says("/start")
    chat.says(HURT)
    chat.sees("harm/child")
    chat.taps("consent.yes")
    assert not chat.seen[0].startswith("fallback/")


def test_a_second_person_is_told_nothing_of_it(
    chat: Conversation, another: Callable[[str], Conversation]
) -> None:
    number = families.has(chat)
    father = another("father")
    families.shares(chat, father, number)
    chat.says(HURT)
    father.says("tin đã gửi")
    assert "harm/child" not in father.seen
    assert all(out.message != "harm/child" for out in father.said)


# --- doubt ---------------------------------------------------------------------------------------


def test_what_is_a_question_as_well_is_answered_with_the_number_below(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat, harm=-0.5)
    chat.says("maybe spoon x y")
    chat.sees("faq-solids-when")
    assert "tel:111" in numbers(chat)
    assert {"harm.yes:child_protection", "questions.not"} <= set(chat.buttons)
    chat.taps("harm.yes")
    chat.sees("harm/child")


def test_a_doubt_is_one_gentle_question(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat, harm=-0.5)
    chat.says("maybe x y z")
    chat.sees("harm/unsure")
    assert numbers(chat) == ["tel:111"]
    assert chat.buttons[-3:] == ["harm.yes:child_protection", "harm.no", "report.exit"]
    chat.taps("harm.no")
    chat.sees("harm/no")


def test_danger_now_is_never_asked_about(chat: Conversation) -> None:
    families.has(chat)
    knows_words(chat, harm=-0.5)
    chat.says("maybe tonight y z")
    chat.sees("harm/child")


@pytest.mark.parametrize("forged", ["", ":", ":nothing", ":faq"])
def test_a_forged_yes_is_about_a_child(chat: Conversation, forged: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"harm.yes{forged}")
    chat.sees("harm/child")


@pytest.mark.parametrize("route", ROUTES)
def test_yes_keeps_what_it_was_about(chat: Conversation, route: str) -> None:
    chat.taps_exactly(f"harm.yes:{route}")
    chat.sees(SAYS[route][0])


def test_everyday_talk_gets_no_number(chat: Conversation) -> None:
    families.has(chat)
    for text in CLEAR["unknown"]:
        chat.says(text)
        assert not any(message.startswith("harm/") for message in chat.seen), text


def test_despair_is_never_answered_as_a_question(
    chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the words leave doubt and resemble one."""
    doubtful = Reading("self_harm_adult", "self_harm_adult", "unclear", 0.1, True, ("sleep_hours",))
    for module in ("handlers.harm", "handlers.reading"):
        monkeypatch.setattr(f"{module}.reading", lambda turn: doubtful)
    families.has(chat)
    chat.says("một câu nào đó không rõ")
    chat.sees("harm/despair")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("chồng tôi đánh con, cháu sợ lắm", "harm/child"),
        ("chong toi danh con chau so lam", "harm/child"),
        ("chồng tôi đánh con", "harm/child"),
        ("ck e tát con", "harm/child"),
        ("chồng say về đánh con tôi can không được", "harm/child"),
        ("chồng đánh em trước mặt con", "harm/home"),
        ("chồng tôi đánh con rồi đánh tôi", "harm/home"),
        ("chồng đánh cả hai mẹ con", "harm/home"),
        ("chồng đi làm xa, em bực quá đánh con, em sợ chính mình", "harm/temper"),
        ("bố đánh tôi nhiều, giờ tôi cũng đánh con y như vậy, tôi sợ chính mình", "harm/temper"),
    ],
)
def test_who_does_it_is_heard(chat: Conversation, text: str, message: str) -> None:
    """Somebody else hurts the child, or the one who writes is afraid of the own hands."""
    families.has(chat)
    chat.says(text)
    chat.sees(message)
