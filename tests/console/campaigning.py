"""A commune with families that agreed to its news, and campaigns on their way to them."""

import re
from datetime import datetime
from typing import Any

import httpx

from bot.broadcasts import expand
from care.campaigns import State
from console.scope import Role
from storage import campaign_results, campaigns, caregivers, claims, officers, outbox
from storage.audiences import CAMPAIGNS
from storage.campaigns import Campaign
from storage.database import Connection
from tests.console.desk import Office, OfficerAtDesk
from tests.fakes import Family

WORDS = {
    "title": "Uống vitamin A ngày 1/12",
    "body": "Mời {goi} đưa {ten_be} ra {tram} uống vitamin A.",
    "valid_hours": "48",
}
POLL = {
    "ask": "poll",
    "asked": "Nhà mình đưa bé đi được không?",
    "option_1": "Đi được",
    "option_2": "Chưa đi được",
}


async def reachable(office: Office, count: int, *codes: str, **child: Any) -> list[Family]:
    """Families who agreed to get the news of their commune."""
    families = await office.families(count, *codes, **child)
    await office.db.write(_agree, families, office.now)
    return families


def _agree(conn: Connection, families: list[Family], now: datetime) -> None:
    for family in families:
        who = (family.caregiver_id, family.address_id)
        caregivers.record_consent(conn, *who, CAMPAIGNS, True, 1, "x", now)


async def written(officer: OfficerAtDesk, **fields: Any) -> int:
    """A new draft; returns its number."""
    answer = await officer.post("/campaigns/new", **{**WORDS, **fields})
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/console/campaigns/(\d+)/audience", answer.headers["location"])
    assert found, answer.headers["location"]
    return int(found[1])


async def found(office: Office, campaign_id: int) -> Campaign:
    campaign = await office.db.read(campaigns.get, campaign_id)
    assert campaign is not None
    return campaign


async def presses(officer: OfficerAtDesk, campaign_id: int, step: str, **form: Any) -> str:
    """Presses a button of the campaign's page; returns the word of refusal, or ""."""
    answer = await officer.post(f"/campaigns/{campaign_id}/{step}", **form)
    assert answer.status_code == 303, f"{step}: {answer.status_code}"
    return answer.headers["location"].partition("?no=")[2]


async def on_its_way(office: Office) -> int:
    """What the programme does every few seconds."""
    return await expand(office.db, office.desk.library.rules, office.now)


async def sent(office: Office, campaign_id: int, state: str = outbox.SENT) -> int:
    """Settles everything that waits."""
    return await office.db.write(_settle, campaign_id, state, office.now)


def _settle(conn: Connection, campaign_id: int, state: str, now: datetime) -> int:
    rows = campaign_results.results(conn, campaign_id, outbox.PENDING)
    for row_id, _ in rows:
        claims.settle(conn, row_id, state, now)
    return len(rows)


async def two(office: Office) -> tuple[OfficerAtDesk, OfficerAtDesk]:
    """A writer and one who may approve, of the same commune."""
    author = await office.officer(Role.STATION, "20a", "Chị Hoa")
    return author, await office.officer(Role.LEAD, "20a", "Anh Minh")


async def sent_to_all(office: Office, author: OfficerAtDesk, **fields: str) -> int:
    """A small campaign that its author may send alone."""
    number = await written(author, **fields)
    assert await presses(author, number, "submit") == ""
    assert (await found(office, number)).state is State.APPROVED
    office.later(minutes=11)
    await on_its_way(office)
    await sent(office, number)
    await on_its_way(office)
    return number


async def steps_up(office: Office, *wanted: OfficerAtDesk) -> None:
    """They have typed the code on their phone just now."""
    for officer in wanted:
        await office.db.write(_step_up, officer.token, office.now)


def _step_up(conn: Connection, token: str, now: datetime) -> None:
    officers.change_session(conn, token, stepped_up_at=now)


def numbers(page: httpx.Response) -> list[int]:
    """The whole numbers of the table cells."""
    return [int(n) for n in re.findall(r'<td class="n">(?:<strong>)?(\d+)', page.text)]
