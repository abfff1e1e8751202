"""Migration, the refusal of what cannot be used, and the key that belongs to the data."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, select, text
from sqlalchemy.engine import make_url

from storage import marks
from storage.crypto import KeyProblem, make_key
from storage.database import sync_engine
from storage.schema import SchemaProblem, migrate, prepare
from storage.tables import key_check, metadata
from tests.engines import Postgres

SECOND_PROCESS = """
import sys
from pathlib import Path
from storage.schema import prepare
print("ready", flush=True)
sys.stdin.readline()
print(prepare(sys.argv[1], Path(sys.argv[2])).blind("x"))
"""


@pytest.fixture
def new_key(tmp_path: Path) -> Path:
    return tmp_path / "new" / "key"


def test_a_migrated_database_is_what_the_tables_say(engine: Engine) -> None:
    with engine.connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def _indexes(engine: Engine) -> set[str]:
    """Indexes with their columns and conditions, which the comparison above does not see."""
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if engine.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    with engine.connect() as conn:
        found = {re.sub(r'[\s"]+', " ", sql) for sql in conn.execute(text(query)).scalars()}
    return {sql for sql in found if "alembic_version" not in sql}


def test_the_indexes_of_a_migrated_database_are_what_the_tables_say(
    engine: Engine, empty_url: str
) -> None:
    if empty_url.startswith("sqlite"):
        Path(make_url(empty_url).database or "").parent.mkdir()
    fresh = sync_engine(empty_url)
    with fresh.begin() as conn:
        metadata.create_all(conn)
    expected = _indexes(fresh)
    fresh.dispose()
    assert _indexes(engine) == expected
    assert any("state" in sql for sql in expected)


def test_the_first_start_makes_schema_and_key(empty_url: str, new_key: Path) -> None:
    cipher = prepare(empty_url, new_key)
    engine = sync_engine(empty_url, cipher)
    with engine.connect() as conn:
        assert conn.execute(select(key_check.c.sealed)).scalar_one() == "Đồng Hành"
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    engine.dispose()


def test_the_second_start_changes_nothing(empty_url: str, new_key: Path) -> None:
    first = prepare(empty_url, new_key)
    key = new_key.read_bytes()
    engine = sync_engine(empty_url, first)
    with engine.begin() as conn:
        marks.put(conn, "kept", "yes")
    engine.dispose()

    second = prepare(empty_url, new_key)

    assert second.blind("x") == first.blind("x")
    assert new_key.read_bytes() == key
    engine = sync_engine(empty_url, second)
    with engine.connect() as conn:
        assert marks.get(conn, "kept") == "yes"
    engine.dispose()


def test_migrating_a_migrated_database_does_nothing(engine: Engine) -> None:
    migrate(engine)
    before = _indexes(engine)
    migrate(engine)
    assert _indexes(engine) == before


def test_a_newer_database_is_refused(empty_url: str, new_key: Path) -> None:
    prepare(empty_url, new_key)
    engine = sync_engine(empty_url)
    with engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(SchemaProblem, match="newer than this programme"):
        prepare(empty_url, new_key)


def test_data_without_its_key_is_refused_and_gets_no_new_key(
    database_url: str, new_key: Path
) -> None:
    with pytest.raises(KeyProblem, match="is missing") as caught:
        prepare(database_url, new_key)
    assert "\n" not in str(caught.value)
    assert not new_key.exists()


def test_data_with_another_key_is_refused(database_url: str, new_key: Path) -> None:
    make_key(new_key)
    with pytest.raises(KeyProblem, match="does not open with this key") as caught:
        prepare(database_url, new_key)
    assert "\n" not in str(caught.value)


def test_a_key_made_before_the_data_is_kept(empty_url: str, new_key: Path) -> None:
    made = make_key(new_key)
    assert prepare(empty_url, new_key).blind("x") == made.blind("x")


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
@pytest.mark.parametrize("damage", ["not a database", "pages", "short"])
def test_a_damaged_file_is_refused(database_url: str, key_file: Path, damage: str) -> None:
    path = Path(make_url(database_url).database or "")
    content = path.read_bytes()
    damaged = {
        "not a database": b"this is no database " * 500,
        "pages": content[:100] + bytes(len(content) - 100),
        "short": content[: len(content) // 3],
    }
    path.write_bytes(damaged[damage])
    with pytest.raises(SchemaProblem, match="cannot be opened") as caught:
        prepare(database_url, key_file)
    assert "\n" not in str(caught.value)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path, key_file: Path) -> None:
    with pytest.raises(SchemaProblem, match="cannot be opened"):
        prepare(f"sqlite:///{tmp_path}", key_file)


def test_a_server_that_is_not_there_is_refused(tmp_path: Path, key_file: Path) -> None:
    with pytest.raises(SchemaProblem, match="cannot be opened") as caught:
        prepare(f"postgresql://postgres@/none?host={tmp_path}", key_file)
    assert "\n" not in str(caught.value)


def test_a_database_that_does_not_exist_is_refused(postgres: Postgres, key_file: Path) -> None:
    with pytest.raises(SchemaProblem, match="does not exist"):
        prepare(postgres.url("nowhere"), key_file)


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("migrated", [False, True])
def test_several_processes_may_start_at_once(
    empty_url: str, new_key: Path, *, migrated: bool
) -> None:
    """The first start of all: no key, maybe no schema, and everybody wants to make them.

    The processes wait for the word, so that the time they need to load does not part them.
    """
    if migrated:
        engine = sync_engine(empty_url)
        migrate(engine)
        engine.dispose()
    command = [sys.executable, "-c", SECOND_PROCESS, empty_url, str(new_key)]
    started = [
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    heard = [process.communicate(timeout=60) for process in started]
    assert [errors for _, errors in heard] == ["", "", ""]
    assert len({blind for blind, _ in heard}) == 1
