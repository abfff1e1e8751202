"""The menu, help, and a kind word for a kind word."""

from care.messages import Say
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
    "menu.earlier",
    "menu.settings",
    "menu.help",
)


def beside(turn: Turn, *says: Say) -> Answer:
    """Leaves a running question alone; where none is asked, ends whatever was talked about."""
    return done(*says) if turn.conversation.step is None else aside(*says)


def home(turn: Turn) -> Answer:
    """The way out of everything: a running question ends here."""
    return done(say("menu/home", *BUTTONS, waiting=turn.conversation.step is not None))


def show_help(turn: Turn) -> Answer:
    return beside(turn, say("menu/help", "menu.home", "menu.emergency", "privacy.known"))


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
