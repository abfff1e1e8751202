"""A dialogue that leaves no trace, for the conversations that belong to it; and the way out."""

from care.messages import EventKind
from handlers.routing import Handler
from handlers.turn import Answer, Turn, aside, say
from storage import discreet, taken_away

EXIT = "report.exit"


def touch(turn: Turn, *, fades: bool = True) -> None:
    """Something of it is said now. What the person wrote is noted when the turn is stored."""
    if turn.deletes:
        discreet.touch(turn.conn, turn.contact.address_id, turn.now, fades=fades)


def leave(turn: Turn) -> Answer:
    """The quick exit: nothing is awaited any more, and something ordinary stands there.

    The button may hang on a message nobody knows of any more, as after a crash: that one goes too.
    """
    event = turn.event
    button = event.ref if event.kind is EventKind.CHOICE and turn.text == EXIT else None
    own = (*event.left, *((button,) if button else ()))
    taken_away.leave(turn.conn, turn.contact, turn.now, own)
    return aside(say("discreet/tip", "menu.today", "menu.home"))


ACTIONS: dict[str, Handler] = {EXIT: leave}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
