"""What a caregiver gets when a child is new to them, and how registration ends.

Everything open on that day is decided at once (content-design, rule 6), because the planner only
looks at what opens later.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from care.age import full_months
from care.catching_up import Joining, on_joining
from care.choosing import Reason, State
from care.messages import Say
from care.people import CaregiverState, Child, ChildState
from care.programme import Opening
from handlers.item_buttons import buttons_for
from handlers.turn import Answer, Turn, done, say
from storage import children, decisions, planning

Key = tuple[str, int]  # item and slot
ASKED_FROM_MONTHS = 7 * 12  # from seven years the child agrees too


def prepare(turn: Turn, child: Child) -> None:
    """Decides all that is open; today's item waits for tomorrow, in case `join_all` never comes."""
    _record(turn, child, _joining(turn, child), State.WAITING, Reason.BUDGET)


def join_all(turn: Turn, kids: Sequence[Child]) -> tuple[Say, ...]:
    """Decides all that is open today; one item is shown, for all who would get the same.

    It is recorded as told, so it must be shown. Also for a corrected date: what was told stays
    told, what was decided for days to come is decided anew.
    """
    shown: Opening | None = None
    named: list[Child] = []
    for child in kids:
        joining = _joining(turn, child)
        if joining.now is None or shown is None:
            _record(turn, child, joining, State.MERGED, Reason.SHOWN)
        elif joining.now.item.id == shown.item.id:
            _record(turn, child, joining, State.MERGED, Reason.SAME_MESSAGE)
        else:
            _record(turn, child, joining, State.WAITING, Reason.BUDGET)
            continue
        if joining.now is not None:
            shown = joining.now
            named.append(child)
    return () if shown is None else (tip(turn, shown, named),)


def tip(turn: Turn, opening: Opening, kids: Sequence[Child]) -> Say:
    """The message of an item, naming every child it is about; the way on is below it."""
    buttons = buttons_for(turn.library, opening.item.id, kids[0].id)
    return say(opening.item.id, *buttons, "menu.home", child=kids[0], **_together(kids))


def finish(turn: Turn, ids: Sequence[int], *before: Say) -> Answer:
    """The last words of registration, with today's item."""
    kids = [child for child in (children.get(turn.conn, i) for i in ids) if child is not None]
    if not kids:
        return done(*before)
    tips = join_all(turn, kids)
    state = turn.caregiver.state
    last = say(
        "registration/done",
        "registration.another",
        "family.invite",
        "menu.danger",
        "menu.home",
        child=kids[0],
        minutes=turn.caregiver.send_minutes,
        expected=kids[0].state is ChildState.EXPECTED,
        tip=bool(tips),
        seven=any(_seven(child, turn.today) for child in kids),
        silent=state in (CaregiverState.STOPPED, CaregiverState.PAUSED),
        **_together(kids),
    )
    return done(*before, last, *tips)


def _together(kids: Sequence[Child]) -> dict[str, Any]:
    return {"children": [child.id for child in kids]} if len(kids) > 1 else {}


def _seven(child: Child, today: date) -> bool:
    return child.born_on is not None and full_months(child.born_on, today) >= ASKED_FROM_MONTHS


def _joining(turn: Turn, child: Child) -> Joining:
    told = _told(turn, child)
    fresh = [o for o in turn.library.openings if (o.item.id, o.slot) not in told]
    return on_joining(fresh, child, turn.today)


def _told(turn: Turn, child: Child) -> set[Key]:
    """What this caregiver has got about this child; a repeated item counts as a whole."""
    me = turn.caregiver.id
    items = {
        row.message
        for row in planning.pushed(turn.conn, [me], date.min)
        if row.child_id == child.id
    }
    told = {(o.item.id, o.slot) for o in turn.library.openings if o.item.id in items}
    for row in decisions.of_caregiver(turn.conn, me):
        if row["child_id"] == child.id and row["state"] == State.MERGED:
            told.add((row["message"], row["slot"]))
    return told


def _record(turn: Turn, child: Child, joining: Joining, state: State, reason: Reason) -> None:
    rows = [
        _decision(turn, child, opening, State.WAITING, Reason.BUDGET, on)
        for opening, on in joining.later
    ]
    rows += [
        _decision(turn, child, opening, State.SKIPPED, Reason.JOINED_LATE)
        for opening in joining.skipped
    ]
    if joining.now is not None:
        tomorrow = turn.today + timedelta(days=1) if state is State.WAITING else None
        rows.append(_decision(turn, child, joining.now, state, reason, tomorrow))
    planning.store(turn.conn, [], rows, _outdated(turn, child))


def _decision(
    turn: Turn,
    child: Child,
    opening: Opening,
    state: State,
    reason: Reason,
    retry_on: date | None = None,
) -> dict[str, Any]:
    return decisions.decision(
        opening,
        child.id,
        turn.caregiver.id,
        opening.opens_on(child) or turn.today,
        opening.expires_on(child) or turn.today,
        state.value,
        reason.value,
        turn.today,
        retry_on,
    )


def _outdated(turn: Turn, child: Child) -> list[tuple[str, int, int, int]]:
    """Decisions on what is open or still to come by the dates of today, but for what was told."""
    me = turn.caregiver.id
    by_key = {(o.item.id, o.slot): o for o in turn.library.openings}
    found = []
    for row in decisions.of_caregiver(turn.conn, me):
        opening = by_key.get((row["message"], row["slot"]))
        if row["child_id"] != child.id or row["state"] == State.MERGED or opening is None:
            continue
        expires_on = opening.expires_on(child)
        if expires_on is not None and expires_on >= turn.today:
            found.append((row["message"], child.id, me, row["slot"]))
    return found
