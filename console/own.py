"""One's own account: the code once more, another password, the way out."""

from starlette.responses import Response

from console import passwords
from console.entry import drop_cookie
from console.render import redirect
from console.scope import May
from console.web import Call, Page
from storage import officers, one_time
from storage.database import Connection


async def _show_confirm(call: Call) -> Response:
    following = call.query.get("next", "/console")
    return call.page("login/confirm.html", wrong=False, wait=0, next=following)


async def _confirm(call: Call) -> Response:
    """Before an export, an erasure, a message to many: the code once more."""
    following = call.text("next", 300)
    right, wait = await call.write(_step_up, call)
    if not right:
        status = 429 if wait else 403
        return call.page("login/confirm.html", status, wrong=True, wait=wait, next=following)
    return call.go(following)


def _step_up(conn: Connection, call: Call) -> tuple[bool, int]:
    right, wait = one_time.step_up(conn, call.officer.id, call.text("code"), call.now)
    if right:
        officers.change_session(conn, call.token, stepped_up_at=call.now)
    return right, wait


async def _logout(call: Call) -> Response:
    await call.act("logout", call.actor, officers.close_session, call.token)
    answer = redirect("/console/login")
    # Not "cookies" or "storage": the officer's own chat with us lives on the same address.
    answer.headers["Clear-Site-Data"] = '"cache"'
    drop_cookie(call.desk, answer)
    return answer


async def _show_own(call: Call) -> Response:
    return call.page("login/own.html", problem=None)


async def _own(call: Call) -> Response:
    """One's own password: the old one, the new one; every session ends."""
    first, again = str(call.form.get("password", "")), str(call.form.get("again", ""))
    problem = passwords.problem(first, again, call.officer.login)
    if problem is None:
        wait = await call.write(officers.begin_try, call.officer.id, call.now)
        problem = "wait" if wait else None
    old = str(call.form.get("old", ""))
    if problem is None and not await passwords.fits(call.officer.password_hash, old):
        await call.noted("password failed", call.actor)
        problem = "old"
    if problem:
        return call.page("login/own.html", 400, problem=problem)
    new = await passwords.hashed(first)
    await call.act("password changed", call.actor, _replace, call.officer.id, new)
    answer = redirect("/console/login")
    drop_cookie(call.desk, answer)
    return answer


def _replace(conn: Connection, officer_id: int, password_hash: str) -> None:
    officers.change(conn, officer_id, password_hash=password_hash, failures=0, not_before=None)
    officers.close_sessions(conn, officer_id)


PAGES = (
    Page("/confirm", _show_confirm, May.COME_IN),
    Page("/confirm", _confirm, May.COME_IN, "POST"),
    Page("/logout", _logout, May.COME_IN, "POST"),
    Page("/own", _show_own, May.COME_IN),
    Page("/own", _own, May.COME_IN, "POST"),
)
