"""Campaigns on the way: families who agreed, and a campaign brought to where a test wants it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.campaigns import Draft
from care.reminding import Rules
from storage import audiences, campaign_results, campaign_sending, campaigns
from storage.areas import by_code, import_rows
from storage.caregivers import record_consent
from storage.tables import outbox
from tests.storage.crowds import AREAS, NOW
from tests.storage.families import a_caregiver

AUTHOR, SECOND, THIRD = 1, 2, 3
BEGUN = NOW + timedelta(minutes=10)
EVERYBODY = 10**6
GOOD = Draft("Cân bé", "Mời {goi} đưa {ten_be} đến {tram}.")


def a_country(conn: Connection) -> int:
    """The area of the whole country."""
    import_rows(conn, AREAS, NOW)
    found = by_code(conn, "VN")
    assert found is not None
    return found.id


def readers(conn: Connection, number: int, **values: Any) -> list[int]:
    """Caregivers who agreed to news of the commune."""
    found = []
    for n in range(number):
        contact = a_caregiver(conn, f"reader-{values.get('area_id', 0)}-{n}", **values)
        me = contact.caregiver.id
        record_consent(conn, me, contact.address_id, "campaigns", True, 1, "0", NOW)
        found.append(me)
    return found


def approved(conn: Connection, area_id: int, draft: Draft = GOOD, now: datetime = NOW) -> int:
    """By its author alone."""
    campaign_id = campaigns.create(conn, area_id, AUTHOR, draft, now)
    campaigns.submit(conn, campaign_id, AUTHOR, Rules(), now, EVERYBODY)
    return campaign_id


def begun(conn: Connection, area_id: int, draft: Draft = GOOD) -> int:
    campaign_id = approved(conn, area_id, draft)
    campaign_sending.begin(conn, campaign_id, None, EVERYBODY)
    return campaign_id


def seen(conn: Connection, campaign_id: int) -> campaigns.Campaign:
    found = campaigns.get(conn, campaign_id)
    assert found is not None
    return found


def a_batch(
    conn: Connection, campaign_id: int, people: int = 300, now: datetime = BEGUN
) -> tuple[bool, int]:
    """The next batch, as the tick makes it."""
    campaign = seen(conn, campaign_id)
    aim = campaigns.aim_of(conn, campaign, Rules(), campaign_sending.day_of(campaign, now))
    found = audiences.people(conn, aim, campaign.cursor, people)
    return campaign_sending.store(conn, campaign, found, now, now)


def sent_out(conn: Connection, area_id: int, draft: Draft = GOOD) -> int:
    """All its rows are there."""
    campaign_id = begun(conn, area_id, draft)
    while a_batch(conn, campaign_id)[0]:
        pass
    return campaign_id


def rows_of(conn: Connection, campaign_id: int) -> list[Any]:
    query = select(outbox).where(outbox.c.message == campaigns.message_of(campaign_id))
    return list(conn.execute(query.order_by(outbox.c.id)))


def set_rows(conn: Connection, ids: list[int], **values: Any) -> None:
    conn.execute(outbox.update().where(outbox.c.id.in_(ids)).values(**values))


def adds_up(conn: Connection, campaign_id: int) -> campaign_results.Progress:
    """Every row is in one of the numbers, at any moment."""
    told = campaign_results.progress(conn, campaign_id)
    assert told.total == len([row for row in rows_of(conn, campaign_id) if row.slot > 0])
    return told
