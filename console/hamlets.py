"""The hamlets of a commune: added and renamed by its officers."""

import re

from starlette.responses import Response

from console import places
from console.places import Place
from console.scope import May
from console.web import Call, Page
from storage import areas, audit, hamlets
from storage.database import Connection

_LETTERS = re.compile(r"[^\W_]")


async def show(call: Call, problem: str | None = None) -> Response:
    place = await _place(call)
    if place is None:
        return call.missing()
    is_commune = place.area.level == "commune"
    shown = await call.read(hamlets.of_commune, place.area.id) if is_commune else []
    status = 400 if problem else 200
    return call.page(
        "families/hamlets.html", status, place=place, hamlets=shown, problem=problem, form=call.form
    )


async def _place(call: Call) -> Place | None:
    typed = str(call.path.get("area", "")) or call.query.get("area", "")
    return await call.read(places.find, call.scope, typed)


async def add(call: Call) -> Response:
    place = await _place(call)
    if place is None or place.area.level != "commune":
        return call.missing()
    kind, name = _typed(call)
    if not _usable(kind, name):
        return await show(call, "name")
    made = await call.write(_add, call, place, kind, name)
    return await show(call, "taken") if made is None else call.go(_path(place))


def _add(conn: Connection, call: Call, place: Place, kind: str, name: str) -> int | None:
    made = hamlets.add(conn, place.area, kind, name)
    if made is not None:
        audit.record(conn, call.actor, "hamlet added", f"area:{made}", call.now)
    return made


async def rename(call: Call) -> Response:
    place = await _place(call)
    number = call.text("hamlet", 20)
    hamlet = await call.read(areas.get, int(number)) if number.isdecimal() else None
    if place is None or hamlet is None or hamlet.parent_id != place.area.id:
        return call.missing()
    if hamlet.level != hamlets.LEVEL:
        return call.missing()
    kind, name = _typed(call)
    if not _usable(kind, name):
        return await show(call, "name")
    obj = f"area:{hamlet.id}"
    right = await call.act("hamlet renamed", obj, hamlets.rename, hamlet, kind, name, call.now)
    return call.go(_path(place)) if right else await show(call, "taken")


def _typed(call: Call) -> tuple[str, str]:
    return " ".join(call.text("kind", 60).split()), " ".join(call.text("name", 120).split())


def _usable(kind: str, name: str) -> bool:
    fits = 0 < len(kind) <= hamlets.KIND_MOST and 0 < len(name) <= hamlets.NAME_MOST
    return fits and all(map(_LETTERS.search, (kind, name)))


def _path(place: Place) -> str:
    return f"/console/hamlets?area={place.area.id}"


PAGES = (
    Page("/hamlets", show, May.NAME_HAMLETS),
    Page("/hamlets/{area:int}/add", add, May.NAME_HAMLETS, "POST"),
    Page("/hamlets/{area:int}/rename", rename, May.NAME_HAMLETS, "POST"),
)
