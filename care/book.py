"""The child's book: all that is known of one child, put together. Nothing is judged or counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from care.duties import TO_DO, Record, Standing, State, Told
from care.growth import Measurement
from care.immunisation import Shot
from care.immunisation import State as Dosing
from care.local import Local
from care.people import Child, ChildState
from care.reminding import Rules, known_doses, shots_of, standings

PAPERS = frozenset({"papers", "school"})
CHECKUPS = {
    ChildState.BORN: frozenset({"checkups", "mother"}),
    ChildState.EXPECTED: frozenset({"pregnancy"}),
}
ON_RECORD = TO_DO | {State.DONE, State.WAITS}
COMING = timedelta(days=365)
MOST_COMING = 5


class Known(StrEnum):
    """Of a dose."""

    GIVEN = "given"
    UNKNOWN = "unknown"  # its day has passed and nobody told us, or nobody remembers
    DUE = "due"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class DutyLine:
    """`done_on` None: not done, or the day was not told."""

    id: str
    state: State
    done_on: date | None = None
    opens: date | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True)
class DoseLine:
    """`earliest` None for a dose that waits for the one before."""

    id: str
    known: Known
    given_on: date | None = None
    earliest: date | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A milestone list somebody answered, and the keys of the skills that were seen."""

    checklist: str
    on: date
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Book:
    child: Child
    on: date
    papers: tuple[DutyLine, ...]
    checkups: tuple[DutyLine, ...]  # those that were done
    doses: tuple[DoseLine, ...]
    measured: tuple[Measurement, ...]
    looked: tuple[Looked, ...]
    coming: tuple[DutyLine, ...]


def gather(
    rules: Rules,
    child: Child,
    told: Mapping[str, Record],
    measured: Sequence[Measurement],
    looked: Sequence[Looked],
    today: date,
    local: Local,
) -> Book:
    every = standings(rules, child, told, today, local)
    lines = {id_: _line(id_, stands, told) for id_, stands in every.items()}
    return Book(
        child=child,
        on=today,
        papers=tuple(_papers(rules, lines, told)),
        checkups=tuple(_checkups(rules, child, lines)),
        doses=tuple(_doses(rules, child, told, today, local)),
        measured=tuple(measured),
        looked=tuple(looked),
        coming=tuple(_coming(rules, lines, told, today))[:MOST_COMING],
    )


def _line(id_: str, stands: Standing, told: Mapping[str, Record]) -> DutyLine:
    done_on = told[id_].day if stands.state is State.DONE and id_ in told else None
    return DutyLine(id_, stands.state, done_on, stands.opens, stands.due)


def _papers(
    rules: Rules, lines: Mapping[str, DutyLine], told: Mapping[str, Record]
) -> Iterator[DutyLine]:
    for id_, line in lines.items():
        not_needed = line.state is State.NOT_APPLICABLE and id_ in told
        if rules.duties[id_].group in PAPERS and (line.state in ON_RECORD or not_needed):
            yield line


def _checkups(rules: Rules, child: Child, lines: Mapping[str, DutyLine]) -> Iterator[DutyLine]:
    groups = CHECKUPS.get(child.state, frozenset())
    for id_, line in lines.items():
        if rules.duties[id_].group in groups and line.state is State.DONE:
            yield line


def _doses(
    rules: Rules, child: Child, told: Mapping[str, Record], today: date, local: Local
) -> Iterator[DoseLine]:
    """What can no longer be given, or is not given here, is left out."""
    anything = known_doses(rules, told)
    for id_, shot in shots_of(rules, child, told, today, local).items():
        record = told.get(id_)
        if record is not None and record.state is Told.DONE:
            yield DoseLine(id_, Known.GIVEN, given_on=record.day)
        elif (known := _known(shot, anything=anything)) is not None:
            yield DoseLine(id_, known, earliest=None if shot.waits_for else shot.earliest)


def _known(shot: Shot, *, anything: bool) -> Known | None:
    """Of a dose that nobody told us was given; `anything`: the card was told at all."""
    if shot.state is Dosing.GIVEN:  # nobody remembers, or a later one of its series was given
        return Known.UNKNOWN
    if shot.state in (Dosing.DUE, Dosing.OVERDUE):
        return Known.DUE if anything else Known.UNKNOWN
    return Known.NEXT if shot.state is Dosing.NOT_YET else None


def _coming(
    rules: Rules, lines: Mapping[str, DutyLine], told: Mapping[str, Record], today: date
) -> Iterator[DutyLine]:
    """What can be done now, then what opens next. Left out is what may long be done."""
    card = known_doses(rules, told)
    now = [
        line
        for id_, line in lines.items()
        if line.state in TO_DO and not _perhaps_done(line, id_ in told, card and _visit(rules, id_))
    ]
    later = [
        line
        for line in lines.values()
        if line.state is State.NOT_YET and line.opens and line.opens <= today + COMING
    ]
    yield from sorted(now, key=lambda line: line.due or date.max)
    yield from sorted(later, key=lambda line: line.opens or date.max)


def _visit(rules: Rules, id_: str) -> bool:
    return bool(rules.duties[id_].doses)


def _perhaps_done(line: DutyLine, told: bool, on_card: bool) -> bool:
    """Its day has passed, and nobody said whether it was done."""
    return line.state is State.OVERDUE and not told and not on_card
