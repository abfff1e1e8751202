"""What families of some areas say of the items they get."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from storage.areas import within
from storage.family_tables import caregivers
from storage.reactions import DID, NOT_YET, WRONG
from storage.tables import reactions


@dataclass(slots=True)
class Said:
    """How many said so."""

    did: int = 0
    not_yet: int = 0
    wrong: int = 0

    @property
    def total(self) -> int:
        return self.did + self.not_yet + self.wrong


_FIELDS = {DID: "did", NOT_YET: "not_yet", WRONG: "wrong"}


def of_items(
    conn: Connection, areas: Collection[int], everywhere: bool, since: datetime
) -> dict[str, Said]:
    """Item -> what was said of it since then."""
    query = (
        select(reactions.c.message, reactions.c.kind, func.count())
        .join(caregivers, caregivers.c.id == reactions.c.caregiver_id)
        .where(within(caregivers.c.area_id, areas, everywhere), reactions.c.at >= since)
        .group_by(reactions.c.message, reactions.c.kind)
    )
    found: dict[str, Said] = {}
    for message, kind, times in conn.execute(query):
        setattr(found.setdefault(message, Said()), _FIELDS[kind], times)
    return found
