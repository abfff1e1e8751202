"""One campaign's page, as it stands: handed in, approved, on its way, held, ended."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from care.campaigns import ALONE_MOST, State
from console.campaign_finding import BEGUN, OVER, change, find, path_of, step
from console.campaign_results import tables_of
from console.campaign_telling import Told, told
from console.pictures import bars
from console.scope import May
from console.web import Call, Page, asked
from storage import campaign_results, campaigns
from storage.campaign_results import Progress
from storage.campaigns import Campaign
from storage.database import Connection

MEASURED = timedelta(minutes=2)  # the pace of the last minutes tells when it will be done


@dataclass(frozen=True, slots=True)
class Standing:
    told: Told
    progress: Progress
    ready_at: datetime | None  # as the pace is now


async def show(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    standing = await call.read(_standing, call, campaign)
    tables = await call.read(tables_of, campaign) if campaign.state in BEGUN else None
    refreshes = _refreshes(campaign, standing.progress)
    response = call.page(
        "campaigns/show.html",
        campaign=campaign,
        told=standing.told,
        progress=standing.progress,
        ready_at=standing.ready_at,
        tables=tables,
        no=call.query.get("no", ""),
        done=call.query.get("done", ""),
        mine=campaign.officer_id == call.officer.id,
        approved=call.officer.id in (campaign.approved_by, campaign.second_by),
        over=campaign.state in OVER,
        bars=bars,
        refreshes=refreshes if not call.still else 0,
        still=call.still and refreshes,
    )
    return call.live(response, refreshes)


def _refreshes(campaign: Campaign, progress: Progress) -> int:
    """Seconds until the page looks again by itself; 0 where nothing is going on."""
    if campaign.state is State.APPROVED:
        return 15
    return 5 if campaign.state is State.SENDING and _moves(progress) else 0


def _moves(progress: Progress) -> bool:
    return progress.waiting > 0 or not progress.expanded


def _standing(conn: Connection, call: Call, campaign: Campaign) -> Standing:
    progress = campaign_results.progress(conn, campaign.id)
    ready_at = None
    if campaign.state is State.SENDING:
        pace = campaign_results.rate(conn, campaign.id, call.now - MEASURED)
        ready_at = _ready_at(progress, pace, call.now)
    return Standing(told(conn, call, campaign), progress, ready_at)


def _ready_at(progress: Progress, pace: int, now: datetime) -> datetime | None:
    """None while nothing goes out, in quiet hours for example."""
    left = progress.expected - progress.settled
    return now + MEASURED * (left / pace) if pace > 0 and left > 0 else None


async def submit(call: Call) -> Response:
    """A code first where this installation lets one officer alone reach many."""
    if call.desk.alone_most > ALONE_MOST and not call.stepped_up:
        return call.go(f"/console/confirm?next={asked(call.request)}")
    desk = call.desk
    args = (call.officer.id, desk.library.rules, call.now, desk.alone_most, desk.quotas)
    return await step(call, "campaign handed in", campaigns.submit, *args)


async def approve(call: Call) -> Response:
    args = (call.officer.id, call.now)
    return await step(call, "campaign approved", campaigns.approve, *args)


async def send_back(call: Call) -> Response:
    return await step(call, "campaign sent back", campaigns.send_back)


async def undo(call: Call) -> Response:
    return await step(call, "campaign taken back", campaigns.undo, call.now)


async def pause(call: Call) -> Response:
    return await step(call, "campaign paused", campaigns.pause, call.now)


async def resume(call: Call) -> Response:
    return await step(call, "campaign resumed", campaigns.resume, call.now, wake=True)


async def cancel(call: Call) -> Response:
    return await step(call, "campaign cancelled", campaigns.cancel, call.now)


async def retry(call: Call) -> Response:
    """Only what failed goes again; to many of them only after a code."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    progress = await call.read(campaign_results.progress, campaign.id)
    again = progress.failed + progress.expired
    if again > call.desk.alone_most and not call.stepped_up:
        return call.go(f"/console/confirm?next={asked(call.request)}")
    problem = await change(call, campaign, "campaign retried", campaigns.retry, call.now)
    if problem is None:
        call.desk.wake()
    return call.go(path_of(campaign.id, f"?no={problem}" if problem else "?done=retry"))


async def copy(call: Call) -> Response:
    """A new draft with the same words, in the same place."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    args = (campaign.id, call.officer.id, call.now)
    copied = await call.act("campaign copied", f"campaign:{campaign.id}", campaigns.copy, *args)
    return call.go(path_of(copied, "/write"))


_ONE = "/campaigns/{campaign:int}"
PAGES = (
    Page(_ONE, show, May.WRITE_CAMPAIGNS),
    Page(f"{_ONE}/submit", submit, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/approve", approve, May.APPROVE_CAMPAIGNS, "POST", step_up=True),
    Page(f"{_ONE}/send-back", send_back, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/undo", undo, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/pause", pause, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/resume", resume, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/cancel", cancel, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/retry", retry, May.WRITE_CAMPAIGNS, "POST"),
    Page(f"{_ONE}/copy", copy, May.WRITE_CAMPAIGNS, "POST"),
)
