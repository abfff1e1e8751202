"""Which part of the own area a page is about: the whole, or a unit below that was chosen."""

from dataclasses import dataclass

from console.scope import Scope
from storage import areas
from storage.areas import Area
from storage.database import Connection

BELOW_MOST = 400


@dataclass(frozen=True, slots=True)
class Place:
    """`ids` and `everywhere` as in a scope; `path` leads from the officer's own area to `area`."""

    area: Area
    ids: frozenset[int]
    everywhere: bool
    path: tuple[Area, ...]
    below: tuple[Area, ...]


def find(conn: Connection, scope: Scope, typed: str = "") -> Place | None:
    """None for a unit that does not exist or is outside the scope."""
    wanted = int(typed) if typed.isdecimal() and len(typed) < 16 else scope.area_id
    area = areas.get(conn, wanted) if scope.holds(wanted) else None
    if area is None:
        return None
    whole = area.id == scope.area_id
    ids = scope.areas if whole else frozenset(areas.below(conn, area.id))
    chain = areas.above(conn, area.id)
    path = [areas.get(conn, each) for each in reversed(chain) if scope.holds(each)]
    below = tuple(areas.under(conn, area.id, "", BELOW_MOST))
    known = tuple(each for each in path if each is not None)
    return Place(area, ids, whole and scope.everywhere, known, below)
