"""The officers' side of a talk, and what reached it."""

from sqlalchemy import func, select

from storage import talk_answers, talks
from storage.console_tables import talks as talks_table
from storage.tables import outbox
from storage.talks import FAMILY, Talk
from tests.handlers import families
from tests.handlers.conversation import Conversation

LAN = 4
QUESTION = "bé ăn dặm thế nào ạ"


def open_talk(chat: Conversation) -> Talk:
    me = families.me(chat).caregiver.id
    with chat.engine.connect() as conn:
        talk = talks.of_caregiver(conn, me)
    assert talk is not None
    return talk


def passed_on(chat: Conversation) -> list[str]:
    """What officers can read of this family."""
    with chat.engine.connect() as conn:
        lines = talks.lines(conn, open_talk(chat).id)
    return [line.body for line in lines if line.who == FAMILY]


def every(chat: Conversation) -> dict[int, Talk]:
    with chat.engine.connect() as conn:
        return {row.id: talks.read(row) for row in conn.execute(select(talks_table))}


def answers(chat: Conversation, text: str) -> None:
    """An officer takes the talk if nobody has, and writes; the family sees it."""
    talk = open_talk(chat)
    with chat.engine.begin() as conn:
        last = conn.execute(select(func.max(outbox.c.id))).scalar_one()
        talks.claim(conn, talk.id, LAN, chat.now)
        line = talks.answer(conn, talk.id, LAN, text, chat.now)
        assert line is not None
        params = {"who": "Cán bộ trạm y tế", "text": text, "buttons": [["talk.close", None, None]]}
        assert talk_answers.put(conn, talk, talk_answers.ANSWER, params, chat.now, line)
    chat.hears(last or 0)
    chat.sees("talk/answer")
