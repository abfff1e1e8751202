"""What is due for a child: the list, one duty, and what the family says of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from care.duties import TO_DO, Record, Standing, State, Told
from care.messages import Button, Say
from care.people import Child, ChildState
from care.reminding import SETTLES, known_doses, standings
from content.library import Library
from handlers.child_list import of_one
from handlers.menu import beside
from handlers.routing import Handler
from handlers.standings import (
    both,
    local,
    named,
    remind_on,
    session,
    take_back,
    tell,
    together,
)
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, label
from storage import duties

SOON = timedelta(days=45)
MOST_NOW, MOST_SOON, MOST_UNKNOWN = 6, 4, 3
HOW = "duties/how-"
LATER_DAYS = (7, 14, 30)


def overview(turn: Turn) -> Answer:
    """For one child; which one is asked where there are several."""
    return of_one(turn, "duties.open", "duties/which", partial(_list, turn))


def _list(turn: Turn, child: Child) -> Say:
    told = duties.of_child(turn.conn, child.id)
    every = standings(turn.library.rules, child, told, turn.today, local(turn))
    if not known_doses(turn.library.rules, told):
        every = {id_: s for id_, s in every.items() if not _long_past_visit(turn, id_, s)}
    now = [
        id_ for id_, s in every.items() if s.state in TO_DO and not _unknown(child, id_, s, told)
    ]
    now.sort(key=lambda id_: every[id_].due or date.max)
    unknown = [id_ for id_, s in every.items() if _unknown(child, id_, s, told)]
    soon = [id_ for id_, s in every.items() if s.state is State.NOT_YET and _is_soon(turn, s)]
    soon.sort(key=lambda id_: every[id_].opens or date.max)
    now, soon, unknown = now[:MOST_NOW], soon[:MOST_SOON], unknown[:MOST_UNKNOWN]
    buttons = [_button(turn.library, id_, child) for id_ in (*now, *unknown)]
    ways = ["book.open", "growth.open"] if child.state is ChildState.BORN else []
    if child.state is ChildState.BORN:
        buttons.append(Button(f"doses.open:{child.id}", ""))
    return say(
        "duties/list",
        *buttons,
        *(f"{way}:{child.id}" for way in ways),
        "menu.home",
        child=child,
        now=[_line(turn, id_, every[id_]) for id_ in now],
        soon=[_line(turn, id_, every[id_]) for id_ in soon],
        unknown=[turn.library.label(f"duty.{id_}") for id_ in unknown],
    )


def _long_past_visit(turn: Turn, id_: str, stands: Standing) -> bool:
    """Of a child whose doses nobody told us: only what is due these weeks is named."""
    visit = bool(turn.library.duties[id_].doses)
    return visit and stands.due is not None and stands.due < turn.today


def _unknown(child: Child, id_: str, stands: Standing, told: Mapping[str, Record]) -> bool:
    """It was due before the family came, and nobody said whether it was done."""
    past = stands.due is not None and stands.due < child.joined_on
    return stands.state is State.OVERDUE and past and id_ not in told


def _is_soon(turn: Turn, stands: Standing) -> bool:
    return stands.opens is not None and stands.opens <= turn.today + SOON


def _line(turn: Turn, id_: str, stands: Standing) -> dict[str, Any]:
    """Dates as ISO strings; `session` is the day to go where the station's days are known."""
    visit = bool(turn.library.duties[id_].doses)
    day = session(turn, stands.opens) if visit else None
    return {
        "name": turn.library.label(f"duty.{id_}"),
        "opens": stands.opens.isoformat() if stands.opens else None,
        "due": stands.due.isoformat() if stands.due else None,
        "late": stands.state is State.OVERDUE,
        "session": day.isoformat() if day else None,
        "visit": visit,
    }


def _button(library: Library, id_: str, child: Child) -> Button:
    return Button(f"duties.one:{id_}:{child.id}", cut(library.label(f"duty.{id_}")))


def how(library: Library, duty_id: str) -> str | None:
    """The message that explains a duty: its own, else that of the longest part of its name."""
    if duty_id in library.duties and library.duties[duty_id].doses:
        return f"{HOW}doses"
    for end in range(len(duty_id), 1, -1):
        if f"{HOW}{duty_id[:end]}" in library.messages:
            return f"{HOW}{duty_id[:end]}"
    return None


def one(turn: Turn) -> Answer:
    """What it is, where to go, what to bring; and what can be said of it."""
    duty_id, child, _ = named(turn)
    if child is None or duty_id not in turn.library.duties:
        return gone(turn)
    told = duties.of_child(turn.conn, child.id)
    every = standings(turn.library.rules, child, told, turn.today, local(turn))
    stands = every[duty_id]
    key = f"{duty_id}:{child.id}"
    if turn.library.duties[duty_id].doses:
        ways = [f"doses.given:{key}", f"doses.ill:{key}", f"doses.refuse:{key}"]
    else:
        ways = [f"duties.done:{key}", f"duties.not:{key}"]
    if stands.state in (State.DONE, State.NOT_APPLICABLE, State.REFUSED):
        ways = [f"duties.undo:{key}"]
    lines = say("duties/one", child=child, state=stands.state.value, **_line(turn, duty_id, stands))
    explained = how(turn.library, duty_id)
    buttons = (*ways, f"duties.open:{child.id}", "menu.home")
    if explained is None:
        return beside(turn, replace(lines, buttons=buttons))
    return beside(turn, lines, say(explained, *buttons, child=child))


def mark(turn: Turn) -> Answer:
    """Done today, unless the papers say otherwise: nobody is asked for a day."""
    return _told(turn, Told.DONE, turn.today, "papers/done")


def not_needed(turn: Turn) -> Answer:
    return _told(turn, Told.NOT_APPLICABLE, None, "duties/not-needed")


def _told(turn: Turn, state: Told, day: date | None, message: str) -> Answer:
    duty_id, child, _ = named(turn)
    if child is None or duty_id not in turn.library.duties:
        return gone(turn)
    kids = together(turn, child)
    new = [tell(turn, kid, duty_id, Record(state, day)) for kid in kids]
    back = (f"duties.undo:{duty_id}:{child.id}", f"duties.open:{child.id}", "menu.home")
    more = {"first": any(new)} if state is Told.DONE else {}
    return beside(turn, say(message, *back, child=child, **more, **both(kids)))


def undo(turn: Turn) -> Answer:
    """A slip of the finger: nothing is known of it again. A refusal takes no dose with it."""
    duty_id, child, _ = named(turn)
    if child is None or duty_id not in turn.library.duties:
        return gone(turn)
    kids = together(turn, child)
    for kid in kids:
        known = duties.of_child(turn.conn, kid.id).get(duty_id)
        take_back(turn, kid, duty_id)
        if known is None or known.state is Told.DONE:
            for dose in turn.library.duties[duty_id].doses:
                duties.remove(turn.conn, kid.id, dose)
    back = (f"duties.open:{child.id}", "menu.home")
    return beside(turn, say("duties/undone", *back, child=child, **both(kids)))


def later(turn: Turn) -> Answer:
    """When shall I remind you? Of an item, so that its words come again."""
    item_id, child, days = named(turn)
    item = turn.library.items.get(item_id)
    if item is None or item.kind != "reminder" or child is None:
        return gone(turn)
    if not days.isdecimal():
        return beside(turn, _when(turn, item_id, child, visit=_is_visit(turn, item.done)))
    day = turn.today + timedelta(days=min(int(days), LATER_DAYS[-1]))
    return put_off(turn, item_id, child, day)


def put_off(turn: Turn, item_id: str, child: Child, day: date) -> Answer:
    """Nothing of it before that day; then the same words once more."""
    duty_id = turn.library.items[item_id].done
    kids = together(turn, child)
    if duty_id:
        for kid in kids:
            known = duties.of_child(turn.conn, kid.id).get(duty_id)
            if known is None or known.state not in SETTLES:
                tell(turn, kid, duty_id, Record(Told.PUT_OFF, day))
    remind_on(turn, child, item_id, day)
    key = f"{duty_id}:{child.id}"
    ways = (f"duties.done:{key}",) if duty_id and not _is_visit(turn, duty_id) else ()
    text = say("duties/put-off", *ways, "menu.home", child=child, on=day.isoformat(), **both(kids))
    return beside(turn, text)


def _is_visit(turn: Turn, duty_id: str | None) -> bool:
    duty = turn.library.duties.get(duty_id or "")
    return duty is not None and bool(duty.doses)


def _when(turn: Turn, item_id: str, child: Child, *, visit: bool) -> Say:
    key = f"duties.later:{item_id}:{child.id}"
    buttons = [Button(f"{key}:{n}", label(turn.library, "duties.in-days", n=n)) for n in LATER_DAYS]
    day = session(turn) if visit else None
    if day is not None and timedelta(days=1) < day - turn.today <= timedelta(days=LATER_DAYS[-1]):
        days = (day - turn.today).days - 1
        buttons.insert(0, Button(f"{key}:{days}", turn.library.label("duties.before-session")))
    return say("duties/when", *buttons, "menu.home", child=child)


def gone(turn: Turn) -> Answer:
    return beside(turn, say("papers/unknown", "menu.today", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "duties.open": overview,
    "duties.one": one,
    "duties.done": mark,
    "duties.not": not_needed,
    "duties.undo": undo,
    "duties.later": later,
}
STEPS: dict[str, Handler] = {}
