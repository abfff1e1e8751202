"""The sending rules one by one."""

from datetime import date, timedelta

import pytest

from care.choosing import Candidate, Past, Reason, State, choose
from care.people import Frequency
from care.programme import Item
from tests.care.families import candidate, item, past

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
SATURDAY = MONDAY + 5 * DAY
FEW, NORMAL, MANY = Frequency.FEW, Frequency.NORMAL, Frequency.MANY
Said = dict[str, tuple[str, str | None]]


def due(wanted: Item, last: int = 20, opened: int = 0, **values: int | None) -> Candidate:
    """Open since `opened` days, for `last` days more."""
    return candidate(wanted, MONDAY - opened * DAY, MONDAY + last * DAY, **values)  # type: ignore[arg-type]


def told(*days_ago: int, wanted: Item | None = None, child: int = 1) -> list[Past]:
    return [past(MONDAY - n * DAY, wanted or item(f"tip-past{n}"), child) for n in days_ago]


def decided(
    *candidates: Candidate,
    history: list[Past] | None = None,
    frequency: Frequency = NORMAL,
    today: date = MONDAY,
) -> Said:
    """Item (and child, when not the first) -> state and reason."""
    found = choose(frequency, candidates, history or [], today)
    assert len(found) == len(candidates)
    return {_name(d.candidate): (d.state.value, d.reason and d.reason.value) for d in found}


def _name(c: Candidate) -> str:
    slot = f"/{c.opening.slot}" if c.opening.slot else ""
    return c.opening.item.id + slot + (f"@{c.child_id}" if c.child_id > 1 else "")


SEND = ("send", None)
WAITS = ("waiting", "budget")


def test_one_push_a_day() -> None:
    assert decided(due(item("tip-a")), due(item("tip-b"))) == {"tip-a": SEND, "tip-b": WAITS}
    assert decided(due(item("tip-a")), history=told(0)) == {"tip-a": WAITS}
    assert decided(due(item("rm-a")), history=told(0)) == {"rm-a": WAITS}


@pytest.mark.parametrize(
    ("frequency", "age", "most"),
    [
        (FEW, 400, 2),
        (NORMAL, 400, 3),
        (MANY, 400, 4),
        (NORMAL, None, 3),
        (FEW, 30, 2),
        (NORMAL, 30, 4),
        (MANY, 30, 5),
        (NORMAL, 62, 4),
        (NORMAL, 63, 3),
    ],
)
def test_the_budget_of_a_week(frequency: Frequency, age: int | None, most: int) -> None:
    tip = due(item("tip-a"), age=age)
    under, full = told(*range(1, most)), told(*range(1, most + 1))
    assert decided(tip, history=under, frequency=frequency) == {"tip-a": SEND}
    assert decided(tip, history=full, frequency=frequency) == {"tip-a": WAITS}
    a_week_ago = [*told(*range(1, most)), *told(7)]
    assert decided(tip, history=a_week_ago, frequency=frequency) == {"tip-a": SEND}


def test_one_a_day_in_the_first_ten_days() -> None:
    every_day = told(*range(1, 7))
    assert decided(due(item("tip-a"), age=10), history=every_day) == {"tip-a": SEND}
    assert decided(due(item("tip-a"), age=10), history=[*every_day, *told(0)]) == {"tip-a": WAITS}


def test_the_newborn_days_do_not_use_up_the_week_that_follows() -> None:
    assert decided(due(item("tip-a"), age=11), history=told(1, 2, 3, 4, 5, 6)) == {"tip-a": SEND}
    assert decided(due(item("tip-a"), age=16), history=told(1, 2, 3, 4)) == {"tip-a": WAITS}


def test_one_reminder_a_week_beside_the_tips() -> None:
    reminder, week = due(item("rm-a")), told(6, wanted=item("rm-past"))
    assert decided(reminder, history=told(1, 2, 3)) == {"rm-a": SEND}
    assert decided(reminder, history=week) == {"rm-a": WAITS}
    assert decided(reminder, history=told(7, wanted=item("rm-past"))) == {"rm-a": SEND}
    assert decided(reminder, due(item("tip-a")), history=week) == {"rm-a": WAITS, "tip-a": SEND}


def test_the_visits_of_the_first_days_do_not_wait_a_week() -> None:
    visit = due(item("rm-visit"), last=1, age=2)
    assert decided(visit, history=told(1, wanted=item("rm-past"))) == {"rm-visit": SEND}


@pytest.mark.parametrize(
    ("frequency", "tiers"), [(FEW, "A"), (NORMAL, "AB"), (MANY, "ABC")], ids=str
)
def test_the_chosen_frequency_leaves_tiers_out(frequency: Frequency, tiers: str) -> None:
    for tier in "ABC":
        expected = SEND if tier in tiers else ("skipped", "frequency")
        assert decided(due(item("tip-a", tier=tier)), frequency=frequency) == {"tip-a": expected}


def test_priority_comes_first_then_what_expires_first() -> None:
    kinds = [item("tip-b", priority=5), item("tip-a"), item("ms-a"), item("dg-a"), item("rm-a")]
    for n, wanted in enumerate(kinds):
        others = [due(other, last=3) for other in kinds[:n]]
        assert decided(*others, due(wanted, last=90))[wanted.id] == SEND
    assert decided(due(item("tip-a"), last=9), due(item("tip-b"), last=8))["tip-b"] == SEND
    longest = decided(due(item("tip-b"), opened=4), due(item("tip-a"), opened=1))
    assert longest["tip-b"] == SEND


def test_what_waits_past_its_last_day_expires() -> None:
    two = due(item("tip-a"), last=0), due(item("tip-b"), last=0)
    assert decided(*two) == {"tip-a": SEND, "tip-b": ("expired", "window")}
    assert decided(due(item("tip-a"), last=-1)) == {"tip-a": ("expired", "window")}
    assert decided(due(item("tip-a"), last=-1), history=told(3)) == {"tip-a": ("expired", "window")}


def test_one_topic_is_told_once_in_thirty_days() -> None:
    fever = item("tip-a", dedupe_key="fever")
    before = item("dg-past", dedupe_key="fever")
    assert decided(due(fever), history=told(29, wanted=before)) == {
        "tip-a": ("merged", "same_topic")
    }
    assert decided(due(fever), history=told(30, wanted=before)) == {"tip-a": SEND}
    assert decided(due(item("tip-a")), history=told(3, wanted=before)) == {"tip-a": SEND}


def test_a_tip_and_a_reminder_on_one_topic_are_one_message() -> None:
    tip, reminder = due(item("tip-a", dedupe_key="dose")), due(item("rm-a", dedupe_key="dose"))
    found = choose(NORMAL, [tip, reminder], [], MONDAY)
    assert {d.candidate: (d.state, d.reason, d.into) for d in found} == {
        reminder: (State.SEND, None, None),
        tip: (State.MERGED, Reason.SAME_TOPIC, reminder),
    }


def test_a_tip_waits_with_the_reminder_on_its_topic() -> None:
    tip, reminder = item("tip-a", dedupe_key="dose"), due(item("rm-a", dedupe_key="dose"))
    week = told(3, wanted=item("rm-past"))
    assert decided(due(tip), reminder, history=week) == {"rm-a": WAITS, "tip-a": WAITS}
    assert decided(due(tip, last=0), reminder, history=week) == {"rm-a": WAITS, "tip-a": SEND}


def test_no_tip_takes_the_place_of_a_reminder() -> None:
    reminder = due(item("rm-a", dedupe_key="dose"))
    before = item("tip-past", dedupe_key="dose")
    assert decided(reminder, history=told(9, wanted=before)) == {"rm-a": SEND}
    older = item("rm-past", dedupe_key="dose")
    assert decided(reminder, history=told(14, wanted=older)) == {"rm-a": SEND}


def test_reminders_on_one_topic_go_together_for_one_child_only() -> None:
    one, other = item("rm-a", dedupe_key="dose"), item("rm-b", dedupe_key="dose")
    assert decided(due(one), due(other))["rm-b"] == ("merged", "same_topic")
    assert decided(due(one), due(other, child=2))["rm-b@2"] == ("merged", "same_topic")  # twins
    assert decided(due(one), due(other, child=2, age=30))["rm-b@2"] == WAITS
    assert decided(due(one, age=None), due(other, child=2, age=None))["rm-b@2"] == WAITS


@pytest.mark.parametrize("id_", ["tip-a", "rm-a", "dg-a"])
def test_twins_get_one_message(id_: str) -> None:
    twins = due(item(id_)), due(item(id_), child=2)
    assert decided(*twins) == {id_: SEND, f"{id_}@2": ("merged", "same_message")}


def test_a_reminder_of_one_sibling_is_not_the_others() -> None:
    found = decided(due(item("rm-a"), age=70), due(item("rm-a"), opened=2, child=2, age=90))
    assert sorted(found.values()) == [SEND, WAITS]
    assert decided(due(item("rm-a"), child=2), history=told(10, wanted=item("rm-a"))) == {
        "rm-a@2": SEND
    }


def test_siblings_are_told_one_topic_once_in_180_days() -> None:
    for before in (item("tip-a"), item("tip-past", dedupe_key="fever")):
        second = due(item("tip-a", dedupe_key=before.dedupe_key), child=2)
        merged = {"tip-a@2": ("merged", "same_topic")}
        assert decided(second, history=told(179, wanted=before)) == merged
        assert decided(second, history=told(180, wanted=before)) == {"tip-a@2": SEND}


def test_only_the_newest_repeat_is_sent() -> None:
    repeated = item("rm-a", "P1D", "P9D", repeat=("P1D", "P5D"))
    found = decided(due(repeated, opened=4), due(repeated, slot=1))
    assert found == {"rm-a": ("skipped", "newer"), "rm-a/1": SEND}
    other_child = decided(due(repeated, opened=4, child=2, age=9), due(repeated, slot=1))
    assert other_child == {"rm-a@2": SEND, "rm-a/1": WAITS}


def test_play_waits_for_its_first_saturday() -> None:
    play = item("ms-a", prefer_weekend=True)
    waits = ("waiting", "weekend")
    assert decided(due(play)) == {"ms-a": waits}
    assert decided(due(play), history=told(5)) == {"ms-a": waits}
    assert decided(due(play), due(item("tip-a"))) == {"ms-a": waits, "tip-a": SEND}
    assert decided(due(play), today=SATURDAY) == {"ms-a": SEND}
    assert decided(due(play, last=4)) == {"ms-a": SEND}  # closes before Saturday
    assert decided(due(play, opened=7)) == {"ms-a": SEND}  # had its Saturday
    assert decided(due(play, opened=1)) == {"ms-a": waits}  # opened on Sunday


def test_what_must_be_known_goes_on_its_last_day_before_a_reminder_that_can_wait() -> None:
    known = item("tip-a", priority=2, must_know=True)
    assert decided(due(known, last=0), due(item("rm-a"))) == {"tip-a": SEND, "rm-a": WAITS}
    assert decided(due(known, last=1), due(item("rm-a"))) == {"rm-a": SEND, "tip-a": WAITS}


def test_a_reminder_on_its_own_last_day_goes_before_it() -> None:
    known, reminder = item("tip-a", priority=2, must_know=True), item("rm-a")
    found = decided(due(known, last=0), due(reminder, last=0))
    assert found == {"rm-a": SEND, "tip-a": ("expired", "window")}


def test_a_plain_tip_on_its_last_day_does_not_go_before_a_reminder() -> None:
    plain = due(item("tip-a", priority=2), last=0)
    assert decided(plain, due(item("rm-a"))) == {"rm-a": SEND, "tip-a": ("expired", "window")}


def test_the_last_day_buys_no_more_messages_a_week() -> None:
    known = due(item("tip-a", priority=2, must_know=True), last=0)
    assert decided(known, history=told(1, 2, 3)) == {"tip-a": ("expired", "window")}
