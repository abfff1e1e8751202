"""An invitation slip from a class or hamlet list: the family sees what is known and decides.

The list only says whom to invite. Nothing is registered before the family says that it is right,
and it may correct everything. Draft: `slip` (the code), `name`, `born`, `precision`.
"""

from typing import Any

from care.age import full_months
from care.codes import slip_in
from care.folding import fold
from care.nicknames import MOST_CHARACTERS, clean_name
from care.parsing import parse_yes_no
from care.people import Child
from handlers import registration_confirm, slip_use
from handlers.asking import MENU, ask_role, elsewhere, over
from handlers.code_tries import MOST_TRIES, STEP, recent
from handlers.registration_dates import ask_date
from handlers.registration_echo import TERM_ASKED_MONTHS
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import wants_out
from storage import slips
from storage.slips import Slip

CONFIRM, NAME = "slips.confirm", "slips.name"
ANSWERS = ("slips.right", "slips.name", "slips.date", "slips.no")


def join(turn: Turn, code: str) -> Answer:
    """Who the caregiver is comes first, if that is not known."""
    return ask_role(slip=code) if turn.caregiver.role is None else enter(turn, code)


def typed_alone(turn: Turn) -> Answer | None:
    """A code without any words around it, where nothing was asked."""
    code = slip_in(turn.text)
    return join(turn, code) if code and slips.find(turn.conn, code) else None


def enter(turn: Turn, code: str) -> Answer:
    """Kind to whoever holds an old or a used one; wrong ones are counted."""
    bad = recent(turn)
    slip = slips.find(turn.conn, code.upper()) if len(bad) < MOST_TRIES else None
    if slip is None:
        wrong = say("slips/unknown", "registration.another", "menu.home")
        return ask(STEP, wrong, bad=[*bad, turn.now.isoformat()][-MOST_TRIES:])
    if slip.used_at is not None:
        mine = slip.caregiver_id == turn.caregiver.id
        return done(say("slips/used", *MENU, mine=mine))
    if slip.expires_at <= turn.now or slip.name is None or slip.born_on is None:
        return done(say("slips/expired", "registration.another", "menu.home"))
    if child := _registered(turn, slip):
        slip_use.take(turn, slip)
        return done(say("slips/known", "menu.children", "menu.home", child=child))
    return _show(slip, slip.name)


def _registered(turn: Turn, slip: Slip) -> Child | None:
    """The family came before the slip did."""
    same_day = [c for c in turn.living if c.born_on == slip.born_on]
    return next(
        (c for c in same_day if fold(c.nickname or "") in ("", fold(slip.name or ""))), None
    )


def _show(slip: Slip, name: str) -> Answer:
    born = slip.born_on.isoformat() if slip.born_on else ""
    text = say("slips/confirm", *ANSWERS, name=name, on=born, group=slip.group)
    return ask(CONFIRM, text, slip=slip.code, name=name, born=born, precision="day")


def _slip(turn: Turn) -> Slip | None:
    """The slip that is being spoken of, while it can be used."""
    code = turn.draft.get("slip")
    slip = slips.find(turn.conn, code) if isinstance(code, str) else None
    usable = slip is not None and slip.used_at is None and slip.expires_at > turn.now
    return slip if usable else None


def confirmed(turn: Turn) -> Answer:
    """Yes, no, or another name or date in words."""
    slip = _slip(turn)
    if slip is None:
        return over()
    agrees = parse_yes_no(turn.text)
    if agrees:
        return right(turn)
    if agrees is False or wants_out(turn.text):
        text = say("slips/wrong", "slips.name", "slips.date", "slips.no")
        return ask(CONFIRM, text, **turn.draft)
    return elsewhere(turn) or _show(slip, _name(turn, slip))


def _name(turn: Turn, slip: Slip) -> str:
    return str(turn.draft.get("name") or slip.name)


def right(turn: Turn) -> Answer:
    """Now as in every registration: whether it was born early, while that matters."""
    slip = _slip(turn)
    if slip is None or slip.born_on is None or turn.conversation.step != CONFIRM:
        return over()
    if full_months(slip.born_on, turn.today) < TERM_ASKED_MONTHS:
        return registration_confirm.ask_term(turn)
    return registration_confirm.term(turn)


def date(turn: Turn) -> Answer:
    return ask_date(turn) if _slip(turn) else over()


def name(turn: Turn) -> Answer:
    return _ask_name(turn, "slips/ask-name") if _slip(turn) else over()


def _ask_name(turn: Turn, message: str, **params: Any) -> Answer:
    return ask(NAME, say(message, "slips.back", **params), **turn.draft)


def name_typed(turn: Turn) -> Answer:
    slip = _slip(turn)
    if slip is None:
        return over()
    if wants_out(turn.text):
        return back(turn)
    found = clean_name(turn.text)
    if found is None:
        return _ask_name(turn, "slips/bad-name", longest=MOST_CHARACTERS)
    return _show(slip, found)


def back(turn: Turn) -> Answer:
    slip = _slip(turn)
    return _show(slip, _name(turn, slip)) if slip else over()


def not_mine(_turn: Turn) -> Answer:
    """It stays as it was, for the family it is for."""
    return done(say("slips/not-mine", "registration.another", "menu.home"))


ACTIONS: dict[str, Handler] = {
    "slips.right": right,
    "slips.date": date,
    "slips.name": name,
    "slips.back": back,
    "slips.no": not_mine,
}
STEPS: dict[str, Handler] = {CONFIRM: confirmed, NAME: name_typed}
