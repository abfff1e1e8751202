"""What a power cut would leave of the database: of every file, what was last told to the disk.

SQLite is watched from inside: after each of its syncs the file is copied. The copies are what the
disk is sure to hold; everything written later may be lost. Run as a program, because the watch
stands in the library for the whole process:

    python -m tests.kill.power_cut FOLDER FULL|NORMAL

It stores events as the programme does, one acknowledged after the other, and prints how many were
acknowledged and how many the copies hold.
"""

import asyncio
import ctypes
import json
import shutil
import sqlite3
import sys
from ctypes.util import find_library
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from care.messages import Address
from storage import inbox
from storage.crypto import Cipher
from storage.database import open_database
from storage.inbox import Arrival
from storage.schema import prepare

EVENTS = 40
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
XOPEN = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_char_p,
    ctypes.c_void_p,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_int),
)
XSYNC = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)
METHODS = 19  # an int and 18 pointers in sqlite3_io_methods, version 3
SYNC = 5  # its place among them
OPEN = 5  # the place of xOpen in sqlite3_vfs, in pointers


class Disk:
    """Copies of all files, each as it was at its last sync."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened = 0  # none: this Python brings a SQLite of its own, which nobody can watch
        self._paths: dict[int, Path] = {}
        self._kept: list[Any] = []  # callbacks and tables that SQLite still points to

    def watch(self) -> None:
        library = ctypes.CDLL(find_library("sqlite3"))
        library.sqlite3_vfs_find.restype = ctypes.c_void_p
        found = library.sqlite3_vfs_find(None)
        table = ctypes.cast(found, ctypes.POINTER(ctypes.c_void_p))
        real = XOPEN(table[OPEN])

        def opened(vfs: int, name: bytes, file: int, flags: int, out: Any) -> int:
            result: int = real(vfs, name, file, flags, out)
            if result == 0 and name:
                self.opened += 1
                self._paths[file] = Path(name.decode())
                self._replace_sync(file)
            return result

        hook = XOPEN(opened)
        self._kept += [hook, real]
        table[OPEN] = ctypes.cast(hook, ctypes.c_void_p)

    def _replace_sync(self, file: int) -> None:
        slot = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        methods = (ctypes.c_void_p * METHODS)()
        ctypes.memmove(methods, slot[0], ctypes.sizeof(methods))
        real = XSYNC(methods[SYNC])

        def synced(which: int, flags: int) -> int:
            result: int = real(which, flags)
            path = self._paths[which]
            shutil.copyfile(path, self.folder / path.name)
            return result

        hook = XSYNC(synced)
        methods[SYNC] = ctypes.cast(hook, ctypes.c_void_p)
        self._kept += [methods, hook, real]
        slot[0] = ctypes.cast(methods, ctypes.c_void_p)


async def acknowledged(url: str, cipher: Cipher, level: str) -> int:
    """Stores events one by one; how many were reported as stored."""
    db = open_database(url, cipher)
    writer: Any = db
    driver = writer._engine.raw_connection().driver_connection  # the only one there is
    driver.execute(f"PRAGMA synchronous={level}")
    count = 0
    for n in range(EVENTS):
        one = Arrival(f"e{n}", Address("telegram", "main", f"chat-{n}"), "{}")
        count += await db.write(inbox.add, [one], NOW)
    return count


def left(folder: Path) -> int:
    """How many events the files hold that the disk is sure to have."""
    with sqlite3.connect(folder / "data.db") as conn:
        return int(conn.execute("SELECT count(*) FROM inbox").fetchone()[0])


def main() -> None:
    folder, level = Path(sys.argv[1]), sys.argv[2]
    live, disk = folder / "live", folder / "disk"
    live.mkdir()
    disk.mkdir()
    url = f"sqlite:///{live / 'data.db'}"
    cipher = prepare(url, live / "key")
    with sqlite3.connect(live / "data.db") as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(live / "data.db", disk)  # closed and whole
    watcher = Disk(disk)
    watcher.watch()
    told = asyncio.run(acknowledged(url, cipher, level))
    for path in disk.iterdir():
        shutil.copy(path, folder / path.name)  # the lights go out here
    found = {"acknowledged": told, "left": left(folder), "watched": watcher.opened > 0}
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
