"""Talking to the bot as a person would: real handlers, real content, a real database."""

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.rendering import Compose, words
from bot.turns import take_turn
from care.discreet import GONE
from care.messages import Address, Event, EventKind, Outbound
from channels.webchat.channel import WebChat
from content.library import Library
from handlers import ROUTES
from handlers.turn import PLAIN
from storage import caregivers, children, claims
from storage.areas import Area
from storage.tables import outbox as outbox_table


class Conversation:
    """One person on one messenger. `now` may be moved by the test."""

    def __init__(
        self,
        engine: Engine,
        library: Library,
        now: datetime,
        root: Area | None = None,
        chat_id: str = "chat-1",
        *,
        deletes: bool = True,
    ) -> None:
        self.engine = engine
        self.library = library
        self.now = now
        self.root = root
        self.deletes = deletes
        self.office = PLAIN
        self.address = Address("webchat", "local", chat_id)
        self.said: list[Outbound] = []
        self._count = 0
        self._chance = random.Random(7)

    def says(self, text: str) -> None:
        if text == "/start" or text.startswith("/start "):
            self._happens(EventKind.START, text.removeprefix("/start").strip())
        else:
            self._happens(EventKind.TEXT, text)

    def says_as(self, event_id: str, text: str) -> None:
        """With the id that the messenger gave it, by which it takes it back too."""
        self._happens(EventKind.TEXT, text, ref=event_id, event_id=event_id)

    def says_with(self, ref: str, text: str) -> None:
        """With the reference by which the messenger takes it back."""
        self._happens(EventKind.TEXT, text, ref=ref)

    def taps(self, action: str) -> None:
        """The newest button whose id begins with `action`."""
        self._happens(EventKind.CHOICE, self.button(action), ref="1")

    def taps_exactly(self, button_id: str) -> None:
        self._happens(EventKind.CHOICE, button_id, ref="1")

    def sends(self, kind: str) -> None:
        self._happens(EventKind.MEDIA, kind)

    def edits(self, text: str) -> None:
        self._happens(EventKind.EDITED, text)

    def leaves(self) -> None:
        self._happens(EventKind.LEFT, "")

    def button(self, action: str) -> str:
        for out in reversed(self.said):
            for button in out.buttons:
                if button.id == action or button.id.startswith((f"{action}:", f"{action}~")):
                    return button.id
        raise AssertionError(f"no button {action} in {self.buttons}")

    @property
    def buttons(self) -> list[str]:
        """Ids of the last message that has buttons, without their nonce."""
        last = next((o for o in reversed(self.said) if o.buttons), None)
        return [b.id.partition("~")[0] for b in last.buttons] if last else []

    @property
    def last(self) -> str:
        return self.said[-1].text if self.said else ""

    @property
    def seen(self) -> list[str]:
        """Message ids of the answers to the last event."""
        return [out.message for out in self.said[self._before :]]

    def sees(self, *messages: str) -> None:
        assert self.seen == list(messages), f"saw {self.seen}: {self.last}"

    def _happens(
        self, kind: EventKind, text: str, ref: str | None = None, event_id: str | None = None
    ) -> None:
        self._count += 1
        self.now += timedelta(seconds=5)
        name = event_id or f"{self.address.chat_id}-{self._count}"
        event = Event(kind, name, self.address, self.now, text, ref)
        with self.engine.connect() as conn, conn.begin():
            last = conn.execute(
                select(outbox_table.c.id).order_by(outbox_table.c.id.desc())
            ).scalar()
            take_turn(
                conn,
                event,
                self.now,
                routes=ROUTES,
                library=self.library,
                root=self.root,
                chance=self._chance,
                deletes=self.deletes,
                office=self.office,
            )
        self._before = len(self.said)
        self._read_answers(last or 0)

    def hears(self, after: int) -> None:
        """What was put into the outbox after that row, by others."""
        self._before = len(self.said)
        self._read_answers(after)

    def _read_answers(self, after: int) -> None:
        compose = Compose(self.library, WebChat.caps)
        with self.engine.connect() as conn, conn.begin():
            query = outbox_table.c.id > after
            rows = conn.execute(
                select(outbox_table.c.id).where(query, outbox_table.c.planned_on.is_(None))
            ).scalars()
            for row_id in list(rows):
                row = claims.claimed(conn, row_id)
                contact = caregivers.by_address_id(conn, row.address_id)
                assert contact is not None
                mine = children.of_caregiver(conn, contact.caregiver.id)
                if contact.address == self.address and row.message != GONE:  # shows nothing
                    self.said.append(words(conn, compose, row, contact.caregiver, mine, self.now))
