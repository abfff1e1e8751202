"""What a page says of a campaign: who wrote and approved it, for whom, when it goes."""

from dataclasses import dataclass
from datetime import date, datetime

from care.audience import Audience
from care.campaigns import approvals_needed
from console.campaign_finding import officer_name, place_name
from console.web import Call
from storage import campaigns
from storage.campaigns import Campaign
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class For:
    """An audience with names instead of numbers; what is empty was not chosen."""

    audience: Audience
    areas: list[str]
    without: list[str]
    duty: str
    answered: str
    silent: str


@dataclass(frozen=True, slots=True)
class Told:
    campaign: Campaign
    place: str
    author: str
    first: str  # who approved
    second: str
    needed: int  # approvals by others than the author
    day: date  # on which ages count
    begins: datetime | None
    audience: For


def told(conn: Connection, call: Call, campaign: Campaign) -> Told:
    draft = campaign.draft
    people = campaign.counted or 0
    return Told(
        campaign,
        place_name(conn, campaign.area_id),
        officer_name(conn, campaign.officer_id),
        officer_name(conn, campaign.approved_by),
        officer_name(conn, campaign.second_by),
        approvals_needed(draft.alert, people, call.desk.alone_most),
        campaigns.planned_day(campaign, call.now),
        campaign.begins_at or draft.starts_at,
        _for(conn, call, draft.audience),
    )


def _for(conn: Connection, call: Call, audience: Audience) -> For:
    return For(
        audience,
        [place_name(conn, area_id) for area_id in audience.areas],
        [place_name(conn, area_id) for area_id in audience.without],
        call.desk.library.label(f"duty.{audience.duty}") if audience.duty else "",
        _title(conn, call, audience.answered),
        _title(conn, call, audience.silent),
    )


def _title(conn: Connection, call: Call, campaign_id: int | None) -> str:
    """Of an earlier campaign; its words stay with who may see it."""
    campaign = campaigns.get(conn, campaign_id) if campaign_id is not None else None
    if campaign is None or not call.scope.holds(campaign.area_id):
        return ""
    return campaign.draft.title
