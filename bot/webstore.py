"""The web chat's mailbox and store on our database: the two protocols its channel asks for."""

from collections.abc import Sequence
from typing import Any

from care.clock import Clock
from channels.webchat.channel import Posted, own_key
from storage import web
from storage.database import Connection, Database, DatabaseDown

LOOK_BACK = 30


class MailboxDown(OSError):
    """The mailbox cannot be reached; the channel may keep the emergency answer in memory."""


class WebStore:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def append(self, chat_id: str, key: str, body: dict[str, Any]) -> int | None:
        try:
            return await self._db.write(web.append, chat_id, key, body, self._clock())
        except DatabaseDown as error:
            raise MailboxDown from error

    async def remove(self, chat_id: str, key: str, refs: Sequence[str]) -> int | None:
        try:
            return await self._db.write(web.remove, chat_id, key, refs, self._clock())
        except DatabaseDown as error:
            raise MailboxDown from error

    async def open(self, chat_id: str) -> None:
        await self._db.write(web.open_session, chat_id, self._clock())

    async def known(self, chat_id: str) -> bool:
        return await self._db.read(web.known, chat_id)

    async def add_own(self, chat_id: str, posted: Posted) -> None:
        """What the family wrote or tapped, so that a reload shows the whole conversation."""
        await self._db.write(_append_own, chat_id, posted, self._clock())

    async def lines(self, chat_id: str, after: int) -> list[dict[str, Any]]:
        found = await self._db.read(web.after, chat_id, after)
        return [{**line.body, "n": line.n, "at": line.at.isoformat()} for line in found]


def _append_own(conn: Connection, chat_id: str, posted: Posted, now: Any) -> None:
    body = {"from": "me", "id": posted.client_id, "text": posted.text, "buttons": []}
    if posted.action is not None:
        body["action"] = posted.action
        body["text"] = _label(conn, chat_id, posted.action) or posted.text
    web.append(conn, chat_id, own_key(posted.client_id), body, now)


def _label(conn: Connection, chat_id: str, action: str) -> str | None:
    """The words on the button that was tapped, from the last lines of the conversation."""
    for line in reversed(web.last(conn, chat_id, LOOK_BACK)):
        for button in line.body.get("buttons", ()):
            if button["id"] == action:
                return str(button["label"])
    return None
