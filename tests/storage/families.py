"""Families, rows and races that the storage tests share."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from care.messages import Address, Kind
from care.people import CaregiverState, ChildState
from storage import caregivers, children, outbox
from storage.caregivers import Contact

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
TODAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
ROUTE = "telegram:main"

T = TypeVar("T")


def address(chat_id: str, channel: str = "telegram") -> Address:
    return Address(channel, "main", chat_id)


def a_caregiver(conn: Connection, chat_id: str = "1001", **values: Any) -> Contact:
    """Somebody who agreed and gets messages."""
    contact = caregivers.open_contact(conn, address(chat_id), NOW)
    values = {"state": CaregiverState.ACTIVE, **values}
    caregivers.change(conn, contact.caregiver.id, **values)
    found = caregivers.by_address_id(conn, contact.address_id)
    assert found is not None
    return found


def a_child(conn: Connection, caregiver_id: int, born_on: date, **values: Any) -> int:
    values = {"state": ChildState.BORN, "born_on": born_on, "precision": "day", **values}
    return children.add(conn, caregiver_id, TODAY, **values)


def a_row(message: str = "tip.one", **values: Any) -> dict[str, Any]:
    """The columns of a message that may go now."""
    usual: dict[str, Any] = {
        "kind": Kind.TIP,
        "address_id": 1,
        "route": ROUTE,
        "message": message,
        "not_before": NOW,
        "expires_at": NOW + DAY,
        "caregiver_id": 1,
    }
    return outbox.values(**{**usual, **values})


def a_push(message: str = "tip.one", **values: Any) -> dict[str, Any]:
    """A row that nobody asked for, about a child."""
    return a_row(message, **{"child_id": 1, "planned_on": TODAY, **values})


def together(first: Engine, second: Engine, f: Callable[[Connection], T]) -> tuple[T, T]:
    """`f` in two transactions that overlap: the second begins before the first commits."""

    begun = threading.Event()

    def other() -> T:
        with second.begin() as conn:
            begun.set()
            return f(conn)

    with ThreadPoolExecutor(1) as pool:
        with first.begin() as conn:
            mine = f(conn)
            theirs = pool.submit(other)
            if first.dialect.name == "postgresql":
                begun.wait(5)
                _till_it_waits(conn, theirs)
            else:  # the second cannot even begin before the first is done
                begun.wait(0.05)
        return mine, theirs.result(timeout=10)


def _till_it_waits(conn: Connection, theirs: Future[Any]) -> None:
    """For this transaction, or is done."""
    waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    for _ in range(1_000):
        if theirs.done() or conn.exec_driver_sql(waiting).scalar_one():
            return
        time.sleep(0.002)


def crossing(
    first: Engine,
    second: Engine,
    one: Callable[[Connection], Any],
    other: Callable[[Connection], Any],
) -> tuple[Any, Any]:
    """`other` begins before `one` commits."""
    acts = iter((one, other))
    return together(first, second, lambda conn: next(acts)(conn))


@contextmanager
def plans(conn: Connection) -> Iterator[list[str]]:
    """How SQLite goes about every statement run within, a line a step."""
    driver: Any = conn.connection.driver_connection
    statements: list[str] = []
    steps: list[str] = []
    driver.set_trace_callback(statements.append)
    yield steps
    driver.set_trace_callback(None)
    for statement in statements:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            steps += [row[3] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
