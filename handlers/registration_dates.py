"""When was the child born, or when is it due? Read as typed, echoed in words, never guessed.

Draft: `maybe` is a text that would make sense as the answer to the other question; `month` was
picked; `tries` counts unreadable answers.
"""

import re
from datetime import date, timedelta
from typing import Any

from care.age import PREGNANCY_DAYS
from care.folding import fold
from care.messages import Button
from care.parsing import (
    DateProblem,
    When,
    looks_like_last_period,
    parse_birth,
    parse_choice_number,
    parse_due,
)
from handlers.asking import elsewhere, tries
from handlers.registration_echo import carried, confirm_birth, confirm_due
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, say

PATIENCE = 2
OLDEST_YEARS = 8

# "Thái" is a name and "bàu" a pond: only the words for pregnancy, with or without accents.
_PREGNANT = re.compile(r"\b(?:thai|bầu|bau|dự sinh|du sinh|dự kiến sinh|du kien sinh|chưa sinh)\b")
_DAY_WORDS = re.compile(r"\b(?:ngay|mung|mong|hom) ")
_BORN = re.compile(r"\b(?:sinh roi|da sinh|sinh duoc|duoc sinh|de roi|da de)\b")


def ask_date(turn: Turn, **more: Any) -> Answer:
    draft = {**carried(turn), **more}
    out = ("menu.home",) if draft.get("another") else ()  # the first child has no menu to go to
    text = say("registration/ask-date", "registration.pregnant", *out, example=_past(turn))
    return ask("registration.date", text, **draft)


def ask_due(turn: Turn) -> Answer:
    text = say("registration/ask-due", "registration.born", example=_ahead(turn))
    return ask("registration.due", text, **carried(turn))


def _past(turn: Turn) -> str:
    """A date for the example: last spring, not a date of some other year."""
    return (turn.today - timedelta(days=250)).isoformat()


def _ahead(turn: Turn) -> str:
    return (turn.today + timedelta(days=120)).isoformat()


def date_typed(turn: Turn) -> Answer:
    """The birth date, or what a pregnant woman answers instead."""
    due = _as_pregnancy(turn)
    if due is not None:
        return _due_read(turn, due)
    born = parse_birth(turn.text, turn.today)
    if isinstance(born, When):
        return confirm_birth(turn, born)
    if born is not DateProblem.UNREADABLE:
        return _refuse_birth(turn, born)
    if _PREGNANT.search(turn.text.lower()):
        return ask_due(turn)
    return elsewhere(turn) or _ask_birth_again(turn)


def _as_pregnancy(turn: Turn) -> When | DateProblem | None:
    """The due date, or why it is none, when the text speaks of a pregnancy and of its date."""
    text = turn.text
    if not looks_like_last_period(text) and not _PREGNANT.search(text.lower()):
        return None
    due = parse_due(text, turn.today)
    telling = (DateProblem.IMPOSSIBLE, DateProblem.TOO_FAR, DateProblem.FUTURE)
    return due if isinstance(due, When) or due in telling else None


def _refuse_birth(turn: Turn, problem: DateProblem) -> Answer:
    buttons = ["registration.pregnant"]
    draft = carried(turn)
    if problem is DateProblem.FUTURE:
        draft["maybe"] = turn.text[:200]
    elif problem is DateProblem.TOO_OLD:
        buttons = ["menu.home"]
    text = say(f"registration/date-{_name(problem)}", *buttons, example=_past(turn))
    return ask("registration.date", text, **draft)


def _name(problem: DateProblem) -> str:
    return problem.name.lower().replace("_", "-")


def _ask_birth_again(turn: Turn) -> Answer:
    """After two unreadable answers a calendar made of buttons."""
    times = tries(turn)
    if times > PATIENCE:
        return pick_year(turn)
    text = say("registration/date-unreadable", "registration.pregnant", example=_past(turn))
    return ask("registration.date", text, tries=times, **carried(turn))


def pick_year(turn: Turn) -> Answer:
    years = [str(turn.today.year - n) for n in range(OLDEST_YEARS + 1)]
    buttons = [Button(f"registration.year:{year}", year) for year in years]
    text = say("registration/pick-year", *buttons, "registration.pregnant")
    return ask("registration.date", text, tries=PATIENCE, **carried(turn))


def pick_month(turn: Turn) -> Answer:
    found = re.fullmatch(r"\d{4}", argument(turn))
    if found is None:
        return pick_year(turn)
    year = found[0]
    last = turn.today.month if int(year) == turn.today.year else 12
    buttons = [
        Button(f"registration.month:{year}-{month:02}", f"{month}/{year}")
        for month in range(1, last + 1)
    ]
    text = say("registration/pick-month", *buttons, year=year)
    return ask("registration.date", text, tries=PATIENCE, **carried(turn))


def pick_day(turn: Turn) -> Answer:
    if re.fullmatch(r"\d{4}-(?:0[1-9]|1[0-2])", argument(turn)) is None:
        return pick_year(turn)
    return _ask_day(turn, argument(turn))


def _ask_day(turn: Turn, month: str) -> Answer:
    text = say("registration/pick-day", "registration.no-day", month=f"{month}-01")
    return ask("registration.day", text, month=month, **carried(turn))


def day_typed(turn: Turn) -> Answer:
    """The day of the month chosen before; a whole date is understood too."""
    month = turn.draft.get("month")
    day = parse_choice_number(_DAY_WORDS.sub("", fold(turn.text)))
    if day is None or month is None:
        if re.search(r"\d", turn.text) or month is None:
            return date_typed(turn)
        if "nho" in fold(turn.text).split():
            return day_unknown(turn)
        return elsewhere(turn) or _ask_day(turn, month)
    year, number = (int(part) for part in month.split("-"))
    born = parse_birth(f"{day}/{number}/{year}", turn.today)
    return confirm_birth(turn, born) if isinstance(born, When) else _refuse_birth(turn, born)


def day_unknown(turn: Turn) -> Answer:
    month = turn.draft.get("month")
    if month is None:
        return ask_date(turn)
    middle = date.fromisoformat(f"{month}-15")
    return confirm_birth(turn, When(min(middle, turn.today), "month"))


def pregnant(turn: Turn) -> Answer:
    """The button under the question for the birth date; a date in the future was a due date."""
    due = parse_due(turn.draft.get("maybe", ""), turn.today)
    return confirm_due(turn, due) if isinstance(due, When) else ask_due(turn)


def born(turn: Turn) -> Answer:
    """The button under the question for the due date; a date in the past was a birthday."""
    found = parse_birth(turn.draft.get("maybe", ""), turn.today)
    return confirm_birth(turn, found) if isinstance(found, When) else ask_date(turn)


def due_typed(turn: Turn) -> Answer:
    """A due date, the last period, or how far the pregnancy is."""
    if _BORN.search(fold(turn.text)):
        found = parse_birth(turn.text, turn.today)
        return confirm_birth(turn, found) if isinstance(found, When) else ask_date(turn)
    return _due_read(turn, parse_due(turn.text, turn.today))


def _due_read(turn: Turn, due: When | DateProblem) -> Answer:
    if isinstance(due, When):
        return confirm_due(turn, due)
    if due is DateProblem.UNREADABLE:
        return elsewhere(turn) or _ask_due_again(turn)
    draft = carried(turn)
    if due is DateProblem.TOO_OLD:
        draft["maybe"] = turn.text[:200]
    text = say(f"registration/due-{_name(due)}", "registration.born", example=_ahead(turn))
    return ask("registration.due", text, **draft)


def _ask_due_again(turn: Turn) -> Answer:
    times = tries(turn)
    if times > PATIENCE:
        weeks = [Button(f"registration.along:{n}", str(n)) for n in range(4, 41, 4)]
        text = say("registration/pick-weeks", *weeks, "registration.born")
    else:
        text = say("registration/due-unreadable", "registration.born", example=_ahead(turn))
    return ask("registration.due", text, tries=times, **carried(turn))


def along(turn: Turn) -> Answer:
    """How many weeks the pregnancy has lasted, tapped."""
    weeks = argument(turn)
    if not re.fullmatch(r"\d{1,2}", weeks) or int(weeks) > PREGNANCY_DAYS // 7:
        return ask_due(turn)
    due = turn.today + timedelta(days=PREGNANCY_DAYS - 7 * int(weeks))
    return confirm_due(turn, When(due, "about"))


def redo(turn: Turn) -> Answer:
    return ask_due(turn) if "due" in turn.draft else ask_date(turn)


ACTIONS: dict[str, Handler] = {
    "registration.year": pick_month,
    "registration.month": pick_day,
    "registration.no-day": day_unknown,
    "registration.pregnant": pregnant,
    "registration.born": born,
    "registration.along": along,
    "registration.redo": redo,
}
STEPS: dict[str, Handler] = {
    "registration.date": date_typed,
    "registration.day": day_typed,
    "registration.due": due_typed,
}
