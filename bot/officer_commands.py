"""`donghanh officer …`: accounts of the officers' pages."""

from typing import Annotated

import typer

from bot.cli import WRONG_USE, fail, stored

officer = typer.Typer(no_args_is_help=True, help="Accounts of officers.")


@officer.command("add")
def officer_add(
    login: Annotated[str, typer.Argument(help="what the officer types to come in")],
    role: Annotated[
        str, typer.Argument(help="station, child, protection, school, union, editor, lead, admin")
    ],
    code: Annotated[str, typer.Argument(help="code of the officer's area")],
    name: Annotated[str, typer.Option(help="shown on the pages; default: the login")] = "",
    deputy: Annotated[bool, typer.Option(help="called when nobody opens a case in time")] = False,
) -> None:
    """Add an account; prints the password for the first day."""
    from bot.clock import utc_now
    from console.passwords import hash_now, new_password
    from console.scope import Role
    from storage import areas, officers

    if role not in list(Role):
        raise fail(f"no role {role!r}; there are {', '.join(Role)}", WRONG_USE)
    found = stored(areas.by_code, code)
    if found is None:
        raise fail(f"no unit has the code {code}")
    password = new_password()
    made = stored(
        lambda conn: officers.add(
            conn,
            login=login,
            name=name or login,
            role=role,
            area_id=found.id,
            password_hash=hash_now(password),
            now=utc_now(),
            deputy=deputy,
        )
    )
    if made is None:
        raise fail(f"{login} is taken")
    print(f"{login}: one-time password {password}")


@officer.command("list")
def officer_list() -> None:
    """Every account: login, role, area, state."""
    from storage import areas, officers

    for one in stored(officers.every):
        area = stored(areas.get, one.area_id)
        print(f"{one.login:<20} {one.role:<10} {area.name if area else '':<24} {one.state}")


@officer.command("disable")
def officer_disable(login: str) -> None:
    """End an account; its sessions end at once, and what it was sending waits."""
    from bot.clock import utc_now
    from storage import campaign_leaving, officers

    found = stored(officers.by_login, login)
    if found is None:
        raise fail(f"no account {login}")
    stored(campaign_leaving.disable, found.id, "operator", utc_now())
    print("Done.")
