"""Forty families on a fake clock: every promise is kept, and every broken one is noticed."""

import dataclasses
import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot import batches, families, planner, rehearsal
from bot.planner import Programme
from bot.rehearsal import Plan, rehearse_year
from bot.verdicts import Events, Sent, dropped, judge
from care import choosing
from care.age import Offset
from care.choosing import Candidate, Decision, State
from care.clock import at_local
from care.people import Frequency, Role
from care.programme import Basis, openings
from content.library import Library
from storage import marks, tables
from storage.database import Connection, Database

START = date(2026, 1, 5)
FAMILIES, DAYS = 40, 70
SHORT = timedelta(days=1)

Summary = dict[str, Any]


async def rehearsed(library: Library, *outages: tuple[date, int]) -> Summary:
    plan = Plan(FAMILIES, START, DAYS, 1, outages)
    result = await rehearse_year(library, plan, None, progress=False)
    assert result.broken == bool(result.summary["broken"])
    return result.summary


def complains(summary: Summary, about: str) -> bool:
    return any(about in line for line in summary["broken"])


# --- promises that are kept ---------------------------------------------------------------------


async def test_two_months_keep_every_promise(library: Library) -> None:
    summary = await rehearsed(library)
    assert summary["broken"] == []
    assert summary["kinds"]["tip"] > FAMILIES
    assert summary["kinds"]["reminder"] > 0
    assert summary["duties_done"] > 0


@pytest.mark.parametrize("days", [3, 30])
async def test_outage_floods_nobody_and_nothing_comes_twice(library: Library, days: int) -> None:
    summary = await rehearsed(library, (START + timedelta(days=20), days))
    assert summary["broken"] == []
    assert summary["kinds"]["tip"] > 0


async def test_two_outages_one_after_the_other(library: Library) -> None:
    first = START + timedelta(days=10)
    summary = await rehearsed(library, (first, 5), (first + timedelta(days=6), 9))
    assert summary["broken"] == []


async def test_losses_end_everything_about_the_child(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LOSSES_A_DAY", 1 / 80)
    summary = await rehearsed(library)
    assert summary["losses"] > FAMILIES / 4
    assert summary["broken"] == []


async def test_one_tap_stops_everything_for_both_caregivers(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every child has two caregivers here, each with an hour of their own."""
    monkeypatch.setattr(rehearsal, "LOSSES_A_DAY", 1 / 80)
    monkeypatch.setattr(families, "SECOND_CAREGIVERS", 1.0)
    summary = await rehearsed(library)
    assert summary["losses"] > FAMILIES / 8
    assert summary["broken"] == []


async def test_same_seed_is_the_same_year(library: Library) -> None:
    plan = Plan(10, START, 30, 5)
    first, second = [await rehearse_year(library, plan, None, progress=False) for _ in range(2)]
    assert first.summary == second.summary


def test_second_caregivers_twins_and_pregnancies_are_among_the_families(library: Library) -> None:
    found = families.settle_families(500, START, DAYS, random.Random(2), library)
    assert any(family.beside for family in found)
    assert any(family.twins for family in found)
    assert any(family.due_on for family in found)
    assert any(family.gestation_weeks for family in found)
    assert {family.frequency for family in found} == set(Frequency)


# --- negative controls: what keeps a promise is taken away, and the verdict says so -------------

WEEK = 7
CROWD = ("tip-d0078", "tip-d0134", "tip-d0176", "tip-d0190", "tip-d0211")
PAPERS = ("rm-birthcert", "rm-bhyt")
YOUNGEST = 200  # days; the crowded programme ends with it


@pytest.fixture
def crowded(library: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """Far more than a family wants: five tips a week, on one topic if `topic` is given."""
    monkeypatch.setattr(families, "LIFE_DAYS", YOUNGEST)
    return crowd(library)


def crowd(library: Library, topic: str | None = None) -> Library:
    items = [library.items[item] for item in PAPERS]
    items += [
        dataclasses.replace(
            library.items[name],
            at=Offset(days=60 + n),
            expires=Offset(days=YOUNGEST + DAYS),
            then_every=WEEK,
            repeat=(),
            basis=Basis.CHRONOLOGICAL,
            tier="A",
            prefer_weekend=False,
            must_know=False,
            dedupe_key=topic,
        )
        for n, name in enumerate(CROWD)
    ]
    return dataclasses.replace(
        library, items={item.id: item for item in items}, openings=openings(items)
    )


async def crowded_month(library: Library) -> Summary:
    plan = Plan(12, START, 24, 1)
    return (await rehearse_year(library, plan, None, progress=False)).summary


async def test_crowded_programme_keeps_every_promise(crowded: Library) -> None:
    summary = await crowded_month(crowded)
    assert summary["broken"] == []
    assert summary["not_sent"]["expired: window"] > 20  # there was too much for the budget


async def test_quiet_hours_hold_what_is_planned_for_the_night(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "SEND_MINUTES", (22 * 60, 5 * 60))
    assert (await crowded_month(crowded))["broken"] == []
    monkeypatch.setattr("bot.compose.is_quiet", lambda moment: False)
    monkeypatch.setattr(rehearsal, "next_allowed", lambda moment: moment)
    assert complains(await crowded_month(crowded), "in quiet hours")


async def test_without_weekly_budget_the_verdict_complains(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "week_budget", lambda frequency, live: None)
    summary = await crowded_month(crowded)
    assert complains(summary, "tips in the week")
    assert complains(summary, "2 reminders within 7 days")


def everything(
    frequency: Frequency, candidates: Sequence[Candidate], history: object, today: date
) -> list[Decision]:
    return [Decision(candidate, State.SEND) for candidate in candidates]


async def test_without_choosing_the_verdict_complains(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "choose", everything)
    summary = await crowded_month(crowded)
    assert complains(summary, "messages on")
    assert complains(summary, "tips in the week")


async def test_without_told_already_the_verdict_complains(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_topic = crowd(crowded, "one topic")
    assert (await crowded_month(one_topic))["broken"] == []
    monkeypatch.setattr(choosing, "_told_already", lambda candidate, history, today: False)
    assert complains(await crowded_month(one_topic), "had told")


async def test_without_the_unique_rule_the_verdict_complains(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The book of what was sent is lost every night, and the last days are planned once more."""
    real = planner.plan

    async def forgetful(db: Database, programme: Programme, today: date) -> int:
        await db.write(forget, today)
        return await real(db, programme, today)

    monkeypatch.setattr(rehearsal, "plan", forgetful)
    assert complains(await crowded_month(crowded), "twice to")


def forget(conn: Connection, today: date) -> None:
    conn.execute(delete(tables.outbox))
    conn.execute(delete(tables.decisions))
    marks.put(conn, planner.PLANNED, str(today - timedelta(days=5)))


async def test_loss_that_cancels_nothing_is_noticed(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal, "LOSSES_A_DAY", 1 / 80)
    monkeypatch.setattr("handlers.loss._stop", lambda turn, child: None)
    assert complains(await crowded_month(crowded), "after its loss")


async def test_duty_that_stays_open_is_noticed(
    crowded: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.duties.put", lambda *args: True)
    assert complains(await crowded_month(crowded), "after it was done")


async def test_stranger_is_noticed(library: Library) -> None:
    sent = Sent(at_local(START, 9 * 60), 99, (1,), "tip-d0009", 0, "tip")
    assert judge([sent], [], Events()) == ["a message to nobody we know"]


def test_must_know_items_may_only_be_dropped_by_an_outage() -> None:
    lost = [("tip-d0009", START)]
    assert dropped(lost, [(START, 3)]) == []
    assert dropped(lost, [(START - timedelta(days=10), 5)]) == []
    [line] = dropped(lost, [(START + SHORT, 3)])
    assert line.startswith("1 must-know items dropped")
    assert dropped(lost, [(START - timedelta(days=60), 30)])
    assert dropped([], []) == []


def one(day: int, message: str, *children: int, kind: str = "tip", topic: str = "") -> Sent:
    at = at_local(START + timedelta(days=day), 9 * 60)
    return Sent(at, 1, children, message, 0, kind, topic or None)


@pytest.mark.parametrize(
    ("first", "second", "broken"),
    [
        (one(0, "a", 1, topic="t"), one(10, "b", 1, topic="t"), True),
        (one(0, "a", 1, topic="t"), one(31, "b", 1, topic="t"), False),
        (one(0, "a", 1, topic="t"), one(10, "b", 1, topic="u"), False),
        (one(0, "a", 1), one(10, "b", 1), False),
        (one(0, "a", 1, kind="reminder", topic="t"), one(10, "b", 1, topic="t"), True),
        (one(0, "a", 1, topic="t"), one(10, "b", 1, kind="reminder", topic="t"), False),
        (one(0, "a", 1), one(150, "a", 2), True),
        (one(0, "a", 1), one(181, "a", 2), False),
        (one(0, "a", 1, topic="t"), one(150, "b", 2, topic="t"), True),
    ],
)
def test_verdict_on_topics_told_before(first: Sent, second: Sent, broken: bool) -> None:
    lines = judge([first, second], [a_family()], Events())
    assert bool(lines) == broken
    assert all("had told" in line for line in lines)


def a_family() -> families.Family:
    return families.Family(
        1,
        START,
        Frequency.NORMAL,
        9 * 60,
        Role.MOTHER,
        START - timedelta(days=400),
        None,
        None,
        twins=False,
        library=None,  # type: ignore[arg-type]
        caregiver_id=1,
    )
