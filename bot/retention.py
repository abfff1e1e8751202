"""How long things are kept; run by a tick and by `donghanh purge`."""

from datetime import datetime, timedelta

from storage import (
    audit,
    book_links,
    case_acts,
    discreet,
    inbox,
    officers,
    outbox,
    privacy,
    slips,
    surveys,
    talks,
    tombstones,
    web,
)
from storage.database import Connection

INBOX_BODIES = timedelta(hours=72)
INBOX_ROWS = timedelta(days=30)
REPLY_PARAMS = timedelta(days=30)
WEB_LINES = timedelta(days=180)
TALK_LINES = timedelta(days=180)  # after the end of the talk
WITHOUT_CONSENT = timedelta(days=30)
SENDER_COUNTS = timedelta(days=2)
AUDIT_LINES = timedelta(days=731)  # 24 months; the database refuses less than 23


def purge(conn: Connection, now: datetime) -> None:
    inbox.forget(conn, now - INBOX_BODIES, now - INBOX_ROWS)
    outbox.forget(conn, now - REPLY_PARAMS)
    web.forget(conn, now - WEB_LINES)
    book_links.forget(conn, now)
    talks.forget(conn, now - TALK_LINES)
    surveys.forget(conn, now - TALK_LINES)
    slips.forget(conn, now)
    case_acts.forget(conn, now)
    discreet.forget_counts(conn, now - SENDER_COUNTS)
    officers.purge_sessions(conn, now)
    audit.forget(conn, now - AUDIT_LINES)
    tombstones.forget(conn, now - tombstones.KEPT)
    privacy.purge_unconsented(conn, now - WITHOUT_CONSENT)
