"""The families of a place and what is overdue for them, read in portions.

Reading shares the loop with everybody's messages, so each portion is short and what is only
reckoning happens on another thread.
"""

import asyncio
from collections.abc import Mapping, Sequence

from care import overdue
from care.clock import local_day
from care.duties import Record
from care.families import Family, Person, put_together
from care.overdue import Late
from care.people import Child
from console.places import Place
from console.web import Call
from storage import area_settings, duties, registry
from storage.registry import Portion

AT_ONCE = 1_000


async def families(call: Call, place: Place) -> list[Family]:
    return await asyncio.to_thread(put_together, *await everybody(call, place))


async def everybody(call: Call, place: Place) -> Portion:
    people: list[Person] = []
    links: list[tuple[int, int]] = []
    found: list[Child] = []
    part = await call.read(registry.portion, place.ids, place.everywhere, 0)
    while part.people:
        people += part.people
        links += part.links
        found += part.children
        part = await call.read(registry.portion, place.ids, place.everywhere, people[-1].id)
    return Portion(people, links, found)


async def late(call: Call, everyone: Sequence[Family], duty: str | None = None) -> list[Late]:
    """Of one duty or of all."""
    ids = [child.id for family in everyone for child in family.living]
    told: dict[int, Mapping[str, Record]] = {}
    for at in range(0, len(ids), AT_ONCE):
        told |= await call.read(duties.of_children, ids[at : at + AT_ONCE])
    here = await call.read(area_settings.everywhere)
    rules, today = call.desk.library.rules, local_day(call.now)
    return await asyncio.to_thread(overdue.late, everyone, told, rules, here.of, today, duty)
