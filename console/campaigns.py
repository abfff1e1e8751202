"""The list of campaigns, and every page of them in one place."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from care.campaigns import State
from console import (
    campaign_audience,
    campaign_export,
    campaign_preview,
    campaign_prints,
    campaign_results,
    campaign_running,
    campaign_writing,
)
from console.campaign_finding import number
from console.scope import May
from console.web import Call, Page
from storage import areas, campaigns
from storage.areas import Area
from storage.campaigns import Campaign
from storage.database import Connection

A_PAGE = 50
PLACES_MOST = 200
GROUPS: Mapping[str, frozenset[State]] = {
    "": frozenset(State),
    "draft": frozenset({State.DRAFT}),
    "waiting": frozenset({State.WAITING}),
    "running": frozenset({State.APPROVED, State.SENDING, State.PAUSED}),
    "over": frozenset({State.DONE, State.CANCELLED}),
}


@dataclass(frozen=True, slots=True)
class Listed:
    campaigns: list[Campaign]
    numbers: dict[str, int]  # of each group, in the same areas
    places: list[Area]  # to filter by
    names: dict[int, str]


async def overview(call: Call) -> Response:
    group = call.query.get("state", "")
    group = group if group in GROUPS else ""
    wanted = number(call.query.get("area", ""), 2**53)
    if wanted is not None and not call.scope.holds(wanted):
        return call.missing()
    before = number(call.query.get("before", ""), 2**53)
    found = await call.read(_listed, call, group, wanted, before)
    return call.page(
        "campaigns/list.html",
        found=found,
        group=group,
        groups=list(GROUPS),
        area=wanted,
        more=found.campaigns[-1].id if len(found.campaigns) == A_PAGE else None,
    )


def _listed(
    conn: Connection, call: Call, group: str, wanted: int | None, before: int | None
) -> Listed:
    own = call.scope.area_id
    tree = areas.tree(conn, own)
    within = call.scope.areas
    if wanted is not None:
        within = within & set(areas.below(conn, wanted))
    tally = campaigns.tally(conn, within)
    return Listed(
        campaigns.listed(conn, within, GROUPS[group], A_PAGE, before),
        {name: sum(tally.get(state, 0) for state in states) for name, states in GROUPS.items()},
        tree if len(tree) <= PLACES_MOST else [a for a in tree if own in (a.id, a.parent_id)],
        {area.id: area.name for area in tree},
    )


PAGES = (
    Page("/campaigns", overview, May.WRITE_CAMPAIGNS),
    *campaign_writing.PAGES,
    *campaign_audience.PAGES,
    *campaign_preview.PAGES,
    *campaign_running.PAGES,
    *campaign_results.PAGES,
    *campaign_export.PAGES,
    *campaign_prints.PAGES,
)
