"""What is done with a copy that was read in, before anybody uses it.

Nobody knows what was sent after the copy was made. So nothing goes by itself that may have gone
already, and what families have had erased since is erased again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.engine import Connection

from care.campaigns import State
from care.choosing import Reason
from care.clock import local_day
from care.discreet import GONE
from care.people import CaregiverState, ChildState
from storage import (
    audit,
    campaign_rows,
    campaigns,
    children,
    decisions,
    losses,
    privacy,
    tombstones,
)
from storage import outbox as outbox_rows
from storage.campaign_sending import due
from storage.console_tables import campaigns as campaign_table
from storage.console_tables import officer_sessions
from storage.copy_lines import Header
from storage.dialect import in_state
from storage.family_tables import care_links, caregivers
from storage.outbox import EXPIRED, PENDING, SENDING, UNKNOWN, of_a_discreet_dialogue
from storage.tables import inbox, outbox
from storage.tombstones import Found, Kind, Tombstone
from storage.windows import CLOSED

WHY = "restored"
_AWAKE = (CaregiverState.ACTIVE, CaregiverState.PAUSED)
_MARGIN = timedelta(days=1)  # of these the copy's own tombstones tell which it knows


@dataclass(frozen=True, slots=True)
class Settled:
    """What a restore did besides bringing the rows."""

    header: Header
    dropped: int  # messages that waited
    campaigns: int  # that an officer has to resume, or to hand in again
    erased: int  # caregivers and links to children that were erased again
    stopped: int  # children about whom, and caregivers to whom, nothing unasked is sent


def settle(
    conn: Connection, erasures: Iterable[Tombstone], header: Header, now: datetime
) -> Settled:
    """In the transaction that brought the rows."""
    held = _hold_campaigns(conn, now)
    dropped = _drop_messages(conn, now)
    erased, stopped = _erase_again(conn, erasures, header.made_at, now)
    conn.execute(delete(officer_sessions))
    audit.record(conn, "operator", WHY, "database", now, header.made_at.isoformat())
    return Settled(header, dropped, held, erased, stopped)


def _hold_campaigns(conn: Connection, now: datetime) -> int:
    """Their waiting messages go when an officer says so; the time of most is over by then."""
    running = campaign_rows.where(conn, campaign_table.c.state == State.SENDING.value)
    for campaign in running:
        campaigns.pause(conn, campaign.id, now)
    begun = due(conn, now)  # after the copy, as far as anybody knows
    for campaign in begun:
        campaign_rows.to_draft(conn, campaign)
    return len(running) + len(begun)


def _drop_messages(conn: Connection, now: datetime) -> int:
    """What may have been sent since. What was for later than now certainly was not."""
    due_by_now = and_(
        in_state(outbox.c.state, PENDING),
        or_(outbox.c.not_before <= now, outbox.c.reason == CLOSED),
    )
    dropped = 0
    for which, state in ((due_by_now, EXPIRED), (in_state(outbox.c.state, SENDING), UNKNOWN)):
        maybe_sent = (which, outbox.c.message != GONE)  # taking away twice is taking away
        conn.execute(update(outbox).where(*maybe_sent, of_a_discreet_dialogue()).values(params={}))
        ended = update(outbox).where(*maybe_sent).values(state=state, reason=WHY, at=now)
        dropped += conn.execute(ended).rowcount
    unread = update(inbox).where(in_state(inbox.c.state, "new"))
    conn.execute(unread.values(state="done", error=WHY))
    return dropped


def _erase_again(
    conn: Connection, erasures: Iterable[Tombstone], made_at: datetime, now: datetime
) -> tuple[int, int]:
    known = set(tombstones.all_of(conn))
    new = [one for one in erasures if one not in known]
    tombstones.take_over(conn, new)
    after = [one for one in new if one.at >= made_at - _MARGIN]
    found = tombstones.find(conn, after)
    erased = sum(_forget(conn, one, now) for one in found)
    return erased, _stop_children(conn, found, now) + _stop_caregivers(conn, found, now)


def _forget(conn: Connection, found: Found, now: datetime) -> bool:
    if found.kind is Kind.ERASED and found.caregiver_id is not None:
        mine = caregivers.c.id == found.caregiver_id
        there = conn.execute(select(caregivers.c.id).where(mine)).first() is not None
        if there:
            privacy.remove(conn, found.caregiver_id, now)
        return there
    if found.kind is Kind.LEFT and found.caregiver_id is not None and found.child_id is not None:
        link = (
            care_links.c.child_id == found.child_id,
            care_links.c.caregiver_id == found.caregiver_id,
        )
        there = conn.execute(select(care_links.c.child_id).where(*link)).first() is not None
        if there:
            privacy.leave_child(conn, found.child_id, found.caregiver_id, now)
        return there
    return False


def _stop_children(conn: Connection, found: Sequence[Found], now: datetime) -> int:
    """Those of whom a loss was told since, if it was not taken back: as the last word was."""
    last = {one.child_id: one.kind for one in found if one.caregiver_id is None}
    stopped = 0
    for child_id, kind in last.items():
        child = children.get(conn, child_id) if child_id is not None else None
        if child is None or kind is Kind.BACK:
            continue
        today, there = local_day(now), child.state in (ChildState.EXPECTED, ChildState.BORN)
        if there and kind is Kind.LOST:
            losses.died(conn, child, children.caregivers_of(conn, child.id), now, today)
        elif there:
            losses.moved(conn, child, now, today)
        stopped += there
    return stopped


def _stop_caregivers(conn: Connection, found: Sequence[Found], now: datetime) -> int:
    told = [one for one in found if one.kind in (Kind.STOPPED, Kind.RESUMED)]
    stopped = 0
    for caregiver_id, kind in {one.caregiver_id: one.kind for one in told}.items():
        if caregiver_id is None or kind is Kind.RESUMED:
            continue
        who = (caregivers.c.id == caregiver_id, caregivers.c.state.in_(_AWAKE))
        silent = {"state": CaregiverState.STOPPED, "paused_until": None}
        stopped += conn.execute(update(caregivers).where(*who).values(**silent)).rowcount
        outbox_rows.cancel_pushes(conn, caregiver_id, Reason.STOPPED.value, now)
        decisions.stop_waiting(
            conn, Reason.STOPPED.value, local_day(now), caregiver_id=caregiver_id
        )
    return stopped
