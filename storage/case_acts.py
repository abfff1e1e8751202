"""What officers do with a case: each act and its line in the history are one transaction.

Every function takes a case that `storage.cases.find` gave to this officer in the same transaction,
and raises NotAllowed where it does not fit. Reading one is an act too: `storage.case_files.read`.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from care.cases import FIELD_MOST, RANKS, Act, Case, Danger, NotAllowed
from storage import case_history, case_keys, cases
from storage.case_files import seal
from storage.case_history import officer
from storage.case_tables import case_exclusions, case_referrals, case_steps
from storage.case_tables import cases as case_table
from storage.cases import Viewer
from storage.dialect import insert_new

KEPT_CLOSED = timedelta(days=365)  # then the key of the case is destroyed
_NOT_OFFERED: dict[str, Any] = {"offered_area_id": None, "offered_by": None}
_NOT_ASKED: dict[str, Any] = {"close_asked_by": None, "close_asked_at": None}


def _done(
    conn: Connection,
    viewer: Viewer,
    case: Case,
    act: Act,
    now: datetime,
    detail: dict[str, Any] | None = None,
    **values: Any,
) -> None:
    cases.change(conn, case.id, changed_at=now, **values)
    case_history.append(conn, case.id, officer(viewer.officer_id), act, now, detail)


def _must_be_open(case: Case) -> None:
    if case.closed_at is not None or case.forgotten_at is not None:
        raise NotAllowed("state")


def _said(text: str) -> str:
    text = text.strip()[:FIELD_MOST]
    if not text:
        raise NotAllowed("empty")
    return text


def take(conn: Connection, viewer: Viewer, case: Case, now: datetime) -> None:
    """For one officer only; NotAllowed("state") for whoever comes second."""
    _must_be_open(case)
    free = (case_table.c.id == case.id, case_table.c.officer_id.is_(None))
    taken = update(case_table).where(*free).values(officer_id=viewer.officer_id)
    if conn.execute(taken).rowcount != 1:
        raise NotAllowed("state")
    seen: dict[str, Any] = {"taken_at": now, "seen_at": case.seen_at or now, "waiting_since": None}
    _done(conn, viewer, case, Act.TAKEN, now, **seen)


def hand_back(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    """For another officer; it waits again."""
    _must_be_open(case)
    if case.officer_id != viewer.officer_id:
        raise NotAllowed("own")
    free = {"officer_id": None, "waiting_since": now, "called_at": None, "stage": 0}
    _done(conn, viewer, case, Act.HANDED_BACK, now, {"why": _said(why)}, **free)


def assess(
    conn: Connection, viewer: Viewer, case: Case, danger: Danger, text: str, now: datetime
) -> None:
    """The initial assessment (Mẫu số 02). Great danger makes the case urgent."""
    _must_be_open(case)
    values: dict[str, Any] = {"assessed_at": now, "danger": danger.value}
    if danger is Danger.HIGH:
        values["urgent"] = True
    detail = {"danger": danger.value, "text": _said(text)}
    _done(conn, viewer, case, Act.ASSESSED, now, detail, **values)


def plan(conn: Connection, viewer: Viewer, case: Case, text: str, now: datetime) -> None:
    _must_be_open(case)
    _done(conn, viewer, case, Act.PLANNED, now, {"text": _said(text)}, planned_at=now)


def add_step(
    conn: Connection, viewer: Viewer, case: Case, what: str, due_on: date | None, now: datetime
) -> None:
    """A step of the plan."""
    _must_be_open(case)
    sealed = seal(conn, case.id, "what", _said(what))
    conn.execute(insert(case_steps).values(case_id=case.id, what=sealed, due_on=due_on))
    _done(conn, viewer, case, Act.STEP_ADDED, now, {"text": what.strip()[:FIELD_MOST]})


def finish_step(conn: Connection, viewer: Viewer, case: Case, step_id: int, now: datetime) -> None:
    """The first step that is done is the beginning of support."""
    _must_be_open(case)
    which = (case_steps.c.id == step_id, case_steps.c.case_id == case.id)
    open_still = update(case_steps).where(*which, case_steps.c.done_at.is_(None))
    if conn.execute(open_still.values(done_at=now)).rowcount != 1:
        raise NotAllowed("state")
    _done(conn, viewer, case, Act.STEP_DONE, now, {"step": step_id}, supported_at=now)


def support(conn: Connection, viewer: Viewer, case: Case, text: str, now: datetime) -> None:
    """What was done for the child."""
    _must_be_open(case)
    _done(conn, viewer, case, Act.SUPPORTED, now, {"text": _said(text)}, supported_at=now)


def refer(
    conn: Connection,
    viewer: Viewer,
    case: Case,
    service_id: int,
    consent: bool,
    why: str,
    now: datetime,
) -> None:
    """To a service, with consent or with a reason why without."""
    _must_be_open(case)
    if not consent and not why.strip():
        raise NotAllowed("consent")
    sealed = seal(conn, case.id, "why", why.strip()) if why.strip() else None
    conn.execute(
        insert(case_referrals).values(
            case_id=case.id,
            service_id=service_id,
            consent=consent,
            why=sealed,
            officer_id=viewer.officer_id,
            at=now,
        )
    )
    detail = {"service": service_id, "consent": consent, "why": why.strip()[:FIELD_MOST]}
    _done(conn, viewer, case, Act.REFERRED, now, detail, referred_at=now)


def note(conn: Connection, viewer: Viewer, case: Case, text: str, now: datetime) -> None:
    if case.forgotten_at is not None:
        raise NotAllowed("state")
    _done(conn, viewer, case, Act.NOTED, now, {"text": _said(text)})


def change_facts(
    conn: Connection, viewer: Viewer, case: Case, given: Mapping[str, str], now: datetime
) -> None:
    """The fields of Mẫu số 01; what they held before stands in the history."""
    _must_be_open(case)
    before = cases.facts_of(conn, case.id)
    after = cases.clean({**before, **given})
    changed = {k: before.get(k, "") for k in {*before, *after} if before.get(k) != after.get(k)}
    if not changed:
        return
    cases.put_facts(conn, case.id, after)
    _done(conn, viewer, case, Act.FACTS_CHANGED, now, {"before": changed})


def set_urgency(conn: Connection, viewer: Viewer, case: Case, urgent: bool, now: datetime) -> None:
    _must_be_open(case)
    detail = {"urgent": urgent}
    _done(conn, viewer, case, Act.URGENCY_CHANGED, now, detail, urgent=urgent, pile=False)


def offer_move(
    conn: Connection, viewer: Viewer, case: Case, area_id: int, why: str, now: datetime
) -> None:
    """To another area; until it accepts everything stays as it is."""
    _must_be_open(case)
    if area_id == case.area_id:
        raise NotAllowed("same")
    rank = cases.rank_of(conn, area_id)
    if rank not in range(len(RANKS)):  # a hamlet keeps no cases
        raise NotAllowed("state")
    if case.lowest < cases.rank_of(conn, case.area_id) and rank > case.lowest:
        raise NotAllowed("state")  # it is about somebody of a commune: it stays above
    to = {"offered_area_id": area_id, "offered_by": viewer.officer_id}
    detail = {"area": area_id, "why": _said(why)}
    _done(conn, viewer, case, Act.MOVE_OFFERED, now, detail, **to)


def accept_move(conn: Connection, viewer: Viewer, case: Case, now: datetime) -> None:
    """By an officer of the area it was offered to; it is theirs from now on."""
    _must_be_open(case)
    if case.offered_area_id != viewer.area_id:
        raise NotAllowed("state")
    to = {
        "area_id": viewer.area_id,
        "lowest": viewer.rank,
        "highest": viewer.rank,
        "officer_id": viewer.officer_id,
        "taken_at": now,
        "seen_at": case.seen_at or now,
        "waiting_since": None,
        "stage": 0,
        "called_at": None,
        **_NOT_OFFERED,
        **_NOT_ASKED,
    }
    detail = {"from": case.area_id}
    _done(conn, viewer, case, Act.MOVE_ACCEPTED, now, detail, **to)


def decline_move(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    """By the area it was offered to, or taken back by who offered it."""
    if case.offered_area_id is None:
        raise NotAllowed("state")
    _done(conn, viewer, case, Act.MOVE_DECLINED, now, {"why": _said(why)}, **_NOT_OFFERED)


def exclude(
    conn: Connection, viewer: Viewer, case: Case, officer_id: int, why: str, now: datetime
) -> None:
    """From now on the case does not exist for that officer; what was theirs waits again."""
    _must_be_open(case)
    if officer_id == viewer.officer_id:
        raise NotAllowed("own")
    why = _said(why)
    row = [{"case_id": case.id, "officer_id": officer_id}]
    conn.execute(insert_new(conn, case_exclusions), row)
    values: dict[str, Any] = {}
    if case.officer_id == officer_id:
        values = {"officer_id": None, "waiting_since": now, "called_at": None}
    if case.close_asked_by == officer_id:
        values |= _NOT_ASKED
    detail = {"officer": officer_id, "why": why}
    _done(conn, viewer, case, Act.EXCLUDED, now, detail, **values)


def let_in(conn: Connection, viewer: Viewer, case: Case, officer_id: int, now: datetime) -> None:
    if case.forgotten_at is not None:
        raise NotAllowed("state")
    which = (case_exclusions.c.case_id == case.id, case_exclusions.c.officer_id == officer_id)
    if conn.execute(delete(case_exclusions).where(*which)).rowcount != 1:
        raise NotAllowed("state")
    _done(conn, viewer, case, Act.LET_IN, now, {"officer": officer_id})


def ask_close(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    """A second officer has to agree. One above sees it too, where there is no second here."""
    _must_be_open(case)
    asked = {"close_asked_by": viewer.officer_id, "close_asked_at": now}
    _done(conn, viewer, case, Act.CLOSE_ASKED, now, {"why": _said(why)}, **asked)


def refuse_close(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    _must_be_open(case)
    if case.close_asked_at is None:
        raise NotAllowed("state")
    _done(conn, viewer, case, Act.CLOSE_REFUSED, now, {"why": _said(why)}, **_NOT_ASKED)


def close(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    """By another officer than the one who asked."""
    _must_be_open(case)
    if case.close_asked_by is None:
        raise NotAllowed("state")
    if case.close_asked_by == viewer.officer_id:
        raise NotAllowed("same")
    values = {"closed_at": now, "closed_by": viewer.officer_id, "waiting_since": None}
    values |= _NOT_OFFERED
    _done(conn, viewer, case, Act.CLOSED, now, {"why": _said(why)}, **values)


def reopen(conn: Connection, viewer: Viewer, case: Case, why: str, now: datetime) -> None:
    if case.closed_at is None or case.forgotten_at is not None:
        raise NotAllowed("state")
    values = {"closed_at": None, "closed_by": None, "reopened_at": now}
    values |= _NOT_ASKED
    _done(conn, viewer, case, Act.REOPENED, now, {"why": _said(why)}, **values)


def forget(conn: Connection, now: datetime) -> int:
    """Closed for a year: its key is destroyed, only who did what and when stays."""
    old = (case_table.c.closed_at < now - KEPT_CLOSED, case_table.c.forgotten_at.is_(None))
    forgotten = 0
    for case_id in list(conn.execute(select(case_table.c.id).where(*old)).scalars()):
        gone = update(case_table).where(case_table.c.id == case_id, *old)  # not reopened meanwhile
        if conn.execute(gone.values(forgotten_at=now, facts=b"")).rowcount == 1:
            case_keys.destroy(conn, case_id)
            case_history.append(conn, case_id, case_history.CLOCK, Act.FORGOTTEN, now)
            forgotten += 1
    return forgotten
