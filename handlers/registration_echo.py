"""A date said back in words, with the buttons that confirm it; nothing is saved before.

Draft: `born` or `due` with `precision`, and whatever is carried through the whole registration.
"""

from typing import Any

from care.age import add_months, full_months, gestation_days
from care.parsing import When
from handlers.turn import Answer, Turn, ask, say

CARRIED = ("family", "another", "slip", "name")
TERM_ASKED_MONTHS = 24  # corrected age ends there: an early birth changes nothing later


def carried(turn: Turn) -> dict[str, Any]:
    return {key: turn.draft[key] for key in CARRIED if key in turn.draft}


def confirm_birth(turn: Turn, when: When) -> Answer:
    months = full_months(when.on, turn.today)
    rest = (turn.today - add_months(when.on, months)).days
    answers = ["registration.term", "registration.early", "registration.twins"]
    if months >= TERM_ASKED_MONTHS:
        answers = ["registration.right", "registration.twins"]
    text = say(
        "registration/confirm-birth",
        *answers,
        "registration.redo",
        on=when.on.isoformat(),
        sure=when.precision == "day",
        months=months,
        days=rest,
    )
    draft = {"born": when.on.isoformat(), "precision": when.precision, **carried(turn)}
    return ask("registration.confirm", text, **draft)


def confirm_due(turn: Turn, when: When) -> Answer:
    text = say(
        "registration/confirm-due",
        "registration.due-yes",
        "registration.redo",
        on=when.on.isoformat(),
        sure=when.precision == "day",
        weeks=max(0, gestation_days(when.on, turn.today)) // 7,
    )
    draft = {"due": when.on.isoformat(), "precision": when.precision, **carried(turn)}
    return ask("registration.confirm-due", text, **draft)
