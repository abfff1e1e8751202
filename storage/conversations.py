"""Where a conversation stands: the awaited step, its draft, and the number that dates buttons."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.engine import Connection

from storage.dialect import upsert
from storage.family_tables import addresses
from storage.prepared import Prepared
from storage.tables import conversations


@dataclass(frozen=True, slots=True)
class Conversation:
    """`step` is what the bot waits for; `nonce` grows whenever it changes."""

    step: str | None = None
    nonce: int = 0
    draft: dict[str, Any] = field(default_factory=dict)
    sensitive: bool = False


_GET = Prepared(
    lambda _: select(conversations).where(conversations.c.address_id == bindparam("address"))
)
_CHANGED = ("step", "nonce", "draft", "sensitive", "updated_at")
_CHANGE = Prepared(
    lambda _: (
        update(conversations)
        .where(conversations.c.address_id == bindparam("address"))
        .values({name: bindparam(name, type_=conversations.c[name].type) for name in _CHANGED})
    )
)


def get(conn: Connection, address_id: int) -> Conversation:
    row = _GET.first(conn, address=address_id)
    if row is None:
        return Conversation()
    return Conversation(row.step, row.nonce, json.loads(row.draft), row.sensitive)


def put(conn: Connection, address_id: int, conversation: Conversation, now: datetime) -> None:
    values = {
        "step": conversation.step,
        "nonce": conversation.nonce,
        "draft": json.dumps(conversation.draft, ensure_ascii=False),
        "sensitive": conversation.sensitive,
        "updated_at": now,
    }
    if not _CHANGE.run(conn, address=address_id, **values):
        upsert(conn, conversations, {"address_id": address_id, **values})


def any_sensitive(conn: Connection, caregiver_id: int, since: datetime) -> bool:
    """True while a protection or bereavement conversation, touched after `since`, is open."""
    found = conn.execute(
        select(func.count())
        .select_from(conversations.join(addresses, addresses.c.id == conversations.c.address_id))
        .where(
            addresses.c.caregiver_id == caregiver_id,
            conversations.c.sensitive.is_(True),
            conversations.c.updated_at > since,
        )
    )
    return found.scalar_one() > 0
