"""One family's day: its candidates become rows of the outbox and of the book of decisions."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from bot import pushes
from bot.known import Known
from care.choosing import Candidate, Decision, Past, Reason, State, choose
from care.people import CaregiverState, Frequency
from care.reminding import Withheld
from storage import decisions


class Family(NamedTuple):
    """What the planner knows of one caregiver on one day."""

    caregiver_id: int
    state: str
    frequency: Frequency
    send_minutes: int
    address_id: int | None
    route: str | None
    area_id: int | None = None


Entry = tuple[Family, Candidate, bool]  # the flag: it waited before


class Batch:
    """Rows of one transaction, as they grow."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.messages: list[dict[str, Any]] = []
        self.kept: list[dict[str, Any]] = []
        self.settled: list[tuple[str, int, int, int]] = []

    def keep(
        self,
        family: Family,
        candidate: Candidate,
        state: State,
        reason: Reason,
        retry_on: date | None = None,
    ) -> None:
        self.kept.append(
            decisions.decision(
                candidate.opening,
                candidate.child_id,
                family.caregiver_id,
                candidate.opened_on,
                candidate.expires_on,
                state.value,
                reason.value,
                self.today,
                retry_on,
            )
        )


def plan_family(
    batch: Batch,
    members: Sequence[Entry],
    history: Sequence[Past],
    known: Known,
    held: frozenset[str],
) -> None:
    """`held`: items that wait till an officer has looked, or till their last day has passed."""
    family = members[0][0]
    for _, candidate, waited in members:
        if waited:
            item = candidate.opening.item.id
            batch.settled.append(
                (item, candidate.child_id, family.caregiver_id, candidate.opening.slot)
            )
    candidates: list[Candidate] = []
    for _, candidate, _ in members:
        reason = _out_of_reach(family)
        if reason:
            batch.keep(family, candidate, State.SKIPPED, reason)
        elif verdict := known.withheld(candidate, family.area_id, batch.today):
            _withhold(batch, family, candidate, verdict)
        elif candidate.opening.item.id in held:
            _hold(batch, family, candidate)
        else:
            candidates.append(candidate)
    if candidates:
        decided = choose(family.frequency, candidates, history, batch.today)
        _write(batch, family, decided)


def _hold(batch: Batch, family: Family, candidate: Candidate) -> None:
    if candidate.expires_on <= batch.today:
        batch.keep(family, candidate, State.EXPIRED, Reason.HELD_BACK)
    else:
        tomorrow = batch.today + timedelta(days=1)
        batch.keep(family, candidate, State.WAITING, Reason.HELD_BACK, tomorrow)


def _withhold(batch: Batch, family: Family, candidate: Candidate, verdict: Withheld) -> None:
    if verdict.retry_on is None:
        batch.keep(family, candidate, State.SKIPPED, verdict.reason)
    elif verdict.retry_on > candidate.expires_on:
        batch.keep(family, candidate, State.EXPIRED, verdict.reason)
    else:
        batch.keep(family, candidate, State.WAITING, verdict.reason, verdict.retry_on)


def _out_of_reach(family: Family) -> Reason | None:
    if family.state == CaregiverState.PAUSED:
        return Reason.PAUSED
    if family.address_id is None:
        return Reason.NO_CHANNEL
    return None


def _write(batch: Batch, family: Family, decided: Sequence[Decision]) -> None:
    for decision in decided:
        candidate = decision.candidate
        if decision.state is State.SEND:
            batch.messages.append(
                pushes.row(
                    candidate,
                    caregiver_id=family.caregiver_id,
                    address_id=family.address_id or 0,
                    route=family.route or "",
                    send_minutes=family.send_minutes,
                    today=batch.today,
                    merged=[d.candidate for d in decided if d.into is candidate],
                )
            )
        elif decision.state is State.WAITING and decision.reason:
            tomorrow = batch.today + timedelta(days=1)
            batch.keep(family, candidate, decision.state, decision.reason, tomorrow)
        elif decision.reason:
            batch.keep(family, candidate, decision.state, decision.reason)
