"""Saving a corrected date or a birth, and planning anew what is still to come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from care.age import PREGNANCY_DAYS, TERM_WEEKS
from care.choosing import Reason
from care.messages import Button, Say
from care.people import Child, ChildState
from handlers import joining
from handlers.turn import Answer, Turn, done, say
from handlers.wording import label
from storage import children, decisions, outbox, replanning

GESTATION = range(22, 43)


def dated(child: Child, born: bool, on: date | None) -> Child:
    """The child as it would be with that date; not saved."""
    if born:
        return replace(child, state=ChildState.BORN, born_on=on)
    return replace(child, due_on=on)


def weeks_at_birth(child: Child, born_on: date) -> int | None:
    """Completed weeks by the due date; None when that is no exact day, or cannot be."""
    if child.due_on is None or child.precision != "day":
        return None
    weeks = (PREGNANCY_DAYS - (child.due_on - born_on).days) // 7
    return weeks if weeks in GESTATION else None


def correct(turn: Turn, child: Child, **values: Any) -> Answer:
    """Another date or another gestation, for twins both; only the future changes."""
    twins = [c for c in turn.living if c.twin_group and c.twin_group == child.twin_group]
    kids = []
    for one in twins or [child]:
        _withdraw(turn, one)
        children.change(turn.conn, one, **values)
        kids.append(_known(turn, one.id))
        _open_again(turn, kids[-1])
    tips = _plan(turn, kids)
    return done(say("children/saved", "menu.children", "menu.home", child=child), *tips)


def born(turn: Turn, child: Child, on: date, precision: str, *, twins: bool) -> Answer:
    """The pregnancy becomes a child, or two; nothing of the pregnancy comes any more."""
    _withdraw(turn, child)
    values: dict[str, Any] = {
        "state": ChildState.BORN,
        "born_on": on,
        "precision": precision,
        "gestation_weeks": if_early(weeks_at_birth(child, on)),
        "twin_group": child.id if twins else None,
    }
    children.change(turn.conn, child, **values)
    ids = [child.id]
    if twins:
        ids.append(_second(turn, child, values))
    kids = [_known(turn, i) for i in ids]
    unsure = weeks_at_birth(child, on) is None
    return done(_welcome(turn, kids, unsure=unsure), *_plan(turn, kids))


def if_early(weeks: int | None) -> int | None:
    """Full term is kept as "nothing to correct", as in registration."""
    return weeks if weeks is not None and weeks < TERM_WEEKS else None


def _second(turn: Turn, first: Child, values: dict[str, Any]) -> int:
    me = turn.caregiver.id
    second = children.add_twin(turn.conn, first.id, me, turn.today, **values)
    for caregiver_id in children.caregivers_of(turn.conn, first.id):
        children.link(turn.conn, second, caregiver_id, turn.today)
    return second


def _welcome(turn: Turn, kids: Sequence[Child], *, unsure: bool) -> Say:
    if len(kids) > 1:
        buttons: list[str | Button] = [
            Button(f"children.name:{kid.id}", label(turn.library, "children.name-nth", n=n))
            for n, kid in enumerate(kids, start=1)
        ]
    else:
        buttons = [f"children.name:{kids[0].id}"]
    if unsure:
        buttons.append(f"children.weeks:{kids[0].id}")
    weeks = kids[0].gestation_weeks if kids[0].preterm else None
    return say(
        "children/born", *buttons, "menu.danger", "menu.home", child=kids[0],
        children=[kid.id for kid in kids], twins=len(kids) > 1, weeks=weeks,
    )  # fmt: skip


def _known(turn: Turn, child_id: int) -> Child:
    found = children.get(turn.conn, child_id)
    if found is None:
        raise LookupError("the child just saved is not there")
    return found


def _withdraw(turn: Turn, child: Child) -> None:
    outbox.cancel_child(turn.conn, child.id, Reason.DATE_CHANGED.value, turn.now)
    decisions.stop_waiting(turn.conn, Reason.DATE_CHANGED.value, turn.today, child_id=child.id)


def _open_again(turn: Turn, child: Child) -> None:
    """What was withdrawn, but comes at the new date, may be planned again."""
    to_come = {
        (opening.item.id, opening.slot)
        for opening in turn.library.openings
        if (last := opening.expires_on(child)) is not None and last >= turn.today
    }
    replanning.free(turn.conn, child.id, to_come)


def _plan(turn: Turn, kids: Sequence[Child]) -> tuple[Say, ...]:
    """Decides anew for everybody who cares for these children; shows this one today's item."""
    for kid in kids:
        for caregiver_id in children.caregivers_of(turn.conn, kid.id):
            if caregiver_id != turn.caregiver.id:
                joining.prepare(_as(turn, caregiver_id), kid)
    return joining.join_all(turn, kids)


def _as(turn: Turn, caregiver_id: int) -> Turn:
    other = replace(turn.caregiver, id=caregiver_id)
    return replace(turn, contact=replace(turn.contact, caregiver=other))
