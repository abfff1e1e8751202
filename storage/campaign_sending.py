"""How an approved campaign becomes rows of the outbox: batch by batch, never one twice.

The cursor of a campaign is the last caregiver who was looked at. A batch is stored together with
it, and only where it still stands as it was read: whoever dies in between leaves no trace.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.engine import Connection

from care.campaigns import (
    ALONE_MOST,
    State,
    approvals_needed,
    first_send,
    next_year,
    sending_day,
)
from care.clock import local_day
from care.messages import LANES, Kind
from storage import campaign_rows as life
from storage import outbox
from storage.audiences import Found
from storage.campaign_rows import NO_CHILD, Campaign
from storage.campaigns import copy_for
from storage.console_tables import campaigns
from storage.dialect import in_state
from storage.outbox import PENDING, SENDING
from storage.tables import outbox as messages

LATE_EVERY = timedelta(hours=1)
YEARLY_AHEAD = timedelta(days=30)


def due(conn: Connection, now: datetime) -> list[Campaign]:
    """Approved campaigns whose time has come."""
    approved = life.where(conn, campaigns.c.state == State.APPROVED)
    return [c for c in approved if c.begins_at is not None and c.begins_at <= now]


def begin(
    conn: Connection, campaign_id: int, counted: int | None, alone_most: int = ALONE_MOST
) -> State:
    """Starts it, or back to wait: it has grown since nobody else was needed.

    `counted`: the people it has now, None where it was not counted again.
    """
    campaign = life.locked(conn, campaign_id)
    if campaign.state is not State.APPROVED:
        return campaign.state  # taken back meanwhile
    people = counted if counted is not None else campaign.counted or 0
    if campaign.agreed < approvals_needed(campaign.draft.alert, people, alone_most):
        undone = {"approved_by": None, "approved_at": None, "held_until": None}
        return life.change(conn, campaign, State.WAITING, counted=people, **undone).state
    return life.change(conn, campaign, State.SENDING, cursor=0).state


def running(conn: Connection, now: datetime) -> list[Campaign]:
    """Campaigns that have somebody to look at: alerts first, the others in order of their start."""
    sending = life.where(conn, campaigns.c.state == State.SENDING)
    wanted = [c for c in sending if _unfinished(c, now)]
    return sorted(wanted, key=lambda c: (not c.draft.alert, c.begins_at or now, c.id))


def _unfinished(campaign: Campaign, now: datetime) -> bool:
    """Not everybody was looked at; or somebody may have come since."""
    if campaign.expanded_at is None or campaign.cursor:
        return True
    return _is_open(campaign, now) and now - campaign.expanded_at >= LATE_EVERY


def _is_open(campaign: Campaign, now: datetime) -> bool:
    last = campaign.draft.late_until
    return last is not None and local_day(now) <= last


def day_of(campaign: Campaign, now: datetime) -> date:
    """The day on which ages count: for those who come later it is the day they are found."""
    if campaign.expanded_at is not None or campaign.begins_at is None:
        return local_day(now)
    return sending_day(campaign.begins_at, campaign.draft.alert)


def store(
    conn: Connection, campaign: Campaign, found: Found, not_before: datetime, now: datetime
) -> tuple[bool, int]:
    """One batch and the new cursor; (does it go on, new rows). `campaign` is as it was read.

    Nothing happens when it was paused, cancelled or expanded by somebody else meanwhile.
    """
    at = life.locked(conn, campaign.id)
    if at.state is not State.SENDING or at.cursor != campaign.cursor:
        return False, 0
    begins = first_send(at.begins_at or now, at.draft.alert)
    start = now if at.expanded_at is not None else begins
    rows = [
        outbox.values(
            kind=at.kind,
            address_id=person.address_id,
            route=person.route,
            message=at.message,
            not_before=not_before,
            expires_at=start + timedelta(hours=at.draft.valid_hours),
            caregiver_id=person.caregiver_id,
            child_id=NO_CHILD,
            slot=at.version,
            params={"children": list(person.children)} if person.children else {},
            planned_on=local_day(not_before),
        )
        for person in found.people
    ]
    added = outbox.add(conn, rows)
    if found.more:
        life.keep(conn, at, cursor=found.last)
    else:
        life.keep(conn, at, cursor=0, expanded_at=now)
    return found.more, added


def oldest_waiting(conn: Connection) -> datetime | None:
    """Since when the queue of campaigns stands: a new one joins it there, not at its end."""
    query = select(func.min(messages.c.not_before)).where(
        messages.c.lane == int(LANES[Kind.CAMPAIGN]), in_state(messages.c.state, PENDING)
    )
    found: datetime | None = conn.execute(query).scalar_one()
    return found


def finish(conn: Connection, now: datetime) -> list[int]:
    """Campaigns whose last message is settled are done; returns which."""
    done = []
    for campaign in life.where(conn, campaigns.c.state == State.SENDING):
        if _unfinished(campaign, now) or _is_open(campaign, now) or _waits(conn, campaign):
            continue
        at = life.locked(conn, campaign.id)
        if at.state is State.SENDING and not _waits(conn, at):  # nobody just tried again
            life.change(conn, at, State.DONE, finished_at=now)
            done.append(at.id)
    return done


def _waits(conn: Connection, campaign: Campaign) -> bool:
    alive = or_(in_state(messages.c.state, PENDING), in_state(messages.c.state, SENDING))
    query = select(exists().where(messages.c.message == campaign.message, alive))
    return bool(conn.execute(query).scalar_one())


def copy_yearly(conn: Connection, now: datetime) -> list[int]:
    """Of yearly campaigns that were sent: a draft for the next date, a month before; returns them.

    An officer looks at it and hands it in again: nothing is sent that nobody read this year.
    """
    copies = campaigns.alias()
    made = []
    sent = (campaigns.c.state.in_((State.SENDING, State.DONE)), campaigns.c.yearly.is_(True))
    new = ~exists().where(copies.c.parent_id == campaigns.c.id, copies.c.yearly.is_(True))
    for campaign in life.where(conn, *sent, new):
        if campaign.draft.starts_at is None:
            continue
        starts_at = next_year(campaign.draft.starts_at)
        if starts_at - now <= YEARLY_AHEAD:
            made.append(copy_for(conn, campaign, starts_at, now))
    return made
