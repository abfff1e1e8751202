"""Accounts, sessions and tries, also when two come at the same moment."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from storage import areas, officers
from storage.areas import AreaRow
from storage.console_tables import officer_sessions
from storage.console_tables import officers as table
from storage.officers import FULL, PASSWORD, RECOVERED, SLOWEST
from tests.storage.families import MINUTE, NOW, together

SECOND = timedelta(seconds=1)


def an_officer(conn: Connection, login: str = "tram") -> int:
    areas.import_rows(conn, [AreaRow("VN", "", "country", "nước", "Việt Nam", ())], NOW)
    area = areas.by_code(conn, "VN")
    assert area is not None
    made = officers.add(
        conn,
        login=login,
        name="Trạm",
        role="station",
        area_id=area.id,
        password_hash="hash",
        now=NOW,
    )
    assert made is not None
    return made


def test_a_login_is_given_once_whatever_its_capitals(conn: Connection) -> None:
    first = an_officer(conn)
    assert officers.by_login(conn, "TRAM") == officers.get(conn, first)
    with pytest.raises(AssertionError):
        an_officer(conn, "Tram")
    assert officers.count(conn) == 1


def test_an_officer_shows_no_secret_when_printed(conn: Connection) -> None:
    me = an_officer(conn)
    officers.change(conn, me, totp="SECRET", recovery={"codes": ["CODE"]}, password_hash="HASH")
    officers.open_session(conn, me, "token", PASSWORD, NOW)
    officers.change_session(conn, "token", secret="SECRET")
    printed = repr(officers.find_session(conn, "token", NOW))
    assert not [secret for secret in ("SECRET", "CODE", "HASH", "token") if secret in printed]


def test_secrets_are_sealed_and_tokens_are_hashed(conn: Connection) -> None:
    me = an_officer(conn)
    officers.change(conn, me, totp="SECRET", recovery={"codes": ["CODE"]})
    officers.open_session(conn, me, "token", PASSWORD, NOW)
    officers.change_session(conn, "token", secret="SECRET")
    for name in (table.name, officer_sessions.name):
        rows = [tuple(row) for row in conn.exec_driver_sql(f"SELECT * FROM {name}")]
        raw = repr([bytes(v) if isinstance(v, memoryview) else v for row in rows for v in row])
        assert not [secret for secret in ("SECRET", "CODE", "'token'") if secret in raw]


def test_a_full_session_ends_all_others_and_half_a_one_only_halves(conn: Connection) -> None:
    me, other = an_officer(conn), an_officer(conn, "khac")

    def open_ones() -> set[str]:
        tokens = ("full", "half", "again", "new", "others")
        return {token for token in tokens if officers.find_session(conn, token, NOW)}

    officers.open_session(conn, other, "others", FULL, NOW)
    officers.open_session(conn, me, "full", FULL, NOW)
    officers.open_session(conn, me, "half", PASSWORD, NOW)
    assert open_ones() == {"others", "full", "half"}
    officers.open_session(conn, me, "again", RECOVERED, NOW)
    assert open_ones() == {"others", "full", "again"}
    officers.open_session(conn, me, "new", FULL, NOW)
    assert open_ones() == {"others", "new"}


def test_a_session_of_a_disabled_officer_is_none(conn: Connection) -> None:
    me = an_officer(conn)
    officers.open_session(conn, me, "token", FULL, NOW)
    officers.change(conn, me, state=officers.DISABLED)
    assert officers.find_session(conn, "token", NOW) is None
    officers.disable(conn, me)
    assert conn.execute(select(officer_sessions.c.officer_id)).all() == []


def test_tries_wait_longer_each_time_but_never_for_good(conn: Connection) -> None:
    me, now, waits = an_officer(conn), NOW, []
    for _ in range(20):
        assert officers.begin_try(conn, me, now) == 0
        wait = officers.begin_try(conn, me, now)
        if wait:
            waits.append(wait)
            now += wait * SECOND
    assert waits[:4] == [2, 3, 5, 9]
    assert max(waits) == SLOWEST.total_seconds() + 1


def test_a_try_during_the_wait_makes_it_no_longer(conn: Connection) -> None:
    me = an_officer(conn)
    for _ in range(5):
        officers.begin_try(conn, me, NOW)
    found = officers.get(conn, me)
    assert found is not None
    assert found.failures == 3
    assert found.not_before == NOW + SECOND


def test_two_tries_at_once_are_counted_as_two(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        me = an_officer(conn)
        officers.change(conn, me, failures=2)
    first, other = together(engine, second, lambda conn: officers.begin_try(conn, me, NOW))
    assert (first, other) == (0, 2)


def test_a_code_used_twice_at_once_counts_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        me = an_officer(conn)
    heard = together(engine, second, lambda conn: officers.use_code(conn, me, 7))
    assert heard == (True, False)
    with engine.begin() as conn:
        assert not officers.use_code(conn, me, 6)
        assert officers.use_code(conn, me, 8)


def test_a_recovery_code_used_twice_at_once_counts_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        me = an_officer(conn)
        officers.change(conn, me, recovery={"codes": ["a", "b"]})
    heard = together(engine, second, lambda conn: officers.use_recovery(conn, me, "a"))
    assert heard == (True, False)
    with engine.begin() as conn:
        assert officers.use_recovery(conn, me, "b")
        assert not officers.use_recovery(conn, me, "b")


def test_old_sessions_are_purged(conn: Connection) -> None:
    me = an_officer(conn)
    officers.open_session(conn, me, "token", FULL, NOW)
    officers.purge_sessions(conn, NOW + officers.LONGEST)
    assert conn.execute(select(officer_sessions.c.officer_id)).all() != []
    officers.purge_sessions(conn, NOW + officers.LONGEST + MINUTE)
    assert conn.execute(select(officer_sessions.c.officer_id)).all() == []
