"""The statements of every turn and every tick use the small indexes made for them.

With a parameter for the state SQLite would plan the statement anew each time it is run.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from storage import claims, inbox, outbox, planning, prepared
from tests.storage.families import NOW, TODAY

ROUTE = "telegram:main"


@pytest.fixture
def dialect() -> str:
    """PostgreSQL chooses by the size of a table; SQLite by the words of the statement alone."""
    return "sqlite"


@contextmanager
def plans_of(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """How SQLite would run each statement, whether it is a prepared one or not."""
    found: list[tuple[str, str]] = []

    def explain(sql: str, parameters: Any) -> None:
        cursor = conn.connection.cursor()
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        found.append((sql, " ".join(row[3] for row in cursor.fetchall())))

    def before(_conn: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:
        if not sql.startswith(("EXPLAIN", "BEGIN")):
            explain(sql, parameters)

    run = prepared._Compiled.run

    def watched(self: Any, conn: Connection, parameters: Any, *, many: bool) -> Any:
        if not many:
            explain(self._sql, parameters)
        return run(self, conn, parameters, many=many)

    monkeypatch.setattr(prepared._Compiled, "run", watched)
    event.listen(conn, "before_cursor_execute", before)
    yield found
    event.remove(conn, "before_cursor_execute", before)
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("call", "index"),
    [
        (lambda conn: inbox.next_ones(conn, ()), "ix_inbox_new"),
        (lambda conn: inbox.take(conn, 1, "chat"), "ix_inbox_new"),
        (lambda conn: claims.claim(conn, ROUTE, NOW, (), quiet=False), "ix_outbox_pending"),
        (lambda conn: claims.next_due(conn, ROUTE), "ix_outbox_pending"),
        (lambda conn: claims.sending(conn, ROUTE), "ix_outbox_sending"),
        (lambda conn: outbox.waiting(conn), "ix_outbox_pending"),
        (lambda conn: outbox.expire(conn, NOW), "ix_outbox_pending"),
        (lambda conn: planning.waited(conn, TODAY), "ix_decisions_waiting"),
    ],
)
def test_a_small_index_is_used(
    call: Callable[[Connection], Any],
    index: str,
    conn: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with plans_of(conn, monkeypatch) as found:
        call(conn)
    using = [sql for sql, plan in found if index in plan]
    assert using, found
    given = f"{index.split('_')[1]}.state = ?"
    assert not any(given in sql.partition("WHERE")[2] for sql in using)
