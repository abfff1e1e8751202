"""The register of families: searched by what a child is called, filtered, page by page."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.responses import Response

from care.clock import local_day
from care.families import Family, Wanted
from console import gather, places
from console.ages import age
from console.scope import May
from console.web import Call, Page
from storage import areas, registry

A_PAGE = 50
OLDEST_MONTHS = 96


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a register."""

    families: Sequence[Family]
    total: int
    number: int
    pages: int
    areas: Mapping[int, str]


async def register(call: Call) -> Response:
    place = await call.read(places.find, call.scope, call.query.get("area", ""))
    if place is None:
        return call.missing()
    found = None
    wanted, duty = _wanted(call), _duty(call)
    if await call.read(registry.size, place.ids, place.everywhere) <= registry.MOST:
        everyone = await gather.families(call, place)
        late = None
        if duty is not None:
            late = {one.family for one in await gather.late(call, everyone, duty)}
        fit = await asyncio.to_thread(_fitting, everyone, wanted, late, local_day(call.now))
        found = await _page(call, fit)
    return call.page(
        "families/list.html",
        place=place,
        found=found,
        wanted=wanted,
        duty=duty,
        duties=_duties(call),
        age=age,
        here_with=_here_with(call),
    )


def _wanted(call: Call) -> Wanted:
    query = call.query
    return Wanted(
        name=query.get("name", "").strip()[:60],
        youngest=_months(query.get("from", "")),
        oldest=_months(query.get("to", "")),
        expecting="expecting" in query,
        unreached="unreached" in query,
        stopped="stopped" in query,
    )


def _months(typed: str) -> int | None:
    return min(int(typed), OLDEST_MONTHS) if typed.isdecimal() and len(typed) < 5 else None


def _duty(call: Call) -> str | None:
    wanted = call.query.get("duty", "")
    return wanted if wanted in call.desk.library.duties else None


def _duties(call: Call) -> dict[str, str]:
    library = call.desk.library
    return {id_: library.label(f"duty.{id_}") for id_ in library.duties}


def _fitting(
    everyone: Sequence[Family], wanted: Wanted, late: set[int] | None, today: date
) -> list[Family]:
    return [
        family
        for family in everyone
        if (late is None or family.key in late) and wanted.fits(family, today)
    ]


async def _page(call: Call, fit: Sequence[Family]) -> Found:
    pages = max(1, -(-len(fit) // A_PAGE))
    number = min(call.page_number, pages)
    shown = fit[(number - 1) * A_PAGE : number * A_PAGE]
    ids = {family.area_id for family in shown if family.area_id is not None}
    return Found(shown, len(fit), number, pages, await call.read(areas.names, ids))


def _here_with(call: Call) -> str:
    """The address of this page but for the number of the page."""
    kept = [(name, value) for name, value in call.query.items() if name != "page"]
    return f"/console/families?{urlencode(kept)}{'&' if kept else ''}"


PAGES = (Page("/families", register, May.SEE_FAMILIES),)
