"""The command line as tests call it: in this process, or as another one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from typer.testing import Result

from storage.crypto import read_key
from storage.database import sync_engine

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


def count(folder: Path, table: Any) -> int:
    data = folder / "data"
    engine = sync_engine(f"sqlite:///{data}/donghanh.db", read_key(data / "key"))
    with engine.connect() as conn:
        found: int = conn.execute(select(func.count()).select_from(table)).scalar_one()
    engine.dispose()
    return found


def in_a_process(*words: str) -> subprocess.CompletedProcess[str]:
    """As from a shell: another process, the very command."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-W", "error", "-m", "bot", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env=environ, check=False
    )
