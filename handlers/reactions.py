"""What the buttons under an item do: did it, not yet, this is wrong."""

from handlers.item_buttons import REACTED
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from storage import reactions


def did(turn: Turn) -> Answer:
    return _take(turn, reactions.DID, "reactions/did")


def not_yet(turn: Turn) -> Answer:
    return _take(turn, reactions.NOT_YET, "reactions/not-yet")


def wrong(turn: Turn) -> Answer:
    """Two of these hold an item back until an officer has looked."""
    return _take(turn, reactions.WRONG, "reactions/wrong")


def _take(turn: Turn, kind: str, message: str) -> Answer:
    item = argument(turn)
    meta = turn.library.meta.get(item)
    if meta is not None and meta.kind in REACTED:
        reactions.add(turn.conn, turn.caregiver.id, item, kind, turn.now)
    return beside(turn, say(message, "menu.today", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "reactions.did": did,
    "reactions.not-yet": not_yet,
    "reactions.wrong": wrong,
}
STEPS: dict[str, Handler] = {}
