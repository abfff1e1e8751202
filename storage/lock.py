"""One process per SQLite file: the kernel holds the lock and lets go when the process dies."""

import fcntl
import os
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process holds this database."""


def hold(path: Path) -> int:
    """Takes the lock file or raises AlreadyRunning; keep the returned handle open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise AlreadyRunning(str(path)) from error
    return handle


def release(handle: int) -> None:
    os.close(handle)
