"""Caregivers, their addresses on messengers and what they agreed to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Connection

from care.messages import Address
from care.people import Caregiver, CaregiverState, Frequency, Role
from storage.family_tables import addresses, caregivers, consents
from storage.prepared import Prepared
from storage.tables import conversations
from storage.types import cipher_of

DEFAULT_SEND_MINUTES = 19 * 60
SEEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contact:
    """An address row with its caregiver."""

    address_id: int
    address: Address
    caregiver: Caregiver
    gone: bool
    seen_at: datetime  # to within SEEN_EVERY


def route(address: Address) -> str:
    return f"{address.channel}:{address.account}"


def recipient(contact: Contact) -> dict[str, Any]:
    """What a row of the outbox says of whom it goes to."""
    return {
        "address_id": contact.address_id,
        "route": route(contact.address),
        "caregiver_id": contact.caregiver.id,
    }


def chat_hash(conn: Connection, address: Address) -> str:
    """Keyed hash that an address is found by; the chat id itself is sealed."""
    return cipher_of(conn.dialect).blind(address.channel, address.account, address.chat_id)


_columns = (
    addresses.c.id.label("address_id"),
    addresses.c.route,
    addresses.c.chat,
    addresses.c.gone_at,
    caregivers.c.id,
    caregivers.c.state,
    caregivers.c.role,
    caregivers.c.frequency,
    caregivers.c.send_minutes,
    caregivers.c.area_id,
    caregivers.c.address_id.label("push_id"),
    caregivers.c.paused_until,
    caregivers.c.created_at,
    caregivers.c.seen_at,
)
_contact = select(*_columns).select_from(
    addresses.join(caregivers, addresses.c.caregiver_id == caregivers.c.id)
)
_BY_HASH = Prepared(lambda _: _contact.where(addresses.c.chat_hash == bindparam("hash")))
_BY_ID = Prepared(lambda _: _contact.where(addresses.c.id == bindparam("address_id")))
_SEEN = Prepared(
    lambda _: (
        update(caregivers)
        .where(caregivers.c.id == bindparam("caregiver"))
        .values(seen_at=bindparam("now", type_=caregivers.c.seen_at.type))
    )
)


def _read(row: Any) -> Contact:
    channel, _, account = row.route.partition(":")
    caregiver = Caregiver(
        row.id,
        CaregiverState(row.state),
        Role(row.role) if row.role else None,
        Frequency(row.frequency),
        row.send_minutes,
        row.area_id,
        row.push_id,
        row.paused_until,
        row.created_at,
    )
    address = Address(channel, account, row.chat)
    return Contact(row.address_id, address, caregiver, row.gone_at is not None, row.seen_at)


def find(conn: Connection, address: Address) -> Contact | None:
    row = _BY_HASH.first(conn, hash=chat_hash(conn, address))
    return _read(row) if row else None


def by_address_id(conn: Connection, address_id: int) -> Contact | None:
    row = _BY_ID.first(conn, address_id=address_id)
    return _read(row) if row else None


def to_push(conn: Connection, caregiver_id: int) -> Contact | None:
    """Where unasked messages to this person go."""
    here = (caregivers.c.id == caregiver_id, addresses.c.id == caregivers.c.address_id)
    row = conn.execute(_contact.where(*here, addresses.c.gone_at.is_(None))).first()
    return _read(row) if row else None


def hold(conn: Connection, caregiver_id: int) -> None:
    """Nobody else who holds this caregiver goes on before this transaction ends."""
    me = select(caregivers.c.id).where(caregivers.c.id == caregiver_id)
    conn.execute(me.with_for_update(key_share=True))


def open_contact(conn: Connection, address: Address, now: datetime) -> Contact:
    """The contact of an address, made on first sight; a gone address comes back to life."""
    contact = find(conn, address)
    if contact is None:
        return _add(conn, address, now)
    if contact.gone:
        conn.execute(
            update(addresses).where(addresses.c.id == contact.address_id).values(gone_at=None)
        )
    if contact.gone or contact.caregiver.address_id is None:
        use_address(conn, contact.caregiver.id, contact.address_id, route(address))
        contact = by_address_id(conn, contact.address_id) or contact
    return contact


def _add(conn: Connection, address: Address, now: datetime) -> Contact:
    result = conn.execute(
        insert(caregivers).values(
            state=CaregiverState.NEW,
            frequency=Frequency.NORMAL,
            send_minutes=DEFAULT_SEND_MINUTES,
            created_at=now,
            seen_at=now,
        )
    )
    caregiver_id = (result.inserted_primary_key or [0])[0]
    result = conn.execute(
        insert(addresses).values(
            caregiver_id=caregiver_id,
            route=route(address),
            chat=address.chat_id,
            chat_hash=chat_hash(conn, address),
            created_at=now,
        )
    )
    address_id = (result.inserted_primary_key or [0])[0]
    use_address(conn, caregiver_id, address_id, route(address))
    found = by_address_id(conn, address_id)
    if found is None:
        raise LookupError("the contact just added is not there")
    return found


def use_address(conn: Connection, caregiver_id: int, address_id: int, way: str) -> None:
    """Unasked messages go to this address from now on."""
    conn.execute(
        update(caregivers)
        .where(caregivers.c.id == caregiver_id)
        .values(address_id=address_id, route=way)
    )


def seen(conn: Connection, contact: Contact, now: datetime) -> None:
    """The caregiver has just written; stored once an hour, which is near enough."""
    if now - contact.seen_at >= SEEN_EVERY:
        _SEEN.run(conn, caregiver=contact.caregiver.id, now=now)


def change(conn: Connection, caregiver_id: int, **values: Any) -> None:
    conn.execute(update(caregivers).where(caregivers.c.id == caregiver_id).values(**values))


def mark_gone(conn: Connection, address_id: int, now: datetime) -> None:
    """The messenger says this person is not there; nothing more goes there until they write.

    Pushes move to another living address of the same caregiver, if there is one.
    """
    conn.execute(update(addresses).where(addresses.c.id == address_id).values(gone_at=now))
    row = conn.execute(select(addresses.c.caregiver_id).where(addresses.c.id == address_id)).first()
    if row is None:
        return
    hold(conn, row.caregiver_id)  # another address of theirs may be going at this moment
    other = conn.execute(
        select(addresses.c.id, addresses.c.route)
        .where(addresses.c.caregiver_id == row.caregiver_id, addresses.c.gone_at.is_(None))
        .order_by(addresses.c.id.desc())
    ).first()
    conn.execute(
        update(caregivers)
        .where(caregivers.c.id == row.caregiver_id, caregivers.c.address_id == address_id)
        .values(address_id=other.id if other else None, route=other.route if other else None)
    )


def record_consent(
    conn: Connection,
    caregiver_id: int,
    address_id: int,
    purpose: str,
    given: bool,
    version: int,
    text_hash: str,
    now: datetime,
) -> None:
    """Append-only: who, when, for what, and the hash of the very words that were shown."""
    conn.execute(
        insert(consents).values(
            caregiver_id=caregiver_id,
            address_id=address_id,
            purpose=purpose,
            given=given,
            version=version,
            text_hash=text_hash,
            at=now,
        )
    )


def consents_of(conn: Connection, caregiver_id: int) -> dict[str, tuple[bool, datetime]]:
    """The latest word on every purpose."""
    rows = conn.execute(
        select(consents.c.purpose, consents.c.given, consents.c.at)
        .where(consents.c.caregiver_id == caregiver_id)
        .order_by(consents.c.id)
    )
    return {row.purpose: (row.given, row.at) for row in rows}


def pauses_over(conn: Connection, today: date) -> list[int]:
    """Whose pause has ended. Looks at every caregiver, so it is no part of a write."""
    over = (caregivers.c.state == CaregiverState.PAUSED, caregivers.c.paused_until <= today)
    return list(conn.execute(select(caregivers.c.id).where(*over)).scalars())


def resume(conn: Connection, caregiver_id: int) -> None:
    """Wakes one whose pause has ended; one who stopped meanwhile stays as they are."""
    conn.execute(
        update(caregivers)
        .where(caregivers.c.id == caregiver_id, caregivers.c.state == CaregiverState.PAUSED)
        .values(state=CaregiverState.ACTIVE, paused_until=None)
    )


def erase(conn: Connection, caregiver_id: int) -> None:
    """The caregiver, all addresses, consents and conversations; children are erased before."""
    ids = select(addresses.c.id).where(addresses.c.caregiver_id == caregiver_id)
    conn.execute(delete(conversations).where(conversations.c.address_id.in_(ids)))
    conn.execute(delete(consents).where(consents.c.caregiver_id == caregiver_id))
    conn.execute(delete(addresses).where(addresses.c.caregiver_id == caregiver_id))
    conn.execute(delete(caregivers).where(caregivers.c.id == caregiver_id))
