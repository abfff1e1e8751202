"""The last numbered menu of each chat that has no buttons."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from care.numbered import LIVES, Option, chosen
from storage.dialect import upsert
from storage.zalo_tables import menus


def put(conn: Connection, address_id: int, options: Sequence[Option], now: datetime) -> None:
    """What the numbers mean from now on; without options nothing."""
    if not options:
        conn.execute(delete(menus).where(menus.c.address_id == address_id))
        return
    kept = {"options": [list(option) for option in options]}
    upsert(conn, menus, {"address_id": address_id, "options": kept, "at": now})


def resolve(
    conn: Connection, address_id: int, typed: str, now: datetime, *, bare: bool = False
) -> str | None:
    """The button id that was typed, as a number or by its label; None when no menu means it.

    `bare`: by its label only.
    """
    row = conn.execute(select(menus).where(menus.c.address_id == address_id)).first()
    if row is None or now - row.at > LIVES:
        return None
    options = [(button_id, label) for button_id, label in row.options["options"]]
    return chosen(typed, options, bare=bare)


def forget(conn: Connection, before: datetime) -> None:
    conn.execute(delete(menus).where(menus.c.at < before))
