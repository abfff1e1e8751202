"""The quiet corner: short texts about harm and despair, in one message that replaces itself.

They leave no trace afterwards. On a messenger that takes nothing back only the numbers are given.
"""

from typing import Any

from care.messages import Button, EventKind
from care.services import QUIET, Field
from handlers import services
from handlers.report_screens import elsewhere, in_place
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn
from storage import discreet

TOPICS = ("what", "signs", "hear", "after", "who", "house", "tired", "young", "bot", "exit")
AGES = ("signs-0", "signs-3", "signs-6", "signs-9")
STAY = frozenset({"tired", "young"})  # not to be left alone with an empty screen
WAYS = ("guidance.home", "report.begin", "report.exit")


def home(turn: Turn) -> Answer:
    topics = [_to(turn, topic) for topic in TOPICS]
    return _shown(turn, "home", *topics, "guidance.near", "report.begin", "report.exit")


def _to(turn: Turn, topic: str) -> Button:
    return Button(f"guidance.open:{topic}", turn.library.label(f"guidance.{topic}"))


def show(turn: Turn) -> Answer:
    topic = argument(turn)
    if topic == "signs":
        return _shown(turn, topic, *(_to(turn, age) for age in AGES), *WAYS)
    if topic in TOPICS or topic in AGES:
        return _shown(turn, topic, *WAYS)
    return home(turn)


def near(turn: Turn) -> Answer:
    """Who helps, where nobody should see that it was looked for; one field or all of them."""
    known = {field.value: field for field in Field if field in QUIET}
    field = known.get(argument(turn))
    found = services.near(turn, {field} if field else QUIET)
    lines = services.lines(found)
    return _shown(turn, "near", *services.phones(turn, found), *WAYS, lines=lines)


def _shown(turn: Turn, topic: str, *buttons: str | Button, **params: Any) -> Answer:
    if not turn.deletes:
        return elsewhere(turn)
    address, event = turn.contact.address_id, turn.event
    before = discreet.get(turn.conn, address)
    # A button of the menu began it: the menu stays.
    goes_on = event.kind is EventKind.CHOICE and before is not None and before.shown
    discreet.touch(turn.conn, address, turn.now, fades=topic not in STAY)
    at = event.ref if goes_on else None
    return in_place(turn, f"guidance/{topic}", *buttons, at=at, **params)


ACTIONS: dict[str, Handler] = {
    "guidance.home": home,
    "guidance.open": show,
    "guidance.near": near,
}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
