"""What is known of the duties of the children of a batch: may a reminder of them go?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from care.age import PREGNANCY_DAYS
from care.choosing import Candidate
from care.duties import Record
from care.people import Child, ChildState
from care.programme import Column
from care.reminding import Rules, Withheld, better_now, withheld
from storage.area_settings import Locals

NOTHING: Mapping[str, Record] = {}


@dataclass(frozen=True, slots=True)
class Known:
    """`told`: child -> duty -> what was told of it."""

    rules: Rules
    told: Mapping[int, Mapping[str, Record]] = field(default_factory=dict)
    locals: Locals = field(default_factory=lambda: Locals({}, {}))

    def withheld(self, candidate: Candidate, area_id: int | None, today: date) -> Withheld | None:
        """None: nothing keeps it back."""
        duty = candidate.opening.item.done
        if duty is None:
            return None
        told = self.told.get(candidate.child_id, NOTHING)
        local = self.locals.of(area_id)
        verdict = withheld(self.rules, duty, _child(candidate, today), told, today, local)
        if verdict is None or better_now(verdict, candidate.expires_on):
            return None
        return verdict


def _child(candidate: Candidate, today: date) -> Child:
    """As much of the child as the rules ask for."""
    if candidate.opening.column is Column.DUE:
        start = candidate.opened_on - timedelta(days=candidate.opening.at.days)
        due_on = start + timedelta(days=PREGNANCY_DAYS)
        return Child(candidate.child_id, ChildState.EXPECTED, None, None, None, due_on, None, today)
    born_on = today - timedelta(days=candidate.age_days or 0)
    return Child(candidate.child_id, ChildState.BORN, None, born_on, "day", None, None, today)
