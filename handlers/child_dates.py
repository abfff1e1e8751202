"""Correcting a child's date or its early birth, and reporting a birth.

Every way ends in one echo in words, the step "children.confirm"; nothing is saved before it.
Draft: `child`, `what` (date, weeks or birth), `on`, `precision`, `weeks`, `twins`, `tries`.
"""

from datetime import date, timedelta

from care.messages import Button
from care.parsing import parse_yes_no
from care.people import Child, ChildState
from handlers import births, child_answers
from handlers.asking import elsewhere, tries
from handlers.child_answers import Typed, is_due
from handlers.child_echo import confirm
from handlers.child_list import asked_child, cancel, drafted_child, overview
from handlers.danger import card_button
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import child_buttons, wants_out

TERM = 40
MENU_AFTER = 2  # unreadable answers
EXAMPLE_DUE, EXAMPLE_AGE = timedelta(days=120), timedelta(days=8)


def ask_date(turn: Turn) -> Answer:
    child = asked_child(turn)
    return overview(turn) if child is None else _question(turn, child, "date")


def ask_weeks(turn: Turn) -> Answer:
    child = asked_child(turn)
    if child is None or child.state is not ChildState.BORN:
        return overview(turn)
    return _question(turn, child, "weeks")


def ask_birth(turn: Turn) -> Answer:
    """A birth, tapped or typed ("đã sinh"); asks which pregnancy when there are several."""
    named = asked_child(turn) if argument(turn) else None
    expected = [c for c in turn.living if c.state is ChildState.EXPECTED]
    if named is None and len(expected) > 1:
        buttons = child_buttons(turn.library, "children.birth", expected)
        return done(say("children/which-birth", *buttons, "menu.home"))
    child = named or (expected[0] if expected else None)
    if child is None or child.state is not ChildState.EXPECTED:
        return done(say("children/none-expected", "menu.children", "registration.another"))
    return _question(turn, child, "birth")


def _question(turn: Turn, child: Child, what: str) -> Answer:
    expected = child.state is ChildState.EXPECTED
    due = what == "date" and expected
    asked = say(
        f"children/ask-{what}",
        *_buttons(turn, what),
        child=child,
        expected=expected,
        example=_example(turn, due=due),
    )
    return ask(f"children.{what}", asked, child=child.id, what=what)


def _buttons(turn: Turn, what: str) -> list[str | Button]:
    """What can be tapped instead of typing."""
    label = turn.library.label
    offered: dict[str, list[str | Button]] = {
        "weeks": ["children.term"],
        "birth": [
            Button("children.on:0", label("children.today")),
            Button("children.on:1", label("children.yesterday")),
        ],
    }
    return [*offered.get(what, ()), "children.cancel"]


def _example(turn: Turn, *, due: bool) -> str:
    """A date as it could be typed here, not to be taken for anybody's own."""
    return (turn.today + EXAMPLE_DUE if due else turn.today - EXAMPLE_AGE).isoformat()


def read(turn: Turn) -> Answer:
    """What was typed to one of the three questions."""
    child = drafted_child(turn)
    if child is None:
        return overview(turn)
    if wants_out(turn.text):
        return cancel(turn)
    typed = child_answers.read(turn.text, turn.draft, child, turn.today)
    return _understood(turn, child, typed) or elsewhere(turn) or _again(turn, child, typed)


def _understood(turn: Turn, child: Child, typed: Typed) -> Answer | None:
    if typed.weeks is not None:
        return confirm(turn, child, weeks=typed.weeks)
    if typed.when is not None:
        when = typed.when
        return confirm(turn, child, on=when.on, precision=when.precision, twins=typed.twins)
    return None


def _again(turn: Turn, child: Child, typed: Typed) -> Answer:
    what = str(turn.draft.get("what"))
    times = tries(turn)
    text = say(
        "children/bad-weeks" if what == "weeks" else "children/bad-date",
        *_buttons(turn, what),
        *(("menu.home",) if times > MENU_AFTER else ()),
        child=child,
        problem=typed.problem.name.lower() if typed.problem else "unreadable",
        due=is_due(turn.draft, child),
        example=_example(turn, due=is_due(turn.draft, child)),
    )
    draft = {**turn.draft, "tries": times, "twins": typed.twins}
    return ask(f"children.{what}", text, **draft)


def on_day(turn: Turn) -> Answer:
    """The buttons "today" and "yesterday" of the birth question."""
    child = drafted_child(turn)
    ago = argument(turn)
    if child is None or turn.draft.get("what") != "birth" or ago not in ("0", "1"):
        return overview(turn)
    on = turn.today - timedelta(days=int(ago))
    return confirm(turn, child, on=on, precision="day", twins=bool(turn.draft.get("twins")))


def at_term(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None or turn.draft.get("what") != "weeks":
        return overview(turn)
    return confirm(turn, child, weeks=TERM)


def read_confirm(turn: Turn) -> Answer:
    """Yes, no, or the right value at once."""
    child = drafted_child(turn)
    if child is None:
        return overview(turn)
    agrees = parse_yes_no(turn.text)
    if agrees:
        return save(turn)
    if agrees is False:
        return again(turn)
    if wants_out(turn.text):
        return cancel(turn)
    typed = child_answers.read(turn.text, turn.draft, child, turn.today)
    return _understood(turn, child, typed) or elsewhere(turn) or _please_confirm(turn, child)


def _please_confirm(turn: Turn, child: Child) -> Answer:
    buttons = ("children.save", "children.again", "children.cancel")
    return ask(
        "children.confirm", say("children/please-confirm", *buttons, child=child), **turn.draft
    )


def again(turn: Turn) -> Answer:
    child = drafted_child(turn)
    what = turn.draft.get("what")
    if child is None or what not in ("date", "weeks", "birth"):
        return overview(turn)
    return _question(turn, child, what)


def save(turn: Turn) -> Answer:
    return _save(turn, twins=bool(turn.draft.get("twins")))


def save_twins(turn: Turn) -> Answer:
    return _save(turn, twins=True)


def _save(turn: Turn, *, twins: bool) -> Answer:
    child = drafted_child(turn)
    if child is None or turn.conversation.step != "children.confirm":
        return overview(turn)
    what, weeks = turn.draft.get("what"), turn.draft.get("weeks")
    if what == "weeks":
        return births.correct(turn, child, gestation_weeks=births.if_early(weeks))
    on = date.fromisoformat(turn.draft["on"])
    precision = turn.draft["precision"]
    if what == "birth":
        return births.born(turn, child, on, precision, twins=twins)
    field = "due_on" if child.state is ChildState.EXPECTED else "born_on"
    return births.correct(turn, child, **{field: on, "precision": precision})


def not_yet(turn: Turn) -> Answer:
    """The answer to "how are you?" around the due date: not born yet."""
    child = asked_child(turn)
    if child is None or child.state is not ChildState.EXPECTED or child.due_on is None:
        return overview(turn)
    late = (turn.today - child.due_on).days
    card = card_button(turn.library, "dg-preg2")
    buttons = (card, f"children.birth:{child.id}", "menu.home")
    return done(say("children/not-yet", *buttons, child=child, late=late > 0))


ACTIONS: dict[str, Handler] = {
    "children.date": ask_date,
    "children.weeks": ask_weeks,
    "children.birth": ask_birth,
    "children.on": on_day,
    "children.term": at_term,
    "children.save": save,
    "children.save-twins": save_twins,
    "children.again": again,
    "children.not-yet": not_yet,
}
STEPS: dict[str, Handler] = {
    "children.date": read,
    "children.weeks": read,
    "children.birth": read,
    "children.confirm": read_confirm,
}
