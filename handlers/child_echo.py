"""The echo of a child's date in words, before anything is saved."""

from datetime import date
from typing import Any

from care.age import PREGNANCY_DAYS
from care.people import Child, ChildState
from content.ages import age
from handlers import births
from handlers.child_answers import is_due
from handlers.turn import Answer, Turn, ask, say

EARLIEST, LATEST = 22, 43  # completed weeks a child can be born at


def confirm(
    turn: Turn,
    child: Child,
    *,
    on: date | None = None,
    precision: str = "day",
    weeks: int | None = None,
    twins: bool = False,
) -> Answer:
    """Says in words what was understood."""
    what = str(turn.draft.get("what"))
    birth = what == "birth"
    gestation = births.weeks_at_birth(child, on) if birth and on else weeks
    odd = birth and on is not None and _odd(child, on)
    buttons = ["children.save"]
    if birth and not twins:
        buttons.append("children.save-twins")
    text = say(
        "children/confirm",
        *buttons,
        "children.again",
        "children.cancel",
        child=child,
        what=what,
        on=on.isoformat() if on else None,
        about=precision != "day",
        age=age(turn.library, _as_if(child, what, on), turn.today) if on else "",
        expected=is_due(turn.draft, child),
        weeks=gestation,
        twins=twins,
        odd=odd,
    )
    draft: dict[str, Any] = {"child": child.id, "what": what, "weeks": weeks, "twins": twins}
    if on:
        draft |= {"on": on.isoformat(), "precision": precision}
    return ask("children.confirm", text, **draft)


def _as_if(child: Child, what: str, on: date | None) -> Child:
    return births.dated(child, what == "birth" or child.state is ChildState.BORN, on)


def _odd(child: Child, born_on: date) -> bool:
    """So far from the due date that one of the two is probably wrong."""
    if child.due_on is None:
        return False
    weeks = (PREGNANCY_DAYS - (child.due_on - born_on).days) // 7
    return not EARLIEST <= weeks <= LATEST
