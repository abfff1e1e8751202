"""The children of a caregiver: the list, one child, its nickname, taking it off."""

from datetime import timedelta

from care.folding import clean
from care.messages import Button, EventKind, Say
from care.people import Child, ChildState
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import age, child_buttons, cut, label, name, wants_out
from storage import children, planning

LONGEST_NAME = 30
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
            "name": name(turn.library, child),
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
    actions += ["children.name", "loss.report", "children.remove"]
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


def ask_name(turn: Turn) -> Answer:
    child = asked_child(turn)
    if child is None:
        return overview(turn)
    buttons = ("children.no-name", "children.cancel") if child.nickname else ("children.cancel",)
    return ask("children.name", say("children/ask-name", *buttons, child=child), child=child.id)


def read_name(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None:
        return overview(turn)
    if wants_out(turn.text):
        return cancel(turn)
    typed = " ".join(clean(turn.text).split())
    if not 0 < len(typed) <= LONGEST_NAME or not any(char.isalpha() for char in typed):
        again = say("children/bad-name", "children.cancel", child=child, longest=LONGEST_NAME)
        return ask("children.name", again, **turn.draft)
    children.change(turn.conn, child, nickname=typed)
    return done(say("children/named", "menu.children", "menu.today", child=child))


def no_name(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None or turn.conversation.step != "children.name":
        return overview(turn)
    children.change(turn.conn, child, nickname=None)
    return done(say("children/named", "menu.children", "menu.today", child=child))


def ask_remove(turn: Turn) -> Answer:
    child = asked_child(turn)
    if child is None:
        return overview(turn)
    shared = len(children.caregivers_of(turn.conn, child.id)) > 1
    buttons = (f"children.remove-yes:{child.id}", "menu.children")
    return done(say("children/confirm-remove", *buttons, child=child, shared=shared))


def remove(turn: Turn) -> Answer:
    """Takes the child off this caregiver's list, with what waits; others keep theirs."""
    child = asked_child(turn)
    if child is None or not argument(turn):
        return overview(turn)
    planning.erase_child(turn.conn, child.id, turn.caregiver.id)
    children.unlink(turn.conn, child.id, turn.caregiver.id)
    called = name(turn.library, child)
    return done(say("children/removed", "menu.children", "menu.home", name=called))


def cancel(_turn: Turn) -> Answer:
    return done(say("children/cancelled", "menu.children", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "menu.children": overview,
    "children.open": one,
    "children.name": ask_name,
    "children.no-name": no_name,
    "children.remove": ask_remove,
    "children.remove-yes": remove,
    "children.cancel": cancel,
}
STEPS: dict[str, Handler] = {"children.name": read_name}
