"""The cases behind the figures: those an officer may see, without a word of them."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from care.case_figures import Received
from care.cases import Act
from storage import cases
from storage.case_tables import case_history
from storage.case_tables import cases as case_table
from storage.cases import Viewer

_CALLS = (Act.DEPUTY_CALLED, Act.CLIMBED)
_LOOKED_AT = (Act.ASSESSED, Act.PLANNED, *_CALLS)


def received(conn: Connection, viewer: Viewer, since: datetime) -> list[Received]:
    """An act that was done again counts by its first time."""
    which = (cases.visible(viewer), case_table.c.reported_at >= since)
    query = select(case_history.c.case_id, case_history.c.act, func.min(case_history.c.at))
    query = query.where(
        case_history.c.case_id.in_(select(case_table.c.id).where(*which)),
        case_history.c.act.in_(_LOOKED_AT),
    ).group_by(case_history.c.case_id, case_history.c.act)
    first = {(case_id, act): at for case_id, act, at in conn.execute(query)}
    found = []
    for case in cases.reported_since(conn, viewer, since):
        calls = [at for act in _CALLS if (at := first.get((case.id, act))) is not None]
        assessed, planned = (first.get((case.id, act)) for act in (Act.ASSESSED, Act.PLANNED))
        found.append(Received(case, assessed, planned, min(calls, default=None)))
    return found
