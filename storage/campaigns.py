"""Campaigns: from a draft to the last message. Every change checks first what may follow what.

A change that does not fit raises care.campaigns.NotAllowed. Sending is in
storage.campaign_sending, results and answers in storage.campaign_results.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection

from care.campaigns import (
    ALONE_MOST,
    START_DELAY,
    Draft,
    NotAllowed,
    State,
    approvals_needed,
    begins_at,
    check_approval,
    sending_day,
)
from care.messages import Kind
from care.reminding import Rules
from storage import areas, audiences, outbox
from storage.audiences import Aim
from storage.campaign_rows import NO_CHILD, change, keep, read, to_draft, values
from storage.campaign_rows import Campaign as Campaign
from storage.campaign_rows import get as get
from storage.campaign_rows import id_of as id_of
from storage.campaign_rows import locked as locked
from storage.campaign_rows import message_of as message_of
from storage.console_tables import campaigns
from storage.dialect import in_state
from storage.family_tables import caregivers
from storage.outbox import CANCELLED, EXPIRED, FAILED, PENDING
from storage.quotas import NO_LIMIT, Quotas
from storage.tables import outbox as messages

TEST_LIVES = timedelta(minutes=10)
WITHDRAWN = "campaign cancelled"


def create(
    conn: Connection,
    area_id: int,
    officer_id: int,
    draft: Draft,
    now: datetime,
    parent_id: int | None = None,
) -> int:
    """A draft for this area and everything below it; returns its id."""
    result = conn.execute(
        insert(campaigns).values(
            area_id=area_id,
            officer_id=officer_id,
            state=State.DRAFT.value,
            version=1,
            cursor=0,
            created_at=now,
            parent_id=parent_id,
            **values(draft),
        )
    )
    return int((result.inserted_primary_key or [0])[0])


def listed(
    conn: Connection,
    areas: Collection[int],
    states: Collection[State] = tuple(State),
    limit: int = 100,
    before: int | None = None,
) -> list[Campaign]:
    """Those of these areas (`scope.areas`), the newest first; `before` is an id of the page before.

    A campaign belongs to whoever holds its area: pages ask `scope.holds(campaign.area_id)`.
    """
    which: list[ColumnElement[bool]] = [
        campaigns.c.area_id.in_(areas),
        campaigns.c.state.in_([s.value for s in states]),
    ]
    if before is not None:
        which.append(campaigns.c.id < before)
    query = select(campaigns).where(*which).order_by(campaigns.c.id.desc()).limit(limit)
    return [read(row) for row in conn.execute(query)]


def tally(conn: Connection, areas: Collection[int]) -> dict[State, int]:
    """How many campaigns of these areas are in each state: for badges and the home page."""
    query = select(campaigns.c.state, func.count()).where(campaigns.c.area_id.in_(areas))
    return {State(row[0]): row[1] for row in conn.execute(query.group_by(campaigns.c.state))}


def save(conn: Connection, campaign_id: int, draft: Draft) -> None:
    """New words, and so a new version; only of a draft."""
    campaign = locked(conn, campaign_id)
    if campaign.state is not State.DRAFT:
        raise NotAllowed("state")
    anew = values(draft) | {"version": campaign.version + 1}
    conn.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(**anew))


def aim_of(
    conn: Connection, campaign: Campaign, rules: Rules, today: date, quotas: Quotas = NO_LIMIT
) -> Aim:
    """Its audience within its area and what is below. `rules` is `library.rules`.

    What is sent counts the ages on `planned_day`; for a look before, any day will do.
    """
    own = areas.get(conn, campaign.area_id)
    everywhere = own is not None and own.parent_id is None
    below = frozenset(areas.below(conn, campaign.area_id))
    return Aim(campaign.draft.audience, below, everywhere, today, rules, quotas)


def planned_day(campaign: Campaign, now: datetime) -> date:
    """The day on which ages count, as far as it is known: from its start, else from now on."""
    begins = campaign.begins_at or begins_at(campaign.draft.starts_at, now + START_DELAY)
    return sending_day(begins, campaign.draft.alert)


def submit(
    conn: Connection,
    campaign_id: int,
    officer_id: int,
    rules: Rules,
    now: datetime,
    alone_most: int = ALONE_MOST,
    quotas: Quotas = NO_LIMIT,
) -> Campaign:
    """Counts the people and hands the draft in: to wait, or approved when nobody else is needed.

    The author becomes `officer_id`, whoever wrote it first: approvals are by others than them.
    """
    campaign = locked(conn, campaign_id)
    if campaign.state is not State.DRAFT:
        raise NotAllowed("state")
    aim = aim_of(conn, campaign, rules, planned_day(campaign, now), quotas)
    counted = audiences.count(conn, aim).get
    given = {"officer_id": officer_id, "counted": counted, "submitted_at": now}
    if approvals_needed(campaign.draft.alert, counted, alone_most):
        return change(conn, campaign, State.WAITING, **given)
    return _approved(conn, campaign, now, approved_by=officer_id, approved_at=now, **given)


def _approved(conn: Connection, campaign: Campaign, now: datetime, **columns: Any) -> Campaign:
    return change(conn, campaign, State.APPROVED, **columns, held_until=now + START_DELAY)


def approve(conn: Connection, campaign_id: int, officer_id: int, now: datetime) -> Campaign:
    """One approval by another officer; an alert goes on to its second one, by a third officer.

    NotAllowed: "author", "twice", "state".
    """
    campaign = locked(conn, campaign_id)
    if campaign.state is not State.WAITING:
        raise NotAllowed("state")
    check_approval(campaign.officer_id, (campaign.approved_by,), officer_id)
    if campaign.approved_by is not None:
        return _approved(conn, campaign, now, second_by=officer_id, second_at=now)
    given = {"approved_by": officer_id, "approved_at": now}
    if campaign.draft.alert:
        return keep(conn, campaign, **given)
    return _approved(conn, campaign, now, **given)


def send_back(conn: Connection, campaign_id: int) -> None:
    """From waiting to draft again: by who approves, or by the author who wants to change it."""
    campaign = locked(conn, campaign_id)
    if campaign.state is not State.WAITING:
        raise NotAllowed("state")
    to_draft(conn, campaign)


def undo(conn: Connection, campaign_id: int, now: datetime) -> None:
    """Takes an approved campaign back to draft before it starts; "late" when it has started."""
    campaign = locked(conn, campaign_id)
    begins = campaign.begins_at
    if campaign.state in (State.SENDING, State.PAUSED, State.DONE):
        raise NotAllowed("late")
    if campaign.state is not State.APPROVED or begins is None:
        raise NotAllowed("state")
    if now >= begins:
        raise NotAllowed("late")
    to_draft(conn, campaign)


def pause(conn: Connection, campaign_id: int, now: datetime) -> None:
    """What waits is held back at once; at most what is under way still arrives."""
    campaign = change(conn, locked(conn, campaign_id), State.PAUSED)
    # Till its time is over: then it is no later than that.
    conn.execute(_waiting(campaign).values(not_before=messages.c.expires_at, at=now))


def resume(conn: Connection, campaign_id: int, now: datetime) -> None:
    campaign = locked(conn, campaign_id)
    if campaign.state is not State.PAUSED:
        raise NotAllowed("state")
    change(conn, campaign, State.SENDING)
    conn.execute(_waiting(campaign).values(not_before=now, at=now))


def _waiting(campaign: Campaign) -> Any:
    mine = (messages.c.message == campaign.message, messages.c.slot > 0)
    return update(messages).where(*mine, in_state(messages.c.state, PENDING))


def cancel(conn: Connection, campaign_id: int, now: datetime) -> int:
    """Ends it for good; returns how many waiting messages were withdrawn."""
    campaign = change(conn, locked(conn, campaign_id), State.CANCELLED, finished_at=now)
    gone = {"state": CANCELLED, "reason": WITHDRAWN, "at": now}
    return int(conn.execute(_waiting(campaign).values(**gone)).rowcount)


def retry(conn: Connection, campaign_id: int, now: datetime) -> int:
    """Sends again what failed or ran out of time, to where people are now; returns how many.

    What may have arrived (`unknown`) is left alone. Each person keeps the one result.
    """
    campaign = locked(conn, campaign_id)
    if campaign.state not in (State.SENDING, State.DONE):
        raise NotAllowed("state")
    now_at = [
        select(column).where(caregivers.c.id == messages.c.caregiver_id).scalar_subquery()
        for column in (caregivers.c.address_id, caregivers.c.route)
    ]
    reached = select(caregivers.c.id).where(caregivers.c.address_id.is_not(None))
    again = conn.execute(
        update(messages)
        .where(
            messages.c.message == campaign.message,
            messages.c.slot > 0,
            messages.c.state.in_((FAILED, EXPIRED)),
            messages.c.caregiver_id.in_(reached),
        )
        .values(
            state=PENDING,
            reason=None,
            address_id=now_at[0],
            route=now_at[1],
            not_before=now,
            expires_at=now + timedelta(hours=campaign.draft.valid_hours),
            attempts=0,
            resends=0,
            at=now,
        )
    ).rowcount
    if again and campaign.state is State.DONE:
        change(conn, campaign, State.SENDING, finished_at=None)
    return again


def copy(conn: Connection, campaign_id: int, officer_id: int, now: datetime) -> int:
    """A new draft with the same words and audience, without a date; returns its id."""
    old = locked(conn, campaign_id)
    draft = replace(old.draft, starts_at=None, yearly=False, late_until=None)
    return create(conn, old.area_id, officer_id, draft, now)


def copy_for(conn: Connection, old: Campaign, starts_at: datetime, now: datetime) -> int:
    """The same campaign a year later, to be looked at and handed in again."""
    draft = replace(old.draft, starts_at=starts_at, late_until=None)
    return create(conn, old.area_id, old.officer_id, draft, now, old.id)


def send_test(conn: Connection, campaign_id: int, caregiver_id: int, now: datetime) -> bool:
    """To the officer's own chat, as families will see it; False when there is no chat.

    Counts nowhere; allowed in every state.
    """
    campaign = get(conn, campaign_id)
    person = conn.execute(select(caregivers).where(caregivers.c.id == caregiver_id)).first()
    if campaign is None or person is None or person.address_id is None:
        return False
    mine = (messages.c.message == campaign.message, messages.c.caregiver_id == caregiver_id)
    lowest = conn.execute(select(func.min(messages.c.slot)).where(*mine)).scalar_one()
    row = outbox.values(
        kind=Kind.REPLY,
        address_id=person.address_id,
        route=person.route,
        message=campaign.message,
        not_before=now,
        expires_at=now + TEST_LIVES,
        caregiver_id=caregiver_id,
        child_id=NO_CHILD,
        slot=min(lowest or 0, 0) - 1,
    )
    return outbox.add(conn, [row]) > 0
