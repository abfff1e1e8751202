"""Measurements on their way in: of which day, whether they can be right, whose curve it is.

Draft of a doubt: `child`, `day`, `sizes`, `instead`, `possible`, `measure`, `sure`.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from care.dates_vi import DateProblem
from care.growth import Measure, Measurement, Sizes
from care.growth_doubt import Doubt, doubt
from care.messages import Button, EventKind
from care.parsing import parse_yes_no
from care.people import Child, ChildState
from care.sizes_vi import Typed, read_sizes
from content.growth_tables import standards
from handlers.asking import elsewhere, over
from handlers.child_list import cancel
from handlers.growth_telling import curve, height, result, sex_in, weight
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import label, wants_out
from storage import children, measurements

UNTOLD = ""  # the sex was asked and left open: it is not asked again


def born(turn: Turn) -> list[Child]:
    return [c for c in turn.living if c.state is ChildState.BORN and c.born_on]


def meant(turn: Turn) -> Child | None:
    """The child of the button, or the only one."""
    kids = born(turn)
    named = argument(turn) if turn.event.kind is EventKind.CHOICE else ""
    if named:
        return next((c for c in kids if str(c.id) == named), None)
    return kids[0] if len(kids) == 1 else None


def drafted(turn: Turn) -> Child | None:
    return next((c for c in born(turn) if c.id == turn.draft.get("child")), None)


def given(turn: Turn, child: Child, typed: Typed, asked: Measure) -> Answer:
    drafted = turn.draft.get("day")
    day = typed.when or (date.fromisoformat(drafted) if drafted else turn.today)
    problem = _problem(turn, child, day)
    if problem is not None or isinstance(day, DateProblem):
        text = say("growth/bad-day", "growth.cancel", child=child, problem=problem)
        return ask(f"growth.{asked.value}", text, child=child.id, day=drafted)
    return _take(turn, child, typed.readings, day)


def _problem(turn: Turn, child: Child, day: date | DateProblem) -> str | None:
    if isinstance(day, DateProblem):
        return "future" if day is DateProblem.FUTURE else "unreadable"
    if day > turn.today:
        return "future"
    return "before" if child.born_on and day < child.born_on else None


def _take(
    turn: Turn,
    child: Child,
    readings: Sequence[Sizes],
    day: date,
    sure: frozenset[str] = frozenset(),
) -> Answer:
    """Keeps the first reading that can well be; asks about the first when none can."""
    known, curves = measurements.of_child(turn.conn, child.id), standards(child.sex)
    doubts = []
    for sizes in readings:
        found = doubt(child, Measurement(day, sizes), known, curves, sure)
        if found is None:
            return _keep(turn, child, sizes, day)
        doubts.append(found)
    return _doubted(turn, child, readings[0], doubts[0], day, sure)


def _keep(turn: Turn, child: Child, sizes: Sizes, day: date) -> Answer:
    now = measurements.put(turn.conn, child.id, day, sizes, turn.caregiver.id, turn.now)
    if now.height_mm is not None:
        return finish(turn, child, day)
    text = say("growth/ask-height", "growth.no-height", child=child)
    return ask("growth.height", text, child=child.id, day=day.isoformat())


def finish(turn: Turn, child: Child, day: date) -> Answer:
    known = {m.day for m in measurements.of_child(turn.conn, child.id)}
    if day not in known:  # the other parent took it away meanwhile
        return over()
    if child.sex is None:
        return ask_sex(child, day)
    return done(result(turn, child, day))


def _doubted(
    turn: Turn, child: Child, sizes: Sizes, found: Doubt, day: date, sure: frozenset[str]
) -> Answer:
    """ "7,2 kg hay 72 kg?" """
    typed = _named(turn, sizes, found.measure)
    meant = _named(turn, found.instead, found.measure) if found.instead else None
    buttons: list[str | Button] = []
    if meant:
        buttons.append(Button("growth.instead", meant))
    if found.possible:
        right = label(turn.library, "growth.as-typed", size=typed)
        buttons.append(Button("growth.as-typed", right))
    text = say(
        "growth/doubt",
        *buttons,
        "growth.again",
        "growth.cancel",
        child=child,
        height=found.measure is Measure.HEIGHT,
        typed=typed,
        meant=meant,
        possible=found.possible,
    )
    return ask(
        "growth.confirm",
        text,
        child=child.id,
        day=day.isoformat(),
        sizes=asdict(sizes),
        instead=asdict(found.instead) if found.instead else None,
        possible=found.possible,
        measure=found.measure.value,
        sure=sorted(sure),
    )


def _named(turn: Turn, sizes: Sizes, measure: Measure) -> str:
    if measure is Measure.WEIGHT:
        return weight(turn, sizes.weight_g or 0)
    return height(turn, sizes.height_mm or 0)


def instead(turn: Turn) -> Answer:
    return _settled(turn, turn.draft.get("instead"), frozenset())


def as_typed(turn: Turn) -> Answer:
    sizes = turn.draft.get("sizes") if turn.draft.get("possible") else None
    return _settled(turn, sizes, frozenset({str(turn.draft.get("measure"))}))


def _settled(turn: Turn, sizes: dict[str, Any] | None, sure: frozenset[str]) -> Answer:
    child = drafted(turn)
    if child is None or sizes is None or turn.conversation.step != "growth.confirm":
        return over()
    day = date.fromisoformat(turn.draft["day"])
    return _take(turn, child, (Sizes(**sizes),), day, sure | frozenset(turn.draft["sure"]))


def again(turn: Turn) -> Answer:
    """The same question anew, for the same day."""
    child = drafted(turn)
    if child is None or turn.conversation.step != "growth.confirm":
        return over()
    asked = Measure(turn.draft["measure"])
    text = say(f"growth/again-{asked.value}", "growth.cancel", child=child)
    return ask(f"growth.{asked.value}", text, child=child.id, day=turn.draft["day"])


def read_confirm(turn: Turn) -> Answer:
    """Yes where there is one thing to say yes to, no, or the right number at once."""
    child = drafted(turn)
    if child is None:
        return over()
    agrees = parse_yes_no(turn.text)
    meant, possible = turn.draft.get("instead"), turn.draft.get("possible")
    if agrees and bool(meant) != bool(possible):
        return instead(turn) if meant else as_typed(turn)
    if agrees is False:
        return again(turn)
    if wants_out(turn.text):
        return cancel(turn)
    asked = Measure(turn.draft["measure"])
    typed = read_sizes(turn.text, asked, turn.today)
    if typed.readings:
        return given(turn, child, typed, asked)
    return elsewhere(turn) or again(turn)


def ask_sex(child: Child, day: date | None = None, shown: Measure = Measure.WEIGHT) -> Answer:
    text = say("growth/ask-sex", "growth.girl", "growth.boy", "growth.untold", child=child)
    on = day.isoformat() if day else None
    return ask("growth.sex", text, child=child.id, day=on, shown=shown.value)


def girl(turn: Turn) -> Answer:
    return _told_sex(turn, "girl")


def boy(turn: Turn) -> Answer:
    return _told_sex(turn, "boy")


def untold(turn: Turn) -> Answer:
    return _told_sex(turn, UNTOLD)


def read_sex(turn: Turn) -> Answer:
    sex = UNTOLD if wants_out(turn.text) else sex_in(turn.text)
    if sex is not None:
        return _told_sex(turn, sex)
    child = drafted(turn)
    if child is None:
        return over()
    day = turn.draft.get("day")
    again = ask_sex(child, date.fromisoformat(day) if day else None, Measure(turn.draft["shown"]))
    return elsewhere(turn) or again


def _told_sex(turn: Turn, sex: str) -> Answer:
    child = drafted(turn)
    if child is None or turn.conversation.step != "growth.sex":
        return over()
    children.change(turn.conn, child, sex=sex)
    day = turn.draft.get("day")
    now = replace(child, sex=sex)
    if day is None:
        return done(curve(turn, now, Measure(turn.draft["shown"])))
    return finish(turn, now, date.fromisoformat(day))


ACTIONS: dict[str, Handler] = {
    "growth.instead": instead,
    "growth.as-typed": as_typed,
    "growth.again": again,
    "growth.girl": girl,
    "growth.boy": boy,
    "growth.untold": untold,
}
STEPS: dict[str, Handler] = {"growth.confirm": read_confirm, "growth.sex": read_sex}
