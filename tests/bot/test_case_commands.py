"""`donghanh cases verify`: says whether the history is whole, beside a programme that runs."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.engine import Connection
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli import FAILED, WRONG_USE
from storage import case_history, lock, marks
from storage.case_tables import case_history as table
from storage.crypto import read_key
from storage.database import sync_engine
from tests.storage.casework import grow, report
from tests.storage.test_case_history import unlock

Verify = Callable[..., Result]


@pytest.fixture
def verify(database_url: str, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> Verify:
    """On a database with a history of five lines."""
    monkeypatch.setenv("DONGHANH_DATABASE_URL", database_url)
    monkeypatch.setenv("DONGHANH_KEY_FILE", str(key_file))
    monkeypatch.setenv("DONGHANH_DATA_DIR", str(key_file.parent))
    monkeypatch.chdir(key_file.parent)
    change(database_url, key_file, _five)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(app, ["cases", "verify", *words], catch_exceptions=False)

    return invoke


def change(url: str, key_file: Path, f: Callable[[Connection], None]) -> None:
    engine = sync_engine(url, read_key(key_file))
    with engine.begin() as conn:
        f(conn)
    engine.dispose()


def _five(conn: Connection) -> None:
    ids = grow(conn)
    for seed in range(5):
        report(conn, ids["20a"], seed=seed)


def head_of(result: Result) -> str:
    found = re.search(r"head: (5 [0-9a-f]{64})", result.output)
    assert found is not None
    return found[1]


def test_a_whole_history_is_said_with_its_head_while_the_programme_runs(
    verify: Verify, database_url: str, dialect: str
) -> None:
    if dialect == "sqlite":
        held = lock.hold(Path(database_url.removeprefix("sqlite:///")).with_suffix(".lock"))
    result = verify()
    assert result.exit_code == 0
    assert verify("--head", head_of(result)).exit_code == 0
    if dialect == "sqlite":
        lock.release(held)


def test_a_changed_line_is_named_and_the_exit_code_is_1(
    verify: Verify, database_url: str, key_file: Path
) -> None:
    def spoil(conn: Connection) -> None:
        unlock(conn)
        conn.execute(update(table).where(table.c.seq == 3).values(actor="officer:9"))

    change(database_url, key_file, spoil)
    result = verify()
    assert (result.exit_code, "broken at line 3" in result.output) == (FAILED, True)


def test_a_history_that_was_rolled_back_is_seen_by_the_head_that_was_noted(
    verify: Verify, database_url: str, key_file: Path
) -> None:
    noted = head_of(verify())

    def roll_back(conn: Connection) -> None:
        unlock(conn)
        conn.execute(delete(table).where(table.c.seq > 3))
        last = conn.execute(text("SELECT hash FROM case_history WHERE seq = 3")).scalar_one()
        marks.put(conn, case_history.HEAD, f"3 {last}")

    change(database_url, key_file, roll_back)
    assert verify().exit_code == 0
    result = verify("--head", noted)
    assert (result.exit_code, "rolled back" in result.output) == (FAILED, True)


@pytest.mark.parametrize("head", ["5", "x abc", "5 a b"])
def test_a_head_that_is_none_is_wrong_use(verify: Verify, head: str) -> None:
    assert verify("--head", head).exit_code == WRONG_USE


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
def test_without_a_database_or_a_key_it_says_so_and_makes_neither(
    verify: Verify, database_url: str, key_file: Path
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    path.unlink()
    assert verify().exit_code == FAILED
    assert not path.exists()
    path.touch()
    assert verify().exit_code == FAILED
    key_file.unlink()
    assert verify().exit_code == FAILED
    assert not key_file.exists()
