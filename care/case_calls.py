"""Whom the clock calls to a case, and when it goes to the unit above.

Officers of the unit first, their deputies when nobody opened it in time, then one unit up at a
time. Where nobody can open it, it does not wait there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from care.cases import Act, Case


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at work who keeps cases where the case lies or above it, and is not excluded."""

    officer_id: int
    rank: int  # of care.cases.RANKS
    deputy: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What the clock does with a case, and how it stands afterwards."""

    act: Act
    stage: int
    highest: int


def here(case: Case, seats: Sequence[Seat]) -> list[Seat]:
    """Those who see it now."""
    return [seat for seat in seats if case.highest <= seat.rank <= case.lowest]


def next_step(case: Case, seats: Sequence[Seat], late: bool) -> Step | None:
    """The next call, one at a time; None while it is with whom it should be with."""
    if case.closed_at is not None:
        return None
    if case.waiting_since is not None:
        called = _to_open(case, seats, late)
        if called is not None:
            return called
    if case.close_asked_at is not None and not seconds(case, seats):
        return _climb(case, seats, case.stage, lambda s: s.officer_id != case.close_asked_by)
    return None


def _to_open(case: Case, seats: Sequence[Seat], late: bool) -> Step | None:
    now_here = here(case, seats)
    if not now_here:
        return _climb(case, seats, case.stage)
    deputies = [seat for seat in now_here if seat.deputy]
    if case.stage == 0 and deputies and (late or len(deputies) == len(now_here)):
        return Step(Act.DEPUTY_CALLED, 1, case.highest)
    return _climb(case, seats, max(case.stage, 1) + 1) if late else None


def _climb(
    case: Case, seats: Sequence[Seat], stage: int, fits: Callable[[Seat], bool] = lambda _: True
) -> Step | None:
    """To the nearest unit above with somebody in it."""
    ranks = [seat.rank for seat in seats if seat.rank < case.highest and fits(seat)]
    return Step(Act.CLIMBED, stage, max(ranks)) if ranks else None


def seconds(case: Case, seats: Sequence[Seat]) -> list[Seat]:
    """Who may look at a case that somebody asked to close."""
    return [seat for seat in here(case, seats) if seat.officer_id != case.close_asked_by]


def called(case: Case, seats: Sequence[Seat]) -> list[Seat]:
    """Who is told that it waits to be opened: deputies only after the others."""
    return [seat for seat in here(case, seats) if case.stage > 0 or not seat.deputy]


def called_since(case: Case, since: datetime) -> datetime:
    """A call makes it news once more."""
    return max(since, case.called_at or since)
