"""Coming in: password, one-time code; on the first day a new password and the code's set-up.

These pages work without a full session, so each looks after its own checks.
"""

from datetime import datetime
from typing import Any

import segno
from starlette.responses import Response
from starlette.routing import BaseRoute

from console import passwords
from console.entry import Entry, keep_known, new_token, put_cookie, step_routes
from console.guard import same
from console.render import redirect, render
from console.tries import Tries
from console.web import Desk
from storage import audit, officers
from storage.database import Connection
from storage.officers import DISABLED, FULL, NEW, PASSWORD, RECOVERED, Officer


def login_routes(desk: Desk) -> list[BaseRoute]:
    tries = Tries()
    return [
        *step_routes(desk, tries, "login", _show_login, _login),
        *step_routes(desk, tries, "password", _show_password, _password),
        *step_routes(desk, tries, "setup", _show_setup, _setup),
        *step_routes(desk, tries, "code", _show_code, _code),
        *step_routes(desk, tries, "recovery", _show_recovery, _recovery),
    ]


async def _show_login(entry: Entry) -> Response:
    if entry.session is not None and entry.session.stage == FULL:
        return redirect(entry.next)
    return entry.show("login/login.html", wrong=False, login="", wait=0)


async def _login(entry: Entry) -> Response:
    """The same answer, after the same time, for a wrong login, a wrong password, a disabled one.

    Tries from a browser the officer came in with are counted apart: whoever types an officer's
    login wrongly all day does not keep the officer out.
    """
    login, password = entry.text("login").lower(), entry.secret("password")
    officer, mark = await entry.desk.db.read(_who, login)
    who = f"{login} {mark}" if mark and same(entry.known, mark) else login
    wait = entry.tries.begin(who, entry.now)
    if wait:
        return entry.show("login/login.html", 429, wrong=True, login=login, wait=wait)
    usable = officer is not None and officer.state != DISABLED
    right = await passwords.fits(officer.password_hash if officer and usable else None, password)
    if officer is None or not right:
        if officer is not None or entry.tries.stranger(entry.now):
            await entry.desk.db.write(_failed, officer, "login failed", entry.now)
        return entry.show("login/login.html", 403, wrong=True, login=login, wait=0)
    entry.tries.right(who)
    token = new_token()
    if entry.desk.sample and officer.state != NEW:  # nobody's phone knows a made-up officer
        known = await entry.desk.db.write(_arrived, officer, token, "login", entry.now)
        return _inside(entry, redirect(entry.next), token, known)
    await entry.desk.db.write(_half_in, officer, token, PASSWORD, "password right", entry.now)
    answer = entry.go(_following(officer))
    put_cookie(entry.desk, answer, token)
    return answer


def _who(conn: Connection, login: str) -> tuple[Officer | None, str]:
    officer = officers.by_login(conn, login)
    return officer, officers.browser_mark(conn, officer) if officer else ""


def _failed(conn: Connection, officer: Officer | None, what: str, now: datetime) -> None:
    actor = f"officer:{officer.id}" if officer else "nobody"
    audit.record(conn, actor, what, f"officer:{officer.id if officer else 0}", now)


def _half_in(
    conn: Connection, officer: Officer, token: str, stage: str, what: str, now: datetime
) -> None:
    officers.open_session(conn, officer.id, token, stage, now)
    _note(conn, officer, what, now)


def _note(conn: Connection, officer: Officer, what: str, now: datetime) -> None:
    audit.record(conn, f"officer:{officer.id}", what, f"officer:{officer.id}", now)


def _following(officer: Officer) -> str:
    if officer.state == NEW:
        return "/console/password"
    return "/console/code" if officer.totp else "/console/setup"


async def _show_password(entry: Entry) -> Response:
    if not entry.half or entry.officer is None or entry.officer.state != NEW:
        return redirect("/console/login")
    return entry.show("login/password.html", problem=None)


async def _password(entry: Entry) -> Response:
    officer = entry.officer
    if not entry.half or officer is None or officer.state != NEW:
        return redirect("/console/login")
    first, again = entry.secret("password"), entry.secret("again")
    problem = passwords.problem(first, again, officer.login)
    if problem is None and await passwords.fits(officer.password_hash, first):
        problem = "same"
    if problem:
        return entry.show("login/password.html", 400, problem=problem)
    new, token = await passwords.hashed(first), new_token()
    if not await entry.desk.db.write(_renewed, officer, new, entry.token, token, entry.now):
        return redirect("/console/login")
    answer = entry.go("/console/setup")
    put_cookie(entry.desk, answer, token)
    return answer


def _renewed(
    conn: Connection, officer: Officer, password_hash: str, half: str, token: str, now: datetime
) -> bool:
    """False when the account was disabled meanwhile, or somebody else chose a password."""
    if not officers.end_half(conn, officer.id, half):
        return False
    officers.change(conn, officer.id, password_hash=password_hash, state=officers.ACTIVE)
    _half_in(conn, officer, token, PASSWORD, "password changed", now)
    return True


def _may_set_up(entry: Entry) -> bool:
    """A code is set up on the first day, and anew by who came with a recovery code."""
    if not entry.half or entry.session is None or entry.officer is None:
        return False
    anew = entry.session.stage == RECOVERED or entry.officer.totp is None
    return anew and entry.officer.state != NEW


async def _show_setup(entry: Entry) -> Response:
    if not _may_set_up(entry) or entry.session is None or entry.officer is None:
        return redirect("/console/login")
    secret = entry.session.secret
    if secret is None:
        secret = passwords.new_totp()
        await entry.desk.db.write(_keep_secret, entry.token, secret)
    return entry.show("login/setup.html", wrong=False, **_scan(secret, entry.officer.login))


def _keep_secret(conn: Connection, token: str, secret: str) -> None:
    officers.change_session(conn, token, secret=secret)


def _scan(secret: str, login: str) -> dict[str, Any]:
    made = segno.make(passwords.totp_address(secret, login), error="m")
    return {"secret": secret, "picture": made.svg_data_uri(scale=5, border=2)}


async def _setup(entry: Entry) -> Response:
    officer = entry.officer
    secret = entry.session.secret if entry.session else None
    if not _may_set_up(entry) or officer is None or secret is None:
        return redirect("/console/login")
    step = passwords.code_step(secret, entry.text("code"), entry.now, 0)
    if step is None:
        return entry.show("login/setup.html", 400, wrong=True, **_scan(secret, officer.login))
    codes = passwords.recovery_codes()
    token = new_token()
    args = (officer, secret, step, codes, entry.token, token, entry.now)
    mark = await entry.desk.db.write(_set_up, *args)
    if mark is None:
        return redirect("/console/login")
    answer = render("login/codes.html", codes=codes, next=entry.next)
    return _inside(entry, answer, token, mark)


def _set_up(
    conn: Connection,
    officer: Officer,
    secret: str,
    step: int,
    codes: list[str],
    half: str,
    token: str,
    now: datetime,
) -> str | None:
    """None for a form that is sent twice: only the codes that were shown first count."""
    if not officers.end_half(conn, officer.id, half):
        return None
    kept = {"codes": [passwords.recovery_hash(code) for code in codes]}
    officers.change(conn, officer.id, totp=secret, totp_step=step, recovery=kept)
    return _arrived(conn, officer, token, "code set up", now)


def _arrived(conn: Connection, officer: Officer, token: str, what: str, now: datetime) -> str:
    """Only here the count of wrong codes goes back: not by the password alone."""
    officers.open_session(conn, officer.id, token, FULL, now)
    officers.change(conn, officer.id, failures=0, not_before=None, seen_at=now)
    _note(conn, officer, what, now)
    return officers.browser_mark(conn, officer)


def _inside(entry: Entry, answer: Response, token: str, mark: str) -> Response:
    put_cookie(entry.desk, answer, token)
    keep_known(entry.desk, answer, mark)
    return answer


async def _show_code(entry: Entry) -> Response:
    if not entry.half or entry.officer is None or entry.officer.totp is None:
        return redirect("/console/login")
    return entry.show("login/code.html", wrong=False, wait=0)


async def _code(entry: Entry) -> Response:
    officer = entry.officer
    if not entry.half or officer is None or officer.totp is None:
        return redirect("/console/login")
    wait = await entry.desk.db.write(officers.begin_try, officer.id, entry.now)
    if wait:
        return entry.show("login/code.html", 429, wrong=True, wait=wait)
    step = passwords.code_step(officer.totp, entry.text("code"), entry.now, officer.totp_step)
    token = new_token()
    mark = await entry.desk.db.write(_by_code, officer, step, token, entry.now)
    if mark is None:
        return entry.show("login/code.html", 403, wrong=True, wait=0)
    return _inside(entry, redirect(entry.next), token, mark)


def _by_code(
    conn: Connection, officer: Officer, step: int | None, token: str, now: datetime
) -> str | None:
    """None for a wrong code, and for one that somebody used at the same time."""
    if step is None or not officers.use_code(conn, officer.id, step):
        _failed(conn, officer, "code failed", now)
        return None
    return _arrived(conn, officer, token, "login", now)


async def _show_recovery(entry: Entry) -> Response:
    if not entry.half or entry.officer is None or entry.officer.totp is None:
        return redirect("/console/login")
    return entry.show("login/recovery.html", wrong=False, wait=0)


async def _recovery(entry: Entry) -> Response:
    """A recovery code counts once; the phone is set up anew."""
    officer = entry.officer
    if not entry.half or officer is None or officer.totp is None:
        return redirect("/console/login")
    wait = await entry.desk.db.write(officers.begin_try, officer.id, entry.now)
    if wait:
        return entry.show("login/recovery.html", 429, wrong=True, wait=wait)
    typed, token = passwords.recovery_hash(entry.text("code")), new_token()
    if not await entry.desk.db.write(_by_recovery, officer, typed, token, entry.now):
        return entry.show("login/recovery.html", 403, wrong=True, wait=0)
    answer = entry.go("/console/setup")
    put_cookie(entry.desk, answer, token)
    return answer


def _by_recovery(
    conn: Connection, officer: Officer, code_hash: str, token: str, now: datetime
) -> bool:
    if not officers.use_recovery(conn, officer.id, code_hash):
        _failed(conn, officer, "code failed", now)
        return False
    _half_in(conn, officer, token, RECOVERED, "recovery code used", now)
    return True
