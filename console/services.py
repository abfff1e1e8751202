"""The referral directory of an area: who helps, when that was last checked, what is missing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from care.clock import local_day
from care.services import Field, Service, is_fresh, missing
from console import downloads, places
from console.places import Place
from console.render import said
from console.scope import May
from console.web import Call, Page
from storage import areas, audit, services
from storage.areas import Area
from storage.database import Connection

WORDS = "services/said.html"
_LETTER = re.compile(r"[^\W\d_]")
_PHONE = re.compile(r"\+?\d[\d .()-]{1,58}\d")
FIELD_MOST = {
    "name": services.NAME_MOST,
    "phone": services.PHONE_MOST,
    "address": services.ADDRESS_MOST,
    "hours": services.HOURS_MOST,
}


@dataclass(frozen=True, slots=True)
class Whole:
    """A commune or, above, a province: how many of its communes have all six fields."""

    area: Area
    missing: tuple[Field, ...]
    whole: int
    of: int


@dataclass(frozen=True, slots=True)
class Directory:
    place: Place
    own: list[Service]
    above: list[Service]
    names: dict[int, str]
    lines: list[Whole]

    @property
    def whole(self) -> int:
        return sum(line.whole for line in self.lines)

    @property
    def of(self) -> int:
        return sum(line.of for line in self.lines)


async def show(call: Call, problem: str | None = None) -> Response:
    today = local_day(call.now)
    found = await call.read(_look, call, _typed_area(call), today)
    if found is None:
        return call.missing()
    return call.page(
        "services/list.html",
        400 if problem else 200,
        found=found,
        place=found.place,
        fields=list(Field),
        fresh=lambda one: is_fresh(one, today),
        may_have=services.may_have(found.place.area),
        most=FIELD_MOST,
        problem=problem,
        typed={name: call.text(name, 400) for name in ("field", *FIELD_MOST)},
        corrected=call.path.get("service"),
    )


def _typed_area(call: Call) -> str:
    return str(call.path.get("area", "")) or call.query.get("area", "")


def _look(conn: Connection, call: Call, typed: str, today: date) -> Directory | None:
    service_id = call.path.get("service")
    if service_id is not None:  # its form was not right: the page of its area again
        one = services.get(conn, int(service_id))
        typed = str(one.area_id) if one is not None else typed
    place = places.find(conn, call.scope, typed)
    if place is None:
        return None
    own = services.of_areas(conn, {place.area.id}, closed=True)
    above = [s for s in services.serving(conn, place.area.id) if s.area_id != place.area.id]
    names = areas.names(conn, {one.area_id for one in above})
    return Directory(place, own, above, names, _wholes(conn, place, today))


def _wholes(conn: Connection, place: Place, today: date) -> list[Whole]:
    """Commune by commune; province by province where the country is looked at."""
    below = areas.tree(conn, place.area.id)
    communes = [one for one in below if one.level == "commune"]
    counting = services.counting(conn, communes)
    every = services.of_areas(conn, {area_id for ids in counting.values() for area_id in ids})
    found = []
    for commune in communes:
        gaps = tuple(missing(every, counting[commune.id], today))
        found.append(Whole(commune, gaps, int(not gaps), 1))
    if place.area.level != "country":
        return found
    return [_together(one, found) for one in below if one.level == "province"]


def _together(province: Area, found: list[Whole]) -> Whole:
    inside = [one for one in found if one.area.parent_id == province.id]
    return Whole(province, (), sum(one.whole for one in inside), len(inside))


async def add(call: Call) -> Response:
    place = await call.read(places.find, call.scope, str(call.path["area"]))
    if place is None or not services.may_have(place.area):
        return call.missing()
    values, problem = _typed(call)
    if values is None:
        return await show(call, problem)
    made = await call.write(_add, call, place.area.id, values)
    return call.go(f"{_path(place.area.id)}#s{made}")


def _add(conn: Connection, call: Call, area_id: int, values: tuple[Any, ...]) -> int:
    made = services.add(conn, area_id, *values, by=call.officer.id, today=local_day(call.now))
    audit.record(conn, call.actor, "service added", f"service:{made}", call.now)
    return made


async def correct(call: Call) -> Response:
    if await _mine(call) is None:
        return call.missing()
    values, problem = _typed(call)
    if values is None:
        return await show(call, problem)
    return await _change(call, "service corrected", _correct, values)


def _correct(
    conn: Connection, service_id: int, values: tuple[Any, ...], by: int, today: date
) -> None:
    services.correct(conn, service_id, *values, by=by, today=today)


def _typed(call: Call) -> tuple[tuple[Any, ...] | None, str]:
    """Field, name, phone, address, hours; or what is wrong with them."""
    name, phone, address, hours = (
        " ".join(call.text(key, most + 1).split()) for key, most in FIELD_MOST.items()
    )
    known = {one.value: one for one in Field}
    field = known.get(call.text("field", 20))
    if field is None:
        return None, "field"
    if not _LETTER.search(name) or len(name) > services.NAME_MOST:
        return None, "name"
    if not _PHONE.fullmatch(phone):
        return None, "phone"
    if len(address) > services.ADDRESS_MOST or len(hours) > services.HOURS_MOST:
        return None, "long"
    return (field, name, phone, address, hours), ""


async def check(call: Call) -> Response:
    return await _change(call, "service checked", _check)


def _check(conn: Connection, service_id: int, by: int, today: date) -> None:
    services.check(conn, service_id, by, today)


async def close(call: Call) -> Response:
    return await _change(call, "service closed", _close)


def _close(conn: Connection, service_id: int, by: int, today: date) -> None:
    services.close(conn, service_id, today)


async def reopen(call: Call) -> Response:
    return await _change(call, "service opened", services.reopen)


async def _mine(call: Call) -> Service | None:
    """The service of the path, in the own areas only."""
    one = await call.read(services.get, int(call.path["service"]))
    return one if one is not None and call.scope.holds(one.area_id) else None


async def _change(call: Call, action: str, f: Callable[..., None], *values: Any) -> Response:
    one = await _mine(call)
    if one is None:
        return call.missing()
    args = (one.id, *values, call.officer.id, local_day(call.now))
    await call.act(action, f"service:{one.id}", f, *args)
    return call.go(f"{_path(one.area_id)}#s{one.id}")


def _path(area_id: int) -> str:
    return f"/console/services?area={area_id}"


async def export(call: Call) -> Response:
    """Everything of the area and below, closed ones too; nothing in it is about a family."""
    place = await call.read(places.find, call.scope, str(call.path["area"]))
    if place is None:
        return call.missing()
    rows = await call.read(_rows, place)
    name = f"noi-giup-{local_day(call.now):%Y-%m-%d}"
    obj, why = f"area:{place.area.id}", "directory"
    headings = said(WORDS, "headings")
    return await downloads.table(call, "directory exported", obj, why, name, rows, headings)


def _rows(conn: Connection, place: Place) -> list[tuple[object, ...]]:
    fields = said(WORDS, "fields")
    found = services.of_areas(conn, place.ids, closed=True)[: downloads.ROWS_MOST]
    names = areas.names(conn, {one.area_id for one in found})
    return [
        (
            names.get(one.area_id, ""),
            fields[one.field.value],
            one.name,
            one.phone,
            one.address,
            one.hours,
            one.checked_on,
            one.closed_on,
        )
        for one in sorted(found, key=lambda one: (names.get(one.area_id, ""), one.field))
    ]


PAGES = (
    Page("/services", show, May.KEEP_SERVICES),
    Page("/services/{area:int}/add", add, May.KEEP_SERVICES, "POST"),
    Page("/services/{area:int}/export", export, May.KEEP_SERVICES, "POST"),
    Page("/services/{service:int}/correct", correct, May.KEEP_SERVICES, "POST"),
    Page("/services/{service:int}/check", check, May.KEEP_SERVICES, "POST"),
    Page("/services/{service:int}/close", close, May.KEEP_SERVICES, "POST"),
    Page("/services/{service:int}/open", reopen, May.KEEP_SERVICES, "POST"),
)
