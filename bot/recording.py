"""The outcome of sending, written down."""

from datetime import datetime

from bot.outcomes import Outcome, Scope
from storage import caregivers, claims, outbox
from storage.database import Connection


def sent(conn: Connection, row: claims.Row, ref: str | None, now: datetime) -> None:
    claims.settle(conn, row.id, outbox.SENT, now, ref=ref)


def record(
    conn: Connection, row: claims.Row, verdict: Outcome, reason: str, now: datetime
) -> list[int]:
    """Returns other rows that wait longer because of this one."""
    if verdict.state is not None:
        claims.settle(conn, row.id, verdict.state, now, reason=reason)
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
