"""Officers' accounts and their sessions on the server."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from storage.console_tables import officer_sessions, officers
from storage.dialect import insert_new
from storage.types import cipher_of

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_STEP = timedelta(seconds=60)  # a session is touched at most so often
NEW, ACTIVE, DISABLED = "new", "active", "disabled"
PASSWORD, RECOVERED, FULL = "password", "recovered", "full"  # stages of a session
FREE_TRIES = 3
SLOWEST = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Officer:
    id: int
    login: str
    name: str
    role: str
    area_id: int
    state: str
    password_hash: str = field(repr=False)
    totp: str | None = field(repr=False)
    totp_step: int
    recovery: dict[str, Any] = field(repr=False)
    failures: int
    not_before: datetime | None
    caregiver_id: int | None
    created_at: datetime
    seen_at: datetime | None
    deputy: bool = False  # called when nobody opens a case in time


@dataclass(frozen=True, slots=True)
class Session:
    officer_id: int
    stage: str
    secret: str | None = field(repr=False)
    created_at: datetime
    seen_at: datetime
    stepped_up_at: datetime | None


def _officer(row: Any) -> Officer:
    return Officer(**row._asdict())


def add(
    conn: Connection,
    *,
    login: str,
    name: str,
    role: str,
    area_id: int,
    password_hash: str,
    now: datetime,
    deputy: bool = False,
) -> int | None:
    """A new account; None when the login is taken."""
    new = (
        insert_new(conn, officers)
        .values(
            login=login.lower(),
            name=name,
            role=role,
            area_id=area_id,
            state=NEW,
            password_hash=password_hash,
            deputy=deputy,
            totp_step=0,
            recovery={},
            failures=0,
            created_at=now,
        )
        .returning(officers.c.id)
    )
    officer_id: int | None = conn.execute(new).scalar_one_or_none()
    return officer_id


def by_login(conn: Connection, login: str) -> Officer | None:
    row = conn.execute(select(officers).where(officers.c.login == login.lower())).first()
    return _officer(row) if row else None


def get(conn: Connection, officer_id: int) -> Officer | None:
    row = conn.execute(select(officers).where(officers.c.id == officer_id)).first()
    return _officer(row) if row else None


def every(conn: Connection) -> list[Officer]:
    return [_officer(row) for row in conn.execute(select(officers).order_by(officers.c.login))]


def count(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(officers)).scalar_one()


def change(conn: Connection, officer_id: int, **values: Any) -> None:
    conn.execute(update(officers).where(officers.c.id == officer_id).values(**values))


def disable(conn: Connection, officer_id: int) -> None:
    change(conn, officer_id, state=DISABLED, caregiver_id=None)
    close_sessions(conn, officer_id)


def delay(tries: int) -> timedelta:
    """How long the next one has to wait; never for good."""
    late = tries - FREE_TRIES
    return min(timedelta(seconds=2 ** min(late, 20)), SLOWEST) if late >= 0 else timedelta()


def begin_try(conn: Connection, officer_id: int, now: datetime) -> int:
    """Counts a code before it is looked at: many at once are as many as one after another.

    Seconds to wait; 0: go on. Coming in sets the count back.
    """
    which = officers.c.id == officer_id
    counts = select(officers.c.failures, officers.c.not_before).where(which).with_for_update()
    row = conn.execute(counts).one()
    if row.not_before is not None and row.not_before > now:
        return seconds_until(row.not_before, now)
    tries = row.failures + 1
    change(conn, officer_id, failures=tries, not_before=now + delay(tries))
    return 0


def seconds_until(moment: datetime, now: datetime) -> int:
    return int((moment - now).total_seconds()) + 1


def use_code(conn: Connection, officer_id: int, step: int) -> bool:
    """False when this code or a later one came before: each counts once, whoever is first."""
    unused = (officers.c.id == officer_id, officers.c.totp_step < step)
    return conn.execute(update(officers).where(*unused).values(totp_step=step)).rowcount == 1


def use_recovery(conn: Connection, officer_id: int, code_hash: str) -> bool:
    """False when there is no such code, or no longer."""
    which = officers.c.id == officer_id
    kept = conn.execute(select(officers.c.recovery).where(which).with_for_update()).scalar_one()
    codes = list(kept.get("codes", ()))
    if code_hash not in codes:
        return False
    codes.remove(code_hash)
    change(conn, officer_id, recovery={"codes": codes})
    return True


def open_session(conn: Connection, officer_id: int, token: str, stage: str, now: datetime) -> None:
    """One at a time: whoever comes in ends the officer's older sessions.

    The password alone ends only others that are on the way in.
    """
    _hold(conn, officer_id)  # another login at the same moment waits
    older = officer_sessions.c.officer_id == officer_id
    if stage != FULL:
        older &= officer_sessions.c.stage != FULL
    conn.execute(delete(officer_sessions).where(older))
    conn.execute(
        insert(officer_sessions).values(
            token_hash=_hash(conn, token),
            officer_id=officer_id,
            stage=stage,
            created_at=now,
            seen_at=now,
        )
    )


def find_session(conn: Connection, token: str, now: datetime) -> tuple[Session, Officer] | None:
    """None for a session that is unknown, over, idle for too long, or of a disabled officer."""
    row = conn.execute(
        select(officer_sessions).where(officer_sessions.c.token_hash == _hash(conn, token))
    ).first()
    if row is None or now - row.seen_at > IDLE or now - row.created_at > LONGEST:
        return None
    officer = get(conn, row.officer_id)
    if officer is None or officer.state == DISABLED:
        return None
    values = row._asdict()
    values.pop("token_hash")
    return Session(**values), officer


def touch_session(conn: Connection, token: str, now: datetime) -> None:
    which = officer_sessions.c.token_hash == _hash(conn, token)
    conn.execute(update(officer_sessions).where(which).values(seen_at=now))


def change_session(conn: Connection, token: str, **values: Any) -> None:
    which = officer_sessions.c.token_hash == _hash(conn, token)
    conn.execute(update(officer_sessions).where(which).values(**values))


def end_half(conn: Connection, officer_id: int, token: str) -> bool:
    """The way in goes on from here once; False when it is over, or just went on elsewhere."""
    _hold(conn, officer_id)
    return close_session(conn, token)


def _hold(conn: Connection, officer_id: int) -> None:
    me = select(officers.c.id).where(officers.c.id == officer_id)
    conn.execute(me.with_for_update())


def close_session(conn: Connection, token: str) -> bool:
    which = officer_sessions.c.token_hash == _hash(conn, token)
    return conn.execute(delete(officer_sessions).where(which)).rowcount > 0


def close_sessions(conn: Connection, officer_id: int) -> None:
    conn.execute(delete(officer_sessions).where(officer_sessions.c.officer_id == officer_id))


def purge_sessions(conn: Connection, now: datetime) -> None:
    conn.execute(delete(officer_sessions).where(officer_sessions.c.created_at < now - LONGEST))


def csrf(conn: Connection, token: str) -> str:
    """What a form of this session carries."""
    return cipher_of(conn.dialect).blind("csrf", token)


def browser_mark(conn: Connection, officer: Officer) -> str:
    """What a browser keeps that this officer came in with; another password makes it void."""
    return cipher_of(conn.dialect).blind("browser", str(officer.id), officer.password_hash)


def _hash(conn: Connection, token: str) -> str:
    return cipher_of(conn.dialect).blind("officer session", token)
