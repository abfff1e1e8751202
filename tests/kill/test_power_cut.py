"""What was acknowledged survives a power cut: it was told to the disk before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def after_a_power_cut(folder: Path, level: str) -> tuple[int, int]:
    """(acknowledged, left)"""
    done = subprocess.run(
        [sys.executable, "-m", "tests.kill.power_cut", str(folder), level],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=60,
    )
    found = json.loads(done.stdout)
    if not found["watched"]:
        pytest.skip("this Python brings a SQLite that cannot be watched")
    return found["acknowledged"], found["left"]


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    told, left = after_a_power_cut(tmp_path, "FULL")
    assert told == left > 0


def test_with_synchronous_normal_it_would_be(tmp_path: Path) -> None:
    """The control."""
    told, left = after_a_power_cut(tmp_path, "NORMAL")
    assert told > left
