"""The key of each case, sealed with the master key. Destroying it forgets the words of the case."""

import base64
import secrets

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection

from storage.case_tables import case_keys
from storage.crypto import Cipher


class Forgotten(LookupError):
    """The key of this case was destroyed."""


def make(conn: Connection, case_id: int) -> Cipher:
    raw = secrets.token_bytes(32)
    sealed = base64.b64encode(raw).decode()
    conn.execute(insert(case_keys).values(case_id=case_id, sealed=sealed))
    return Cipher(raw)


def find(conn: Connection, case_id: int) -> Cipher | None:
    query = select(case_keys.c.sealed).where(case_keys.c.case_id == case_id)
    sealed = conn.execute(query).scalar_one_or_none()
    return Cipher(base64.b64decode(sealed)) if sealed is not None else None


def cipher(conn: Connection, case_id: int) -> Cipher:
    """Raises Forgotten."""
    found = find(conn, case_id)
    if found is None:
        raise Forgotten(case_id)
    return found


def destroy(conn: Connection, case_id: int) -> None:
    conn.execute(delete(case_keys).where(case_keys.c.case_id == case_id))
