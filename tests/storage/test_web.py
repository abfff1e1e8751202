"""The web chat's own side: sessions, numbered lines, and what is forgotten."""

from typing import Any

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


# --- taking lines away ----------------------------------------------------------------------------


def quiet_talk(conn: Connection) -> None:
    """Lines 1 to 8 of one browser: an ordinary one, a dialogue with an edit and a tap, another."""
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("bot:1", {"from": "bot", "text": "menu", "buttons": [{"id": "a"}]}),
        ("me:c1", {"from": "me", "id": "c1", "text": "kể"}),
        ("bot:2", {"from": "bot", "text": "111", "buttons": [{"id": "harm.no"}]}),
        ("me:c2", {"from": "me", "id": "c2", "text": "Không phải", "action": "harm.no"}),
        ("bot:3", {"from": "bot", "text": "113", "buttons": [{"id": "b"}], "replaces": 3}),
        ("me:c3", {"from": "me", "id": "c3", "text": "B", "action": "b"}),
        ("me:c4", {"from": "me", "id": "c4", "text": "A", "action": "a"}),
        ("bot:4", {"from": "bot", "text": "tin", "buttons": []}),
    ]
    for key, body in bodies:
        web.append(conn, TOKEN, key, body, NOW)


def left(conn: Connection) -> list[int]:
    return [line.n for line in web.after(conn, TOKEN, 0) if "remove" not in line.body]


@pytest.mark.parametrize("named", ["3", "bot:2"])
def test_a_line_goes_with_its_edits_and_the_taps_on_it(session: Connection, named: str) -> None:
    quiet_talk(session)
    assert web.remove(session, TOKEN, "bot:5", ["me:c1", named, "me:unknown", "99"], NOW) == 9
    assert left(session) == [1, 7, 8]
    [said] = [line.body["remove"] for line in web.after(session, TOKEN, 8)]
    assert said == [2, 3, 4, 5, 6, "c1", "c2", "c3"]


def test_taking_away_twice_is_one_line(session: Connection) -> None:
    quiet_talk(session)
    for _ in range(2):
        assert web.remove(session, TOKEN, "bot:5", ["3"], NOW) == 9
    assert left(session) == [1, 2, 7, 8]


def test_nothing_of_another_browser_goes(session: Connection) -> None:
    quiet_talk(session)
    web.remove(session, OTHER, "bot:5", ["3", "me:c1"], NOW)
    assert left(session) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_without_a_session_nothing_is_taken(session: Connection) -> None:
    assert web.remove(session, "c" * 32, "bot:5", ["3"], NOW) is None
