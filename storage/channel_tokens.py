"""The token pair of a messenger account, and the consent that brings one."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from storage import marks
from storage.dialect import upsert
from storage.types import cipher_of
from storage.zalo_tables import channel_consents, channel_tokens

GOOD, REFUSED = "good", "refused"
LEASE = timedelta(seconds=60)  # a refresher that died holds others up so long
CONSENT_LIVES = timedelta(minutes=10)
_LEASE = "token-lease:"


@dataclass(frozen=True, slots=True)
class Pair:
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    refreshed_at: datetime
    state: str = GOOD


def load(conn: Connection, account: str, *, to_change: bool = False) -> Pair | None:
    """`to_change`: nobody else changes it until this transaction ends."""
    query = select(channel_tokens).where(channel_tokens.c.account == account)
    row = conn.execute(query.with_for_update() if to_change else query).first()
    if row is None:
        return None
    return Pair(row.access, row.refresh, row.expires_at, row.refreshed_at, row.state)


def put(conn: Connection, account: str, pair: Pair) -> None:
    """After a consent: whatever was there before."""
    values = {
        "account": account,
        "access": pair.access,
        "refresh": pair.refresh,
        "expires_at": pair.expires_at,
        "refreshed_at": pair.refreshed_at,
        "state": pair.state,
    }
    upsert(conn, channel_tokens, values)


def replace(conn: Connection, account: str, old: Pair, new: Pair) -> bool:
    """False when another one was quicker: nothing is changed then."""
    current = load(conn, account, to_change=True)
    if current is None or current.refresh != old.refresh:
        return False
    put(conn, account, new)
    return True


def refuse(conn: Connection, account: str, pair: Pair) -> None:
    """This pair works no more; a person must consent again."""
    current = load(conn, account, to_change=True)
    if current is not None and current.refresh == pair.refresh:
        mine = update(channel_tokens).where(channel_tokens.c.account == account)
        conn.execute(mine.values(state=REFUSED))


def take_lease(conn: Connection, account: str, now: datetime) -> str | None:
    """For one refresher at a time, in whichever process; None while another one holds it."""
    name = f"{_LEASE}{account}"[:40]
    kept = marks.lock(conn, name).partition(" ")[2]
    if kept and datetime.fromisoformat(kept) > now:
        return None
    mine = secrets.token_hex(8)
    marks.put(conn, name, f"{mine} {(now + LEASE).isoformat()}")
    return mine


def end_lease(conn: Connection, account: str, lease: str) -> None:
    name = f"{_LEASE}{account}"[:40]
    if marks.lock(conn, name).startswith(f"{lease} "):
        marks.put(conn, name, "")


def begin_consent(
    conn: Connection, state: str, verifier: str, officer_id: int, now: datetime
) -> None:
    conn.execute(delete(channel_consents).where(channel_consents.c.expires_at <= now))
    conn.execute(
        insert(channel_consents).values(
            state_hash=_hash(conn, state),
            verifier=verifier,
            officer_id=officer_id,
            expires_at=now + CONSENT_LIVES,
        )
    )


def end_consent(conn: Connection, state: str, officer_id: int, now: datetime) -> str | None:
    """The verifier, once, for the officer who began; None for a strange, old or used state."""
    mine = (
        channel_consents.c.state_hash == _hash(conn, state),
        channel_consents.c.officer_id == officer_id,
        channel_consents.c.expires_at > now,
    )
    verifier: str | None = conn.execute(
        delete(channel_consents).where(*mine).returning(channel_consents.c.verifier)
    ).scalar_one_or_none()
    return verifier


def _hash(conn: Connection, state: str) -> str:
    return cipher_of(conn.dialect).blind("channel consent", state)
