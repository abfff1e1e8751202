"""Column types: UTC both ways, opaque JSON, and nothing personal in clear anywhere on disk."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import StatementError

from storage import children, claims, conversations, inbox, outbox, web
from storage.conversations import Conversation
from storage.database import sync_engine
from storage.tables import audit, marks
from tests.engines import Postgres
from tests.storage.families import NOW, TODAY, a_caregiver, a_child, a_row, address

VIET_NAM = timezone(timedelta(hours=7))
CANARY = "canary-7f3e"


def _at(conn: Connection, moment: datetime) -> datetime:
    values = {"at": moment, "actor": "x", "action": "y", "object": "z"}
    key = conn.execute(insert(audit).values(**values)).inserted_primary_key
    assert key is not None
    stored: datetime = conn.execute(select(audit.c.at).where(audit.c.id == key[0])).scalar_one()
    return stored


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 9, 0, tzinfo=VIET_NAM),
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        datetime(2026, 1, 1, 3, 30, 0, 123456, tzinfo=VIET_NAM),
        datetime(
            2024, 2, 29, 23, 59, 59, 999999, tzinfo=timezone(timedelta(hours=-9, minutes=-30))
        ),
    ],
)
def test_a_moment_comes_back_the_same_and_in_utc(conn: Connection, moment: datetime) -> None:
    stored = _at(conn, moment)
    assert stored == moment
    assert stored.utcoffset() == timedelta(0)


def test_moments_are_compared_across_zones(conn: Connection) -> None:
    _at(conn, NOW)
    later = (NOW + timedelta(seconds=1)).astimezone(VIET_NAM)
    assert conn.execute(select(audit.c.id).where(audit.c.at < later)).first() is not None
    assert conn.execute(select(audit.c.id).where(audit.c.at > later)).first() is None


def test_a_naive_moment_is_refused(conn: Connection) -> None:
    with pytest.raises(StatementError, match="naive datetime"):
        _at(conn, datetime(2026, 11, 24, 9, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    "params", [{}, {"tên": "Bống", "n": [1, 2.5, None, True]}, {"deep": {"a": [{}]}}]
)
def test_json_comes_back_the_same(conn: Connection, params: dict[str, object]) -> None:
    outbox.add(conn, [a_row(params=params)])
    row = claims.claim(conn, "telegram:main", NOW, (), quiet=False)
    assert row is not None
    assert row.params == params


def test_a_sealed_field_comes_back_and_may_be_empty(conn: Connection) -> None:
    caregiver = a_caregiver(conn).caregiver.id
    named = a_child(conn, caregiver, TODAY, nickname="Bống 🐟")
    nameless = a_child(conn, caregiver, TODAY)
    assert [c.nickname for c in children.of_caregiver(conn, caregiver)] == ["Bống 🐟", None]
    assert named != nameless


def test_an_engine_without_a_key_cannot_write_sealed_fields(database_url: str) -> None:
    keyless = sync_engine(database_url)
    with pytest.raises(TypeError, match="without a key"), keyless.begin() as conn:
        a_caregiver(conn)
    keyless.dispose()


def _write_canaries(conn: Connection) -> None:
    """The canary in every place that may hold a family's words or address."""
    contact = a_caregiver(conn, f"{CANARY}-chat")
    a_child(conn, contact.caregiver.id, TODAY, nickname=f"{CANARY}-nickname")
    outbox.add(conn, [a_row(params={"label": f"{CANARY}-params"})])
    draft = Conversation("step", 1, {"said": f"{CANARY}-draft"})
    conversations.put(conn, contact.address_id, draft, NOW)
    arrival = inbox.Arrival("1", address(f"{CANARY}-chat"), f"{CANARY}-body")
    inbox.add(conn, [arrival], NOW)
    web.open_session(conn, "f" * 32, NOW)
    web.append(conn, "f" * 32, "k", {"text": f"{CANARY}-line"}, NOW)


def _raw(database_url: str, request: pytest.FixtureRequest) -> Iterator[bytes]:
    """Every file the database wrote, as a thief of the disk would see it."""
    if database_url.startswith("sqlite"):
        path = Path(make_url(database_url).database or "")
        for suffix in ("", "-wal", "-shm"):
            yield path.with_name(path.name + suffix).read_bytes()
        return
    server: Postgres = request.getfixturevalue("postgres")
    server.run("CHECKPOINT")
    for folder in ("base", "pg_wal"):
        for path in (server.data / folder).rglob("*"):
            if path.is_file():
                yield path.read_bytes()


def test_nothing_personal_is_in_clear_in_any_file(
    engine: Engine, database_url: str, request: pytest.FixtureRequest
) -> None:
    with engine.begin() as conn:
        _write_canaries(conn)
    assert not any(CANARY.encode() in content for content in _raw(database_url, request))


def test_the_search_for_canaries_finds_one_in_clear(
    engine: Engine, database_url: str, request: pytest.FixtureRequest
) -> None:
    """Negative control of the test above."""
    with engine.begin() as conn:
        conn.execute(insert(marks).values(name="x", value=f"open-{CANARY}-open"))
    assert any(f"open-{CANARY}".encode() in content for content in _raw(database_url, request))


def test_an_error_never_carries_what_a_family_wrote(conn: Connection) -> None:
    """Errors end in logs: the words of a family must not be in them."""
    caregiver = a_caregiver(conn).caregiver.id
    for bad in ({"state": None}, {"lost_on": "no date"}):
        with pytest.raises(StatementError) as caught, conn.begin_nested():
            a_child(conn, caregiver, TODAY, **{"nickname": CANARY, **bad})
        assert CANARY not in str(caught.value)
        assert str(TODAY.year) not in str(caught.value).partition("[SQL")[2]
