"""A family that talks to the bot, beside officers at their pages."""

import html
import random
import re

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.rendering import Compose, words
from bot.turns import take_turn
from care.messages import Address, Event, EventKind, Outbound
from channels.webchat.channel import WebChat
from handlers import ROUTES
from storage import audit, caregivers, children, claims, outbox, talks
from storage.tables import outbox as outbox_table
from storage.talks import Talk
from tests.console.desk import Office, OfficerAtDesk
from tests.fakes import Family

QUESTION = "bé ăn dặm thế nào ạ"


class Parent:
    """A mother of one child who writes to the bot. `heard` is all she has got."""

    def __init__(self, office: Office, family: Family) -> None:
        self.office = office
        self.family = family
        self.address = Address("webchat", "local", family.chat)
        self.heard: list[Outbound] = []
        self._count = 0

    async def says(self, text: str, kind: EventKind = EventKind.TEXT) -> list[str]:
        """Returns the messages that are new since her last word."""
        self._count += 1
        event = Event(kind, f"{self.address.chat_id}-{self._count}", self.address,
                      self.office.now, text)  # fmt: skip
        await self.office.db.write(self._turn, event)
        return await self.hears()

    async def taps(self, action: str) -> list[str]:
        return await self.says(action, EventKind.CHOICE)

    async def hears(self) -> list[str]:
        new = await self.office.db.write(self._delivered)
        self.heard += new
        return [out.message for out in new]

    def _turn(self, conn: Connection, event: Event) -> None:
        take_turn(
            conn,
            event,
            self.office.now,
            routes=ROUTES,
            library=self.office.desk.library,
            root=None,
            chance=random.Random(1),
        )

    def _delivered(self, conn: Connection) -> list[Outbound]:
        mine = (outbox_table.c.caregiver_id == self.family.caregiver_id,
                outbox_table.c.state == "pending")  # fmt: skip
        ids = conn.execute(select(outbox_table.c.id).where(*mine).order_by(outbox_table.c.id))
        found = []
        for row_id in list(ids.scalars()):
            row = claims.claimed(conn, row_id)
            contact = caregivers.by_address_id(conn, row.address_id)
            assert contact is not None
            kids = children.of_caregiver(conn, contact.caregiver.id)
            compose = Compose(self.office.desk.library, WebChat.caps)
            found.append(words(conn, compose, row, contact.caregiver, kids, self.office.now))
            claims.settle(conn, row_id, outbox.SENT, self.office.now)
        return found

    async def talk(self) -> Talk:
        found = await self.office.db.read(talks.of_caregiver, self.family.caregiver_id)
        assert found is not None
        return found


async def page_of(officer: OfficerAtDesk, path: str) -> str:
    answer = await officer.get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def writes(officer: OfficerAtDesk, talk: int, text: str, do: str = "send") -> int:
    answer = await officer.post(f"/inbox/{talk}/write", text=text, do=do)
    return answer.status_code


async def done(office: Office, officer: OfficerAtDesk) -> list[str]:
    lines = await office.db.read(audit.lines, None, 99)
    return [line.action for line in reversed(lines) if line.actor == f"officer:{officer.id}"]


def badge(page: str) -> str | None:
    found = re.search(r'href="/console/inbox"[^>]*>Hộp thư <span class="badge">(\d+)', page)
    return found[1] if found else None
