"""Milestone lists: what is known of them, and going through one."""

from datetime import timedelta
from typing import Any

from care.milestones import Answers, Seen
from storage import milestones
from tests.handlers import families
from tests.handlers.conversation import Conversation

LIST, OLDER, YOUNGER = "ms-06m", "ms-09m", "ms-04m"  # the child is eight months old
QUESTION = "milestones/item"
DAY = timedelta(days=1)


def kept(chat: Conversation, child_id: int, checklist: str = LIST) -> Answers:
    with chat.engine.connect() as conn:
        return milestones.of_child(conn, child_id).get(checklist, Answers())


def keys(chat: Conversation, checklist: str = LIST) -> list[str]:
    return [skill.key for skill in chat.library.skills[checklist]]


def knows(
    chat: Conversation, child_id: int, checklist: str = LIST, open_key: str = "", **values: Any
) -> None:
    """A list that was finished before; all is seen but `open_key`."""
    seen = {key: Seen.NOT_YET if key == open_key else Seen.SEEN for key in keys(chat, checklist)}
    answers = Answers(**{"seen": seen, "lost": False, "worried": False, **values})
    me = families.me(chat).caregiver.id
    with chat.engine.connect() as conn, conn.begin():
        milestones.put(conn, child_id, checklist, answers, me, chat.now)


def opens(chat: Conversation, child_id: int, checklist: str = LIST) -> None:
    chat.taps_exactly(f"milestones.open:{checklist}:{child_id}")


def answers_all(chat: Conversation, action: str = "milestones.seen") -> None:
    while chat.seen[-1] == QUESTION:
        chat.taps(action)


def closes(chat: Conversation, lost: str = "no", worried: str = "no") -> None:
    chat.sees("milestones/lost")
    chat.taps(f"milestones.{lost}")
    if lost == "no":
        chat.sees("milestones/worried")
        chat.taps(f"milestones.{worried}")
