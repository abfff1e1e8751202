"""What was typed to a question about a child's dates, read by what was asked."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from care.folding import fold
from care.parsing import DateProblem, When, parse_birth, parse_due, parse_gestation_weeks
from care.people import Child, ChildState

_TWINS = re.compile(r"\b(?:sinh doi|song sinh|(?:hai|2) (?:be|chau|dua|con))\b")


class Typed(NamedTuple):
    """Exactly one of `when`, `weeks` and `problem` is there."""

    when: When | None = None
    weeks: int | None = None
    problem: DateProblem | None = None
    twins: bool = False


def is_due(draft: Mapping[str, Any], child: Child) -> bool:
    """The question is about a due date."""
    return draft.get("what") == "date" and child.state is ChildState.EXPECTED


def read(text: str, draft: Mapping[str, Any], child: Child, today: date) -> Typed:
    if draft.get("what") == "weeks":
        weeks = parse_gestation_weeks(text)
        return Typed(weeks=weeks) if weeks else Typed(problem=DateProblem.UNREADABLE)
    found = parse_due(text, today) if is_due(draft, child) else parse_birth(_single(text), today)
    twins = bool(draft.get("twins")) or _TWINS.search(fold(text)) is not None
    if isinstance(found, When):
        return Typed(when=found, twins=twins)
    return Typed(problem=found, twins=twins)


def _single(text: str) -> str:
    """ "sinh đôi hôm qua" without what is no date: "hai" would be read as a number."""
    bare = fold(text)
    return _TWINS.sub(" ", bare) if _TWINS.search(bare) else text
