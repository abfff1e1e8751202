"""Confirming a date: term or early, one or two, and the child is saved.

A child is saved with its confirmation, so nobody who stops after that is lost.
Draft: what registration_echo left there; `twins` while the weeks are asked.
"""

import re
from datetime import date
from typing import Any

from care.age import TERM_WEEKS, full_months
from care.folding import fold
from care.parsing import When, parse_birth, parse_due, parse_gestation_weeks, parse_yes_no
from care.people import ChildState
from handlers import slip_use
from handlers.asking import elsewhere
from handlers.joining import prepare
from handlers.registration_dates import ask_date, redo
from handlers.registration_echo import TERM_ASKED_MONTHS, confirm_birth, confirm_due
from handlers.registration_name import ask_name
from handlers.routing import Handler, action_of
from handlers.turn import Answer, Turn, ask, say
from storage import children

# The middle of each range: a week more or less moves tips by days, and can be corrected.
WEEKS = {
    "registration.weeks-34": 35,
    "registration.weeks-32": 32,
    "registration.weeks-28": 30,
    "registration.weeks-22": 26,
    "registration.weeks-unsure": 35,
}

_EARLY = re.compile(r"\b(?:sinh|de) (?:som|non)\b|\bthieu thang\b|\bnon thang\b|^(?:som|non)$")
_TERM = re.compile(r"\bdu (?:ngay )?(?:du )?thang\b")
_TWINS = re.compile(r"\b(?:sinh|thai) doi\b|\bsong sinh\b")
_NOT = re.compile(r"\b(?:khong|ko|k|chua)\b")
_REDO = frozenset({"sua", "sua ngay", "sai ngay", "nham", "nham ngay", "lai", "sua lai"})
_UNSURE = re.compile(r"\b(?:khong|ko|k) (?:nho|biet|ro|chac)\b|^quen$")


def confirm_typed(turn: Turn) -> Answer:
    """Term, early, twins, yes, no, or another date, in words."""
    said = fold(turn.text)
    if said in _REDO:
        return redo(turn)
    denied = _NOT.search(said) is not None
    if _TWINS.search(said) and not denied:
        return twins(turn)
    if _EARLY.search(said) and not denied:
        weeks = parse_gestation_weeks(turn.text)
        return early(turn) if weeks is None else _save_born(turn, weeks)
    if _TERM.search(said) and not denied:
        return term(turn)
    agrees = parse_yes_no(turn.text)
    if agrees is None:
        when = parse_birth(turn.text, turn.today)
        if isinstance(when, When):
            return confirm_birth(turn, when)
        return elsewhere(turn) or _confirm_again(turn)
    if not agrees:
        return redo(turn)
    return term(turn) if _no_term_asked(turn) else ask_term(turn)


def _no_term_asked(turn: Turn) -> bool:
    born = _born(turn)
    return born is not None and full_months(born, turn.today) >= TERM_ASKED_MONTHS


def _born(turn: Turn) -> date | None:
    found = turn.draft.get("born")
    return date.fromisoformat(found) if found else None


def _confirm_again(turn: Turn) -> Answer:
    born = _born(turn)
    if born is None:
        return ask_date(turn)
    return confirm_birth(turn, When(born, turn.draft.get("precision", "day")))


def ask_term(turn: Turn) -> Answer:
    buttons = ("registration.full", "registration.preterm", "registration.twins")
    return ask("registration.confirm", say("registration/ask-term", *buttons), **turn.draft)


def term(turn: Turn) -> Answer:
    return _save_born(turn, None)


def early(turn: Turn) -> Answer:
    return _ask_weeks(turn)


def twins(turn: Turn) -> Answer:
    """Twins often come early, so the weeks are asked, unless they make no difference any more."""
    if _no_term_asked(turn):
        return _save_born(turn, None, twins=True)
    return _ask_weeks(turn, twins=True)


def _ask_weeks(turn: Turn, **more: Any) -> Answer:
    if _born(turn) is None:
        return ask_date(turn)
    draft = {**turn.draft, **more}
    full = ("registration.full",) if draft.get("twins") else ()
    text = say("registration/ask-weeks", *full, *WEEKS, twins=bool(draft.get("twins")))
    return ask("registration.weeks", text, **draft)


def weeks_tapped(turn: Turn) -> Answer:
    return _save_born(turn, WEEKS[action_of(turn.text)[0]])


def weeks_typed(turn: Turn) -> Answer:
    said = fold(turn.text)
    weeks = parse_gestation_weeks(turn.text)
    if weeks is None and _UNSURE.search(said):
        weeks = WEEKS["registration.weeks-unsure"]
    if weeks is not None:
        return _save_born(turn, weeks)
    return elsewhere(turn) or _ask_weeks(turn)


def _save_born(turn: Turn, weeks: int | None, *, twins: bool = False) -> Answer:
    born = _born(turn)
    if born is None:
        return ask_date(turn)
    values = {
        "state": ChildState.BORN,
        "born_on": born,
        "precision": turn.draft.get("precision", "day"),
        "gestation_weeks": weeks if weeks is not None and weeks < TERM_WEEKS else None,
    }
    return _save(turn, values, twins=twins or bool(turn.draft.get("twins")))


def due_confirmed(turn: Turn) -> Answer:
    due = turn.draft.get("due")
    if due is None:
        return ask_date(turn)
    precision = turn.draft.get("precision", "day")
    values = {
        "state": ChildState.EXPECTED,
        "due_on": date.fromisoformat(due),
        "precision": precision,
    }
    return _save(turn, values)


def due_answered(turn: Turn) -> Answer:
    agrees = parse_yes_no(turn.text)
    if agrees:
        return due_confirmed(turn)
    if agrees is False or fold(turn.text) in _REDO:
        return redo(turn)
    when = parse_due(turn.text, turn.today)
    if isinstance(when, When):
        return confirm_due(turn, when)
    kept = turn.draft.get("due")
    if kept is None:
        return ask_date(turn)
    again = When(date.fromisoformat(kept), turn.draft.get("precision", "day"))
    return elsewhere(turn) or confirm_due(turn, again)


def _save(turn: Turn, values: dict[str, Any], *, twins: bool = False) -> Answer:
    """One child, or two with one twin group; what they get is decided now, shown at the end."""
    me = turn.caregiver.id
    ids = [children.add(turn.conn, me, turn.today, **values) for _ in range(2 if twins else 1)]
    for number in ids:
        child = children.get(turn.conn, number)
        if child is None:
            continue
        if twins:
            children.change(turn.conn, child, twin_group=ids[0])
        prepare(turn, child)
    return slip_use.keep(turn, ids) if turn.draft.get("slip") else ask_name(turn, ids)


ACTIONS: dict[str, Handler] = {
    "registration.term": term,
    "registration.full": term,
    "registration.right": term,
    "registration.early": early,
    "registration.preterm": early,
    "registration.twins": twins,
    "registration.due-yes": due_confirmed,
    **dict.fromkeys(WEEKS, weeks_tapped),
}
STEPS: dict[str, Handler] = {
    "registration.confirm": confirm_typed,
    "registration.weeks": weeks_typed,
    "registration.confirm-due": due_answered,
}
