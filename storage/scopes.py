"""Which areas an officer may see: the one place that says so."""

from sqlalchemy.engine import Connection

from care.scope import Role, Scope
from storage import areas
from storage.officers import Officer


def scope_of(conn: Connection, officer: Officer) -> Scope:
    own = areas.get(conn, officer.area_id)
    everywhere = own is not None and own.parent_id is None
    below = frozenset(areas.below(conn, officer.area_id))
    return Scope(officer.id, Role(officer.role), officer.area_id, below, everywhere)
