"""What every page of a campaign begins with: the campaign, if the officer may see it."""

from collections.abc import Callable, Collection
from typing import Any

from starlette.responses import Response

from care.campaigns import NotAllowed, State
from care.folding import fold
from console.web import Call
from storage import areas, campaign_steps, officers
from storage.areas import Area
from storage.campaigns import Campaign
from storage.database import Connection

OVER = frozenset({State.DONE, State.CANCELLED})
BEGUN = frozenset({State.SENDING, State.PAUSED}) | OVER
OFFERED_MOST = 120  # units that a page shows before anybody searches
FOUND_MOST = 30


async def find(call: Call) -> Campaign | None:
    """The campaign of the path; None where it does not exist or is outside the scope."""
    return await call.read(campaign_steps.find, call.scope, int(call.path["campaign"]))


def path_of(campaign_id: int, page: str = "") -> str:
    return f"/console/campaigns/{campaign_id}{page}"


def name_of(campaign_id: int) -> str:
    """As the audit trail calls it."""
    return f"campaign:{campaign_id}"


async def change(
    call: Call, campaign: Campaign, action: str, f: Callable[..., Any], *args: Any
) -> str | None:
    """A step of a campaign, if it is still the one the officer saw. Returns why not, or None.

    `f` gets the connection, the id of the campaign and the `args`.
    """
    seen = number(call.text("version"))
    which = (call.officer.id, action, campaign.id, seen, call.now)
    try:
        await call.write(campaign_steps.take, *which, f, *args)
    except NotAllowed as refused:
        return refused.what
    return None


async def step(
    call: Call, action: str, f: Callable[..., Any], *args: Any, wake: bool = False
) -> Response:
    """A button of a campaign's page: does it and shows the page again."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    problem = await change(call, campaign, action, f, *args)
    if wake and problem is None:
        call.desk.wake()
    return call.go(path_of(campaign.id, f"?no={problem}" if problem else ""))


def number(text: str, most: int = 9_999_999) -> int | None:
    """A whole number as it was typed; None for everything else."""
    value = int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else None
    return value if value is not None and value <= most else None


def place_name(conn: Connection, area_id: int) -> str:
    area = areas.get(conn, area_id)
    return area.name if area is not None else ""


def officer_name(conn: Connection, officer_id: int | None) -> str:
    officer = officers.get(conn, officer_id) if officer_id is not None else None
    return officer.name if officer is not None else ""


def offered(tree: list[Area], root_id: int, chosen: Collection[int], typed: str) -> list[Area]:
    """Units to choose from: those right below, what is chosen, what a search finds."""
    wanted = fold(typed)
    found = [a for a in tree if wanted and wanted in fold(a.name) and a.id != root_id]
    hits = {area.id for area in found[:FOUND_MOST]}
    near = [area for area in tree if area.parent_id == root_id][:OFFERED_MOST]
    shown = hits | set(chosen) | {area.id for area in near}
    return [area for area in tree if area.id in shown]
