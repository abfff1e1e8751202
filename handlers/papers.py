"""Papers that are done, tapped or typed."""

from care.duties import Record, Told
from care.messages import Button
from care.people import Child, ChildState
from care.programme import Opening
from handlers import doses
from handlers import duties as duty_list
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.standings import both, tell, together
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, name
from storage import duties


def done(turn: Turn) -> Answer:
    """The button under a reminder."""
    item_id, child = _named(turn)
    item = turn.library.items.get(item_id)
    if item is None or child is None or not item.done:
        return beside(turn, say("papers/unknown", "menu.today", "menu.home"))
    duty = turn.library.duties.get(item.done)
    if duty is not None and duty.doses:  # a button of before: which doses, and when?
        return doses.given(turn)
    return _mark(turn, child, item.done)


def _named(turn: Turn) -> tuple[str, Child | None]:
    item_id, _, child_id = argument(turn).partition(":")
    return item_id, next((c for c in turn.living if str(c.id) == child_id), None)


def _mark(turn: Turn, child: Child, duty: str) -> Answer:
    """The duty is over for everybody who cares for the child; nothing of it comes any more.

    The reminder named both twins, so its button means both.
    """
    kids = together(turn, child)
    new = [tell(turn, kid, duty, Record(Told.DONE, turn.today)) for kid in kids]
    ways = ("menu.today", "menu.home")
    return beside(turn, say("papers/done", *ways, child=child, first=any(new), **both(kids)))


def _openings(turn: Turn, item_id: str) -> list[Opening]:
    return [o for o in turn.library.openings if o.item.id == item_id]


def registered(turn: Turn) -> Answer:
    return _typed(turn, "birth_registered")


def card(turn: Turn) -> Answer:
    return _typed(turn, "health_card")


def insured(turn: Turn) -> Answer:
    return _typed(turn, "school_insurance")


def _typed(turn: Turn, duty: str) -> Answer:
    """A duty named in words: the child for whom it is open, or the question which one."""
    item = next((i for i in turn.library.items.values() if i.done == duty), None)
    if item is None:
        return beside(turn, say("papers/unknown", "menu.today", "menu.home"))
    born = [c for c in turn.living if c.state is ChildState.BORN]
    todo = [c for c in born if duty not in duties.done(turn.conn, c.id)]
    opened = [c for c in todo if _is_open(turn, item.id, c)]
    candidates = opened or todo
    if len({child.twin_group or child.id for child in candidates}) == 1:
        return _mark(turn, candidates[0], duty)
    if not candidates:
        if len(born) == 1:
            return _mark(turn, born[0], duty)
        return beside(turn, say("papers/none-open", "menu.children", "menu.home"))
    buttons = [
        Button(f"papers.done:{item.id}:{c.id}", cut(name(turn.library, c))) for c in candidates
    ]
    return beside(turn, say("papers/which", *buttons, "menu.home"))


def _is_open(turn: Turn, item_id: str, child: Child) -> bool:
    spans = [(o.opens_on(child), o.expires_on(child)) for o in _openings(turn, item_id)]
    return any(first and last and first <= turn.today <= last for first, last in spans)


ACTIONS: dict[str, Handler] = {
    "papers.done": done,
    "papers.later": duty_list.later,  # on messages of before
    "papers.registered": registered,
    "papers.card": card,
    "papers.insured": insured,
}
STEPS: dict[str, Handler] = {}
