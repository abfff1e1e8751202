"""What was seen of the milestone lists of a child, and which are to be looked at again."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.engine import Connection

from care.milestones import Answers, Seen
from care.people import CaregiverState, ChildState
from storage.dialect import upsert
from storage.family_tables import care_links, caregivers, children, milestone_answers
from storage.outbox import PENDING, SENDING, SENT, UNKNOWN
from storage.prepared import Prepared
from storage.tables import outbox

AGAIN_SLOT = 100  # of the first push that asks again; the programme's own slots are smaller
LATEST = timedelta(days=30)  # an older day is not made up for
LOST, WORRIED = "lost", "worried"  # among the keys of the skills, which all end in a number
_YES_NO = {True: "yes", False: "no"}

_OF_CHILD = Prepared(
    lambda _: select(
        milestone_answers.c.checklist,
        milestone_answers.c.answers,
        milestone_answers.c.again_on,
    ).where(milestone_answers.c.child_id == bindparam("child"))
)


class Again(NamedTuple):
    """A list to be looked at again by whoever answered it, and where to write to them.

    `slot` is that of the push, one more each time.
    """

    child_id: int
    checklist: str
    caregiver_id: int
    slot: int
    send_minutes: int
    address_id: int
    route: str


def put(
    conn: Connection,
    child_id: int,
    checklist: str,
    answers: Answers,
    caregiver_id: int,
    now: datetime,
) -> None:
    """Keeps what is known of the list now, instead of what was known before."""
    values = {
        "child_id": child_id,
        "checklist": checklist,
        "answers": _sealed(answers),
        "again_on": answers.again_on,
        "caregiver_id": caregiver_id,
        "at": now,
    }
    upsert(conn, milestone_answers, values)


def of_child(conn: Connection, child_id: int) -> dict[str, Answers]:
    """By list; lists nobody has begun are left out."""
    rows = _OF_CHILD.rows(conn, child=child_id)
    return {row.checklist: _read(row.answers, row.again_on) for row in rows}


def looked_at(conn: Connection, child_id: int) -> dict[str, datetime]:
    """By list: when it was answered last."""
    told = milestone_answers.c
    rows = conn.execute(select(told.checklist, told.at).where(told.child_id == child_id))
    return {row.checklist: row.at for row in rows}


def due_again(conn: Connection, day: date) -> list[Again]:
    """Lists whose day has come and of which nothing was sent since, the longest waiting first.

    Left out is who gets nothing unasked now, and who has a push on this day already.
    """
    told = milestone_answers.c
    about = (
        outbox.c.message == told.checklist,
        outbox.c.child_id == told.child_id,
        outbox.c.caregiver_id == told.caregiver_id,
        outbox.c.slot >= AGAIN_SLOT,
    )
    before = select(func.count()).select_from(outbox).where(*about).scalar_subquery()
    rows = conn.execute(
        select(
            told.child_id,
            told.checklist,
            told.caregiver_id,
            before,
            caregivers.c.send_minutes,
            caregivers.c.address_id,
            caregivers.c.route,
        )
        .select_from(
            milestone_answers.join(children, children.c.id == told.child_id)
            .join(caregivers, caregivers.c.id == told.caregiver_id)
            .join(
                care_links,
                (care_links.c.child_id == told.child_id)
                & (care_links.c.caregiver_id == told.caregiver_id),
            )
        )
        .where(
            told.again_on.between(day - LATEST, day),
            children.c.state == ChildState.BORN,
            caregivers.c.state == CaregiverState.ACTIVE,
            caregivers.c.address_id.is_not(None),
            ~exists().where(*about, outbox.c.planned_on >= told.again_on),
            ~exists().where(outbox.c.caregiver_id == told.caregiver_id, _takes_up(day)),
        )
        .order_by(told.again_on, told.child_id, told.checklist)
    )
    return [Again(row[0], row[1], row[2], AGAIN_SLOT + row[3], *row[4:]) for row in rows]


def _takes_up(day: date) -> Any:
    """A push of that day, or an earlier one that still waits to go."""
    waits = outbox.c.state.in_((PENDING, SENDING))
    went = (outbox.c.planned_on == day) & outbox.c.state.in_((SENT, UNKNOWN))
    return (outbox.c.planned_on <= day) & or_(waits, went)


def _sealed(answers: Answers) -> dict[str, str]:
    values = {key: seen.value for key, seen in answers.seen.items()}
    closing = {LOST: answers.lost, WORRIED: answers.worried}
    return values | {key: _YES_NO[said] for key, said in closing.items() if said is not None}


def _read(values: Mapping[str, str], again_on: date | None) -> Answers:
    said = {key: value == _YES_NO[True] for key, value in values.items() if key in (LOST, WORRIED)}
    seen = {key: Seen(value) for key, value in values.items() if key not in said}
    return Answers(seen, said.get(LOST), said.get(WORRIED), again_on)
