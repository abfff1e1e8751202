"""`donghanh area …`: administrative units and what they decide."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import WRONG_USE, fail, library_or_exit, stored

area = typer.Typer(no_args_is_help=True, help="Administrative units.")


@area.command("import")
def area_import(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Add or rename administrative units from a CSV (code,parent_code,level,kind,name,aliases)."""
    from bot.clock import utc_now
    from storage import areas

    try:
        added, changed = stored(areas.import_rows, areas.read_file(file), utc_now())
    except areas.BadAreaFile as error:
        raise fail(str(error)) from error
    print(f"{added} added, {changed} changed")


@area.command("set")
def area_set(
    code: Annotated[str, typer.Argument(help="the unit's code")],
    name: Annotated[str, typer.Argument(help="vaccine_session, pcv, duty.grade1_enrolled …")],
    value: Annotated[str, typer.Argument(help="JSON; null takes it away")],
) -> None:
    """What a unit decides for its families; docs/areas.md has every name."""
    from bot.clock import utc_now
    from care.local import DUTY, BadSetting
    from storage import area_settings, areas

    try:
        meant = json.loads(value)
    except ValueError as error:
        raise fail(f"not JSON: {value}", WRONG_USE) from error
    if name.startswith(DUTY) and name.removeprefix(DUTY) not in library_or_exit().duties:
        raise fail(f"there is no duty {name.removeprefix(DUTY)!r}", WRONG_USE)
    found = stored(areas.by_code, code)
    if found is None:
        raise fail(f"no unit has the code {code}")
    try:
        stored(area_settings.put, found.id, name, meant, "operator", utc_now())
    except BadSetting as error:
        raise fail(str(error), WRONG_USE) from error
    print(f"{found.name}: {name} = {value}")
