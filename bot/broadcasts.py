"""A tick of campaigns: those whose time has come become rows of the outbox, batch by batch.

1. Begin what is approved and due; what has grown beyond its approval waits for another officer.
2. Alerts are taken to their end first. The others take turns, a batch each.
3. What is sent to its last message is done; a yearly one leaves a draft for its next date.

Everything is in the database: a tick that was cut off is gone on with by the next one.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from care.campaigns import ALONE_MOST, first_send
from care.reminding import Rules
from storage import audiences, campaign_sending, campaigns
from storage.audiences import Found
from storage.campaigns import Campaign
from storage.database import Connection, Database, DatabaseDown
from storage.quotas import NO_LIMIT, Quotas

log = logging.getLogger(__name__)

PEOPLE_A_BATCH = 300
STEP = timedelta(seconds=5)  # between batches: sixty a second, more than a messenger takes


async def expand(
    db: Database,
    rules: Rules,
    now: datetime,
    alone_most: int = ALONE_MOST,
    wake: Callable[[], None] = lambda: None,
    quotas: Quotas = NO_LIMIT,
) -> int:
    """Returns the number of new messages; `wake` is called whenever there are some."""
    for campaign in await db.read(campaign_sending.due, now):
        grown = None if campaign.agreed else await db.read(_people, campaign, rules, now, quotas)
        await db.write(campaign_sending.begin, campaign.id, grown, alone_most)
    added = await _all(db, rules, now, wake, quotas)
    for done in await db.write(campaign_sending.finish, now):
        log.info("campaign %s is done", done)
    await db.write(campaign_sending.copy_yearly, now)
    return added


def _people(
    conn: Connection, campaign: Campaign, rules: Rules, now: datetime, quotas: Quotas
) -> int:
    """How many it reaches now: it was enough that its author agreed."""
    aim = campaigns.aim_of(conn, campaign, rules, campaigns.planned_day(campaign, now), quotas)
    return audiences.count(conn, aim).get


async def _all(
    db: Database, rules: Rules, now: datetime, wake: Callable[[], None], quotas: Quotas
) -> int:
    since = await db.read(campaign_sending.oldest_waiting)
    turns = deque(
        (campaign, _first(campaign, since, now))
        for campaign in await db.read(campaign_sending.running, now)
    )
    added = 0
    while turns:
        campaign, moment = turns.popleft()
        try:
            found = await db.read(_look, campaign, rules, now, quotas)
            goes_on, rows = await db.write(campaign_sending.store, campaign, found, moment, now)
        except DatabaseDown:
            raise
        except Exception as error:  # one that cannot be read must not stop the others
            log.exception("campaign %s: %s", campaign.id, type(error).__name__)
            continue
        added += rows
        if rows:
            wake()
        if goes_on:
            following = replace(campaign, cursor=found.last)
            if campaign.draft.alert:
                turns.appendleft((following, moment))
            else:
                turns.append((following, moment + STEP))
    return added


def _first(campaign: Campaign, since: datetime | None, now: datetime) -> datetime:
    """When its first batch may go.

    What waits goes in the order of these times, so a campaign that comes to a long queue takes its
    place beside the oldest of it: two areas then share what a messenger takes.
    """
    begins = campaign.begins_at or now
    if campaign.draft.alert:
        return min(begins, now)
    return max(min(since or now, now), first_send(begins, alert=False))


def _look(
    conn: Connection, campaign: Campaign, rules: Rules, now: datetime, quotas: Quotas
) -> Found:
    day = campaign_sending.day_of(campaign, now)
    aim = campaigns.aim_of(conn, campaign, rules, day, quotas)
    return audiences.people(conn, aim, campaign.cursor, PEOPLE_A_BATCH)
