"""The web chat's own side: sessions, numbered lines, and what is forgotten."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from storage import web
from tests.storage.families import DAY, NOW, together

TOKEN, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def session(conn: Connection) -> Connection:
    web.open_session(conn, TOKEN, NOW)
    web.open_session(conn, OTHER, NOW)
    return conn


def say(conn: Connection, key: str, token: str = TOKEN, days: int = 0) -> int | None:
    return web.append(conn, token, key, {"text": f"chào {key}"}, NOW + days * DAY)


def test_a_session_is_known(session: Connection) -> None:
    assert web.known(session, TOKEN)
    assert not web.known(session, "c" * 32)


def test_lines_are_numbered_per_session(session: Connection) -> None:
    assert [say(session, key) for key in "xyz"] == [1, 2, 3]
    assert say(session, "x", OTHER) == 1
    lines = web.after(session, TOKEN, 0)
    assert [(line.n, line.key, line.body) for line in lines] == [
        (1, "x", {"text": "chào x"}),
        (2, "y", {"text": "chào y"}),
        (3, "z", {"text": "chào z"}),
    ]
    assert lines[0].at == NOW


def test_the_same_key_is_written_once(session: Connection) -> None:
    assert [say(session, key) for key in ("x", "y", "x", "y")] == [1, 2, 1, 2]
    assert len(web.after(session, TOKEN, 0)) == 2


def test_nothing_is_said_without_a_session(conn: Connection) -> None:
    assert say(conn, "x") is None


def test_lines_after_a_number(session: Connection) -> None:
    for n in range(5):
        say(session, str(n))
    assert [line.n for line in web.after(session, TOKEN, 3)] == [4, 5]
    assert [line.n for line in web.after(session, TOKEN, 0, limit=2)] == [1, 2]
    assert web.after(session, TOKEN, 5) == []


def test_the_newest_lines(session: Connection) -> None:
    assert web.last(session, TOKEN, 3) == []
    for n in range(5):
        say(session, str(n))
    assert [line.n for line in web.last(session, TOKEN, 3)] == [3, 4, 5]
    assert [line.n for line in web.last(session, TOKEN, 50)] == [1, 2, 3, 4, 5]
    assert web.last(session, "c" * 32, 3) == []


def test_erasing_keeps_the_session_and_its_count(session: Connection) -> None:
    say(session, "x")
    say(session, "x", OTHER)
    web.erase(session, TOKEN)
    assert web.after(session, TOKEN, 0) == []
    assert len(web.after(session, OTHER, 0)) == 1
    assert web.known(session, TOKEN)
    assert say(session, "y") == 2


def test_old_lines_are_forgotten(session: Connection) -> None:
    for n in range(3):
        say(session, str(n), days=n)
    web.forget(session, NOW + DAY)
    assert [line.n for line in web.after(session, TOKEN, 0)] == [2, 3]


def test_two_at_once_get_two_numbers(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        web.open_session(conn, TOKEN, NOW)
    keys = ["x", "y"]
    assert sorted(n or 0 for n in together(engine, second, lambda c: say(c, keys.pop()))) == [1, 2]
