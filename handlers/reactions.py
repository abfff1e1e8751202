"""What the buttons under an item do: did it, not yet, this is wrong."""

from handlers.item_buttons import REACTED
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from storage import reactions, tasks


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
        new = reactions.add(turn.conn, turn.caregiver.id, item, kind, turn.now)
        if new and kind == reactions.WRONG:
            tasks.open_once(turn.conn, tasks.WRONG, item, _home_of(turn), turn.now)
    return beside(turn, say(message, "menu.today", "menu.home"))


def _home_of(turn: Turn) -> int | None:
    """Whose officers look at it: those of the family's unit, else those of this installation."""
    here = turn.root.id if turn.root is not None else None
    return turn.caregiver.area_id or here


ACTIONS: dict[str, Handler] = {
    "reactions.did": did,
    "reactions.not-yet": not_yet,
    "reactions.wrong": wrong,
}
STEPS: dict[str, Handler] = {}
