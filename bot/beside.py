"""What stands below the words of a reminder: made of the child's book and the station's days."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from care.immunisation import due_now
from care.local import Local
from care.people import Caregiver, Child
from care.programme import Item
from care.reminding import known_doses, next_session, shots_of
from care.yearly import HEALTH_CARD_END
from content.library import Library
from storage import area_settings, duties
from storage.database import Connection

Block = tuple[str, dict[str, Any]]  # a message and its params


def blocks(
    conn: Connection,
    library: Library,
    caregiver: Caregiver,
    spoken: Sequence[Child],
    item: Item,
    today: date,
) -> Iterator[Block]:
    """Nothing where nothing is known."""
    child = spoken[0] if spoken else None
    if child is None or child.born_on is None:
        return
    if item.on is HEALTH_CARD_END:
        yield "duties/card-end", {"on": HEALTH_CARD_END.of(child.born_on).isoformat()}
    duty = library.duties.get(item.done or "")
    if duty is not None and duty.doses:
        local = area_settings.of_area(conn, caregiver.area_id)
        yield from _doses(conn, library, spoken, today, local)
        yield from _session(local, today)


def _doses(
    conn: Connection, library: Library, spoken: Sequence[Child], today: date, local: Local
) -> Iterator[Block]:
    """By the book of the child: of one child only, names would have to be told apart."""
    told = duties.of_child(conn, spoken[0].id)
    if len(spoken) == 1 and known_doses(library.rules, told):
        due = due_now(shots_of(library.rules, spoken[0], told, today, local))
        if due:
            yield "doses/due", {"doses": [library.label(f"dose.{dose}") for dose in due]}


def _session(local: Local, today: date) -> Iterator[Block]:
    day = next_session(local, today)
    if day is not None and local.session is not None:
        where = {"place": local.session.place, "time": local.session.time}
        yield "doses/session", {"session": day.isoformat(), **where}
