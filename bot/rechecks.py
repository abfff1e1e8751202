"""Looking at a milestone list again: it comes once more to whoever answered it.

After the day's plan, so that the programme goes first: one push a day. For the planner it is a tip
of its week. Written twice it is there once.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.pushes import REMINDER_LIVES
from care.clock import at_local
from care.messages import Kind
from care.milestones import KIND, fitting
from care.programme import Opening
from storage import children, milestones, outbox
from storage.database import Connection, Database
from storage.milestones import Again


async def remind(db: Database, openings: Sequence[Opening], today: date) -> int:
    """Returns the number of new messages."""
    rows = await db.read(_due, [o for o in openings if o.item.kind == KIND], today)
    return await db.write(outbox.add, rows) if rows else 0


def _due(conn: Connection, lists: Sequence[Opening], today: date) -> list[dict[str, Any]]:
    """At most one message a caregiver; none about a list that the next one has replaced."""
    rows: dict[int, dict[str, Any]] = {}
    for again in milestones.due_again(conn, today):
        child = children.get(conn, again.child_id)
        now = fitting(lists, child, today) if child else None
        if now is not None and now.id == again.checklist:
            rows.setdefault(again.caregiver_id, _row(again, today, now.until))
    return list(rows.values())


def _row(again: Again, today: date, until: date) -> dict[str, Any]:
    not_before = at_local(today, again.send_minutes)
    return outbox.values(
        kind=Kind.REMINDER,
        address_id=again.address_id,
        route=again.route,
        message=again.checklist,
        not_before=not_before,
        expires_at=min(at_local(until, 0), not_before + REMINDER_LIVES),
        caregiver_id=again.caregiver_id,
        child_id=again.child_id,
        slot=again.slot,
        planned_on=today,
    )
