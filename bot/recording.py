"""The outcome of sending, written down."""

from datetime import datetime

from bot.compose import Ready
from bot.outcomes import Outcome, Scope
from care.discreet import GONE
from channels.base import Receipt
from storage import caregivers, claims, outbox, taken_away, windows
from storage.database import Connection


def sent(conn: Connection, row: claims.Row, ref: str | None, now: datetime) -> None:
    claims.settle(conn, row.id, outbox.SENT, now, ref=ref)
    if row.message == GONE:
        taken_away.done(conn, row)
    taken_away.wipe(conn, row)


def delivered(conn: Connection, ready: Ready, receipt: Receipt, now: datetime) -> None:
    """It has arrived."""
    sent(conn, ready.row, receipt.ref, now)
    if receipt.cost is not None:
        windows.recharge(conn, ready.row.id, receipt.cost)


def record(
    conn: Connection, row: claims.Row, verdict: Outcome, reason: str, now: datetime
) -> list[int]:
    """Returns other rows that wait longer because of this one."""
    if verdict.state != outbox.UNKNOWN:
        windows.refund(conn, row.id)
    if verdict.state is not None:
        claims.settle(conn, row.id, verdict.state, now, reason=reason)
        taken_away.wipe(conn, row)
    elif verdict.retry_at is not None:
        claims.release(
            conn, row.id, verdict.retry_at, attempt=verdict.attempt, resend=verdict.resend
        )
    if verdict.scope is Scope.CHAT and verdict.retry_at is not None:
        return claims.delay_address(conn, row.address_id, verdict.retry_at)
    if verdict.scope is Scope.ADDRESS_GONE:
        caregivers.mark_gone(conn, row.address_id, now)
        if row.caregiver_id is not None:
            outbox.reroute(conn, row.caregiver_id, row.address_id)
        outbox.cancel_address(conn, row.address_id, "recipient gone", now)
    return []
