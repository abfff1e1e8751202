"""The sending rules on the days of generated families; and that the check would notice."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care import choosing
from care.age import Offset
from care.choosing import HISTORY_DAYS, Candidate, Decision, Past, State, choose
from care.people import Child, Frequency
from care.programme import Item, Opening, openings
from tests.care.families import Family, born, item
from tests.care.promises import broken

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
FIRST, LAST = MONDAY, MONDAY + 69 * DAY
KEYS = (None, None, "fever", "dose", "sleep")
BORN_AGO = (-3, 0, 20, 55, 200, 430, 1_500)


@st.composite
def programmes(draw: st.DrawFn) -> list[Item]:
    """Crowded: every item opens within ten weeks for a child of one of the drawn ages."""
    made = []
    for n in range(draw(st.integers(6, 30))):
        kind = draw(st.sampled_from(["tip", "tip", "tip", "rm", "ms", "dg"]))
        at = draw(st.integers(0, 75)) + draw(st.sampled_from([0, 0, 20, 55, 200, 430, 1_500]))
        values = {
            "tier": draw(st.sampled_from("AAABBC")),
            "dedupe_key": draw(st.sampled_from(KEYS)),
            "prefer_weekend": kind == "ms",
        }
        if kind == "tip":
            values["priority"] = draw(st.sampled_from([2, 4, 5, 6]))
        length = draw(st.integers(0, 30))
        repeat = ()
        if kind == "rm" and draw(st.booleans()):
            repeat = (f"P{at}D", f"P{at + draw(st.integers(1, 9))}D")
            length += 10
        ends = f"P{at + length}D"
        made.append(item(f"{kind}-{n:02}", f"P{at}D", ends, repeat=repeat, **values))
    return made


@st.composite
def households(draw: st.DrawFn) -> list[Child]:
    ages = draw(st.lists(st.sampled_from(BORN_AGO), min_size=1, max_size=3))
    return [born(MONDAY - age * DAY, id_=n) for n, age in enumerate(ages, 1)]


frequencies = st.sampled_from(Frequency)
quick = settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def lived(items: list[Item], kids: list[Child], frequency: Frequency) -> Family:
    return Family(kids, frequency).live(openings(items), FIRST, LAST)


@quick
@given(programmes(), households(), frequencies)
def test_no_promise_is_broken(items: list[Item], kids: list[Child], frequency: Frequency) -> None:
    assert broken(lived(items, kids, frequency)) == []


@settings(quick, max_examples=40)
@given(programmes(), frequencies)
def test_twins_never_get_the_same_message_apart(items: list[Item], frequency: Frequency) -> None:
    on = MONDAY - 20 * DAY
    family = lived(items, [born(on, id_=1), born(on, id_=2)], frequency)
    sent = [
        (d.candidate.opening.item.id, d.candidate.opening.slot) for _, d in family.all(State.SEND)
    ]
    assert len(set(sent)) == len(sent)


@settings(quick, max_examples=25)
@given(programmes(), households(), frequencies, st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_changes_nothing(
    items: list[Item], kids: list[Child], frequency: Frequency, chance: Random
) -> None:
    family = lived(items, kids, frequency)
    for on, decisions in family.days.items():
        candidates = [d.candidate for d in decisions]
        recent = [p for p in family.history if on - HISTORY_DAYS * DAY < p.on < on]
        shuffled, past = list(candidates), list(recent)
        chance.shuffle(shuffled)
        chance.shuffle(past)
        first = choose(frequency, candidates, recent, on)
        assert _by_candidate(first) == _by_candidate(choose(frequency, shuffled, past, on))
        assert first == choose(frequency, candidates, recent, on)


def _by_candidate(decisions: list[Decision]) -> dict[tuple[int, str, int], object]:
    return {
        (d.candidate.child_id, d.candidate.opening.item.id, d.candidate.opening.slot): (
            d.state,
            d.reason,
            d.into and (d.into.child_id, d.into.opening.item.id, d.into.opening.slot),
        )
        for d in decisions
    }


@quick
@given(st.integers(-2, 20), st.integers(0, 9), frequencies, st.sampled_from("ABC"), st.booleans())
def test_the_short_way_for_a_single_candidate_decides_alike(
    last: int, opened: int, frequency: Frequency, tier: str, weekend: bool
) -> None:
    wanted = item("tip-a", tier=tier, prefer_weekend=weekend)
    made = Opening(wanted, 0, Offset(), Offset(), openings([wanted])[0].column)
    for today in (MONDAY + n * DAY for n in range(7)):
        one = Candidate(1, made, today - opened * DAY, today + last * DAY, 400)
        long_ago = [Past(today - 900 * DAY, 4, "tip-old", 1, None)]
        assert choose(frequency, [one], [], today) == choose(frequency, [one], long_ago, today)


# Negative controls: without a rule, the same check on the same families must complain.

CROWD = [item(f"tip-{n:02}", f"P{n}D", f"P{n + 20}D") for n in range(60)]
DUTIES = [item(f"rm-{n:02}", f"P{n}D", f"P{n + 20}D") for n in range(0, 60, 2)]
TOPICS = [item(f"tip-{n:02}", f"P{n}D", f"P{n + 20}D", dedupe_key="k") for n in range(0, 60, 5)]
LETTERED = [item(f"tip-{n:02}", f"P{n}D", f"P{n + 9}D", tier="ABC"[n % 3]) for n in range(60)]
MIXED = [item(f"tip-{n:02}", f"P{n}D", f"P{n + 20}D", priority=2 + n % 4) for n in range(60)]
real_choose = choose


def forgetful(*args: object) -> list[Decision]:
    frequency, candidates, _, today = args
    return real_choose(frequency, candidates, [], today)  # type: ignore[arg-type]


def generous(*args: object) -> list[Decision]:
    frequency, candidates, history, today = args
    found = real_choose(frequency, candidates, history, today)  # type: ignore[arg-type]
    return [Decision(d.candidate, State.SEND) for d in found]


def careless(*args: object) -> list[Decision]:
    """Loses a waiting candidate's reason."""
    found = real_choose(*args)  # type: ignore[arg-type]
    return [Decision(d.candidate, d.state) for d in found]


@pytest.mark.parametrize(
    ("name", "instead", "items", "said"),
    [
        ("WEEK_MOST", dict.fromkeys(Frequency, 99), CROWD, "week"),
        ("REMINDERS_A_WEEK", 99, DUTIES, "reminder"),
        ("SAME_TOPIC_DAYS", 0, TOPICS, "topic"),
        ("SIBLING_TOPIC_DAYS", 0, CROWD, "sibling"),
        ("NEWBORN_DAYS", 999, CROWD, "week"),
        ("_in_frequency", lambda *_: True, LETTERED, "tier"),
        ("_rank", lambda c, today: (-c.opening.item.priority, c.opening.item.id), MIXED, "order"),
        ("choose", forgetful, CROWD, "week"),
        ("choose", generous, CROWD, "day"),
        ("choose", careless, CROWD, "reason"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_patched_away_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    instead: int | dict[Frequency, int] | Callable[..., object],
    items: list[Item],
    said: str,
) -> None:
    kids = [born(MONDAY - 100 * DAY, id_=1), born(MONDAY - 70 * DAY, id_=2)]
    programme = openings([*_later(items, 100), *_later(items, 70)])
    assert broken(Family(kids).live(programme, FIRST, LAST)) == []
    monkeypatch.setattr(choosing, name, instead)
    complaints = broken(Family(kids).live(programme, FIRST, LAST))
    assert said in {line.partition(":")[0] for line in complaints}


def _later(items: list[Item], days: int) -> list[Item]:
    return [
        item(
            f"{one.id}-{days}",
            f"P{one.at.days + days}D",
            f"P{one.expires.days + days}D",
            priority=one.priority,
            tier=one.tier,
            dedupe_key=one.dedupe_key,
        )
        for one in items
    ]
