"""A database that can be down, a messenger that does as told, families, and virtual time."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from care.messages import Address, Event, EventKind, Kind, Outbound
from care.people import CaregiverState, ChildState, Role
from channels.base import Caps, Health, Incoming, Receipt, Receive
from channels.errors import ChannelError
from storage import caregivers, children, outbox
from storage.database import Database, DatabaseDown
from storage.family_tables import addresses
from storage.tables import outbox as outbox_table
from tests.virtual_time import NOW, VirtualLoop

TODAY = date(2026, 11, 24)
BORN = date(2026, 3, 12)
NAME, ACCOUNT = "recording", "test"
ROUTE = f"{NAME}:{ACCOUNT}"
OTHER_ROUTE = "webchat:local"
REPLY, TIP, REMINDER = "menu/help", "tip-d0242", "rm-birthcert"


class WatchedDatabase:
    """A real database. Virtual time waits for it; `down` and `refuse` take it away."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.dialect = db.dialect
        self.down = False
        self.calls: list[str] = []
        self._refused: dict[str, float] = {}
        self._gates: dict[str, asyncio.Event] = {}

    def refuse(self, name: str, times: float = 1) -> None:
        """The next calls of the storage function with this name find the database down."""
        self._refused[name] = times

    def mend(self) -> None:
        self.down = False
        self._refused.clear()
        for gate in self._gates.values():
            gate.set()

    def gate(self, name: str) -> asyncio.Event:
        """Calls of the storage function with this name hang until the gate is set."""
        return self._gates.setdefault(name, asyncio.Event())

    async def read(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        return await self._do(self._db.read, f, *args, **kwargs)

    async def write(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        return await self._do(self._db.write, f, *args, **kwargs)

    async def write_each(self, f: Any, calls: Any) -> list[Any]:
        found: list[Any] = await self._do(self._db.write_each, f, calls, name="write_each")
        return found

    async def write_in_turn(self, calls: Any) -> list[Any]:
        found: list[Any] = []
        for call in calls:
            found += await self._do(self._db.write_in_turn, [call], name=call[0].__name__)
        return found

    async def close(self) -> None:
        await self._db.close()

    async def _do(self, way: Any, f: Any, *args: Any, name: str = "", **kwargs: Any) -> Any:
        name = name or getattr(f, "__name__", "")
        self.calls.append(name)
        if name in self._gates:
            await self._gates[name].wait()
        if self.down or self._refused.get(name, 0) > 0:
            self._refused[name] = self._refused.get(name, 1) - 1
            raise DatabaseDown("as the test wants it")
        loop = asyncio.get_running_loop()
        with loop.really() if isinstance(loop, VirtualLoop) else contextlib.nullcontext():
            return await way(f, *args, **kwargs)


@dataclass(frozen=True)
class Sent:
    """One call of `send`; `arrived` tells whether the person has it now."""

    at: float
    chat: str
    out: Outbound
    key: str
    arrived: bool


Trouble = ChannelError | Exception | None


class RecordingChannel:
    """A messenger that takes down every call; `script` says what goes wrong, per call."""

    secrets: tuple[str, ...] = ()

    def __init__(
        self,
        *,
        name: str = NAME,
        account: str = ACCOUNT,
        rate: float | None = None,
        chat_gap: float = 1.0,
        latency: float = 0.05,
    ) -> None:
        self.name, self.account = name, account
        self.caps = Caps(4096, 1024, 100, 64, True, True, True, False, rate, chat_gap)
        self.latency = latency
        self.calls: list[Sent] = []
        self.checks: list[float] = []
        self.tapped: list[Event] = []
        self.health = deque[Health]()
        self.before: Callable[[], Awaitable[None]] | None = None  # while a message is under way
        self._scripts: dict[str | None, deque[tuple[Trouble, bool]]] = {}

    def script(self, *troubles: Trouble, chat: str | None = None, arrives: bool = False) -> None:
        """What the next calls raise (None: nothing); `arrives`: the person gets it all the same."""
        self._scripts.setdefault(chat, deque()).extend((t, arrives) for t in troubles)

    @property
    def arrived(self) -> list[Sent]:
        return [call for call in self.calls if call.arrived]

    @property
    def keys(self) -> list[str]:
        return [call.key for call in self.calls]

    def to(self, chat: str) -> list[Sent]:
        return [call for call in self.calls if call.chat == chat]

    async def start(self, receive: Receive) -> None:
        """Nothing to start."""

    async def stop_receiving(self) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        return [Incoming(self.revive(raw, received_at), raw)]

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        """`kind|id|chat|text`, as `incoming` makes it."""
        kind, event_id, chat, text = raw.decode().split("|", 3)
        address = Address(self.name, self.account, chat)
        tap = "tap" if kind == EventKind.CHOICE else None
        return Event(EventKind(kind), event_id, address, received_at, text, tap=tap)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        at = asyncio.get_running_loop().time()
        trouble, arrives = self._next(to.chat_id)
        self.calls.append(Sent(at, to.chat_id, out, key, trouble is None or arrives))
        if self.before is not None:
            await self.before()
        await asyncio.sleep(self.latency)
        if trouble is not None:
            raise trouble
        return Receipt(f"ref-{len(self.calls)}")

    def _next(self, chat: str) -> tuple[Trouble, bool]:
        for script in (self._scripts.get(chat), self._scripts.get(None)):
            if script:
                return script.popleft()
        return None, False

    async def seen(self, event: Event) -> None:
        self.tapped.append(event)

    async def check(self) -> Health:
        self.checks.append(asyncio.get_running_loop().time())
        return self.health.popleft() if self.health else Health(True)


def incoming(
    text: str,
    *,
    id: str = "e1",  # noqa: A002 - the word of the event
    chat: str = "chat-1",
    kind: EventKind = EventKind.TEXT,
    channel: str = NAME,
) -> Incoming:
    """An event as a RecordingChannel reads it."""
    raw = f"{kind}|{id}|{chat}|{text}".encode()
    address = Address(channel, ACCOUNT, chat)
    return Incoming(Event(kind, id, address, NOW, text), raw)


@dataclass(frozen=True)
class Family:
    caregiver_id: int
    address_id: int
    child_id: int
    chat: str


def a_caregiver(
    conn: Connection, chat: str = "chat-1", route: str = ROUTE, **values: Any
) -> caregivers.Contact:
    """Somebody who agreed and gets messages."""
    channel, _, account = route.partition(":")
    contact = caregivers.open_contact(conn, Address(channel, account, chat), NOW)
    values = {"state": CaregiverState.ACTIVE, "role": Role.MOTHER, **values}
    caregivers.change(conn, contact.caregiver.id, **values)
    return caregivers.by_address_id(conn, contact.address_id) or contact


def a_child(conn: Connection, caregiver_id: int, **values: Any) -> int:
    born = {"state": ChildState.BORN, "born_on": BORN, "precision": "day", "nickname": "Bống"}
    since = values.pop("since", TODAY)
    return children.add(conn, caregiver_id, since, **{**born, **values})


def a_family(conn: Connection, chat: str = "chat-1", route: str = ROUTE, **child: Any) -> Family:
    """A mother with one child who is eight months old."""
    contact = a_caregiver(conn, chat, route)
    child_id = a_child(conn, contact.caregiver.id, **child)
    return Family(contact.caregiver.id, contact.address_id, child_id, chat)


def another_address(conn: Connection, family: Family, chat: str, route: str = OTHER_ROUTE) -> int:
    """The same person on a second messenger; pushes go on to where they went."""
    channel, _, account = route.partition(":")
    contact = caregivers.open_contact(conn, Address(channel, account, chat), NOW)
    mine = update(addresses).where(addresses.c.id == contact.address_id)
    conn.execute(mine.values(caregiver_id=family.caregiver_id))
    caregivers.erase(conn, contact.caregiver.id)
    return contact.address_id


def a_message(conn: Connection, family: Family, **values: Any) -> int:
    """A reply that waits for this family, or with `kind` something unasked; its row."""
    kind = values.get("kind", Kind.REPLY)
    usual: dict[str, Any] = {
        "kind": kind,
        "address_id": family.address_id,
        "route": ROUTE,
        "message": {Kind.TIP: TIP, Kind.REMINDER: REMINDER, Kind.CAMPAIGN: TIP}.get(kind, REPLY),
        "not_before": NOW,
        "expires_at": NOW + timedelta(minutes=10 if kind is Kind.REPLY else 2880),
        "caregiver_id": family.caregiver_id,
    }
    if kind in (Kind.TIP, Kind.REMINDER, Kind.CAMPAIGN):
        usual |= {"child_id": family.child_id, "planned_on": TODAY}
    wanted = {**usual, **values}
    outbox.add(conn, [outbox.values(**wanted)])
    newest = select(outbox_table.c.id).order_by(outbox_table.c.id.desc()).limit(1)
    return int(conn.execute(newest).scalar_one())


def a_row(conn: Connection, row_id: int) -> Any:
    return conn.execute(select(outbox_table).where(outbox_table.c.id == row_id)).one()


def rows(conn: Connection) -> list[Any]:
    return list(conn.execute(select(outbox_table).order_by(outbox_table.c.id)))


def chance(*numbers: float) -> random.Random:
    """A generator that is no surprise; always 0.5 without numbers."""
    return _Fixed(numbers or (0.5,))


class _Fixed(random.Random):
    def __new__(cls, numbers: Iterable[float]) -> "_Fixed":
        return super().__new__(cls)

    def __init__(self, numbers: Iterable[float]) -> None:
        super().__init__(0)
        self._numbers = list(numbers)

    def random(self) -> float:
        self._numbers.append(self._numbers.pop(0))
        return self._numbers[-1]


async def until(true: Callable[[], object], seconds: float = 5.0) -> None:
    """Waits for what other tasks bring about; on virtual time at no cost."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
