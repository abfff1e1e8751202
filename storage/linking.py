"""One person on several messengers: a short code brings a second address to the same caregiver."""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from storage import audit, outbox, privacy
from storage import children as kids
from storage.caregivers import Contact, hold, route, use_address
from storage.caregivers import erase as erase_caregiver
from storage.console_tables import talks
from storage.family_tables import addresses, care_links, caregivers
from storage.tables import outbox as outbox_table
from storage.types import cipher_of
from storage.zalo_tables import link_codes

LIVES = timedelta(minutes=15)


def offer(conn: Connection, caregiver_id: int, code: str, now: datetime) -> None:
    """One open code a caregiver; a new one makes the old one worthless."""
    hold(conn, caregiver_id)
    conn.execute(delete(link_codes).where(link_codes.c.caregiver_id == caregiver_id))
    conn.execute(delete(link_codes).where(link_codes.c.expires_at <= now))
    conn.execute(
        insert(link_codes).values(
            code_hash=_hash(conn, code), caregiver_id=caregiver_id, expires_at=now + LIVES
        )
    )


def take(conn: Connection, code: str, contact: Contact, now: datetime) -> int | None:
    """The caregiver that this address belongs to from now on; None for a wrong or old code.

    What the address had before comes along: its children, its talk. Messages that waited for it
    are dropped: the caregiver has their own.
    """
    mine = (link_codes.c.code_hash == _hash(conn, code), link_codes.c.expires_at > now)
    used = delete(link_codes).where(*mine).returning(link_codes.c.caregiver_id)
    keep: int | None = conn.execute(used).scalar_one_or_none()
    old = contact.caregiver.id
    if keep is None or keep == old:
        return keep
    # What another address of the same person is doing is finished first.
    goes = select(caregivers.c.id).where(caregivers.c.id == old)
    conn.execute(goes.with_for_update())
    outbox.cancel_pushes(conn, old, "linked", now)
    have = select(care_links.c.child_id).where(care_links.c.caregiver_id == keep)
    shared = set(conn.execute(have).scalars())
    for child in kids.of_caregiver(conn, old):
        if child.id in shared:
            privacy.leave_child(conn, child.id, old, now)
    for table in (care_links, addresses, talks):
        conn.execute(update(table).where(table.c.caregiver_id == old).values(caregiver_id=keep))
    answers = (outbox_table.c.caregiver_id == old, outbox_table.c.planned_on.is_(None))
    conn.execute(update(outbox_table).where(*answers).values(caregiver_id=keep))
    privacy.forget_traces(conn, old, now)
    erase_caregiver(conn, old)
    audit.record(conn, f"caregiver:{keep}", "linked", f"address:{contact.address_id}", now)
    use_address(conn, keep, contact.address_id, route(contact.address))
    return keep


def addresses_of(conn: Connection, caregiver_id: int) -> list[tuple[int, str]]:
    """Live ones: id and route."""
    query = select(addresses.c.id, addresses.c.route).where(
        addresses.c.caregiver_id == caregiver_id, addresses.c.gone_at.is_(None)
    )
    return [(row.id, row.route) for row in conn.execute(query.order_by(addresses.c.id))]


def prefer(conn: Connection, caregiver_id: int, address_id: int | None) -> bool:
    """Where unasked messages go from now on; None: to the messenger used last."""
    if address_id is not None:
        found = [way for mine, way in addresses_of(conn, caregiver_id) if mine == address_id]
        if not found:
            return False
        use_address(conn, caregiver_id, address_id, found[0])
    me = update(caregivers).where(caregivers.c.id == caregiver_id)
    conn.execute(me.values(preferred_id=address_id))
    return True


def preferred(conn: Connection, caregiver_id: int) -> int | None:
    query = select(caregivers.c.preferred_id).where(caregivers.c.id == caregiver_id)
    found: int | None = conn.execute(query).scalar_one_or_none()
    return found


def _hash(conn: Connection, code: str) -> str:
    return cipher_of(conn.dialect).blind("link code", code)
