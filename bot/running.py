"""Opening what `donghanh run` needs, and saying in one line why it cannot."""

import asyncio
import dataclasses
import os
import socket
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import uvloop

from bot.config import Settings
from content.library import ContentBroken, Library
from content.library import load as load_library
from storage import area_settings, areas, lock, officers
from storage.crypto import KeyProblem
from storage.database import Database, open_database
from storage.schema import SchemaProblem, prepare

AREAS = Path(__file__).parent.parent / "data" / "areas.csv"
FAILED, WRONG_USE, ALREADY_RUNNING = 1, 2, 3
T = TypeVar("T")


class Refused(Exception):
    """Why the programme does not start, for people; `code` is the exit code."""

    def __init__(self, line: str, code: int = FAILED) -> None:
        super().__init__(line)
        self.code = code


@dataclass(frozen=True, slots=True)
class Opened:
    db: Database
    lock: int | None

    async def close(self) -> None:
        """Also gives the lock back: another process may come."""
        await self.db.close()
        if self.lock is not None:
            lock.release(self.lock)


def open_or_refuse(settings: Settings) -> Opened:
    """Takes the lock on SQLite, migrates, checks the key. Raises Refused."""
    held = hold_lock(settings.database_url)
    try:
        cipher = prepare(settings.database_url, settings.key_file)
    except (KeyProblem, SchemaProblem) as error:
        if held is not None:
            lock.release(held)
        raise Refused(str(error)) from error
    return Opened(open_database(settings.database_url, cipher), held)


def hold_lock(url: str) -> int | None:
    if not url.startswith("sqlite"):
        return None
    path = Path(url.removeprefix("sqlite:///"))
    try:
        return lock.hold(path.with_suffix(".lock"))
    except lock.AlreadyRunning as error:
        raise Refused(f"another donghanh already uses {path}", ALREADY_RUNNING) from error
    except OSError as error:
        raise Refused(f"{path.parent} cannot be written: {error.strerror}") from error


def run_all(settings: Settings, only: str, host: str, port: int) -> int:
    """Runs until told to stop. When it cannot start, the emergency answer still does."""
    settings = dataclasses.replace(settings, host=host, port=port)
    if only and settings.database_url.startswith("sqlite"):
        print("--only needs PostgreSQL: SQLite is one process", file=sys.stderr)
        return WRONG_USE
    os.umask(0o077)  # the database, its log and the key are for this user alone
    try:
        with listen(settings) as listening:
            return _run(settings, only, listening)
    except Refused as error:
        print(error, file=sys.stderr)
        return error.code


def listen(settings: Settings) -> socket.socket:
    """The listening socket. Raises Refused when the port is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        _hold_lock_briefly(settings.database_url)
        where = f"{settings.host}:{settings.port}"
        raise Refused(f"cannot listen on {where}: {error.strerror}") from error
    return listening


def _hold_lock_briefly(url: str) -> None:
    """Says "already running" rather than "port taken" when both are true. Raises Refused."""
    held = hold_lock(url)
    if held is not None:
        lock.release(held)


def _run(settings: Settings, only: str, listening: socket.socket) -> int:
    while True:
        try:
            library = load_library(language=settings.language)
            opened = open_or_refuse(settings)
        except ContentBroken as error:
            why = f"the content is broken: {error.problems[0]}"
        except Refused as error:
            if error.code == ALREADY_RUNNING:
                raise
            why = str(error)
        else:
            well = run_loop(_serve(settings, library, opened.db, only, listening))
            return 0 if well else FAILED
        if not run_loop(_emergency(settings, why, listening)):
            return FAILED


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Runs a coroutine on uvloop: four times the requests of the loop Python brings."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


async def _serve(
    settings: Settings, library: Library, db: Database, only: str, listening: socket.socket
) -> bool:
    from bot.app import PARTS, App
    from bot.first_day import first_start
    from bot.serving import serve

    await db.write(first_start, AREAS)
    home = await db.read(areas.by_code, settings.root_area) if settings.root_area else None
    if settings.root_area and home is None:
        await db.close()
        raise Refused(f"DONGHANH_ROOT_AREA: there is no area {settings.root_area}", WRONG_USE)
    await db.write(area_settings.set_home, home.id if home else None)
    await _first_officer(db, home.id if home else None)
    return await serve(App(settings, db, library, (only,) if only else PARTS), listening)


async def _first_officer(db: Database, home: int | None) -> None:
    """The one-time password of the very first start is printed, and nowhere else."""
    from bot.first_day import FIRST_OFFICER, first_officer
    from console.passwords import hash_now, new_password

    if await db.read(officers.count):
        return
    password = new_password()
    if await db.write(first_officer, home, hash_now(password)):
        print(f"First officer: {FIRST_OFFICER}, one-time password: {password}", flush=True)


async def _emergency(settings: Settings, why: str, listening: socket.socket) -> bool:
    """True when what was wrong is mended, False when told to stop."""
    from bot.emergency_only import serve_emergency

    print(f"{why}\nOnly the emergency numbers are answered until this is mended.", file=sys.stderr)
    return await serve_emergency(settings, why, listening, lambda: _mended(settings))


def _mended(settings: Settings) -> bool:
    try:
        load_library(language=settings.language)
        opened = open_or_refuse(settings)
    except (ContentBroken, Refused):
        return False
    asyncio.run(opened.close())
    return True
