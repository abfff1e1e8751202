"""A class or hamlet list becomes invitation slips: first looked through, then made.

Nobody is registered here. What the preview shows goes back with the form and is checked again.
"""

import asyncio
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from starlette.datastructures import UploadFile
from starlette.responses import Response

from care import roster
from care.clock import local_day
from care.folding import fold
from care.roster import Entry, NoHeadings, Row, Trouble
from console import places, sheets
from console.places import Place
from console.scope import May
from console.sheets import BadSheet
from console.web import Call, Page
from storage import hamlets, slips
from storage.areas import Area

SHOWN = 30
TROUBLES_SHOWN = 200
AT_ONCE = 200  # slips in one write
_PARTS = ("name", "born", "group", "note")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a list says."""

    entries: Sequence[tuple[Entry, int]]  # with the area the family is invited to
    troubles: Sequence[Trouble]
    rows: str  # JSON: what the next form sends back
    would: dict[str, int]


async def begin(call: Call, problem: str | None = None, missing: Sequence[str] = ()) -> Response:
    """The form for an upload, and the lists that were made."""
    place = await call.read(places.find, call.scope, call.query.get("area", ""))
    if place is None:
        return call.missing()
    made = await call.read(slips.batches, place.ids, place.everywhere)
    return call.page(
        "slips/list.html",
        400 if problem else 200,
        place=place,
        made=made,
        names={area.id: area.name for area in (place.area, *place.below)},
        problem=problem,
        lacking=missing,
    )


async def look(call: Call) -> Response:
    """Nothing is written yet."""
    place = await _target(call)
    if place is None:
        return call.missing()
    upload = call.form.get("file")
    if not isinstance(upload, UploadFile):
        return await begin(call, "empty")
    data = await upload.read(sheets.BYTES_MOST + 1)
    try:
        lines = await asyncio.to_thread(sheets.read_rows, upload.filename or "", data)
        rows = await asyncio.to_thread(roster.rows, lines)
    except BadSheet as error:
        return await begin(call, error.why)
    except NoHeadings as error:
        return await begin(call, "headings", error.missing)
    looked = await _check(call, place, rows)
    return call.page("slips/preview.html", place=place, looked=looked, shown=SHOWN)


async def _target(call: Call) -> Place | None:
    """A list is for one commune, or for one hamlet of it."""
    place = await call.read(places.find, call.scope, call.text("area", 20))
    fits = place is not None and place.area.level in ("commune", hamlets.LEVEL)
    return place if fits else None


async def _check(call: Call, place: Place, rows: Sequence[Row]) -> Looked:
    good, troubles = await asyncio.to_thread(roster.check, rows, local_day(call.now))
    near = await call.read(hamlets.of_commune, place.area.id)
    entries = _placed(good, place.area, [area for area in near if call.scope.holds(area.id)])
    kept = {entry.number for entry in good}
    sent_back = json.dumps([asdict(row) for row in rows if row.number in kept], ensure_ascii=False)
    would = await call.read(slips.known, entries)
    return Looked(entries, troubles[:TROUBLES_SHOWN], sent_back, would)


def _placed(good: Sequence[Entry], whole: Area, near: Sequence[Area]) -> list[tuple[Entry, int]]:
    """The hamlet that the list names, else the place the list is for."""
    by_name = {fold(name): a.id for a in near for name in (a.name, f"{a.kind} {a.name}")}
    return [(entry, by_name.get(fold(entry.group), whole.id)) for entry in good]


async def make(call: Call) -> Response:
    """The slips, once a row, however often the list comes."""
    place = await _target(call)
    rows = _rows(call.form.get("rows"))
    if place is None or rows is None:
        return call.missing()
    looked = await _check(call, place, rows)
    if not looked.entries:
        return await begin(call, "empty")
    batch = secrets.token_hex(8)
    for at in range(0, len(looked.entries), AT_ONCE):
        part = looked.entries[at : at + AT_ONCE]
        await call.act(
            "slips made", f"batch:{batch}", slips.make, part, batch, call.officer.id, call.now
        )
    return call.go(f"/console/slips/{batch}")


def _rows(sent: object) -> list[Row] | None:
    """None for what our own page never sends."""
    try:
        found = json.loads(sent) if isinstance(sent, str) else []
        rows = [
            Row(int(one["number"]), *(str(one[part]) for part in _PARTS)) for one in found or ()
        ]
    except (ValueError, TypeError, KeyError):
        return None
    return rows if len(rows) <= sheets.ROWS_MOST else None


PAGES = (
    Page("/slips", begin, May.INVITE),
    Page("/slips/look", look, May.INVITE, "POST"),
    Page("/slips/make", make, May.INVITE, "POST"),
)
