"""`donghanh cases …`: whether the history of cases is as it was written."""

import asyncio
from typing import Annotated

import typer

from bot.cli import WRONG_USE, fail, read_beside, settings_or_exit

cases = typer.Typer(no_args_is_help=True, help="Cases of children who are hurt.")


@cases.callback()
def about() -> None:
    """Keeps `verify` a word of its own."""


@cases.command()
def verify(
    head: Annotated[str, typer.Option(help="a head noted earlier: it must still be there")] = "",
) -> None:
    """Check the history of cases line by line; print its head to note elsewhere."""
    noted = head.split()
    if head and (len(noted) != 2 or not noted[0].isdecimal()):
        raise fail('--head takes "NUMBER HASH", as it was printed', WRONG_USE)
    broken, now, held = asyncio.run(_look(" ".join(noted)))
    print(f"head: {now}")
    if broken is not None:
        raise fail(f"the history of cases is broken at line {broken}")
    if not held:
        raise fail(f"line {noted[0]} is not the one that was noted: the history was rolled back")
    print("The history of cases is whole.")


async def _look(noted: str) -> tuple[int | None, str, bool]:
    """Reads only, so the programme may run meanwhile."""
    from storage import case_history

    return await read_beside(settings_or_exit(), case_history.verify, noted)
