"""What opens a dialogue that leaves no trace, whether it goes by itself, and what it remembers."""

import pytest
from sqlalchemy import select

from care.discreet import GONE
from care.messages import EventKind
from handlers.harm import SAYS
from handlers.reading import STAYS
from storage import discreet
from storage.discreet import Discreet
from storage.tables import outbox
from tests.handlers import families
from tests.handlers.conversation import Conversation

HURT = "đứa bé bên nhà bị bố trói lại đánh"


def opened(chat: Conversation) -> Discreet | None:
    with chat.engine.connect() as conn:
        found = discreet.get(conn, families.me(chat).address_id)
    return found if found is not None and found.shown else None


def gone(chat: Conversation) -> list[list[str]]:
    """What each exit takes away besides the bot's own messages."""
    with chat.engine.connect() as conn:
        rows = conn.execute(select(outbox.c.params).where(outbox.c.message == GONE)).scalars()
        return [params["own"] for params in rows]


def writes(chat: Conversation, text: str, ref: str) -> None:
    chat._happens(EventKind.TEXT, text, ref)


@pytest.mark.parametrize("route", SAYS)
def test_despair_stays_and_everything_else_goes_by_itself(chat: Conversation, route: str) -> None:
    families.has(chat)
    chat.taps_exactly(f"harm.yes:{route}")
    found = opened(chat)
    assert found is not None
    assert found.fades == (route not in STAYS)


@pytest.mark.parametrize(("card", "fades"), [("dg-cp", True), ("dg-mh", False), ("dg-nb", None)])
def test_a_card_of_violence_or_despair_opens_one(
    chat: Conversation, card: str, fades: bool | None
) -> None:
    families.has(chat)
    chat.taps_exactly(f"danger.open:{card}")
    found = opened(chat)
    assert (found.fades if found is not None else None) == fades
    assert ("report.exit" in chat.buttons) == (fades is not None)


@pytest.mark.parametrize(
    ("text", "is_one"), [("bố đang đánh con cứu với", True), ("con bị hóc cứu với", False)]
)
def test_a_cry_for_help_opens_one_only_where_somebody_is_hurt(
    chat: Conversation, text: str, is_one: bool
) -> None:
    families.has(chat)
    chat.says(text)
    chat.sees("emergency/numbers")
    assert (opened(chat) is not None) == is_one
    assert ("report.exit" in chat.buttons) == is_one


def test_everyday_talk_opens_none(chat: Conversation) -> None:
    families.has(chat)
    for text in ("menu", "bé ăn dặm thế nào", "cảm ơn"):
        chat.says(text)
        assert opened(chat) is None


def test_what_was_written_and_the_exit_itself_go(chat: Conversation) -> None:
    families.has(chat)
    writes(chat, HURT, "41")
    writes(chat, "thoát nhanh", "42")
    chat.sees("discreet/tip")
    assert gone(chat) == [["41", "42"]]
    assert opened(chat) is None


def test_a_doubt_remembers_what_was_written(chat: Conversation) -> None:
    """Answered as a question first; the words go once it was meant so."""
    families.has(chat)
    chat.taps_exactly("harm.yes:child_protection:41")
    chat.taps("report.exit")
    assert "41" in gone(chat)[0]


def test_the_button_of_a_message_nobody_knows_of_takes_it_away(chat: Conversation) -> None:
    families.has(chat)
    chat._happens(EventKind.CHOICE, "report.exit", ref="77")
    chat.sees("discreet/tip")
    assert gone(chat) == [["77"]]


@pytest.mark.parametrize("typed", ["x", "/x", "thoát", "thoat nhanh"])
def test_the_words_work_before_consent(chat: Conversation, typed: str) -> None:
    chat.says(HURT)
    chat.says(typed)
    chat.sees("discreet/tip")
    assert opened(chat) is None


def test_a_half_done_question_goes_on_after_the_exit(chat: Conversation) -> None:
    number = families.has(chat)
    chat.taps_exactly(f"children.name:{number}")
    chat.says(HURT)
    chat.taps("report.exit")
    chat.sees("discreet/tip")
    chat.says("Na")
    chat.sees("children/named")
