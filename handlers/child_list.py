"""The list of a caregiver's children and the card of one; which child is meant."""

from collections.abc import Callable
from datetime import timedelta

from care.messages import Button, EventKind, Say
from care.milestones import fitting
from care.people import Child, ChildState
from content.ages import age
from handlers.menu import beside
from handlers.routing import argument
from handlers.turn import Answer, Turn, done, say
from handlers.wording import child_buttons, cut, label, name

UNDO_DAYS = 30
MOST_CHILDREN = 12  # buttons of one list


def overview(turn: Turn) -> Answer:
    """Every child with its date and age, and a way back for a loss reported by mistake."""
    undo = undo_buttons(turn)
    ends = ("registration.another", "menu.home")
    if not turn.living:
        return done(say("children/none", *undo, *ends))
    lines = [
        {
            "name": child.nickname or turn.library.label("child.unnamed"),
            "on": str(child.born_on or child.due_on),
            "about": child.precision not in (None, "day"),
            "born": child.state is ChildState.BORN,
            "age": age(turn.library, child, turn.today),
        }
        for child in turn.living
    ]
    buttons = child_buttons(turn.library, "children.open", turn.living[:MOST_CHILDREN])
    return done(say("children/list", *buttons, *undo, "family.invite", *ends, lines=lines))


def undo_buttons(turn: Turn) -> list[Button]:
    """For every loss of the last 30 days: it was a slip of the finger."""
    return [
        Button(
            f"loss.undo:{child.id}",
            cut(label(turn.library, "loss.undo-for", name=name(turn.library, child))),
        )
        for child in turn.children
        if may_undo(turn, child)
    ]


def may_undo(turn: Turn, child: Child) -> bool:
    if child.state is not ChildState.LOST or child.lost_on is None:
        return False
    return turn.today <= child.lost_on + timedelta(days=UNDO_DAYS)


def asked_child(turn: Turn) -> Child | None:
    """The living child of the tapped button, or the only one when none was named."""
    named = argument(turn) if turn.event.kind is EventKind.CHOICE else ""
    if named:
        return next((c for c in turn.living if str(c.id) == named), None)
    return turn.living[0] if len(turn.living) == 1 else None


def of_one(turn: Turn, action: str, which: str, show: Callable[[Child], Say]) -> Answer:
    """What is said of the child that is meant; `which` asks where there are several."""
    child = asked_child(turn)
    if child is not None:
        return beside(turn, show(child))
    if not turn.living:
        return beside(turn, say("children/none", "registration.another", "menu.home"))
    buttons = child_buttons(turn.library, action, turn.living)
    return beside(turn, say(which, *buttons, "menu.home"))


def drafted_child(turn: Turn) -> Child | None:
    """The living child that the running question is about."""
    return next((c for c in turn.living if c.id == turn.draft.get("child")), None)


def one(turn: Turn) -> Answer:
    child = asked_child(turn)
    return overview(turn) if child is None else done(card(turn, child))


def card(turn: Turn, child: Child) -> Say:
    """One child and everything that can be changed about it."""
    born = child.state is ChildState.BORN
    actions = ["children.date", "children.weeks"] if born else ["children.birth", "children.date"]
    if born:
        actions.append("growth.open")
    actions = ["book.open", "duties.open", *actions]
    actions += ["children.name", "loss.report", "children.remove"]
    if now := fitting(turn.library.openings, child, turn.today):
        actions.insert(0, f"milestones.start:{now.id}")
    return say(
        "children/one",
        *(f"{action}:{child.id}" for action in actions),
        "menu.children",
        "menu.home",
        child=child,
        born=born,
        on=str(child.born_on or child.due_on),
        about=child.precision not in (None, "day"),
        age=age(turn.library, child, turn.today),
        weeks=child.gestation_weeks if child.preterm else None,
    )


def cancel(_turn: Turn) -> Answer:
    return done(say("children/cancelled", "menu.children", "menu.home"))
