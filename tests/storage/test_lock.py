"""One process per SQLite file."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage import lock

HOLDER = """
import sys
from pathlib import Path
from storage import lock
lock.hold(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_second_holder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data" / "lock"
    held = lock.hold(path)
    with pytest.raises(lock.AlreadyRunning, match="lock"):
        lock.hold(path)
    lock.release(held)
    lock.release(lock.hold(path))


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(lock.AlreadyRunning):
            lock.hold(path)
        process.kill()
        process.wait(timeout=10)
        lock.release(lock.hold(path))


def test_the_lock_file_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock.release(lock.hold(path))
    assert path.stat().st_mode & 0o777 == 0o600
