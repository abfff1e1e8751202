"""`donghanh channel …`: whether the accounts on messengers work, and what they may do."""

import asyncio
from typing import Annotated

import typer

from bot.cli import FAILED, WRONG_USE, fail, settings_or_exit

channel = typer.Typer(no_args_is_help=True, help="Accounts on messengers.")


@channel.callback()
def about() -> None:
    """Keeps `check` a word of its own."""


@channel.command()
def check(
    try_user: Annotated[
        str, typer.Option(help="send one message by v3 and one by v2 to this person of the OA")
    ] = "",
) -> None:
    """Ask every account whether it works; changes nothing and may run beside the programme."""
    from bot.channel_check import look

    settings = settings_or_exit()
    if try_user and not (try_user.isascii() and try_user.isdecimal()):
        raise fail("--try-user takes the digits of a person's id", WRONG_USE)
    if try_user and not settings.zalo_oa_id:
        raise fail("--try-user needs DONGHANH_ZALO_OA_ID", WRONG_USE)
    lines = asyncio.run(look(settings, try_user))
    for line in lines:
        print(f"{line.account}: {line.told}")
    if not lines:
        print("No account is set; there is only the web chat.")
    if not all(line.ok for line in lines):
        raise typer.Exit(FAILED)
