"""Rehearsals on Zalo: families who write now and then, and books of what Zalo would allow.

The books share nothing with the code that is rehearsed: its numbers are Zalo's own, written again.
"""

import random
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot.families import Family
from bot.messengers import Tokens
from bot.stage import FakeMessenger, FakeTime
from bot.windows import Account
from care.clock import at_local, local_day
from care.messages import Address, Event, EventKind, Kind, Outbound
from channels.base import Caps, Receipt
from channels.zalo_bot.channel import ZaloBot
from channels.zalo_oa.channel import ZaloOA
from channels.zalo_oa.consent import App
from content.library import Library
from storage import caregivers, messengers, windows
from storage.database import Database
from storage.windows import Held

OA, BOT = "zalo-oa", "zalo-bot"
CHANNELS = (OA, BOT)
DAY = timedelta(days=1)
FREE, PAID = timedelta(hours=48), timedelta(days=7)
PRICE = 55  # đồng
PACKAGE, RESERVE, A_MINUTE = 500, 200, 100  # a month; the package for 2.5 million đồng a year
QUOTA, AUDIENCE = 3_000, 50
WRITES_EVERY = (2, 5, 12, 40)  # days, of families who write often and rarely
HOW_MANY = (2, 3, 3, 2)
AWAKE = (7 * 60, 20 * 60)

Writing = tuple[datetime, Address]


@dataclass(slots=True)
class ZaloStage(FakeMessenger):
    """Takes everything and notes what the real one would not have taken."""

    library: Library | None = None
    heard: dict[str, datetime] = field(default_factory=dict)
    ways: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # month, way, legal
    months: Counter[str] = field(default_factory=Counter)
    outside: list[str] = field(default_factory=list)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        month = f"{local_day(self.time.now):%Y-%m}"
        self.months[month] += 1
        way = "free"
        if self.caps.windows is not None:
            way = self._way(to.chat_id, out)
            self.ways[month, way, self.is_legal(out.message)] += 1
        self.taken.append((self.time.now, int(key), out.message))
        return Receipt(key, PRICE if way == "paid" else 0)

    def _way(self, chat: str, out: Outbound) -> str:
        heard = self.heard.get(chat)
        silent = self.time.now - heard if heard is not None else None
        if silent is not None and silent < FREE:
            return "free"
        if silent is not None and silent < PAID:
            return "paid"
        self.outside.append(f"{out.message} to {chat} after {silent}")
        return "outside"

    def is_legal(self, message: str) -> bool:
        item = self.library.items.get(message) if self.library else None
        return item is not None and item.due is not None


class Zalo:
    """One account of a rehearsal: `channel` is one of CHANNELS."""

    def __init__(
        self, channel: str, time: FakeTime, db: Database, library: Library, seed: int
    ) -> None:
        caps = _oa_caps(db, time) if channel == OA else ZaloBot("1:1", clock=time.clock).caps
        self.stage = ZaloStage(time, caps=caps, library=library)
        self.account = Account(caps.windows, PACKAGE, RESERVE) if caps.windows else None
        self.waited: list[tuple[int, list[Held]]] = []  # caregiver, what waited as they wrote
        self._chance = random.Random(seed + 1)  # apart: the families are those of other rehearsals
        self._db = db
        self.lost: dict[str, int] = {}
        self.law_lost = 0
        self.must_know = 0
        self._every: dict[int, int] = {}  # family -> days

    def writings(self, day: date, families: Iterable[Family]) -> deque[Writing]:
        """Who writes today, and when."""
        found = []
        for family in families:
            if not family.caregiver_id or family.address is None:
                continue
            if family.number not in self._every:
                self._every[family.number] = self._chance.choices(WRITES_EVERY, HOW_MANY)[0]
            if self._chance.random() < 1 / self._every[family.number]:
                at = at_local(day, self._chance.randrange(*AWAKE))
                found.append((at, family.address))
        return deque(sorted(found, key=lambda one: (one[0], one[1].chat_id)))

    def heard(self, address: Address) -> None:
        self.stage.heard[address.chat_id] = self.stage.time.now

    async def joins(self, address: Address) -> None:
        """Whoever joins has just done something."""
        self.heard(address)
        contact = await self._db.read(caregivers.find, address)
        if contact is not None and self.account is not None:
            await self._db.write(windows.hear, contact.address_id, self.stage.time.now)

    async def writing(self, at: datetime, address: Address) -> Event:
        """Something harmless; what waited for it comes after the answer."""
        time = self.stage.time
        time.go_to(at)
        contact = await self._db.read(caregivers.find, address)
        if contact is not None:
            waited = await self._db.read(windows.held, contact.address_id)
            self.waited.append((contact.caregiver.id, waited))
        return Event(EventKind.TEXT, f"{address.chat_id} {time.now}", address, time.now, "menu")

    async def look_back(self, since: datetime, dropped: Sequence[tuple[str, date]]) -> None:
        """What never came, and how many must-know items the planner could not fit in any more."""
        route = f"{self.stage.name}:{self.stage.account}"
        until = self.stage.time.now + DAY
        lost = await self._db.read(messengers.lost, route, since, until)
        closed = await self._db.read(messengers.closed_to, route, since, until)
        self.law_lost = sum(n for message, n in closed.items() if self.stage.is_legal(message))
        self.lost = {f"{one.kind}: {one.reason or one.state}": one.messages for one in lost}
        self.must_know = len(dropped)

    def broken(self) -> list[str]:
        """What Zalo would have refused, and deadlines of the law that came after something else."""
        stage, found = self.stage, list[str]()
        if stage.outside:
            found.append(f"{len(stage.outside)} outside the windows, first {stage.outside[0]}")
        for month, sent in stage.months.items():
            paid = {law: stage.ways[month, "paid", law] for law in (True, False)}
            if sum(paid.values()) > PACKAGE:
                found.append(f"{sum(paid.values())} paid messages in {month}")
            if paid[False] > PACKAGE - RESERVE:
                found.append(f"{paid[False]} paid messages in {month} are no deadlines of the law")
            if stage.caps.month_quota is not None and sent > QUOTA:
                found.append(f"{sent} messages in {month}")
        return found + self._law_came_late()

    def _law_came_late(self) -> list[str]:
        taken = {row for _, row, _ in self.stage.taken}
        late = []
        for caregiver, waited in self.waited:
            came = [one for one in waited if one.id in taken]
            left = [one for one in waited if one.id not in taken]
            if any(map(self._after_the_law, came)) and any(map(self._legal, left)):
                late.append(caregiver)
        return [f"{len(late)} families got something before a deadline of the law"] if late else []

    def _legal(self, one: Held) -> bool:
        return self.stage.is_legal(one.message)

    def _after_the_law(self, one: Held) -> bool:
        return not self._legal(one) and one.kind != Kind.ALERT

    def summary(self) -> dict[str, Any]:
        ways: dict[str, dict[str, int]] = {}
        for (month, way, legal), count in sorted(self.stage.ways.items()):
            ways.setdefault(month, {})[f"{way}{' (law)' if legal else ''}"] = count
        paid = sum(count for (_, way, _), count in self.stage.ways.items() if way == "paid")
        return {
            "months": dict(self.stage.months),
            "ways": ways,
            "price": paid * PRICE,
            "greeted": sum(bool(waited) for _, waited in self.waited),
            "lost": self.lost,
            "law_lost": self.law_lost,
            "must_know_lost": self.must_know,
        }


def _oa_caps(db: Database, time: FakeTime) -> Caps:
    tokens = Tokens(db, time.clock)
    app = App("1", "")
    oa = ZaloOA("1", app=app, secret_key="", tokens=tokens, clock=time.clock, a_minute=A_MINUTE)
    return oa.caps
