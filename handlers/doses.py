"""Doses that were given, and when; a child that is ill; a family that says no.

Nothing here says whether a child may have a dose: the station examines before each of them.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from itertools import takewhile

from care.duties import Duty, Record, Told
from care.immunisation import Shot, due_now
from care.immunisation import State as Dosing
from care.messages import Button, Say
from care.parsing import parse_birth
from care.people import Child, ChildState
from care.reminding import copied, known_doses, shots_of
from care.when import When
from handlers.asking import elsewhere
from handlers.child_list import drafted_child
from handlers.danger import card_button
from handlers.dose_book import FORGOTTEN, doses_before, name, show, visits_begun, which_child
from handlers.duties import gone
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.standings import both, local, named, tell, tell_doses, together
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import wants_out
from storage import duties

FRESH = timedelta(days=1)  # so long after a dose what to watch for is told
DAY_STEP = "doses.day"
DANGER_CARD = "dg-child"


def given(turn: Turn) -> Answer:
    """ "Đã tiêm": of the reminder's visit, or of all that is due. Asks for the day."""
    visit, child, _ = named(turn)
    if child is None or child.born_on is None:
        return gone(turn)
    doses = _meant(turn, visit, child)
    if not doses:
        return beside(turn, show(turn, child))
    return ask(DAY_STEP, _which_day(turn, child, doses), child=child.id, doses=doses)


def typed(turn: Turn) -> Answer:
    """ "đã tiêm": for the child who has something due, else the question which one."""
    born = [c for c in turn.living if c.state is ChildState.BORN]
    if not born:
        return beside(turn, say("doses/not-born", "menu.children", "menu.home"))
    if len({child.twin_group or child.id for child in born}) > 1:
        return beside(turn, which_child(turn, "doses.given:-", born))
    doses = _meant(turn, "-", born[0])
    if not doses:
        return beside(turn, show(turn, born[0]))
    return ask(DAY_STEP, _which_day(turn, born[0], doses), child=born[0].id, doses=doses)


def _meant(turn: Turn, visit: str, child: Child) -> list[str]:
    """Which doses "given" speaks of: where we know the book, what is due; else the visit's own."""
    told = duties.of_child(turn.conn, child.id)
    if known_doses(turn.library.rules, told):
        return due_now(shots_of(turn.library.rules, child, told, turn.today, local(turn)))
    begun = visits_begun(turn, child)
    duty = next((d for d in begun if d.id == visit), begun[-1] if begun else None)
    if duty is None:
        return []
    # Of those before we know nothing, and the family speaks of this visit: it takes them as given.
    before = dict.fromkeys(doses_before(turn, duty), Record(Told.DONE))
    shots = shots_of(turn.library.rules, child, before, turn.today, local(turn))
    return [d for d in duty.doses if d in shots and _may_be(turn, child, d, shots[d])]


def _may_be(turn: Turn, child: Child, dose: str, shot: Shot) -> bool:
    """Whether it may have been given at a visit, the first of the child that we hear of."""
    if shot.state is Dosing.TOO_LATE:
        return shot.ask  # today; it may have been in time
    if shot.state not in (Dosing.NOT_YET, Dosing.DUE, Dosing.OVERDUE) or shot.waits_for:
        return False
    return turn.library.doses[dose].due.after(child.born_on or turn.today) <= turn.today


def _which_day(turn: Turn, child: Child, doses: Sequence[str], *, again: bool = False) -> Say:
    return say(
        "doses/which-day",
        Button("doses.on:0", turn.library.label("children.today")),
        Button("doses.on:1", turn.library.label("children.yesterday")),
        "doses.forgot-day",
        f"doses.visits:-:{child.id}",
        "doses.cancel",
        child=child,
        doses=[name(turn, dose) for dose in doses],
        again=again,
    )


def day_tapped(turn: Turn) -> Answer:
    days, child = argument(turn), drafted_child(turn)
    on = turn.today - timedelta(days=min(int(days), 1) if days.isdecimal() else 0)
    if child is not None and child.born_on and on < child.born_on:
        return _ask_again(turn, child)
    return _record(turn, on)


def day_forgotten(turn: Turn) -> Answer:
    return _record(turn, None)


def day_typed(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None:
        return gone(turn)
    if wants_out(turn.text):
        return cancel(turn)
    when = parse_birth(turn.text, turn.today)
    if isinstance(when, When) and child.born_on and when.on >= child.born_on:
        return _record(turn, when.on if when.precision == "day" else None)
    other = None if isinstance(when, When) else elsewhere(turn)
    return other or _ask_again(turn, child)


def _ask_again(turn: Turn, child: Child) -> Answer:
    doses = list(turn.draft.get("doses", ()))
    again = _which_day(turn, child, doses, again=True)
    return ask(DAY_STEP, again, child=child.id, doses=doses)


def _record(turn: Turn, on: date | None) -> Answer:
    child = drafted_child(turn)
    doses = [str(dose) for dose in turn.draft.get("doses", ()) if dose in turn.library.doses]
    if child is None or not doses:
        return gone(turn)
    known = known_doses(turn.library.rules, duties.of_child(turn.conn, child.id))
    kids = together(turn, child)
    before = None if known else _visit_before(turn, doses)
    for kid in kids:
        tell_doses(turn, kid, {dose: Record(Told.DONE, on) for dose in doses})
        if before is not None:  # until the family says more, nobody knows
            tell_doses(turn, kid, _unknown_before(turn, kid, before))
    said = [_saved(turn, kids, doses, on)]
    if on is not None and turn.today - on <= FRESH:
        warning = card_button(turn.library, DANGER_CARD)
        said.append(say("doses/after", warning, child=child, **both(kids)))
    if before is not None:
        said.append(_before(turn, kids, before))
    return done(*said)


def _unknown_before(turn: Turn, child: Child, last: Duty) -> dict[str, Record]:
    """The doses up to that visit, of which nothing was told."""
    told = duties.of_child(turn.conn, child.id)
    wanted = {*doses_before(turn, last), *last.doses}
    every = copied(turn.library.rules, child, None, turn.today, local(turn))
    return {dose: r for dose, r in every.items() if dose in wanted and dose not in told}


def _saved(turn: Turn, kids: Sequence[Child], doses: Sequence[str], on: date | None) -> Say:
    child = kids[0]
    told = duties.of_child(turn.conn, child.id)
    shots = shots_of(turn.library.rules, child, told, turn.today, local(turn))
    days = [s.earliest for s in shots.values() if s.state is Dosing.NOT_YET and s.earliest]
    following = min(days, default=None)
    return say(
        "doses/saved",
        f"doses.visits:-:{child.id}",
        f"doses.open:{child.id}",
        "menu.home",
        child=child,
        doses=[name(turn, dose) for dose in doses],
        on=on.isoformat() if on else None,
        next=following.isoformat() if following else None,
        **both(kids),
    )


def _visit_before(turn: Turn, doses: Collection[str]) -> Duty | None:
    """The last visit before that of these doses."""
    visits = [duty for duty in turn.library.duties.values() if duty.doses]
    before = list(takewhile(lambda duty: not set(duty.doses) & set(doses), visits))
    return before[-1] if before else None


def _before(turn: Turn, kids: Sequence[Child], visit: Duty) -> Say:
    child = kids[0]
    key = f"doses.upto:{{}}:{child.id}"
    return say(
        "doses/before",
        Button(key.format(visit.id), turn.library.label("doses.all-given")),
        f"doses.card:-:{child.id}",
        Button(key.format(FORGOTTEN), turn.library.label("doses.forgotten")),
        child=child,
        **both(kids),
    )


def ill(turn: Turn) -> Answer:
    """No ruling: what to look at, the station, and a reminder for the next time."""
    visit, child, _ = named(turn)
    if child is None:
        return gone(turn)
    item = next(iter(turn.library.reminders(visit)), None)
    later = (f"duties.later:{item}:{child.id}",) if item else ()
    warning = card_button(turn.library, DANGER_CARD)
    return beside(turn, say("doses/ill", *later, warning, "menu.home", child=child))


def refuse(turn: Turn) -> Answer:
    """Respected: no more reminders of this visit, and a way back."""
    visit, child, _ = named(turn)
    duty = turn.library.duties.get(visit)
    if child is None or duty is None or not duty.doses:
        return gone(turn)
    kids = together(turn, child)
    for kid in kids:
        tell(turn, kid, duty.id, Record(Told.REFUSED))
    back = f"duties.undo:{duty.id}:{child.id}"
    return beside(turn, say("doses/refused", back, "menu.home", child=child, **both(kids)))


def cancel(turn: Turn) -> Answer:
    return done(say("children/cancelled", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "doses.given": given,
    "doses.typed": typed,
    "doses.on": day_tapped,
    "doses.forgot-day": day_forgotten,
    "doses.ill": ill,
    "doses.refuse": refuse,
    "doses.cancel": cancel,
}
STEPS: dict[str, Handler] = {DAY_STEP: day_typed}
