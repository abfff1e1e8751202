"""The codes on officers' phones: each counts once, and wrong ones slow down what comes next."""

from datetime import datetime
from hmac import compare_digest

import pyotp
from sqlalchemy.engine import Connection

from storage import audit, officers

STEP = 30  # seconds of a one-time code


def code_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step the code is for; None when it is wrong or was used. One step of delay is allowed."""
    typed = code.strip().replace(" ", "").encode("utf-8", "replace")
    totp = pyotp.TOTP(secret)
    this = int(now.timestamp()) // STEP
    for step in (this, this - 1, this + 1):
        if step > last_step and compare_digest(totp.at(step * STEP).encode(), typed):
            return step
    return None


def step_up(conn: Connection, officer_id: int, code: str, now: datetime) -> tuple[bool, int]:
    """Before something that reaches many: whether the code was right, and seconds to wait.

    Counted before it is looked at; what came of it stands in the audit trail.
    """
    if wait := officers.begin_try(conn, officer_id, now):
        return False, wait
    officer = officers.get(conn, officer_id)
    step = None
    if officer is not None and officer.totp:
        step = code_step(officer.totp, code, now, officer.totp_step)
    right = step is not None and officers.use_code(conn, officer_id, step)
    if right:
        officers.change(conn, officer_id, failures=0, not_before=None)
    me = f"officer:{officer_id}"
    audit.record(conn, me, "stepped up" if right else "code failed", me, now)
    return right, 0
