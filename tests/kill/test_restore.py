"""A restore that is killed leaves the old database or the new one, never a mixture."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.engine import Connection

from storage.crypto import Cipher
from storage.tables import marks, unanswered
from tests.storage.copies import Keys, copy, opened
from tests.storage.families import TODAY

pytestmark = pytest.mark.kill
ROOT = Path(__file__).parents[2]
ROWS = 3000
KILLS = 6


def fill(conn: Connection, name: str) -> None:
    """Rows at both ends of a copy that say which of the two it is."""
    for table in (marks, unanswered):
        conn.execute(delete(table))
    conn.execute(insert(marks), [{"name": f"{name}-{n}", "value": "x" * 200} for n in range(ROWS)])
    conn.execute(insert(unanswered).values(day=TODAY, near=name, times=1))


def looks(conn: Connection) -> str:
    """`old`, `new`, or what is wrong with it."""
    if conn.dialect.name == "sqlite":
        found = conn.execute(text("PRAGMA integrity_check")).scalar_one()
        if found != "ok":
            return str(found)
    name = conn.execute(select(unanswered.c.near)).scalars().all()
    mine = marks.c.name.startswith(f"{name[0]}-") if name else marks.c.name.is_(None)
    counts = [
        conn.execute(select(func.count()).select_from(marks).where(*which)).scalar_one()
        for which in ((), (mine,))
    ]
    return name[0] if counts == [ROWS, ROWS] else f"torn: {counts}"


class Restoring:
    def __init__(self, url: str, key_file: Path, copied: Path, keys: Keys) -> None:
        words = [url, str(key_file), str(copied), str(keys.file)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.restore_child", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        assert self.hears() == "ready"

    def hears(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def goes(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def ends(self) -> None:
        self.process.kill()
        self.process.communicate()


def test_whenever_it_is_killed_the_database_is_whole(
    database_url: str, cipher: Cipher, key_file: Path, tmp_path: Path
) -> None:
    keys, chance = Keys(tmp_path), random.Random(7)
    with opened(database_url, cipher) as engine, engine.begin() as conn:
        fill(conn, "new")
    copied = copy(database_url, tmp_path / "copy", keys)
    with opened(database_url, cipher) as engine, engine.begin() as conn:
        fill(conn, "old")
    found = []
    longest = 2.0
    for n in range(KILLS + 1):
        restoring = Restoring(database_url, key_file, copied, keys)
        began = time.monotonic()
        restoring.goes()
        if n == 0:  # the control: it does end, and this is how long it takes
            assert restoring.hears() == "done"
            longest = time.monotonic() - began
        else:
            time.sleep(longest * (0.2 + 0.8 * chance.random()))
        restoring.ends()
        with opened(database_url, cipher) as engine, engine.begin() as conn:
            found.append(looks(conn))
            fill(conn, "old")
    assert found[0] == "new"
    assert set(found[1:]) <= {"old", "new"}
    assert "old" in found[1:]


def test_a_mixture_would_be_noticed(database_url: str, cipher: Cipher) -> None:
    """The control."""
    with opened(database_url, cipher) as engine, engine.begin() as conn:
        fill(conn, "new")
        assert looks(conn) == "new"
        conn.execute(delete(marks).where(marks.c.name == "new-7"))
        conn.execute(insert(marks).values(name="old-7", value="x"))
        assert looks(conn).startswith("torn")
