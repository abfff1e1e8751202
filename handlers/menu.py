"""The menu, help, and a kind word for a kind word."""

from typing import Any

from care.messages import Say
from handlers.officer_link import WRITING
from handlers.routing import Handler
from handlers.turn import Answer, Turn, aside, done, say

BUTTONS = (
    "menu.today",
    "book.open",
    "duties.open",
    "menu.topics",
    "menu.children",
    "menu.danger",
    "menu.emergency",
    "talk.open",
    "services.home",
    "report.begin",
    "menu.earlier",
    "menu.settings",
    "menu.help",
)
HELP = ("menu.home", "menu.emergency", "report.begin", "privacy.known")


def beside(turn: Turn, *says: Say) -> Answer:
    """Leaves a running question alone; where none is asked, ends whatever was talked about."""
    return done(*says) if turn.conversation.step is None else aside(*says)


def home(turn: Turn) -> Answer:
    """The way out of everything: a running question ends here."""
    text = say("menu/home", *BUTTONS, waiting=turn.conversation.step is not None)
    return Answer((text,), draft=half_written(turn))


def half_written(turn: Turn) -> dict[str, Any]:
    """What an officer was writing: it is found again where it was left."""
    step = turn.conversation.step
    if step is None:
        return {"officer": turn.draft["officer"]} if "officer" in turn.draft else {}
    return {"officer": {**turn.draft, "step": step}} if step in WRITING else {}


def show_help(turn: Turn) -> Answer:
    return beside(turn, say("menu/help", *HELP))


def hello(turn: Turn) -> Answer:
    return beside(turn, say("menu/hello", "menu.today", "menu.children", "menu.home"))


def thanks(turn: Turn) -> Answer:
    return beside(turn, say("menu/thanks", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "menu.home": home,
    "menu.help": show_help,
    "menu.hello": hello,
    "menu.thanks": thanks,
}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset({"menu.help"})  # also before consent
