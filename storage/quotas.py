"""What a messenger still takes this month, where it takes only so many messages."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.engine import Connection

from care.clock import month_around
from storage.outbox import PENDING, SENDING, SENT, UNKNOWN
from storage.tables import outbox

Quotas = Mapping[str, int]
"""Messages in a calendar month, by route; an account without a limit is not in it."""
NO_LIMIT: Quotas = {}


def left(conn: Connection, quotas: Quotas, day: date) -> dict[str, int]:
    """For the month of `day`, by route: less what went out in it and what waits to go in it."""
    if not quotas:
        return {}
    begins, ends = month_around(day)
    gone = and_(outbox.c.state.in_((SENT, UNKNOWN)), outbox.c.at >= begins, outbox.c.at < ends)
    waits = and_(outbox.c.state.in_((PENDING, SENDING)), outbox.c.not_before < ends)
    query = select(outbox.c.route, func.count()).where(
        outbox.c.route.in_(list(quotas)), or_(gone, waits)
    )
    used = {row[0]: row[1] for row in conn.execute(query.group_by(outbox.c.route))}
    return {route: max(0, most - used.get(route, 0)) for route, most in quotas.items()}
