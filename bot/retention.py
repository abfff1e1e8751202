"""How long things are kept; run by a tick and by `donghanh purge`."""

from datetime import datetime, timedelta

from storage import book_links, inbox, outbox, privacy, web
from storage.database import Connection

INBOX_BODIES = timedelta(hours=72)
INBOX_ROWS = timedelta(days=30)
REPLY_PARAMS = timedelta(days=30)
WEB_LINES = timedelta(days=180)
WITHOUT_CONSENT = timedelta(days=30)


def purge(conn: Connection, now: datetime) -> None:
    inbox.forget(conn, now - INBOX_BODIES, now - INBOX_ROWS)
    outbox.forget(conn, now - REPLY_PARAMS)
    web.forget(conn, now - WEB_LINES)
    book_links.forget(conn, now)
    privacy.purge_unconsented(conn, now - WITHOUT_CONSENT)
