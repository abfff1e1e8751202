"""Whether a reminder of a duty is sent today, waits, or is not needed: with a reason, always.

Nothing is known of most children. Then the calendar decides, and the words say "if not done yet".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from care.choosing import Reason
from care.duties import Duty, Record, Source, Standing, State, Told, standing
from care.immunisation import Dose, Shot, due_now, next_date, plan, station_days
from care.immunisation import State as Dosing
from care.local import Local
from care.people import Child

LOOK_AGAIN = timedelta(days=7)  # for something that others decide
BEFORE_SESSION = timedelta(days=7)  # one reminder a week: within seven days there is room
SETTLES = {
    Told.DONE: Reason.DONE,
    Told.NOT_APPLICABLE: Reason.NOT_FOR_CHILD,
    Told.REFUSED: Reason.REFUSED,
}
NOTHING_TO_GIVE = frozenset({Dosing.GIVEN, Dosing.NOT_HERE, Dosing.TOO_LATE, Dosing.NOT_IN_FORCE})


class Withheld(NamedTuple):
    """`retry_on` None: not at all."""

    reason: Reason
    retry_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Every duty and every dose, by id."""

    duties: Mapping[str, Duty] = field(default_factory=dict)
    doses: Mapping[str, Dose] = field(default_factory=dict)


def better_now(verdict: Withheld, last_day: date) -> bool:
    """A session that comes after the last day: rather before its time than never."""
    late = verdict.retry_on is None or verdict.retry_on > last_day
    return verdict.reason is Reason.SESSION and late


_SKIPPED = {
    State.DONE: Reason.DONE,
    State.NOT_APPLICABLE: Reason.NOT_FOR_CHILD,
    State.REFUSED: Reason.REFUSED,
    State.CLOSED: Reason.CLOSED,
    State.NOT_HERE: Reason.NOT_HERE,
    State.NO_RULE: Reason.NO_RULE,
}


def withheld(
    rules: Rules,
    duty_id: str,
    child: Child,
    told: Mapping[str, Record],
    today: date,
    local: Local,
) -> Withheld | None:
    """None: it is sent."""
    duty = rules.duties.get(duty_id)
    if duty is None:
        return Withheld(Reason.DONE) if _is_done(told, duty_id) else None
    stands = standing(duty, child, told, today, local)
    if stands.state in _SKIPPED:
        return Withheld(_SKIPPED[stands.state])
    if stands.until is not None and stands.until > today:
        return Withheld(Reason.PUT_OFF)  # a message for that day waits already
    if stands.state is State.WAITS and stands.after in told:  # of most families nothing is known
        return Withheld(Reason.OTHER_FIRST, today + LOOK_AGAIN)
    if duty.doses:
        return _visit(rules, duty, child, told, today, local)
    moved = duty.id in local.windows or stands.after is not None
    if stands.state is State.NOT_YET and moved:
        return Withheld(Reason.NOT_YET, stands.opens)
    return None


def _is_done(told: Mapping[str, Record], duty: str) -> bool:
    return duty in told and told[duty].state is Told.DONE


def standing_of(
    rules: Rules,
    duty: Duty,
    child: Child,
    told: Mapping[str, Record],
    today: date,
    local: Local,
    shots: Mapping[str, Shot] | None = None,
) -> Standing:
    """As `standing`; where doses are known, a visit stands as its doses do.

    `shots`: what `shots_of` says of this child, for who asks about many duties.
    """
    stands = standing(duty, child, told, today, local)
    by_dose = duty.doses and known_doses(rules, told) and child.born_on is not None
    if not by_dose or stands.state in (State.REFUSED, State.NOT_HERE, State.NOT_APPLICABLE):
        return stands
    shots = shots or shots_of(rules, child, told, today, local)
    own = [shots[dose] for dose in duty.doses if dose in shots]
    missing = [shot for shot in own if shot.state not in NOTHING_TO_GIVE]
    if not missing:
        given = any(shot.state is Dosing.GIVEN for shot in own)
        return Standing(State.DONE if given else State.CLOSED)
    now = [shot for shot in missing if shot.state in (Dosing.DUE, Dosing.OVERDUE)]
    days = [shot.earliest for shot in now or missing if shot.earliest]
    dues = [shot.due for shot in now or missing if shot.due]
    span = (min(days, default=stands.opens), min(dues, default=stands.due), stands.closes)
    if not now:
        return Standing(State.NOT_YET, *span, stands.until)
    late = any(shot.state is Dosing.OVERDUE for shot in now)
    return Standing(State.OVERDUE if late else State.OPEN, *span, stands.until)


def standings(
    rules: Rules, child: Child, told: Mapping[str, Record], today: date, local: Local
) -> dict[str, Standing]:
    """Every duty, in the order of the file."""
    shots = shots_of(rules, child, told, today, local) if known_doses(rules, told) else None
    return {
        id_: standing_of(rules, duty, child, told, today, local, shots)
        for id_, duty in rules.duties.items()
    }


def _visit(
    rules: Rules, duty: Duty, child: Child, told: Mapping[str, Record], today: date, local: Local
) -> Withheld | None:
    """Something may be given: whatever visit it belongs to, this reminder names it."""
    stands = standing_of(rules, duty, child, told, today, local)
    if stands.state is State.DONE:
        return Withheld(Reason.DONE)
    if known_doses(rules, told):
        shots = shots_of(rules, child, told, today, local)
        if not due_now(shots):
            following = next_date(shots)
            return Withheld(Reason.NOT_YET, following) if following else Withheld(Reason.CLOSED)
    return _before_session(local, today)


def _before_session(local: Local, today: date) -> Withheld | None:
    """It comes when it is time to go: some days before the station's next session."""
    session = next_session(local, today)
    if session is None or session - today <= BEFORE_SESSION:
        return None
    return Withheld(Reason.SESSION, session - BEFORE_SESSION)


def next_session(local: Local, today: date) -> date | None:
    """The station's next day for vaccinations, today included; None where it is not known."""
    return station_days(local.session.days, today) if local.session else None


def known_doses(rules: Rules, told: Mapping[str, Record]) -> bool:
    """Whether anything was ever told of this child's doses."""
    return any(duty in rules.doses for duty in told)


def shots_of(
    rules: Rules, child: Child, told: Mapping[str, Record], today: date, local: Local
) -> dict[str, Shot]:
    """Where the child stands with every dose; none for a child that is not born."""
    if child.born_on is None:
        return {}
    given = {
        dose: record.day
        for dose, record in told.items()
        if dose in rules.doses and record.state in (Told.DONE, Told.UNKNOWN)
    }
    return plan(rules.doses, child.born_on, given, today, local.on)


def copied(
    rules: Rules, child: Child, given: Collection[str] | None, today: date, local: Local
) -> dict[str, Record]:
    """ "These doses are given": the others that were due are known as missing.

    With `given` None nobody remembers: the station will look at the book.
    """
    found: dict[str, Record] = {}
    for dose, shot in shots_of(rules, child, {}, today, local).items():
        planned = rules.doses[dose].due.after(child.born_on) if child.born_on else today
        if shot.state in (Dosing.NOT_HERE, Dosing.NOT_IN_FORCE) or planned > today:
            continue
        state = Told.MISSED
        if given is None:
            state = Told.UNKNOWN
        elif dose in given:
            state = Told.DONE
        found[dose] = Record(state, None, Source.CARD)
    return found
