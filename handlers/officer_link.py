"""An officer's own chat: "cán bộ CODE", with the code from the officers' pages, links it."""

import re
from collections.abc import Callable

from care.folding import fold
from handlers.turn import Answer, Turn, aside, say
from storage import officer_chats
from storage.officer_chats import LENGTH, LETTERS

_LINKING = re.compile(rf"can ?bo (?:ma )?([{LETTERS.lower()}]{{{LENGTH}}})")


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
    return aside(say("officer/linked", "officer.unlink", name=officer.name))


def unlink(turn: Turn) -> Answer:
    officer_chats.unlink_chat(turn.conn, turn.caregiver.id)
    return aside(say("officer/unlinked"))


ACTIONS: dict[str, Callable[[Turn], Answer]] = {"officer.unlink": unlink}
STEPS: dict[str, Callable[[Turn], Answer]] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
