"""What is overdue, duty by duty: the numbers, the list to print, the table to take away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from starlette.responses import Response

from care.clock import local_day
from care.overdue import Late, counts
from console import downloads, gather, places
from console.ages import age
from console.places import Place
from console.render import said
from console.scope import May
from console.web import Call, Page
from storage import areas, registry

WORDS = "families/said.html"


@dataclass(frozen=True, slots=True)
class Lists:
    """`late` is None where there are too many families to look at: a place is chosen first."""

    place: Place
    late: Sequence[Late] | None
    areas: Mapping[int, str]


async def look(call: Call, typed: str, duty: str | None) -> Lists | None:
    """None outside the scope. The one list behind the numbers, the page and the file."""
    place = await call.read(places.find, call.scope, typed)
    if place is None:
        return None
    if await call.read(registry.size, place.ids, place.everywhere) > registry.MOST:
        return Lists(place, None, {})
    found = await gather.late(call, await gather.families(call, place), duty)
    ids = {one.area_id for one in found if one.area_id is not None}
    return Lists(place, found, await call.read(areas.names, ids))


async def overview(call: Call) -> Response:
    lists = await look(call, call.query.get("area", ""), None)
    if lists is None:
        return call.missing()
    numbers = counts(lists.late or ())
    library = call.desk.library
    lines = [
        (id_, library.label(f"duty.{id_}"), *numbers[id_])
        for id_ in library.duties
        if id_ in numbers
    ]
    return call.page("families/overdue.html", place=lists.place, lists=lists, lines=lines)


async def one(call: Call, problem: str | None = None) -> Response:
    duty = _duty(call)
    typed = call.text("area", 20) or call.query.get("area", "")
    lists = await look(call, typed, duty) if duty else None
    if duty is None or lists is None:
        return call.missing()
    await call.noted("overdue list read", f"duty:{duty}")
    return call.page(
        "families/overdue_one.html",
        400 if problem else 200,
        place=lists.place,
        lists=lists,
        groups=_groups(lists),
        duty=duty,
        duty_name=call.desk.library.label(f"duty.{duty}"),
        age=age,
        most=downloads.ROWS_MOST,
        problem=problem,
    )


def _groups(lists: Lists) -> list[tuple[str, list[Late]]]:
    """By place, as the list is sorted; not more than a table may have."""
    shown = (lists.late or ())[: downloads.ROWS_MOST]
    return [(_where(area_id, lists), list(group)) for area_id, group in groupby(shown, _area_id)]


def _area_id(late: Late) -> int:
    return late.area_id or 0


def _where(area_id: int | None, lists: Lists) -> str:
    return lists.areas.get(area_id or 0, str(said(WORDS, "nowhere")))


def _duty(call: Call) -> str | None:
    wanted = str(call.path["duty"])
    return wanted if wanted in call.desk.library.duties else None


async def export(call: Call) -> Response:
    duty = _duty(call)
    lists = await look(call, call.text("area", 20), duty) if duty else None
    if duty is None or lists is None:
        return call.missing()
    why = downloads.purpose(call)
    if why is None:
        return await one(call, "purpose")
    if lists.late is None or len(lists.late) > downloads.ROWS_MOST:
        return await one(call, "rows")
    name = f"qua-han-{duty}-{local_day(call.now):%Y-%m-%d}"
    obj = f"duty:{duty} area:{lists.place.area.id}"
    rows = [row(late, lists) for late in lists.late]
    headings = said(WORDS, "overdue_headings")
    return await downloads.table(call, "overdue list exported", obj, why, name, rows, headings)


def row(late: Late, lists: Lists) -> tuple[object, ...]:
    """One line of the table; the page has the same in the same order."""
    child = late.child
    return (
        _where(late.area_id, lists),
        child.nickname or said(WORDS, "nameless"),
        child.born_on or child.due_on,
        late.standing.due,
        said(WORDS, "lateness")["unknown" if late.unknown else "late"],
        late.family,
    )


PAGES = (
    Page("/overdue", overview, May.SEE_FAMILIES),
    Page("/overdue/{duty}", one, May.SEE_FAMILIES),
    Page("/overdue/{duty}/export", export, May.EXPORT, "POST", step_up=True),
)
