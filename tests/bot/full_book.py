"""A child of 18 months, or older, of whom everything is known."""

from datetime import date, timedelta

from sqlalchemy.engine import Connection

from care.age import add_months
from care.clock import at_local
from care.duties import Record, Told
from care.growth import Sizes
from care.milestones import Answers, Seen
from care.people import ChildState
from content.library import Library
from storage import children, duties, measurements, milestones
from tests.virtual_time import NOW

TODAY = date(2026, 11, 24)
BORN = date(2025, 5, 20)
NICKNAME = "Nguyệt Anh Bống"
WEIGHED = (3200, 5600, 7400, 8600, 9500, 10_450)
LISTS = 8


def fills(
    conn: Connection,
    library: Library,
    caregiver_id: int,
    born_on: date = BORN,
    nickname: str = NICKNAME,
) -> int:
    """The child's id."""
    child_id = children.add(
        conn,
        caregiver_id,
        born_on,
        nickname=nickname,
        state=ChildState.BORN,
        born_on=born_on,
        precision="day",
        gestation_weeks=36,
        sex="girl",
    )
    _duties(conn, library, child_id, caregiver_id, born_on)
    for n, grams in enumerate(WEIGHED):
        sizes = Sizes(grams, 500 + 55 * n, True)
        measurements.put(conn, child_id, add_months(born_on, 3 * n), sizes, caregiver_id, NOW)
    lists = sorted(library.skills.items())
    for n, (checklist, skills) in enumerate(lists[:LISTS] if born_on == BORN else lists):
        answers = Answers({skill.key: Seen.SEEN for skill in skills}, False, False)
        seen_on = at_local(born_on + timedelta(days=65 * (n + 1)), 9 * 60)
        milestones.put(conn, child_id, checklist, answers, caregiver_id, seen_on)
    return child_id


def _duties(
    conn: Connection, library: Library, child_id: int, caregiver_id: int, born_on: date
) -> None:
    """Every paper, every check-up and every dose whose day has come."""
    for id_, duty in library.duties.items():
        on = min(duty.due.after(born_on), TODAY)
        if not duty.pregnancy and not duty.doses and duty.opens.after(born_on) <= TODAY:
            duties.put(conn, child_id, id_, Record(Told.DONE, on), caregiver_id, NOW)
    for id_, dose in library.doses.items():
        on = dose.due.after(born_on)
        if on <= TODAY:
            duties.put(conn, child_id, id_, Record(Told.DONE, on), caregiver_id, NOW)
