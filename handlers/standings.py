"""Where a child stands with its duties, and what was told of them, for the conversations."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from care.choosing import Reason
from care.clock import at_local
from care.duties import Duty, Record, Source, State, Told
from care.local import Local
from care.messages import Kind
from care.people import Child
from care.reminding import next_session, standing_of
from handlers.routing import argument
from handlers.turn import Turn
from storage import area_settings, duties, outbox, settling

ASKED_FOR_SLOT = 100  # slots of reminders that a family asked for; the programme's are below
ASKED_FOR_LIVES = timedelta(days=7)


def local(turn: Turn) -> Local:
    """What holds where the family lives, else where this installation works."""
    return area_settings.of_area(turn.conn, turn.caregiver.area_id)


def session(turn: Turn, earliest: date | None = None) -> date | None:
    """The station's next day for vaccinations on which that can be given."""
    return next_session(local(turn), max(turn.today, earliest or turn.today))


def named(turn: Turn) -> tuple[str, Child | None, str]:
    """Of the button "what:child:more": ids in buttons are never believed."""
    what, _, rest = argument(turn).partition(":")
    child_id, _, more = rest.partition(":")
    return what, next((c for c in turn.living if str(c.id) == child_id), None), more


def together(turn: Turn, child: Child) -> list[Child]:
    """The child and its twins: a reminder names them all, so its button means them all."""
    twins = [c for c in turn.living if c.twin_group and c.twin_group == child.twin_group]
    return twins or [child]


def both(kids: Sequence[Child]) -> dict[str, Any]:
    """What a message says to name twins together."""
    return {"children": [kid.id for kid in kids]} if len(kids) > 1 else {}


def tell(turn: Turn, child: Child, duty: str, record: Record) -> bool:
    """Keeps what was told of a duty. What is settled is reminded of no more, for nobody.

    False when just that was known.
    """
    items = turn.library.reminders(duty)
    return settling.tell(turn.conn, child.id, duty, record, items, turn.caregiver.id, turn.now)


def take_back(turn: Turn, child: Child, duty: str) -> None:
    """Nothing is known of it any more; what it withdrew comes after all."""
    settling.take_back(turn.conn, child.id, duty, turn.library.reminders(duty), turn.now)


def tell_doses(turn: Turn, child: Child, records: Mapping[str, Record]) -> None:
    """Keeps what was told of doses; a visit whose doses are all given is done."""
    for dose, record in records.items():
        duties.put(turn.conn, child.id, dose, record, turn.caregiver.id, turn.now)
    for duty in turn.library.duties.values():
        if any(dose in records for dose in duty.doses):
            _settle_visit(turn, child, duty)


def _settle_visit(turn: Turn, child: Child, duty: Duty) -> None:
    """A visit is done with its doses, and open again when one of them was marked by mistake.

    What else the family said of it stands until then.
    """
    told = duties.of_child(turn.conn, child.id)
    known = told.pop(duty.id, None)
    stands = standing_of(turn.library.rules, duty, child, told, turn.today, local(turn))
    unknown = any(d in told and told[d].state is Told.UNKNOWN for d in duty.doses)
    if stands.state is State.DONE and not unknown:
        tell(turn, child, duty.id, Record(Told.DONE, None, Source.CAREGIVER))
    elif known is not None and known.state is Told.DONE:
        take_back(turn, child, duty.id)


def remind_on(turn: Turn, child: Child, item_id: str, day: date) -> None:
    """A reminder the family asked for, besides those of the programme.

    It takes the place of what still waits for this person, and names twins together.
    """
    caregiver = turn.caregiver
    reason = Reason.PUT_OFF.value
    outbox.cancel_item(turn.conn, child.id, [item_id], reason, turn.now, caregiver.id)
    slot = outbox.next_slot(turn.conn, item_id, child.id, caregiver.id, ASKED_FOR_SLOT)
    when = at_local(day, caregiver.send_minutes)
    row = outbox.values(
        kind=Kind.REMINDER,
        address_id=turn.contact.address_id,
        route=f"{turn.contact.address.channel}:{turn.contact.address.account}",
        message=item_id,
        not_before=when,
        expires_at=when + ASKED_FOR_LIVES,
        caregiver_id=caregiver.id,
        child_id=child.id,
        slot=slot,
        params=both(together(turn, child)),
        planned_on=day,
    )
    outbox.add(turn.conn, [row])
