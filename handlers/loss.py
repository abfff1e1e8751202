"""A loss: one tap stops everything for that child, for everybody who cares for it.

Nothing is deleted: 30 days long the same tap can be taken back. The one who told is left in
peace altogether; other children come back only when asked for.
"""

from care.choosing import Reason
from care.folding import clean, fold
from care.messages import EventKind, Say
from care.people import CaregiverState, Child, ChildState
from handlers import settings
from handlers.child_list import may_undo, overview
from handlers.danger import card_button
from handlers.item_buttons import calls
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, done, say
from handlers.wording import child_buttons
from storage import losses


def report(turn: Turn) -> Answer:
    """The button of a child, or words such as "sảy thai": which child is asked only if needed."""
    typed = turn.event.kind is EventKind.TEXT
    child = _meant(turn)
    if child is not None and not (typed and _ambiguous(turn.text)):
        _stop(turn, child)
        return _sorry(turn, child)
    if not turn.living:
        lost = [c for c in turn.children if c.state is ChildState.LOST]
        return _sorry(turn, lost[-1] if lost else None)
    buttons = child_buttons(turn.library, "loss.report", turn.living)
    return _quietly(None, say("loss/which", *buttons, "loss.talk", "menu.home"))


def _ambiguous(text: str) -> bool:
    """ "be mat roi" is a loss or a fever that has gone ("mát"): nothing is stopped before a tap."""
    return "mat" in fold(text).split() and "mất" not in clean(text).lower()


def _meant(turn: Turn) -> Child | None:
    named = argument(turn) if turn.event.kind is EventKind.CHOICE else ""
    if named:
        return turn.child(named)
    return turn.living[0] if len(turn.living) == 1 else None


def _stop(turn: Turn, child: Child) -> None:
    if child.state is not ChildState.LOST:
        losses.died(turn.conn, child, [turn.caregiver.id], turn.now, turn.today)


def _sorry(turn: Turn, child: Child | None) -> Answer:
    return _quietly(
        child, say("loss/sorry", *_buttons(turn, child), others=bool(_others(turn, child)))
    )


def _buttons(turn: Turn, child: Child | None) -> list[str]:
    buttons = ["loss.none", "loss.some", "loss.talk"]
    if _others(turn, child):
        buttons.append("loss.others")
    if child is not None:
        buttons.append(f"loss.undo:{child.id}")
    return buttons


def _others(turn: Turn, child: Child | None) -> list[Child]:
    return [c for c in turn.living if child is None or c.id != child.id]


def _quietly(child: Child | None, *says: Say) -> Answer:
    """Holds every push until the next tap; the draft says whom a later text may be about."""
    return Answer(says, draft={"loss": child.id if child else 0}, sensitive=True)


def is_open(turn: Turn) -> bool:
    """The last thing said was about a loss."""
    return turn.conversation.sensitive and "loss" in turn.draft


def listen(turn: Turn) -> Answer:
    """Whatever is typed then is heard, not judged as not understood."""
    child = turn.child(turn.draft.get("loss"))
    return _quietly(child, say("loss/listening", *_buttons(turn, child)))


def none(turn: Turn) -> Answer:
    """No message any more; the person can still ask."""
    settings.stop_all(turn, Reason.LOSS)
    return done(say("loss/none", "loss.talk", "menu.home"))


def some(turn: Turn) -> Answer:
    cards = [card_button(turn.library, card) for card in ("dg-pp", "dg-mh")]
    return done(say("loss/some", *cards, "loss.talk", "menu.home"))


def talk(turn: Turn) -> Answer:
    numbers = calls(turn.library, "cap_cuu", "tre_em")
    return done(say("loss/talk", "talk.open", *numbers, "menu.home"))


def others(turn: Turn) -> Answer:
    """Messages about the other children go on, because they were asked for."""
    if not turn.living:
        return done(say("loss/no-others", "loss.talk", "menu.home"))
    settings.wake(turn)
    ids = [child.id for child in turn.living]
    return done(say("loss/others", "menu.today", "menu.home", children=ids))


def undo(turn: Turn) -> Answer:
    """It was a slip of the finger: everything is as it was before the tap."""
    child = turn.child(argument(turn))
    if child is None or not may_undo(turn, child):
        return overview(turn)
    losses.undo(turn.conn, child, [turn.caregiver.id], turn.now, turn.today)
    silent = turn.caregiver.state is CaregiverState.STOPPED
    more = ("settings.resume",) if silent else ()
    return done(say("loss/undone", *more, "menu.children", "menu.home", silent=silent))


ACTIONS: dict[str, Handler] = {
    "loss.report": report,
    "loss.none": none,
    "loss.some": some,
    "loss.talk": talk,
    "loss.others": others,
    "loss.undo": undo,
}
STEPS: dict[str, Handler] = {}
