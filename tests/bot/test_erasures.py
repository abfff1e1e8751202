"""What was deleted stands in the file beside the data once it is committed, and not before."""

import logging
from pathlib import Path

import pytest
from sqlalchemy.engine import Connection

from bot.erasures import Erasures
from storage import erasure_file, tombstones
from storage.crypto import Cipher
from storage.tombstones import KEPT
from tests.fakes import WatchedDatabase
from tests.virtual_time import NOW


def _left(conn: Connection, child_id: int = 1) -> None:
    tombstones.left(conn, child_id, 1, NOW)


def _breaks(conn: Connection) -> None:
    _left(conn, 2)
    raise ValueError("undone")


async def test_the_file_follows_the_table(
    db: WatchedDatabase, cipher: Cipher, tmp_path: Path
) -> None:
    erasures = Erasures(tmp_path)
    await erasures.note(db, NOW)
    path = tmp_path / erasure_file.NAME
    assert erasure_file.read(path, cipher) == []
    await db.write(_left)
    with pytest.raises(ValueError, match="undone"):
        await db.write(_breaks)
    await erasures.note(db, NOW)
    assert len(erasure_file.read(path, cipher)) == 1


async def test_what_is_too_old_goes_with_retention(
    db: WatchedDatabase, cipher: Cipher, tmp_path: Path
) -> None:
    erasures = Erasures(tmp_path)
    await db.write(_left)
    await erasures.note(db, NOW)
    later = NOW + KEPT * 2
    await db.write(tombstones.forget, later - KEPT)
    await erasures.note(db, later, all_of_it=True)
    assert erasure_file.read(tmp_path / erasure_file.NAME, cipher) == []


async def test_a_folder_that_cannot_be_written_is_said_and_tried_again(
    db: WatchedDatabase, cipher: Cipher, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "var"
    folder.write_text("in the way", encoding="ascii")
    erasures = Erasures(folder)
    await db.write(_left)
    with caplog.at_level(logging.ERROR):
        await erasures.note(db, NOW)
    assert "cannot be noted" in caplog.text
    folder.unlink()
    await erasures.note(db, NOW)
    assert len(erasure_file.read(folder / erasure_file.NAME, cipher)) == 1
