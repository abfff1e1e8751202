"""What officers have to look at: at most one open task for a thing in an area."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection

from storage.areas import within
from storage.console_tables import tasks

WRONG = "wrong"  # a reader calls an item wrong; ref: the item
LOW_SCORE = "low_score"  # ref: "campaign:7" or "talk:7"
LOW = 2  # a score of 5 up to which somebody should look


@dataclass(frozen=True, slots=True)
class Task:
    id: int
    area_id: int | None
    kind: str
    ref: str
    created_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    officer_id: int | None


def open_once(
    conn: Connection,
    kind: str,
    ref: str,
    area_id: int | None,
    now: datetime,
    due_at: datetime | None = None,
) -> bool:
    """False when the same is open already in that area."""
    if conn.dialect.name == "postgresql":  # two who find it at the same time make one task
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"task:{kind}:{ref}"))))
    same = (tasks.c.kind == kind, tasks.c.ref == ref, tasks.c.done_at.is_(None))
    here = tasks.c.area_id.is_(None) if area_id is None else tasks.c.area_id == area_id
    if conn.execute(select(tasks.c.id).where(*same, here)).first():
        return False
    values = {"kind": kind, "ref": ref, "area_id": area_id, "created_at": now, "due_at": due_at}
    conn.execute(insert(tasks).values(**values))
    return True


def low_score(conn: Connection, ref: str, score: int, area_id: int | None, now: datetime) -> bool:
    """A task where the score is low; `ref` is what was scored."""
    return score <= LOW and open_once(conn, LOW_SCORE, ref, area_id, now)


def waiting(
    conn: Connection, areas: Collection[int], everywhere: bool, kind: str | None = None
) -> list[Task]:
    """Open tasks an officer may see; what is due comes first, then the oldest."""
    query = select(tasks).where(
        tasks.c.done_at.is_(None), within(tasks.c.area_id, areas, everywhere)
    )
    if kind is not None:
        query = query.where(tasks.c.kind == kind)
    query = query.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id)
    return [Task(**row._asdict()) for row in conn.execute(query)]


def get(conn: Connection, task_id: int) -> Task | None:
    row = conn.execute(select(tasks).where(tasks.c.id == task_id)).first()
    return Task(**row._asdict()) if row else None


def finish(conn: Connection, kind: str, ref: str, officer_id: int, now: datetime) -> int:
    """The thing was looked at: its tasks end, in whichever areas; returns how many."""
    same = (tasks.c.kind == kind, tasks.c.ref == ref, tasks.c.done_at.is_(None))
    ended = update(tasks).where(*same).values(done_at=now, officer_id=officer_id)
    return conn.execute(ended).rowcount


def finish_one(conn: Connection, task_id: int, officer_id: int, now: datetime) -> bool:
    open_still = (tasks.c.id == task_id, tasks.c.done_at.is_(None))
    ended = update(tasks).where(*open_still).values(done_at=now, officer_id=officer_id)
    return conn.execute(ended).rowcount > 0
