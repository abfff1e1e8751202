"""Who helps near a family, and whether a commune's list of them is whole.

The list is whole when each field has a service that is open and was checked within the last
12 months: one of the commune's own, or one of the unit directly above that serves it. What the
country has does not count: a national line is no network of the commune.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.age import add_months

FRESH_MONTHS = 12


class Field(StrEnum):
    HEALTH = "health"
    EDUCATION = "education"
    PROTECTION = "protection"
    WELFARE = "welfare"
    LEGAL = "legal"
    PSYCHOLOGY = "psychology"


# What nobody should find somebody looking for.
QUIET = frozenset({Field.PROTECTION, Field.LEGAL, Field.PSYCHOLOGY})


@dataclass(frozen=True, slots=True)
class Service:
    id: int
    area_id: int
    field: Field
    name: str
    phone: str
    address: str
    hours: str
    checked_on: date | None
    checked_by: int | None
    closed_on: date | None

    @property
    def open(self) -> bool:
        return self.closed_on is None


def is_fresh(service: Service, today: date) -> bool:
    """Somebody made sure of it within the last 12 months; on that very day of the year still."""
    on = service.checked_on
    return on is not None and today <= add_months(on, FRESH_MONTHS)


def missing(services: Iterable[Service], counting: Collection[int], today: date) -> list[Field]:
    """The fields without a service that is open and fresh, among those of the `counting` areas."""
    there = {
        one.field
        for one in services
        if one.open and one.area_id in counting and is_fresh(one, today)
    }
    return [field for field in Field if field not in there]
