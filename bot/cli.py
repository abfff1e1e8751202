"""What the commands share: settings, content and database, or one line and an exit code."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from bot.config import BadSettings, Settings, load
from content.library import ContentBroken, Library
from content.library import load as load_library

if TYPE_CHECKING:
    from storage.database import Database

FAILED, WRONG_USE, ALREADY_RUNNING = 1, 2, 3
T = TypeVar("T")


def fail(line: str, code: int = FAILED) -> "typer.Exit":
    print(line, file=sys.stderr)
    return typer.Exit(code)


def settings_or_exit() -> Settings:
    try:
        return load()
    except BadSettings as error:
        raise fail(str(error), WRONG_USE) from error


def library_or_exit() -> Library:
    try:
        return load_library()
    except ContentBroken as error:
        raise fail("\n".join(str(p) for p in error.problems)) from error


def stored(f: Callable[..., T], *args: Any) -> T:
    """Runs a storage function in one transaction on the database of the settings."""
    from bot.running import Refused, open_or_refuse

    try:
        opened = open_or_refuse(settings_or_exit())
    except Refused as error:
        raise fail(str(error), error.code) from error

    async def work() -> T:
        try:
            return await opened.db.write(f, *args)
        finally:
            await opened.close()

    return asyncio.run(work())


async def read_beside(settings: Settings, f: Callable[..., T], *args: Any) -> T:
    """Reads while the programme may be running: without its lock, and nothing is migrated."""
    from storage.database import DatabaseDown

    db = _beside(settings)
    try:
        return await db.read(f, *args)
    except DatabaseDown as error:
        raise fail(f"the database cannot be read: {error}") from error
    finally:
        await db.close()


def _beside(settings: Settings) -> "Database":
    from storage.crypto import KeyProblem, read_key
    from storage.database import open_database

    path = Path(settings.database_url.removeprefix("sqlite:///"))
    if settings.database_url.startswith("sqlite") and not path.exists():
        raise fail(f"there is no {path}")
    try:
        return open_database(settings.database_url, read_key(settings.key_file))
    except KeyProblem as error:
        raise fail(str(error)) from error
