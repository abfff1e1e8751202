"""What officers say to a family: a row of the outbox, to where the family wrote last."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.messages import Kind
from storage import caregivers, conversations, outbox
from storage.console_tables import talks
from storage.conversations import Conversation
from storage.talks import OFFICER, Talk, lines

ANSWER, ENDED = "talk/answer", "talk/ended"
LIVES = timedelta(hours=48)


def put(
    conn: Connection,
    talk: Talk,
    message: str,
    params: dict[str, Any],
    now: datetime,
    line_id: int = 0,
) -> bool:
    """False when the family has left the place it wrote from. `line_id` finds the outcome again."""
    contact = caregivers.by_address_id(conn, talk.address_id)
    if contact is None or contact.gone:
        return False
    _end_question(conn, talk.address_id, now)
    row = outbox.values(
        **caregivers.recipient(contact),
        kind=Kind.REPLY,
        message=message,
        not_before=now,
        expires_at=now + LIVES,
        slot=line_id,
        params=params,
    )
    return outbox.add(conn, [row]) == 1


def is_said(conn: Connection, talk_id: int, officer_id: int, text: str, since: datetime) -> bool:
    """The officer's last words are these. Who sends them twice at once waits till they are said."""
    conn.execute(select(talks.c.id).where(talks.c.id == talk_id).with_for_update())
    last = next(iter(lines(conn, talk_id)[-1:]), None)
    if last is None or last.at <= since:
        return False
    return (last.who, last.officer_id, last.body) == (OFFICER, officer_id, text)


def _end_question(conn: Connection, address_id: int, now: datetime) -> None:
    """The family's next words are for whoever spoke last, not for what the bot had asked before."""
    before = conversations.get(conn, address_id)
    if before.step is not None:
        after = Conversation(None, before.nonce + 1, {}, before.sensitive)
        conversations.put(conn, address_id, after, now)


def outcomes(conn: Connection, caregiver_id: int) -> dict[int, str]:
    """Line -> what became of its message."""
    return outbox.states_by_slot(conn, ANSWER, caregiver_id)
