"""Statements compiled once: the same types, errors and transactions as all others."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, bindparam, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.crypto import Cipher, KeyProblem
from storage.database import sync_engine
from storage.dialect import insert_new
from storage.prepared import Prepared
from storage.tables import audit, web_messages, web_sessions
from tests.storage.families import NOW

COLUMNS = ("token_hash", "last_n", "created_at")
ADD = Prepared(lambda conn: insert_new(conn, web_sessions), COLUMNS)
ADD_AGAIN = Prepared(lambda _: insert(web_sessions), COLUMNS)
BY_HASH = Prepared(
    lambda _: select(web_sessions).where(web_sessions.c.token_hash == bindparam("h"))
)
FROM = Prepared(
    lambda _: (
        select(web_sessions.c.token_hash, web_sessions.c.created_at)
        .where(web_sessions.c.last_n >= bindparam("least"), web_sessions.c.last_n != 3)
        .order_by(web_sessions.c.last_n)
    )
)
RAISE = Prepared(
    lambda _: (
        update(web_sessions)
        .where(web_sessions.c.last_n < bindparam("below"))
        .values(last_n=web_sessions.c.last_n + 1)
    )
)
SAY = Prepared(lambda _: insert(web_messages), ("token_hash", "n", "key", "body", "at"))
SAID = Prepared(lambda _: select(web_messages.c.body).where(web_messages.c.n == bindparam("n")))


def session(n: int, at: datetime = NOW) -> dict[str, object]:
    return {"token_hash": f"hash{n}", "last_n": n, "created_at": at}


def test_rows_are_added_and_counted(conn: Connection) -> None:
    assert ADD.run_many(conn, [session(n) for n in range(5)]) == 5
    assert ADD.run_many(conn, [session(n) for n in range(3, 7)]) == 2
    assert ADD.run(conn, **session(6)) == 0
    assert RAISE.run(conn, below=2) == 2
    assert RAISE.run(conn, below=-1) == 0


def test_rows_come_back_by_name_and_type(conn: Connection) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=7)))
    ADD.run(conn, **session(1, local))
    row = BY_HASH.first(conn, h="hash1")
    assert row is not None
    assert (row.token_hash, row.last_n) == ("hash1", 1)
    assert (row.created_at, row.created_at.tzinfo) == (NOW, UTC)
    assert BY_HASH.first(conn, h="unknown") is None


def test_fixed_values_stay_what_they_are(conn: Connection) -> None:
    ADD.run_many(conn, [session(n) for n in range(6)])
    for least in (2, 4):
        found = [row.token_hash for row in FROM.rows(conn, least=least)]
        assert found == [f"hash{n}" for n in range(least, 6) if n != 3]


def test_what_everybody_else_wrote_in_the_transaction_is_seen(conn: Connection) -> None:
    conn.execute(insert(web_sessions).values(**session(1)))
    assert BY_HASH.first(conn, h="hash1") is not None
    ADD.run(conn, **session(2))
    assert len(conn.execute(select(web_sessions)).all()) == 2


def test_it_is_undone_with_its_transaction(engine: Engine) -> None:
    with engine.connect() as conn:
        ADD.run(conn, **session(1))
        conn.rollback()
        assert BY_HASH.first(conn, h="hash1") is None


def test_errors_are_of_the_usual_kinds_and_say_nothing_private(conn: Connection) -> None:
    ADD.run(conn, **session(1))
    with pytest.raises(IntegrityError) as caught, conn.begin_nested():
        ADD_AGAIN.run(conn, **session(1))
    assert "2026" not in str(caught.value)
    with pytest.raises(ValueError, match="naive"):
        ADD.run(conn, **session(2, datetime(2026, 11, 24)))  # noqa: DTZ001
    assert BY_HASH.first(conn, h="hash1") is not None


def test_every_database_has_its_own_key(engine: Engine, database_url: str, cipher: Cipher) -> None:
    with engine.begin() as conn:
        ADD.run(conn, **session(1))
        SAY.run(conn, token_hash="hash1", n=1, key="k", body="Bống", at=NOW)
        assert SAID.first(conn, n=1).body == "Bống"
    for key, fits in ((cipher, True), (Cipher(bytes(32)), False)):
        other = sync_engine(database_url, key)
        with other.connect() as conn:
            if fits:
                assert SAID.first(conn, n=1).body == "Bống"
            else:
                with pytest.raises(KeyProblem):
                    SAID.first(conn, n=1)
        other.dispose()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_a_missing_table_is_an_operational_error(conn: Connection) -> None:
    conn.execute(audit.delete())
    conn.exec_driver_sql("DROP TABLE web_messages")
    with pytest.raises(OperationalError, match="no such table"):
        SAID.first(conn, n=1)
