"""The days of the year by which the officer's unit has to hand something in."""

import re
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from care.clock import local_day
from console.scope import May
from console.web import Call, Page
from storage import deadlines
from storage.database import Connection
from storage.deadlines import BadDeadline

_DAY = re.compile(r"(\d{1,2})/(\d{1,2})")


async def show(call: Call, problem: str | None = None) -> Response:
    today = local_day(call.now)
    found = await call.read(deadlines.of_area, call.scope.area_id)
    return call.page(
        "areas/deadlines.html",
        400 if problem else 200,
        lines=[(one, one.of(today.year), one.done(today.year)) for one in found],
        problem=problem,
        ref=call.text("ref", 16),
        typed={"title": call.text("title", 400), "day": call.text("day", 10)},
    )


async def save(call: Call) -> Response:
    """A new one, or with `ref` the words and the day of one that is there."""
    found = _DAY.fullmatch(call.text("day", 10))
    if found is None:
        return await show(call, "day")
    values = (call.text("ref", 16), call.text("title", 400), int(found[2]), int(found[1]))
    try:
        return await _changed(call, "deadline saved", _save, *values)
    except BadDeadline as error:
        return await show(call, str(error))


def _save(conn: Connection, area_id: int, ref: str, title: str, month: int, day: int) -> bool:
    if ref:
        return deadlines.change(conn, area_id, ref, title, month, day)
    deadlines.add(conn, area_id, title, month, day)
    return True


async def mark(call: Call) -> Response:
    """Done for this year, or not after all."""
    values = (call.text("ref", 16), local_day(call.now).year, call.text("done", 1) == "1")
    return await _changed(call, "deadline marked", _mark, *values)


def _mark(conn: Connection, area_id: int, ref: str, year: int, done: bool) -> bool:
    return deadlines.mark(conn, area_id, ref, year, done=done)


async def remove(call: Call) -> Response:
    return await _changed(call, "deadline removed", deadlines.remove, call.text("ref", 16))


async def _changed(call: Call, action: str, f: Callable[..., bool], *values: Any) -> Response:
    """Only ever among those of the officer's own unit."""
    area_id = call.scope.area_id
    known = await call.act(action, f"area:{area_id}", f, area_id, *values)
    return call.go("/console/deadlines") if known else call.missing()


PAGES = (
    Page("/deadlines", show, May.KEEP_DEADLINES),
    Page("/deadlines", save, May.KEEP_DEADLINES, "POST"),
    Page("/deadlines/mark", mark, May.KEEP_DEADLINES, "POST"),
    Page("/deadlines/remove", remove, May.KEEP_DEADLINES, "POST"),
)
