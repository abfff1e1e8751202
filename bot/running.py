"""Opening what `donghanh run` needs, and saying in one line why it cannot."""

import asyncio
import dataclasses
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from content.library import ContentBroken, Library
from content.library import load as load_library
from storage import lock
from storage.crypto import KeyProblem
from storage.database import Database, open_database
from storage.schema import SchemaProblem, prepare

AREAS = Path(__file__).parent.parent / "data" / "areas.csv"
FAILED, WRONG_USE, ALREADY_RUNNING = 1, 2, 3


class Refused(Exception):
    """Why the programme does not start, for people; `code` is the exit code."""

    def __init__(self, line: str, code: int = FAILED) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class Opened:
    db: Database
    lock: int | None


def open_or_refuse(settings: Settings) -> Opened:
    """Takes the lock on SQLite, migrates, checks the key. Raises Refused."""
    held = None
    if settings.database_url.startswith("sqlite"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        try:
            held = lock.hold(path.with_suffix(".lock"))
        except lock.AlreadyRunning as error:
            raise Refused(f"another donghanh already uses {path}", ALREADY_RUNNING) from error
        except OSError as error:
            raise Refused(f"{path.parent} cannot be written: {error.strerror}") from error
    try:
        cipher = prepare(settings.database_url, settings.key_file)
    except (KeyProblem, SchemaProblem) as error:
        if held is not None:
            lock.release(held)
        raise Refused(str(error)) from error
    return Opened(open_database(settings.database_url, cipher), held)


def run_all(settings: Settings, only: str, host: str, port: int) -> int:
    """Runs until told to stop. When it cannot start, the emergency answer still does."""
    settings = dataclasses.replace(settings, host=host, port=port)
    if only and settings.database_url.startswith("sqlite"):
        print("--only needs PostgreSQL: SQLite is one process", file=sys.stderr)
        return WRONG_USE
    try:
        library = load_library()
        opened = open_or_refuse(settings)
    except ContentBroken as error:
        return _emergency(settings, f"the content is broken: {error.problems[0]}")
    except Refused as error:
        if error.code == ALREADY_RUNNING:
            print(error, file=sys.stderr)
            return ALREADY_RUNNING
        return _emergency(settings, str(error))
    asyncio.run(_serve(settings, library, opened.db, only))
    return 0


async def _serve(settings: Settings, library: Library, db: Database, only: str) -> None:
    from bot.app import PARTS, App, first_start, serve

    await db.write(first_start, AREAS)
    await serve(App(settings, db, library, (only,) if only else PARTS))


def _emergency(settings: Settings, why: str) -> int:
    from bot.emergency_only import serve_emergency

    print(f"{why}\nOnly the emergency numbers are answered until this is mended.", file=sys.stderr)
    asyncio.run(serve_emergency(settings, why))
    return FAILED
