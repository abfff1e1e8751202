"""Which duties of which children are overdue: one list, for the count, the page and the export."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from care.duties import Duty, Record, Standing, State, Told
from care.families import Family
from care.local import Local
from care.people import Child
from care.reminding import Rules, known_doses, shots_of, standing_of

NOTHING: Mapping[str, Record] = {}


class Late(NamedTuple):
    """`unknown`: it was due before the family came, and nobody said whether it was done."""

    family: int
    area_id: int | None
    child: Child
    duty: str
    standing: Standing
    unknown: bool


def late(
    families: Iterable[Family],
    told: Mapping[int, Mapping[str, Record]],
    rules: Rules,
    local_of: Callable[[int | None], Local],
    today: date,
    duty: str | None = None,
) -> list[Late]:
    """By place, then by the day it was due; of one duty or of all. `told`: by child and duty."""
    found = [
        one
        for family in families
        for child in family.living
        for one in _of_child(
            family, child, told.get(child.id, NOTHING), rules, local_of(family.area_id), today, duty
        )
    ]
    found.sort(key=lambda one: (one.area_id or 0, one.standing.due or today, one.child.id))
    return found


def _of_child(
    family: Family,
    child: Child,
    told: Mapping[str, Record],
    rules: Rules,
    local: Local,
    today: date,
    wanted: str | None,
) -> Iterator[Late]:
    duties = rules.duties.values() if wanted is None else [rules.duties[wanted]]
    by_dose = known_doses(rules, told) and any(duty.doses for duty in duties)
    shots = shots_of(rules, child, told, today, local) if by_dose else None
    for duty in duties:
        if duty.pregnancy is (child.born_on is not None):
            continue
        stands = standing_of(rules, duty, child, told, today, local, shots)
        if stands.state is State.OVERDUE:
            unknown = _unknown(duty, child, stands, told)
            yield Late(family.key, family.area_id, child, duty.id, stands, unknown)


def _unknown(duty: Duty, child: Child, stands: Standing, told: Mapping[str, Record]) -> bool:
    said = {told[name].state for name in (duty.id, *duty.doses) if name in told}
    if said - {Told.UNKNOWN}:
        return False
    return bool(said) or (stands.due is not None and stands.due < child.joined_on)


def counts(found: Iterable[Late]) -> dict[str, tuple[int, int]]:
    """For each duty: how many are overdue, and of how many nothing is known."""
    known: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for one in found:
        (unknown if one.unknown else known)[one.duty] += 1
    return {duty: (known[duty], unknown[duty]) for duty in known | unknown}
