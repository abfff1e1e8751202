"""Children who may be in the register twice, and slips for children who are in it already.

Nothing is merged here: two families may well have a child of the same name and day.
"""

import asyncio

from starlette.responses import Response

from care import duplicates
from care.folding import fold
from console import gather, places
from console.ages import age
from console.scope import May
from console.web import Call, Page
from storage import areas, registry, slips


async def show(call: Call) -> Response:
    place = await call.read(places.find, call.scope, call.query.get("area", ""))
    if place is None:
        return call.missing()
    if await call.read(registry.size, place.ids, place.everywhere) > registry.MOST:
        return call.page("families/duplicates.html", place=place, groups=None, age=age)
    everyone = await gather.families(call, place)
    groups = await asyncio.to_thread(duplicates.same, everyone)
    known = await asyncio.to_thread(duplicates.known, everyone)
    waiting = await call.read(slips.unused, place.ids, place.everywhere, call.now)
    needless = []
    for slip in waiting:
        key = (slip.born_on, fold(slip.name or ""))
        if slip.born_on is not None and (slip.born_on, key[1]) in known:
            needless.append((slip, known[slip.born_on, key[1]]))
    ids = {one.family.area_id for group in groups for one in group}
    return call.page(
        "families/duplicates.html",
        place=place,
        groups=groups,
        needless=needless,
        names=await call.read(areas.names, {i for i in ids if i is not None}),
        age=age,
    )


PAGES = (Page("/families/duplicates", show, May.SEE_FAMILIES),)
