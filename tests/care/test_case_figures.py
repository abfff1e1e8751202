"""Figures of cases: what is counted as in time, and that no small number can be worked out."""

import itertools
import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

from care.case_figures import (
    FEW,
    Hidden,
    Month,
    Received,
    Told,
    _parts,
    hushed,
    months,
    of_month,
    opened_in_time,
    sum_of,
)
from care.cases import USUAL_WAITS, Case, State
from care.talking import USUAL

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 09:00 in Viet Nam
FIRST = date(2026, 11, 1)


def _received(
    opened: timedelta | None, *, urgent: bool = False, called: timedelta | None = None
) -> Received:
    values = dict.fromkeys(Case.__dataclass_fields__)
    seen = MORNING + opened if opened is not None else None
    known = {"urgent": urgent, "pile": False, "reported_at": MORNING, "seen_at": seen}
    case = Case(**{**values, **known})  # type: ignore[arg-type]
    return Received(case, None, None, MORNING + called if called is not None else None)


def _in_time(one: Received) -> bool:
    return opened_in_time(one, USUAL, USUAL_WAITS)


def test_a_case_is_opened_in_time_by_its_own_clock() -> None:
    assert _in_time(_received(timedelta(minutes=29), urgent=True))
    assert _in_time(_received(timedelta(hours=5)))  # two hours at noon do not count
    assert not _in_time(_received(timedelta(hours=7)))
    assert not _in_time(_received(None))


def test_a_case_that_became_urgent_after_it_was_opened_was_not_late() -> None:
    hours = timedelta(hours=2)
    assert _in_time(_received(hours, urgent=True))
    assert not _in_time(_received(hours, urgent=True, called=timedelta(minutes=30)))


def test_the_law_counts_hours_for_the_assessment_and_working_days_for_the_plan() -> None:
    just = Received(
        _received(None).case,
        MORNING + timedelta(hours=12),
        MORNING + timedelta(days=7),  # the same hour on the next Tuesday
        None,
    )
    late = Received(
        just.case, MORNING + timedelta(hours=12, seconds=1), MORNING + timedelta(days=8), None
    )
    month = of_month(FIRST, [(just, True), (late, False)])
    assert (month.received, month.opened, month.assessed, month.planned) == (2, 1, 1, 1)
    assert month.states == {State.NEW: 2}


def test_the_last_months_cross_a_year() -> None:
    assert months(date(2026, 2, 28), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]


def test_a_month_with_few_cases_says_nothing_else() -> None:
    for received in range(FEW):
        line = hushed(Month(FIRST, received, received, received, 0, {State.NEW: received}))
        told = {line.received, line.opened, line.assessed, line.planned, *line.states.values()}
        assert told == {Hidden.FEW}


def test_the_rest_of_a_number_is_no_small_one_either() -> None:
    line = hushed(Month(FIRST, 10, opened=10, assessed=6, planned=4, states={State.NEW: 10}))
    assert (line.opened, line.assessed, line.planned) == (10, Hidden.UNSAID, Hidden.FEW)


def _shown(parts: tuple[int, ...]) -> tuple[Told, ...]:
    return (sum(parts), *_parts(sum(parts), parts))


def test_no_hidden_part_follows_from_the_whole_even_for_who_knows_the_rule() -> None:
    """Every table of three parts: what is shown fits tables with other small numbers too."""
    alike: defaultdict[tuple[Told, ...], list[tuple[int, ...]]] = defaultdict(list)
    for parts in itertools.product(range(31), repeat=3):
        if FEW <= sum(parts) <= 30:
            alike[_shown(parts)].append(parts)
    for shown, tables in alike.items():
        for n, told in enumerate(shown[1:]):
            if isinstance(told, Hidden):
                assert len({table[n] for table in tables}) > 1, shown


def test_a_rule_that_hides_only_small_cells_would_tell_them() -> None:
    parts = (9, 20, 3)
    naive = [part if part >= FEW else Hidden.FEW for part in parts]
    assert sum(parts) - sum(part for part in naive if isinstance(part, int)) == 3
    assert _shown(parts).count(Hidden.UNSAID) == 1


def test_a_sum_of_months_is_told_only_where_it_tells_none() -> None:
    assert sum_of([9, 3, 20], [9, Hidden.FEW, 20]) is Hidden.UNSAID
    assert sum_of([9, 8, 20], [9, 8, 20]) == 37
    assert sum_of([1, 2], [Hidden.FEW, Hidden.FEW]) is Hidden.FEW
    chance = random.Random(1)
    for _ in range(500):
        counted = [chance.randrange(9) for _ in range(12)]
        told: list[Told] = [n if n >= FEW else Hidden.FEW for n in counted]
        whole = sum_of(counted, told)
        if isinstance(whole, int) and Hidden.FEW in told:
            few = told.count(Hidden.FEW)
            left = whole - sum(n for n in told if isinstance(n, int))
            assert FEW - 1 <= left <= (few - 1) * (FEW - 1)
