"""A database file that was deleted while it is used: SQLite writes on, and all of it is lost."""

from pathlib import Path


class FileGone(Exception):
    """The file is not there any more, or another one is in its place."""


class Watched:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._look()

    def _look(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def still_there(self) -> None:
        """Raises FileGone."""
        if self._file is None:  # opened before it was made
            self._file = self._look()
        elif self._look() != self._file:
            raise FileGone("the database file was taken away: put it back and restart")
