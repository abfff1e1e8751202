"""What units decide for their families. A unit inherits what it does not decide itself."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from care import local
from care.local import NOWHERE, Local
from storage import areas as areas_of
from storage import audit, marks
from storage.dialect import upsert
from storage.tables import area_settings, areas

HOME = "home_area"  # the mark: where this installation works


class Locals:
    """What holds in each unit: read once, asked for every family.

    `home` is for families who have not said where they live.
    """

    def __init__(
        self,
        own: Mapping[int, Mapping[str, Any]],
        parents: Mapping[int, int],
        home: int | None = None,
    ) -> None:
        self._own, self._parents, self._home = own, parents, home
        self._made: dict[int, Local] = {}

    def of(self, area_id: int | None) -> Local:
        if area_id is None:
            area_id = self._home
        if area_id is None or not self._own:
            return NOWHERE
        if area_id not in self._made:
            self._made[area_id] = local.read(self._merged(area_id))
        return self._made[area_id]

    def _merged(self, area_id: int) -> dict[str, Any]:
        parent = self._parents.get(area_id)
        above = self._merged(parent) if parent is not None else {}
        return {**above, **self._own.get(area_id, {})}


def everywhere(conn: Connection) -> Locals:
    own: dict[int, dict[str, Any]] = {}
    for row in conn.execute(select(area_settings)):
        own.setdefault(row.area_id, {})[row.name] = json.loads(row.value)
    if not own:
        return Locals({}, {})
    tree = conn.execute(select(areas.c.id, areas.c.parent_id).where(areas.c.parent_id.is_not(None)))
    return Locals(own, {row.id: row.parent_id for row in tree}, _home(conn))


def _home(conn: Connection) -> int | None:
    home = marks.get(conn, HOME)
    return int(home) if home else None


def of_area(conn: Connection, area_id: int | None) -> Local:
    """For one family: asks only the units above it, where `everywhere` reads the whole tree."""
    unit = area_id or _home(conn)
    if unit is None:
        return NOWHERE
    return local.read({name: found.value for name, found in decided(conn, unit).items()})


class Decided(NamedTuple):
    """What holds in a unit, and which unit above or itself has decided it."""

    value: Any
    area_id: int
    area: str


def decided(conn: Connection, area_id: int) -> dict[str, Decided]:
    """Setting -> what holds there, by the word of the nearest unit that has decided."""
    units = areas_of.above(conn, area_id)
    query = select(area_settings, areas.c.name.label("area"))
    query = query.join(areas, areas.c.id == area_settings.c.area_id)
    rows = conn.execute(query.where(area_settings.c.area_id.in_(units))).all()
    found: dict[str, Decided] = {}
    for row in sorted(rows, key=lambda row: units.index(row.area_id)):
        found.setdefault(row.name, Decided(json.loads(row.value), row.area_id, row.area))
    return found


def set_home(conn: Connection, area_id: int | None) -> None:
    """Where this installation works, by its settings; for every process of it."""
    marks.put(conn, HOME, str(area_id or ""))


def put(conn: Connection, area_id: int, name: str, value: Any, by: str, now: datetime) -> None:
    """Raises BadSetting; None takes the unit's own decision away."""
    if value is not None:
        local.read({name: value})
    key = (area_settings.c.area_id == area_id, area_settings.c.name == name)
    audit.record(conn, by, "area setting", f"area:{area_id}", now, name)
    if value is None:
        conn.execute(delete(area_settings).where(*key))
        return
    values = {"value": json.dumps(value, ensure_ascii=False), "set_by": by, "at": now}
    upsert(conn, area_settings, {"area_id": area_id, "name": name, **values})
