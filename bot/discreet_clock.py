"""What time does to dialogues that leave no trace; a part of the sweep.

1. Nobody tapped for ten minutes: the messages go, what was written and not sent waits hidden.
2. Nobody came back to that for an hour: it is forgotten.
"""

from datetime import datetime

from care.discreet import DRAFT_LIVES, STAYS
from storage import caregivers, discreet, taken_away
from storage.database import Connection, Database


async def tick(db: Database, now: datetime) -> int:
    """Returns how many dialogues are taken away."""
    return await db.write(_tick, now)


def _tick(conn: Connection, now: datetime) -> int:
    over = discreet.over(conn, now - STAYS)
    for one in over:
        contact = caregivers.by_address_id(conn, one.address_id)
        if contact is None:
            discreet.end(conn, one.address_id)
        else:
            taken_away.leave(conn, contact, now)
    discreet.forget(conn, now - DRAFT_LIVES)
    return len(over)
