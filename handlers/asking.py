"""What every question of the first contact shares: asking again, leaving, and who is asked."""

from typing import Any

from care.folding import fold
from handlers.routing import by_words
from handlers.turn import Answer, Turn, aside, ask, say

ROLE_STEP = "registration.role"
ROLE_BUTTONS = (
    "registration.mother",
    "registration.father",
    "registration.grandparent",
    "registration.kin",
)
JOINING = "tham gia "  # a code follows, so it is in no list of words
# Steps that a bare number answers: "1" is a day there, not the first line of a menu.
TAKES_A_NUMBER = frozenset({"registration.day", "growth.weight", "growth.height", "settings.hour"})
MENU = ("menu.today", "menu.children", "menu.danger", "menu.settings", "menu.home")


def elsewhere(turn: Turn) -> Answer | None:
    """The answer of another conversation whose words were typed instead of what was asked."""
    # At call time: the page of routes is itself made of the conversations.
    from handlers import ROUTES

    if turn.agreed and fold(turn.text).startswith(JOINING):
        return ROUTES.actions["family.join"](turn)
    handler = by_words(ROUTES, turn)
    return None if handler is None or handler is ROUTES.start else handler(turn)


def tries(turn: Turn) -> int:
    """How often the awaited question was answered unreadably, this time included."""
    return int(turn.draft.get("tries", 0)) + 1


def ask_role(**draft: Any) -> Answer:
    return ask(ROLE_STEP, say("registration/ask-role", *ROLE_BUTTONS), **draft)


def over() -> Answer:
    """A button whose question is gone."""
    return aside(say("start/welcome-back", *MENU, silent=False))
