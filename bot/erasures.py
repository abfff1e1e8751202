"""What families had deleted is noted beside the data, so that it outlives the database."""

import asyncio
import logging
from datetime import datetime
from pathlib import Path

from storage import erasure_file, tombstones
from storage.database import Database

log = logging.getLogger(__name__)


class Erasures:
    """Follows the table of tombstones: the file has what was committed, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / erasure_file.NAME
        self._newest: int | None = None

    async def note(self, db: Database, now: datetime, *, all_of_it: bool = False) -> None:
        """`all_of_it`: also when nothing is new, for what has become too old."""
        newest = await db.read(tombstones.newest)
        if newest == self._newest and not all_of_it:
            return
        cipher, told = await db.read(erasure_file.told)
        try:
            await asyncio.to_thread(erasure_file.keep, self._path, cipher, told, now)
        except OSError as error:
            log.error("erasures cannot be noted beside the data: %s", error.strerror)
        else:
            self._newest = newest
