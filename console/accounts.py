"""Officers' accounts: who, with which role, for which area."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from starlette.responses import Response

from console import passwords
from console.scope import May, Role, Scope
from console.web import Call, Page
from storage import areas, audit, campaign_leaving, officers
from storage.database import Connection
from storage.officers import Officer

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")


@dataclass(frozen=True, slots=True)
class Line:
    officer: Officer
    area: str


async def overview(call: Call) -> Response:
    lines = await call.read(_lines, call.scope.areas)
    return call.page("accounts/list.html", lines=lines, roles=list(Role), problem=None, typed={})


def _lines(conn: Connection, within: Collection[int]) -> list[Line]:
    found = []
    for officer in officers.every(conn):
        area = areas.get(conn, officer.area_id)
        if officer.area_id in within:
            found.append(Line(officer, area.name if area else ""))
    return found


async def add(call: Call) -> Response:
    """A password for the first day is shown once."""
    login, name = call.text("login", 40).lower(), call.text("name", 80)
    role, code = call.text("role", 16), call.text("area", 16)
    area = await call.read(areas.by_code, code)
    problem = None
    if not _LOGIN.fullmatch(login):
        problem = "login"
    elif not name:
        problem = "name"
    elif role not in list(Role):
        problem = "role"
    elif area is None or not call.scope.holds(area.id):
        problem = "area"
    password = passwords.new_password()
    if problem is None and area is not None:
        new = await passwords.hashed(password)
        made = await call.write(_add, call, login, area.id, new)
        problem = None if made else "taken"
    if problem:
        lines = await call.read(_lines, call.scope.areas)
        deputy = call.text("deputy", 3)
        typed = {"login": login, "name": name, "role": role, "area": code, "deputy": deputy}
        return call.page(
            "accounts/list.html",
            400,
            lines=lines,
            roles=list(Role),
            problem=problem,
            typed=typed,
        )
    return call.page("accounts/made.html", login=login, password=password)


def _add(conn: Connection, call: Call, login: str, area_id: int, password_hash: str) -> bool:
    made = officers.add(
        conn,
        login=login,
        name=call.text("name", 80),
        role=call.text("role", 16),
        area_id=area_id,
        password_hash=password_hash,
        now=call.now,
        deputy=call.text("deputy", 3) == "yes" and call.text("role", 16) == Role.PROTECTION,
    )
    if made is not None:
        audit.record(conn, call.actor, "account added", f"officer:{made}", call.now)
    return made is not None


async def disable(call: Call) -> Response:
    officer = await _named(call)
    if officer is None or officer.id == call.officer.id:
        return call.missing()
    await call.write(campaign_leaving.disable, officer.id, call.actor, call.now)
    return call.go("/console/accounts")


async def change_deputy(call: Call) -> Response:
    """Only who keeps cases is called for one that nobody opens."""
    officer = await _named(call)
    if officer is None or officer.role != Role.PROTECTION:
        return call.missing()
    await call.act("deputy changed", f"officer:{officer.id}", _turn_deputy, officer)
    return call.go("/console/accounts")


def _turn_deputy(conn: Connection, officer: Officer) -> None:
    officers.change(conn, officer.id, deputy=not officer.deputy)


async def renew(call: Call) -> Response:
    """A new password for the first day; the phone is set up anew as well."""
    officer = await _named(call)
    if officer is None:
        return call.missing()
    password = passwords.new_password()
    new = await passwords.hashed(password)
    await call.act("account renewed", f"officer:{officer.id}", _renew, officer.id, new)
    return call.page("accounts/made.html", login=officer.login, password=password)


def _renew(conn: Connection, officer_id: int, password_hash: str) -> None:
    officers.change(
        conn,
        officer_id,
        password_hash=password_hash,
        state=officers.NEW,
        totp=None,
        totp_step=0,
        recovery={},
        failures=0,
        not_before=None,
        caregiver_id=None,
    )
    officers.close_sessions(conn, officer_id)


async def _named(call: Call) -> Officer | None:
    officer = await call.read(officers.get, int(call.path["officer"]))
    return officer if officer is not None and _within(call.scope, officer) else None


def _within(scope: Scope, officer: Officer) -> bool:
    return scope.holds(officer.area_id)


PAGES = (
    Page("/accounts", overview, May.ACCOUNTS),
    Page("/accounts", add, May.ACCOUNTS, "POST"),
    Page("/accounts/{officer:int}/disable", disable, May.ACCOUNTS, "POST", step_up=True),
    Page("/accounts/{officer:int}/deputy", change_deputy, May.ACCOUNTS, "POST"),
    Page("/accounts/{officer:int}/renew", renew, May.ACCOUNTS, "POST", step_up=True),
)
