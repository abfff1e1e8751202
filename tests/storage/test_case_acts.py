"""What officers do with a case: what fits when, and that nothing is done without its line."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.cases import FIELD_MOST, Act, Case, Danger, NotAllowed, State, state_of
from storage import case_acts, case_files, case_history, cases
from storage.cases import Viewer
from storage.database import Database
from storage.tables import audit
from tests.console.desk import NOW
from tests.storage.casework import FACTS, again, grow, report, viewer

HOUR = timedelta(hours=1)
LAN, HOA = 7, 8
Do = Callable[[Connection, Viewer, Case], Any]

# Every act on an open case, ready to be done, with the line it writes.
ACTS: dict[Act, Do] = {
    Act.TAKEN: lambda conn, me, case: case_acts.take(conn, me, case, NOW),
    Act.HANDED_BACK: lambda conn, me, case: case_acts.hand_back(conn, me, case, "ốm", NOW),
    Act.ASSESSED: lambda conn, me, case: case_acts.assess(conn, me, case, Danger.LOW, "nhẹ", NOW),
    Act.PLANNED: lambda conn, me, case: case_acts.plan(conn, me, case, "kế hoạch", NOW),
    Act.STEP_ADDED: lambda conn, me, case: case_acts.add_step(
        conn, me, case, "thăm nhà", date(2026, 12, 1), NOW
    ),
    Act.SUPPORTED: lambda conn, me, case: case_acts.support(conn, me, case, "đã thăm", NOW),
    Act.REFERRED: lambda conn, me, case: case_acts.refer(conn, me, case, 3, True, "", NOW),
    Act.NOTED: lambda conn, me, case: case_acts.note(conn, me, case, "ghi chú", NOW),
    Act.FACTS_CHANGED: lambda conn, me, case: case_acts.change_facts(
        conn, me, case, {"mother": "chị Lan"}, NOW
    ),
    Act.URGENCY_CHANGED: lambda conn, me, case: case_acts.set_urgency(conn, me, case, True, NOW),
    Act.MOVE_OFFERED: lambda conn, me, case: case_acts.offer_move(
        conn, me, case, me.area_id + 1000, "ở nơi khác", NOW
    ),
    Act.EXCLUDED: lambda conn, me, case: case_acts.exclude(conn, me, case, HOA, "họ hàng", NOW),
    Act.CLOSE_ASKED: lambda conn, me, case: case_acts.ask_close(conn, me, case, "đã ổn", NOW),
    Act.CLOSED: lambda conn, me, case: case_acts.close(conn, me, case, "đồng ý", NOW),
}
NEEDS_MORE = {Act.HANDED_BACK, Act.MOVE_OFFERED, Act.CLOSED}  # tested apart
ALWAYS = {Act.NOTED}  # also when it is closed


@pytest.fixture
def ids(conn: Connection) -> dict[str, int]:
    return grow(conn)


@pytest.fixture
def me(conn: Connection, ids: dict[str, int]) -> Viewer:
    return viewer(conn, ids["20a"], LAN)


@pytest.fixture
def other(conn: Connection, ids: dict[str, int]) -> Viewer:
    return viewer(conn, ids["20a"], HOA)


@pytest.fixture
def case(conn: Connection, ids: dict[str, int]) -> Case:
    return report(conn, ids["20a"])[1]


def lines(conn: Connection, case: Case) -> list[Act]:
    return [line.act for line in case_history.of_case(conn, case.id)]


def refused(conn: Connection, do: Callable[[], object], what: str) -> None:
    """It raises, and nothing is written."""
    head = case_history.head(conn)
    with pytest.raises(NotAllowed) as error:
        do()
    assert error.value.what == what
    assert case_history.head(conn) == head


@pytest.mark.parametrize("act", sorted(set(ACTS) - NEEDS_MORE))
def test_every_act_is_one_line_of_the_history_and_none_of_the_trail(
    conn: Connection, me: Viewer, case: Case, act: Act
) -> None:
    trail = len(conn.execute(select(audit.c.id)).all())
    ACTS[act](conn, me, case)
    assert lines(conn, case) == [Act.REPORTED, act]
    (line,) = case_history.of_case(conn, case.id)[1:]
    assert (line.actor, line.at) == (f"officer:{LAN}", NOW)
    assert again(conn, case).changed_at == NOW
    assert len(conn.execute(select(audit.c.id)).all()) == trail


@pytest.mark.parametrize("act", sorted(ACTS))
def test_on_a_closed_case_nothing_is_done_but_noted(
    conn: Connection, me: Viewer, case: Case, act: Act
) -> None:
    cases.change(conn, case.id, closed_at=NOW, officer_id=LAN, close_asked_by=HOA)
    closed = again(conn, case)
    if act in ALWAYS:
        ACTS[act](conn, me, closed)
        assert lines(conn, case)[-1] is act
    else:
        refused(conn, lambda: ACTS[act](conn, me, closed), "state")


@pytest.mark.parametrize("act", sorted(ACTS))
def test_on_a_forgotten_case_nothing_is_done(
    conn: Connection, me: Viewer, case: Case, act: Act
) -> None:
    cases.change(conn, case.id, forgotten_at=NOW, officer_id=LAN)
    refused(conn, lambda: ACTS[act](conn, me, again(conn, case)), "state")
    refused(conn, lambda: case_acts.reopen(conn, me, again(conn, case), "x", NOW), "state")
    refused(conn, lambda: case_acts.let_in(conn, me, again(conn, case), HOA, NOW), "state")


@pytest.mark.parametrize(
    "do",
    [
        lambda c, v, o: case_acts.hand_back(c, v, o, " ", NOW),
        lambda c, v, o: case_acts.assess(c, v, o, Danger.HIGH, "", NOW),
        lambda c, v, o: case_acts.plan(c, v, o, "\n", NOW),
        lambda c, v, o: case_acts.add_step(c, v, o, "", None, NOW),
        lambda c, v, o: case_acts.support(c, v, o, "", NOW),
        lambda c, v, o: case_acts.note(c, v, o, "", NOW),
        lambda c, v, o: case_acts.exclude(c, v, o, HOA, "", NOW),
        lambda c, v, o: case_acts.ask_close(c, v, o, "", NOW),
    ],
)
def test_an_act_without_words_is_refused(conn: Connection, me: Viewer, case: Case, do: Do) -> None:
    case_acts.take(conn, me, case, NOW)
    refused(conn, lambda: do(conn, me, again(conn, case)), "empty")


async def test_of_two_officers_at_once_one_takes_it(db: Database) -> None:
    ids = await db.write(grow)
    _, case = await db.write(report, ids["20a"])
    officers = range(1, 9)
    outcomes = await asyncio.gather(
        *(db.write(_take, ids["20a"], one, case) for one in officers), return_exceptions=True
    )
    (winner,) = [one for one, won in zip(officers, outcomes, strict=True) if won is None]
    assert all(isinstance(one, NotAllowed) for one in outcomes if one is not None)
    assert (await db.read(again, case)).officer_id == winner
    assert await db.read(lines, case) == [Act.REPORTED, Act.TAKEN]
    assert await db.read(case_history.broken_at) is None


def _take(conn: Connection, area_id: int, officer_id: int, case: Case) -> None:
    """Both looked before either wrote: the case is as it was then."""
    case_acts.take(conn, viewer(conn, area_id, officer_id), case, NOW)


def test_taking_opens_it(conn: Connection, me: Viewer, case: Case) -> None:
    case_acts.take(conn, me, case, NOW)
    taken = again(conn, case)
    assert (taken.officer_id, taken.seen_at, taken.waiting_since) == (LAN, NOW, None)
    assert state_of(taken) is State.TAKEN


def test_only_who_has_it_hands_it_back_and_then_it_waits(
    conn: Connection, me: Viewer, other: Viewer, case: Case
) -> None:
    case_acts.take(conn, me, case, NOW)
    cases.change(conn, case.id, stage=2, called_at=NOW)
    taken = again(conn, case)
    refused(conn, lambda: case_acts.hand_back(conn, other, taken, "thôi", NOW), "own")
    case_acts.hand_back(conn, me, taken, "ốm", NOW + HOUR)
    free = again(conn, case)
    assert (free.officer_id, free.waiting_since, free.stage) == (None, NOW + HOUR, 0)


def test_great_danger_makes_it_urgent(conn: Connection, me: Viewer, case: Case) -> None:
    case_acts.assess(conn, me, case, Danger.SOME, "vừa", NOW)
    assert not again(conn, case).urgent
    case_acts.assess(conn, me, case, Danger.HIGH, "nặng", NOW)
    assert (again(conn, case).urgent, again(conn, case).danger) == (True, "high")


def test_a_step_is_done_once_and_begins_the_support(
    conn: Connection, ids: dict[str, int], me: Viewer, case: Case
) -> None:
    case_acts.add_step(conn, me, case, "thăm nhà", date(2026, 12, 1), NOW)
    _, stranger = report(conn, ids["20a"], seed=2)
    (step,) = case_files.read(conn, me, case, NOW).steps
    assert (step.what, step.due_on, step.done_at) == ("thăm nhà", date(2026, 12, 1), None)
    refused(conn, lambda: case_acts.finish_step(conn, me, stranger, step.id, NOW), "state")
    case_acts.finish_step(conn, me, case, step.id, NOW)
    refused(conn, lambda: case_acts.finish_step(conn, me, case, step.id, NOW), "state")
    assert state_of(again(conn, case)) is State.SUPPORTED


def test_a_referral_needs_consent_or_a_reason(conn: Connection, me: Viewer, case: Case) -> None:
    refused(conn, lambda: case_acts.refer(conn, me, case, 3, False, "  ", NOW), "consent")
    case_acts.refer(conn, me, case, 3, False, " nguy hiểm ", NOW)
    case_acts.refer(conn, me, case, 4, True, "", NOW)
    found = case_files.read(conn, me, case, NOW).referrals
    told = [(one.service_id, one.consent, one.why) for one in found]
    assert told == [(3, False, "nguy hiểm"), (4, True, "")]


def test_what_facts_held_before_stays_in_the_history(
    conn: Connection, me: Viewer, case: Case
) -> None:
    case_acts.change_facts(conn, me, case, {"told": "khác", "mother": "Lan", "child": ""}, NOW)
    assert cases.facts_of(conn, case.id) == {**FACTS, "told": "khác", "mother": "Lan"}
    before = {"told": FACTS["told"], "mother": ""}
    assert case_history.of_case(conn, case.id)[-1].detail == {"before": before}
    case_acts.change_facts(conn, me, case, {"told": " khác "}, NOW)
    assert lines(conn, case) == [Act.REPORTED, Act.FACTS_CHANGED]


def test_words_are_kept_to_a_bound(conn: Connection, me: Viewer, case: Case) -> None:
    case_acts.note(conn, me, case, "ê" * 9999, NOW)
    detail = case_history.of_case(conn, case.id)[-1].detail
    assert len(detail["text"]) == FIELD_MOST


def test_a_case_moves_only_when_the_other_area_accepts(
    conn: Connection, ids: dict[str, int], me: Viewer, case: Case
) -> None:
    there, elsewhere = viewer(conn, ids["46a"], 20), viewer(conn, ids["20b"], 21)
    refused(conn, lambda: case_acts.offer_move(conn, me, case, ids["20a"], "x", NOW), "same")
    refused(conn, lambda: case_acts.offer_move(conn, me, case, ids["20a1"], "x", NOW), "state")
    refused(conn, lambda: case_acts.accept_move(conn, there, case, NOW), "state")
    refused(conn, lambda: case_acts.decline_move(conn, there, case, "x", NOW), "state")
    case_acts.take(conn, me, case, NOW)
    case_acts.ask_close(conn, me, again(conn, case), "xong", NOW)
    case_acts.offer_move(conn, me, again(conn, case), ids["46a"], "chuyển nhà", NOW)
    on_offer = again(conn, case)
    assert cases.find(conn, there, case.number) is None  # only that there is one
    assert cases.find(conn, me, case.number) == on_offer
    refused(conn, lambda: case_acts.accept_move(conn, elsewhere, on_offer, NOW), "state")
    case_acts.accept_move(conn, there, on_offer, NOW + HOUR)
    moved = again(conn, case)
    assert (moved.area_id, moved.lowest, moved.highest) == (ids["46a"], 2, 2)
    assert (moved.officer_id, moved.offered_area_id, moved.close_asked_by) == (20, None, None)
    assert cases.find(conn, me, case.number) is None
    assert cases.facts_of(conn, case.id) == FACTS


def test_a_move_that_is_declined_changes_nothing(
    conn: Connection, ids: dict[str, int], me: Viewer, case: Case
) -> None:
    case_acts.offer_move(conn, me, case, ids["46a"], "chuyển nhà", NOW)
    there = viewer(conn, ids["46a"], 20)
    case_acts.decline_move(conn, there, again(conn, case), "không ở đây", NOW)
    assert again(conn, case) == case
    assert cases.offered(conn, there) == []


def test_a_case_about_somebody_of_a_commune_never_goes_to_one(
    conn: Connection, ids: dict[str, int]
) -> None:
    _, case = report(conn, ids["20a"], province=True)
    above = viewer(conn, ids["20"])
    for to in (ids["20b"], ids["46a"]):
        refused(conn, partial(case_acts.offer_move, conn, above, case, to, "x", NOW), "state")
    case_acts.offer_move(conn, above, case, ids["46"], "chuyển nhà", NOW)
    assert again(conn, case).offered_area_id == ids["46"]


def test_an_excluded_officer_loses_the_case_and_it_waits_again(
    conn: Connection, me: Viewer, other: Viewer, case: Case
) -> None:
    case_acts.take(conn, other, case, NOW)
    case_acts.ask_close(conn, other, again(conn, case), "xong", NOW)
    mine = again(conn, case)
    refused(conn, lambda: case_acts.exclude(conn, other, mine, HOA, "tôi", NOW), "own")
    case_acts.exclude(conn, me, mine, HOA, "họ hàng", NOW + HOUR)
    assert cases.find(conn, other, case.number) is None
    free = again(conn, case)
    assert (free.officer_id, free.waiting_since) == (None, NOW + HOUR)
    assert (free.close_asked_by, free.close_asked_at) == (None, None)
    assert case_files.read(conn, me, free, NOW).excluded == [HOA]
    case_acts.let_in(conn, me, again(conn, case), HOA, NOW)
    assert cases.find(conn, other, case.number) is not None
    refused(conn, lambda: case_acts.let_in(conn, me, again(conn, case), HOA, NOW), "state")


def test_a_second_officer_closes(conn: Connection, me: Viewer, other: Viewer, case: Case) -> None:
    refused(conn, lambda: case_acts.close(conn, me, case, "xong", NOW), "state")
    refused(conn, lambda: case_acts.refuse_close(conn, me, case, "chưa", NOW), "state")
    case_acts.ask_close(conn, me, case, "xong", NOW)
    asked = again(conn, case)
    refused(conn, lambda: case_acts.close(conn, me, asked, "xong", NOW), "same")
    case_acts.refuse_close(conn, other, asked, "chưa", NOW)
    refused(conn, lambda: case_acts.close(conn, other, again(conn, case), "xong", NOW), "state")
    case_acts.ask_close(conn, me, again(conn, case), "xong", NOW)
    case_acts.offer_move(conn, me, again(conn, case), me.area_id - 1, "x", NOW)
    case_acts.close(conn, other, again(conn, case), "đồng ý", NOW)
    closed = again(conn, case)
    assert (closed.closed_by, closed.waiting_since, closed.offered_area_id) == (HOA, None, None)
    assert state_of(closed) is State.CLOSED


def test_only_a_closed_case_is_reopened(conn: Connection, me: Viewer, case: Case) -> None:
    refused(conn, lambda: case_acts.reopen(conn, me, case, "lại bị", NOW), "state")
    cases.change(conn, case.id, closed_at=NOW, closed_by=HOA, close_asked_by=LAN)
    refused(conn, lambda: case_acts.reopen(conn, me, again(conn, case), " ", NOW), "empty")
    case_acts.reopen(conn, me, again(conn, case), "lại bị", NOW + HOUR)
    found = again(conn, case)
    assert (found.closed_at, found.closed_by, found.close_asked_by) == (None, None, None)
    assert state_of(found) is State.REOPENED


@pytest.mark.parametrize("act", [Act.READ, Act.PRINTED])
def test_reading_is_a_line_and_ends_the_wait(
    conn: Connection, me: Viewer, other: Viewer, case: Case, act: Act
) -> None:
    file = case_files.read(conn, me, case, NOW + HOUR, act)
    assert (file.facts, file.case.waiting_since, file.case.seen_at) == (FACTS, None, NOW + HOUR)
    assert [line.act for line in file.history] == [Act.REPORTED, act]
    case_files.read(conn, other, file.case, NOW + 2 * HOUR)
    assert again(conn, case).seen_at == NOW + HOUR
    assert lines(conn, case) == [Act.REPORTED, act, Act.READ]


def test_an_act_that_is_undone_leaves_neither_change_nor_line(
    conn: Connection, me: Viewer, case: Case
) -> None:
    head = case_history.head(conn)
    attempt = conn.begin_nested()
    case_acts.take(conn, me, case, NOW)
    attempt.rollback()
    assert again(conn, case) == case
    assert case_history.head(conn) == head
    assert case_history.broken_at(conn) is None
