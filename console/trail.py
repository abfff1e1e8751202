"""The audit trail: who read, wrote, came in or was refused."""

from starlette.responses import Response

from console.scope import May, Scope
from console.web import Call, Page
from storage import audit, officers
from storage.database import Connection

A_PAGE = 100


async def show(call: Call) -> Response:
    before = call.query.get("before", "")
    last = int(before) if before.isdecimal() and len(before) < 16 else None
    lines, names = await call.read(_lines, call.scope, last)
    await call.noted("read", "page:/trail")
    return call.page("trail.html", lines=lines, names=names, more=len(lines) == A_PAGE)


def _lines(
    conn: Connection, scope: Scope, before: int | None
) -> tuple[list[audit.Line], dict[str, str]]:
    """What officers of the area did and what was done to them; everything for the whole country."""
    names = {
        f"officer:{one.id}": one.name for one in officers.every(conn) if scope.holds(one.area_id)
    }
    about = None if scope.everywhere else names.keys()
    return audit.lines(conn, before, A_PAGE, about), names


PAGES = (Page("/trail", show, May.SEE_AUDIT),)
