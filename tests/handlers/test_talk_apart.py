"""While people talk the bot answers what cannot wait, and some of it is for nobody else."""

import json

import pytest

from storage import talks
from storage.talks import CLOSED
from tests.handlers import families
from tests.handlers.conversation import Conversation
from tests.handlers.talking import QUESTION, answers, every, open_talk, passed_on

HURT = "chồng em hay đánh con, con sợ lắm"


@pytest.fixture
def talking(chat: Conversation) -> Conversation:
    families.has(chat)
    chat.says("gặp cán bộ")
    return chat


@pytest.mark.parametrize(
    ("typed", "message"),
    [("menu", "menu/home"), ("/giup", "menu/help"), ("/khancap", "emergency/numbers"),
     ("DỪNG", "settings/stopped")],
)  # fmt: skip
def test_commands_are_obeyed_and_not_passed_on(
    talking: Conversation, typed: str, message: str
) -> None:
    talking.says(typed)
    talking.sees(message)
    assert passed_on(talking) == []
    talking.says(QUESTION)
    assert passed_on(talking) == [QUESTION]


def test_who_has_stopped_still_gets_the_answer(talking: Conversation) -> None:
    talking.says("dừng")
    answers(talking, "Chào chị")


def test_a_cry_for_help_gets_the_numbers_and_the_officer_knows(talking: Conversation) -> None:
    talking.says("bé co giật rồi chị ơi")
    talking.sees("emergency/numbers")
    assert passed_on(talking) == ["bé co giật rồi chị ơi"]


@pytest.mark.parametrize(
    "typed", ["nó đang đánh con tôi, cứu con với", "em muốn chết", "cứu với", "bị hiếp dâm"]
)
def test_a_cry_about_violence_or_despair_is_for_nobody_else(
    talking: Conversation, typed: str
) -> None:
    talking.says(typed)
    talking.sees("emergency/numbers")
    assert passed_on(talking) == []


def test_news_of_harm_is_answered_and_not_passed_on(talking: Conversation) -> None:
    talking.says(HURT)
    assert talking.seen[0].startswith("harm/")
    assert talking.seen[-1] == "talk/apart"
    assert passed_on(talking) == []
    talking.says(QUESTION)
    assert passed_on(talking) == [QUESTION]


@pytest.mark.parametrize("typed", ["mất con", "bé mất rồi"])
def test_a_loss_stops_everything_and_the_officer_knows(talking: Conversation, typed: str) -> None:
    child = families.kids(talking)[0].id
    families.queued(talking, child, "tip-d0242")
    talking.says(typed)
    talking.sees("loss/sorry")
    assert families.pushed(talking)["tip-d0242"] == ("cancelled", "loss")
    assert passed_on(talking) == [typed]
    talking.says("em buồn quá")
    assert talking.seen == []
    assert passed_on(talking) == [typed, "em buồn quá"]


def test_a_loss_in_other_words_offers_to_stop_everything(talking: Conversation) -> None:
    typed = "tuần trước em vừa sinh non, cháu không giữ được chị ạ"
    talking.says(typed)
    assert passed_on(talking) == [typed]
    talking.sees("questions/loss")


# --- erasing -------------------------------------------------------------------------------------


def test_deleting_takes_the_talk_away(talking: Conversation) -> None:
    talking.says("bé ho")
    talk = open_talk(talking)
    talking.taps_exactly("privacy.delete")
    talking.says("có")
    talking.sees("privacy/deleted")
    with talking.engine.connect() as conn:
        assert talks.lines(conn, talk.id) == []
    kept = every(talking)[talk.id]
    assert (kept.caregiver_id, kept.state) == (0, CLOSED)


def test_what_was_said_is_in_the_export(talking: Conversation) -> None:
    talking.says("bé ho")
    answers(talking, "chị đưa bé ra trạm")
    talking.taps_exactly("privacy.export")
    data = json.loads(talking.last[talking.last.index("{") : talking.last.rindex("}") + 1])
    assert [line["text"] for line in data["talks"]] == ["bé ho", "chị đưa bé ra trạm"]
