"""What officers said of the words of an item: a verdict counts for exactly the words they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from storage.console_tables import content_reviews, officers
from storage.dialect import upsert
from storage.prepared import Prepared

APPROVED, SENT_BACK = "approved", "sent_back"


@dataclass(frozen=True, slots=True)
class Review:
    message: str
    text_hash: str
    status: str
    note: str | None
    officer_id: int
    at: datetime
    officer: str | None  # by name


_VERDICT = Prepared(
    lambda _: select(content_reviews.c.status).where(
        content_reviews.c.message == bindparam("message"),
        content_reviews.c.text_hash == bindparam("text_hash"),
    )
)
_reviews = (
    select(*content_reviews.c, officers.c.name)
    .select_from(content_reviews.outerjoin(officers, officers.c.id == content_reviews.c.officer_id))
    .order_by(content_reviews.c.at.desc(), content_reviews.c.text_hash)
)


def _review(row: Any) -> Review:
    return Review(*row)


def put(
    conn: Connection,
    message: str,
    text_hash: str,
    status: str,
    note: str | None,
    officer_id: int,
    now: datetime,
) -> None:
    """The newest word on a text replaces the one before; the audit trail keeps both."""
    values = {"status": status, "note": note or None, "officer_id": officer_id, "at": now}
    upsert(conn, content_reviews, {"message": message, "text_hash": text_hash, **values})


def verdict(conn: Connection, message: str, text_hash: str) -> str | None:
    """None for words that nobody has judged. Asked for every message that goes out."""
    row = _VERDICT.first(conn, message=message, text_hash=text_hash)
    return str(row.status) if row else None


def of_message(conn: Connection, message: str) -> list[Review]:
    """The newest first, those of earlier words too."""
    query = _reviews.where(content_reviews.c.message == message)
    return [_review(row) for row in conn.execute(query)]


def current(conn: Connection, hashes: Mapping[str, str]) -> dict[str, Review]:
    """Item -> what was said of the words it has now. `hashes`: item -> hash of those words."""
    found = map(_review, conn.execute(_reviews))
    return {one.message: one for one in found if hashes.get(one.message) == one.text_hash}


def sent_back(conn: Connection, hashes: Mapping[str, str]) -> frozenset[str]:
    """Items that are held back until they have new words or a new verdict."""
    query = select(content_reviews.c.message, content_reviews.c.text_hash)
    rows = conn.execute(query.where(content_reviews.c.status == SENT_BACK))
    return frozenset(row.message for row in rows if hashes.get(row.message) == row.text_hash)
