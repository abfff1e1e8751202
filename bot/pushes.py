"""How a chosen item becomes an outbox row: when it may go and when it is too late."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from care.choosing import REMINDER_PRIORITY, Candidate
from care.clock import at_local
from care.messages import Kind
from storage import outbox

TIP_LIVES = timedelta(hours=48)
REMINDER_LIVES = timedelta(days=7)
MIDNIGHT = 24 * 60
_at_local = lru_cache(1024)(at_local)  # a day's plan has few moments and very many rows


def row(
    candidate: Candidate,
    *,
    caregiver_id: int,
    address_id: int,
    route: str,
    send_minutes: int,
    today: date,
    merged: Sequence[Candidate] = (),
) -> dict[str, Any]:
    """The outbox columns of a push. Siblings folded into it are named, other items added."""
    item = candidate.opening.item
    reminder = item.priority == REMINDER_PRIORITY
    slot = _at_local(today, send_minutes)
    last = _at_local(candidate.expires_on, MIDNIGHT)
    params: dict[str, Any] = {}
    children = [c.child_id for c in merged if c.opening.item.id == item.id]
    also = [c.opening.item.id for c in merged if c.opening.item.id != item.id]
    if children:
        params["children"] = [candidate.child_id, *children]
    if also and reminder:
        params["also"] = also
    return outbox.values(
        kind=Kind.REMINDER if reminder else Kind.TIP,
        address_id=address_id,
        route=route,
        message=item.id,
        not_before=slot,
        expires_at=min(last, slot + (REMINDER_LIVES if reminder else TIP_LIVES)),
        caregiver_id=caregiver_id,
        child_id=candidate.child_id,
        slot=candidate.opening.slot,
        params=params,
        planned_on=today,
    )
