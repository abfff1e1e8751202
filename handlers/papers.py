"""Reminders of papers: done, or later; and the buttons under every item of the programme."""

from care.choosing import Reason
from care.messages import Button
from care.people import Child, ChildState
from care.programme import Opening
from content.library import Library
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, name
from storage import decisions, duties, outbox

DONE = Reason.DONE.value
REACTED = ("tip", "special", "season")
REACTIONS = ("reactions.did", "reactions.not-yet", "reactions.wrong")


def buttons_for(library: Library, item_id: str, child_id: int | None) -> tuple[Button, ...]:
    """What can be tapped under an item, also when it comes unasked."""
    item, meta = library.items.get(item_id), library.meta.get(item_id)
    if item is None or meta is None:
        return ()
    buttons = list(calls(library, *meta.call))
    if item.kind == "reminder" and child_id is not None:
        if item.done:
            buttons.append(Button(f"papers.done:{item_id}:{child_id}", ""))
        buttons.append(Button(f"papers.later:{item_id}:{child_id}", ""))
    buttons += [_card(library, card) for card in meta.red_flags]
    if item.kind == "quiz":
        buttons.append(Button(f"quiz.play:{item_id}", ""))
    if item.kind in REACTED:
        buttons += [Button(f"{action}:{item_id}", "") for action in REACTIONS]
    return tuple(buttons)


def _card(library: Library, card: str) -> Button:
    """A danger card the text speaks of; titles read "what: when to go"."""
    return Button(f"danger.open:{card}", library.meta[card].title.partition(":")[0])


def calls(library: Library, *keys: str) -> tuple[Button, ...]:
    """Buttons that dial a number of places.yaml."""
    return tuple(
        Button(
            "call",
            f"{library.label('call')} {library.numbers[key].number}",
            f"tel:{library.numbers[key].number.replace(' ', '')}",
        )
        for key in keys
        if key in library.numbers
    )


def done(turn: Turn) -> Answer:
    """The button under a reminder."""
    item_id, child = _named(turn)
    item = turn.library.items.get(item_id)
    if item is None or child is None or not item.done:
        return beside(turn, say("papers/unknown", "menu.today", "menu.home"))
    return _mark(turn, child, item.done)


def _named(turn: Turn) -> tuple[str, Child | None]:
    item_id, _, child_id = argument(turn).partition(":")
    return item_id, next((c for c in turn.living if str(c.id) == child_id), None)


def _mark(turn: Turn, child: Child, duty: str) -> Answer:
    """The duty is over for everybody who cares for the child; nothing of it comes any more.

    The reminder named both twins, so its button means both.
    """
    twins = [c for c in turn.living if c.twin_group and c.twin_group == child.twin_group]
    kids = twins or [child]
    same = [item.id for item in turn.library.items.values() if item.done == duty]
    first = False
    for kid in kids:
        first |= duties.mark_done(turn.conn, kid.id, duty, turn.caregiver.id, turn.now)
        outbox.cancel_item(turn.conn, kid.id, same, DONE, turn.now)
        decisions.stop_waiting(turn.conn, DONE, turn.today, child_id=kid.id, messages=same)
    named = {"children": [kid.id for kid in kids]} if len(kids) > 1 else {}
    text = say("papers/done", "menu.today", "menu.home", child=child, first=first, **named)
    return beside(turn, text)


def later(turn: Turn) -> Answer:
    """Nothing to change: the next reminder comes by itself. Says when."""
    item_id, child = _named(turn)
    if item_id not in turn.library.items or child is None:
        return beside(turn, say("papers/unknown", "menu.today", "menu.home"))
    days = [
        on
        for opening in _openings(turn, item_id)
        if (on := opening.opens_on(child)) is not None and on > turn.today
    ]
    first = min(days).isoformat() if days else None
    item = turn.library.items[item_id]
    button = (f"papers.done:{item_id}:{child.id}",) if item.done else ()
    return beside(turn, say("papers/later", *button, "menu.home", child=child, on=first))


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
    "papers.later": later,
    "papers.registered": registered,
    "papers.card": card,
    "papers.insured": insured,
}
STEPS: dict[str, Handler] = {}
