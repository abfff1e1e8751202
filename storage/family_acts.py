"""What an officer changes for a family: where it lives, a pause, what is done."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.engine import Connection

from care.choosing import Reason
from care.clock import local_day
from care.duties import Record, Source, Told
from care.families import Family
from care.people import CaregiverState
from storage import decisions, duties, hamlets, outbox, settling
from storage.areas import Area
from storage.family_tables import caregivers


def live_in(conn: Connection, family: Family, place: Area) -> int:
    """A hamlet, or its commune again, for everybody of the family in that commune."""
    commune = hamlets.commune_of(conn, place.id)
    moved = [
        person.id
        for person in family.people
        if commune is not None and hamlets.commune_of(conn, person.area_id) == commune
    ]
    which = (caregivers.c.id.in_(moved), caregivers.c.area_id != place.id)
    return conn.execute(update(caregivers).where(*which).values(area_id=place.id)).rowcount


def pause(conn: Connection, caregiver_id: int, until: date, now: datetime) -> bool:
    """No push until that day, as when the caregiver asks for it; False for one who stopped."""
    awake = (caregivers.c.id == caregiver_id, caregivers.c.state == CaregiverState.ACTIVE)
    values = {"state": CaregiverState.PAUSED, "paused_until": until}
    if not conn.execute(update(caregivers).where(*awake).values(**values)).rowcount:
        return False
    reason = Reason.PAUSED.value
    outbox.cancel_pushes(conn, caregiver_id, reason, now)
    decisions.stop_waiting(conn, reason, local_day(now), caregiver_id=caregiver_id)
    return True


def resume(conn: Connection, caregiver_id: int) -> bool:
    """Only a pause with an end: the silence after a loss, and a stop, are the family's own."""
    paused = (
        caregivers.c.id == caregiver_id,
        caregivers.c.state == CaregiverState.PAUSED,
        caregivers.c.paused_until.is_not(None),
    )
    values = {"state": CaregiverState.ACTIVE, "paused_until": None}
    return conn.execute(update(caregivers).where(*paused).values(**values)).rowcount > 0


def mark_done(
    conn: Connection,
    child_id: int,
    duty: str,
    day: date | None,
    doses: Sequence[str],
    items: Sequence[str],
    now: datetime,
) -> None:
    """Seen by an officer. `doses`: those of a visit that can be given; `items`: its reminders."""
    done = Record(Told.DONE, day, Source.OFFICER)
    for dose in doses:
        duties.put(conn, child_id, dose, done, None, now)
    settling.tell(conn, child_id, duty, done, items, None, now)


def take_back(
    conn: Connection,
    child_id: int,
    duty: str,
    doses: Sequence[str],
    items: Sequence[str],
    now: datetime,
) -> bool:
    """Only what an officer marked; what the family told stands."""
    told = duties.of_child(conn, child_id)
    if duty not in told or told[duty].source is not Source.OFFICER:
        return False
    for dose in doses:
        if dose in told and told[dose].source is Source.OFFICER:
            duties.remove(conn, child_id, dose)
    settling.take_back(conn, child_id, duty, items, now)
    return True
