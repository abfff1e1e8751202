"""An officer is disabled: what was about to be sent goes to nobody by itself, cases wait again."""

from datetime import datetime

from sqlalchemy.engine import Connection

from care.campaigns import State
from storage import audit, campaigns, case_leaving, officers
from storage.campaign_rows import locked, to_draft, where
from storage.console_tables import campaigns as table

LEFT = "officer disabled"  # the detail of each line in the audit trail
_BEFORE = (State.WAITING, State.APPROVED)


def disable(conn: Connection, officer_id: int, actor: str, now: datetime) -> None:
    """What has not begun becomes a draft again, what runs is paused; others may go on with it."""
    officers.disable(conn, officer_id)
    case_leaving.free(conn, officer_id, now)
    audit.record(conn, actor, "account disabled", f"officer:{officer_id}", now)
    states = [state.value for state in (*_BEFORE, State.SENDING)]
    for found in where(conn, table.c.officer_id == officer_id, table.c.state.in_(states)):
        campaign = locked(conn, found.id)  # it may have begun meanwhile
        if campaign.state in _BEFORE:
            to_draft(conn, campaign)
            action = "campaign taken back"
        elif campaign.state is State.SENDING:
            campaigns.pause(conn, campaign.id, now)
            action = "campaign paused"
        else:
            continue
        audit.record(conn, actor, action, campaign.message, now, LEFT)
