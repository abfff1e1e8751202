"""Weight and height of a child: asked or told, shown again, corrected, taken away.

Draft: `child`, `day`, `tries`; of sizes told before it is known whose they are, `sizes`.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

from care.folding import fold
from care.growth import Measure, Sizes
from care.messages import EventKind
from care.parsing import parse_yes_no
from care.people import Child
from care.sizes_vi import Typed, read_sizes
from content.growth_tables import SEXES
from handlers import growth_keeping
from handlers.asking import elsewhere, tries
from handlers.child_list import cancel
from handlers.growth_keeping import ask_sex, born, drafted, finish, given, meant
from handlers.growth_telling import both, curve
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import child_buttons, wants_out
from storage import measurements

MENU_AFTER = 2  # unreadable answers
# What begins a text that may hold sizes, folded:
_SAID = ("nang", "can", "cao", "dai", "duoc")
BEGINNINGS = (
    *(f"{who} {said}" for who in ("be", "con", "chau") for said in _SAID),
    *(_SAID[:-1]),
    "chieu cao",
    "chieu dai",
)


def opened(turn: Turn) -> Answer:
    child = meant(turn)
    return _which(turn) if child is None else _ask_weight(turn, child)


def told(turn: Turn) -> Answer:
    """Sizes typed where nothing was asked; anything else goes where it would have gone."""
    from handlers import ROUTES  # at call time, as in `handlers.asking`

    typed = read_sizes(turn.text, None, turn.today)
    kids = born(turn)
    if not typed.only or not kids:
        return ROUTES.fallback(turn)
    if len(kids) == 1:
        return given(turn, kids[0], typed, Measure.WEIGHT)
    when = typed.when if isinstance(typed.when, date) else None
    draft = {"sizes": asdict(typed.readings[0]), "day": when.isoformat() if when else None}
    return _which(turn, **draft)


def _which(turn: Turn, **draft: Any) -> Answer:
    kids = born(turn)
    if not kids:
        return done(say("growth/not-born", "menu.children", "menu.home"))
    buttons = child_buttons(turn.library, "growth.for", kids)
    return ask("growth.which", say("growth/which", *buttons, "menu.home"), **draft)


def chosen(turn: Turn) -> Answer:
    """Whose weight it is, tapped or typed."""
    if turn.event.kind is EventKind.CHOICE:
        child = meant(turn)
    else:
        typed = fold(turn.text)
        child = next((c for c in born(turn) if c.nickname and fold(c.nickname) == typed), None)
    if child is None:
        return elsewhere(turn) or _which(turn, **turn.draft)
    sizes = turn.draft.get("sizes") if turn.conversation.step == "growth.which" else None
    if sizes is None:
        return _ask_weight(turn, child)
    told_day = turn.draft.get("day")
    day = date.fromisoformat(told_day) if told_day else None
    return given(turn, child, Typed((Sizes(**sizes),), day), Measure.WEIGHT)


def _ask_weight(turn: Turn, child: Child) -> Answer:
    known = measurements.of_child(turn.conn, child.id)
    if not known:
        text = say("growth/ask-weight", "growth.cancel", child=child, last=None, on=None)
        return ask("growth.weight", text, child=child.id)
    actions = ("growth.see", "growth.fix", "growth.remove")
    last = both(turn, known[-1].sizes)
    text = say(
        "growth/ask-weight",
        *(f"{action}:{child.id}" for action in actions),
        "menu.home",
        child=child,
        last=last,
        on=known[-1].day.isoformat(),
    )
    return ask("growth.weight", text, child=child.id)


def read_weight(turn: Turn) -> Answer:
    if wants_out(turn.text):
        return cancel(turn)
    return _read(turn, Measure.WEIGHT)


def read_height(turn: Turn) -> Answer:
    if wants_out(turn.text):
        return no_height(turn)
    return _read(turn, Measure.HEIGHT)


def _read(turn: Turn, asked: Measure) -> Answer:
    child = drafted(turn)
    if child is None:
        return opened(turn)
    typed = read_sizes(turn.text, asked, turn.today)
    if typed.readings:
        return given(turn, child, typed, asked)
    return elsewhere(turn) or _again(turn, child, asked)


def _again(turn: Turn, child: Child, asked: Measure) -> Answer:
    times = tries(turn)
    way_out = "growth.cancel" if asked is Measure.WEIGHT else "growth.no-height"
    menu = ("menu.home",) if times > MENU_AFTER else ()
    text = say(f"growth/bad-{asked.value}", way_out, *menu, child=child)
    return ask(f"growth.{asked.value}", text, **{**turn.draft, "tries": times})


def no_height(turn: Turn) -> Answer:
    child, day = drafted(turn), turn.draft.get("day")
    if child is None or day is None:
        return opened(turn)
    return finish(turn, child, date.fromisoformat(day))


def see_weight(turn: Turn) -> Answer:
    return _see(turn, Measure.WEIGHT)


def see_height(turn: Turn) -> Answer:
    return _see(turn, Measure.HEIGHT)


def see(turn: Turn) -> Answer:
    """The curve there is something on."""
    child = meant(turn)
    known = measurements.of_child(turn.conn, child.id) if child else []
    weighed = any(m.sizes.weight_g is not None for m in known)
    return _see(turn, Measure.WEIGHT if weighed else Measure.HEIGHT)


def _see(turn: Turn, measure: Measure) -> Answer:
    child = meant(turn)
    if child is None or not measurements.of_child(turn.conn, child.id):
        return opened(turn)
    if child.sex not in SEXES:
        return ask_sex(child, shown=measure)
    return done(curve(turn, child, measure))


def sex(turn: Turn) -> Answer:
    """Told after all, to see the curve."""
    child = meant(turn)
    return opened(turn) if child is None else ask_sex(child)


def fix(turn: Turn) -> Answer:
    """The last measurement is typed anew; what is not typed stays."""
    child = meant(turn)
    known = measurements.of_child(turn.conn, child.id) if child else []
    if child is None or not known:
        return opened(turn)
    last = known[-1]
    day = last.day.isoformat()
    text = say("growth/ask-fix", "growth.cancel", child=child, on=day, last=both(turn, last.sizes))
    return ask("growth.weight", text, child=child.id, day=day)


def ask_remove(turn: Turn) -> Answer:
    child = meant(turn)
    known = measurements.of_child(turn.conn, child.id) if child else []
    if child is None or not known:
        return opened(turn)
    day = known[-1].day.isoformat()
    last = both(turn, known[-1].sizes)
    buttons = ("growth.remove-yes", "growth.cancel")
    text = say("growth/confirm-remove", *buttons, child=child, on=day, last=last)
    return ask("growth.remove", text, child=child.id, day=day)


def read_remove(turn: Turn) -> Answer:
    """Only a plain yes."""
    agrees = parse_yes_no(turn.text)
    if agrees:
        return remove(turn)
    if agrees is False or wants_out(turn.text):
        return cancel(turn)
    return elsewhere(turn) or opened(turn)


def remove(turn: Turn) -> Answer:
    child = drafted(turn)
    if child is None or turn.conversation.step != "growth.remove":
        return opened(turn)
    measurements.remove(turn.conn, child.id, date.fromisoformat(turn.draft["day"]))
    return done(say("growth/removed", f"growth.open:{child.id}", "menu.home", child=child))


ACTIONS: dict[str, Handler] = {
    "growth.open": opened,
    "growth.for": chosen,
    "growth.no-height": no_height,
    "growth.see": see,
    "growth.see-weight": see_weight,
    "growth.see-height": see_height,
    "growth.sex": sex,
    "growth.fix": fix,
    "growth.remove": ask_remove,
    "growth.remove-yes": remove,
    "growth.cancel": cancel,
    **growth_keeping.ACTIONS,
}
STEPS: dict[str, Handler] = {
    "growth.weight": read_weight,
    "growth.height": read_height,
    "growth.which": chosen,
    "growth.remove": read_remove,
    **growth_keeping.STEPS,
}
