"""An officer's own chat: "cán bộ CODE", with the code from the officers' pages, links it."""

import re
from collections.abc import Callable

from care.folding import fold
from handlers.turn import Answer, Turn, aside, say
from storage import officer_chats
from storage.officer_chats import LENGTH, LETTERS

_LINKING = re.compile(rf"can ?bo (?:ma )?([{LETTERS.lower()}]{{{LENGTH}}})")
_CALLING = frozenset({"can bo", "canbo"})
DESK = "officer."  # begins the steps of officers at work
# What is typed there is read by families later: it may tell of dangers without being a cry.
WRITING = frozenset({"officer.title", "officer.body", "officer.question", "officer.options"})


def works_here(turn: Turn) -> bool:
    """This chat speaks for an officer who is not disabled."""
    return officer_chats.of_caregiver(turn.conn, turn.caregiver.id) is not None


def calls_desk(text: str) -> bool:
    """ "cán bộ" alone; of a family it means what it always meant."""
    return fold(text) in _CALLING


def code_in(text: str) -> str | None:
    """The code of a message that is nothing else."""
    found = _LINKING.fullmatch(fold(text))
    return found[1].upper() if found else None


def link(turn: Turn) -> Answer:
    """Before consent too: an officer is no family."""
    code = code_in(turn.text)
    me = turn.caregiver.id
    officer = officer_chats.take(turn.conn, code, me, turn.now) if code else None
    if officer is None:
        return aside(say("officer/bad-code"))
    return aside(say("officer/linked", "officer.menu", "officer.unlink", name=officer.name))


def unlink(turn: Turn) -> Answer:
    officer_chats.unlink_chat(turn.conn, turn.caregiver.id)
    return aside(say("officer/unlinked"))


ACTIONS: dict[str, Callable[[Turn], Answer]] = {"officer.unlink": unlink}
STEPS: dict[str, Callable[[Turn], Answer]] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
