"""What the commands share: settings, content and database, or one line and an exit code."""

import asyncio
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import typer

from bot.config import BadSettings, Settings, load
from content.library import ContentBroken, Library
from content.library import load as load_library

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
