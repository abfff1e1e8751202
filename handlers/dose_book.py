"""The vaccination book: what was given, what is due and where; copied whole, corrected singly."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Any

from care.duties import Duty, Record, Source, Told
from care.immunisation import State as Dosing
from care.immunisation import due_now
from care.messages import Button, Say
from care.people import Child, ChildState
from care.reminding import copied, known_doses, shots_of
from handlers.child_list import asked_child
from handlers.duties import gone
from handlers.menu import beside
from handlers.routing import Handler
from handlers.standings import both, local, named, session, tell_doses, together
from handlers.turn import Answer, Turn, done, say
from handlers.wording import child_buttons, cut, label
from storage import duties

SHOWN_NEXT = 3
NONE, FORGOTTEN = "none", "forgotten"


def book(turn: Turn) -> Answer:
    """Given, due, next; with the station's day."""
    child = asked_child(turn)
    born = [c for c in turn.living if c.state is ChildState.BORN]
    if child is None and len(born) == 1:
        child = born[0]
    if child is None or child.born_on is None:
        if not born:
            return beside(turn, say("doses/not-born", "menu.children", "menu.home"))
        return beside(turn, which_child(turn, "doses.open", born))
    return beside(turn, show(turn, child))


def which_child(turn: Turn, action: str, kids: Sequence[Child]) -> Say:
    return say("doses/which", *child_buttons(turn.library, action, kids), "menu.home")


def show(turn: Turn, child: Child) -> Say:
    told = duties.of_child(turn.conn, child.id)
    known = known_doses(turn.library.rules, told)
    shots = shots_of(turn.library.rules, child, told, turn.today, local(turn))
    due = [id_ for id_ in due_now(shots) if known]
    coming = [
        {"name": name(turn, id_), "on": shot.earliest.isoformat()}
        for id_, shot in shots.items()
        if shot.state is Dosing.NOT_YET and shot.earliest and not shot.waits_for
    ]
    coming.sort(key=lambda line: line["on"])
    given = [
        {"name": name(turn, id_), "on": day_.isoformat() if (day_ := told[id_].day) else None}
        for id_ in turn.library.doses
        if id_ in told and told[id_].state is Told.DONE
    ]
    unknown = [
        name(turn, id_)
        for id_, record in told.items()
        if id_ in turn.library.doses and record.state is Told.UNKNOWN
    ]
    ways = [f"doses.given:-:{child.id}"] if due else []
    ways += [f"doses.card:-:{child.id}"]
    ways += [f"doses.visits:-:{child.id}"] if known else []
    return say(
        "doses/book",
        *ways,
        "menu.home",
        child=child,
        known=known,
        given=given,
        due=[name(turn, id_) for id_ in due],
        unknown=unknown,
        next=coming[:SHOWN_NEXT],
        **_place(turn),
    )


def name(turn: Turn, dose: str) -> str:
    return turn.library.label(f"dose.{dose}")


def _place(turn: Turn) -> dict[str, Any]:
    """When and where the station vaccinates next; empty where the area has not said."""
    day_ = session(turn)
    where = local(turn).session
    return {
        "session": day_.isoformat() if day_ else None,
        "place": where.place if where else "",
        "time": where.time if where else "",
    }


def card(turn: Turn) -> Answer:
    """A past book in one tap: given up to which visit?"""
    _, child, _ = named(turn)
    if child is None or child.born_on is None:
        return gone(turn)
    key = f"doses.upto:{{}}:{child.id}"
    buttons = [Button(key.format(NONE), turn.library.label("doses.none-given"))]
    for duty in visits_begun(turn, child):
        text = label(turn.library, "doses.upto", name=turn.library.label(f"visit.{duty.id}"))
        buttons.append(Button(key.format(duty.id), cut(text)))
    buttons.append(Button(key.format(FORGOTTEN), turn.library.label("doses.forgotten")))
    return beside(turn, say("doses/card", *buttons, "menu.home", child=child))


def visits_begun(turn: Turn, child: Child) -> list[Duty]:
    """The visits whose age has come."""
    born_on = child.born_on or turn.today
    return [
        duty
        for duty in turn.library.duties.values()
        if duty.doses and duty.opens.after(born_on) <= turn.today
    ]


def doses_before(turn: Turn, visit: Duty) -> list[str]:
    duties_before = takewhile(lambda duty: duty is not visit, turn.library.duties.values())
    return [dose for duty in duties_before for dose in duty.doses]


def upto(turn: Turn) -> Answer:
    """Everything up to that visit is given, what was due later is missing."""
    which, child, _ = named(turn)
    if child is None or child.born_on is None:
        return gone(turn)
    duty = turn.library.duties.get(which)
    if which not in (NONE, FORGOTTEN) and (duty is None or not duty.doses):
        return gone(turn)
    upto_it = [*doses_before(turn, duty), *duty.doses] if duty else []
    given_ = None if which == FORGOTTEN else upto_it
    kids = together(turn, child)
    for kid in kids:
        told = duties.of_child(turn.conn, kid.id)
        new = copied(turn.library.rules, kid, given_, turn.today, local(turn))
        kept = {d for d, r in told.items() if r.state is Told.DONE and r.source is not Source.CARD}
        tell_doses(turn, kid, {dose: r for dose, r in new.items() if dose not in kept})
    return beside(turn, say("doses/copied", child=child, **both(kids)), show(turn, child))


def visits(turn: Turn) -> Answer:
    """The visits one by one, for correcting single doses."""
    _, child, _ = named(turn)
    if child is None or child.born_on is None:
        return gone(turn)
    buttons = [
        Button(f"doses.pick:{d.id}:{child.id}", cut(turn.library.label(f"duty.{d.id}")))
        for d in visits_begun(turn, child)
    ]
    return done(say("doses/visits", *buttons, f"doses.open:{child.id}", "menu.home", child=child))


def pick(turn: Turn) -> Answer:
    """The doses of one visit; a tap changes one of them, in the same message."""
    visit, child, dose = named(turn)
    duty = turn.library.duties.get(visit)
    if child is None or child.born_on is None or duty is None or not duty.doses:
        return gone(turn)
    if dose in duty.doses:
        _toggle(turn, child, dose)
    told = duties.of_child(turn.conn, child.id)
    shots = shots_of(turn.library.rules, child, told, turn.today, local(turn))
    buttons = [
        Button(f"doses.pick:{visit}:{child.id}:{d}", cut(_marked(turn, told.get(d), d)))
        for d in duty.doses
        if d in told or shots[d].state is not Dosing.NOT_HERE
    ]
    shown = say(
        "doses/pick",
        *buttons,
        f"doses.visits:-:{child.id}",
        f"doses.open:{child.id}",
        child=child,
        name=turn.library.label(f"duty.{visit}"),
    )
    return beside(turn, replace(shown, edit=turn.event.ref) if dose else shown)


def _marked(turn: Turn, record: Record | None, dose: str) -> str:
    given_ = record is not None and record.state is Told.DONE
    key = "doses.ticked" if given_ else "doses.open-dose"
    return label(turn.library, key, name=name(turn, dose))


def _toggle(turn: Turn, child: Child, dose: str) -> None:
    known = duties.of_child(turn.conn, child.id).get(dose)
    given_ = known is not None and known.state is Told.DONE
    tell_doses(turn, child, {dose: Record(Told.MISSED if given_ else Told.DONE)})


ACTIONS: dict[str, Handler] = {
    "doses.open": book,
    "doses.card": card,
    "doses.upto": upto,
    "doses.visits": visits,
    "doses.pick": pick,
}
STEPS: dict[str, Handler] = {}
