"""The tombstones in a file beside the data, which outlives the database: a line each, no names.

The first line tells whose it is: lines of another installation would be found nowhere, and
everybody would come back without a word.
"""

import os
from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from storage import tombstones
from storage.crypto import Cipher
from storage.tombstones import KEPT, Kind, Tombstone
from storage.types import cipher_of

NAME = "erasures"


class ErasuresUnreadable(Exception):
    """The file is missing, damaged, or of another installation."""


def told(conn: Connection) -> tuple[Cipher, list[Tombstone]]:
    """What `keep` needs of a database."""
    return cipher_of(conn.dialect), tombstones.all_of(conn)


def read(path: Path, cipher: Cipher) -> list[Tombstone]:
    """Raises ErasuresUnreadable. A last line that a crash cut off is left out."""
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise ErasuresUnreadable(f"there is no {path}") from error
    except (OSError, ValueError) as error:
        raise ErasuresUnreadable(f"{path} cannot be read") from error
    lines = text.split("\n")[:-1]
    if not lines or lines[0] != _first(cipher):
        raise ErasuresUnreadable(f"{path} does not belong to this key")
    try:
        return [_parse(line) for line in lines[1:]]
    except ValueError as error:
        raise ErasuresUnreadable(f"{path} is damaged") from error


def keep(path: Path, cipher: Cipher, new: Iterable[Tombstone], now: datetime) -> None:
    """Adds what the file has not, and drops what is too old; on disk when it returns.

    A file that cannot be read stays beside under another name: nothing of it is overwritten.
    """
    try:
        known = read(path, cipher)
    except ErasuresUnreadable:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.unreadable"))
        known = None
    wanted = [*dict.fromkeys([*(known or ()), *new])]
    lasting = [one for one in wanted if one.at >= now - KEPT]
    if known is None or len(lasting) < len(wanted) or not _ends_well(path):
        _write(path, cipher, lasting)
    elif len(wanted) > len(known):
        _append(path, wanted[len(known) :])


def _first(cipher: Cipher) -> str:
    return f"donghanh erasures 1 {cipher.blind('tombstone', 'file')}"


def _line(one: Tombstone) -> str:
    return f"{one.at.isoformat()} {one.kind.value} {one.hash}"


def _parse(line: str) -> Tombstone:
    at, kind, hashed = line.split(" ")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None or len(hashed) != 32:
        raise ValueError(line)
    return Tombstone(moment, Kind(kind), hashed)


def _ends_well(path: Path) -> bool:
    return path.read_bytes().endswith(b"\n")


def _append(path: Path, new: Collection[Tombstone]) -> None:
    with path.open("a", encoding="ascii") as file:
        file.writelines(f"{_line(one)}\n" for one in new)
        file.flush()
        os.fsync(file.fileno())


def _write(path: Path, cipher: Cipher, lasting: Iterable[Tombstone]) -> None:
    """All of it appears at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in (_first(cipher), *map(_line, lasting)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """What was renamed there stays renamed."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
