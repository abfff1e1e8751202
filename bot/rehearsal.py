"""A year in minutes: the real planner, outbox and delivery on a fake clock and a fake messenger.

The database is thrown away. What was sent is judged by `bot.verdicts`, which knows the promises
(caps, quiet hours, nothing twice) and none of the code that keeps them.
"""

import contextlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TextIO

import typer

from bot.compose import Compose
from bot.delivery import Delivery
from bot.families import Family, settle_families
from bot.planner import Programme, plan
from bot.turns import take_turn
from bot.verdicts import Sent, judge
from care.clock import at_local, local_day
from care.messages import Address, Event, EventKind, Outbound
from care.people import ChildState
from care.quiet_hours import next_allowed
from channels.base import Caps, Health, Incoming, Receipt, Receive
from content.library import Library
from handlers import ROUTES
from storage import children, outbox, planning
from storage.crypto import make_key
from storage.database import Connection, Database, open_database
from storage.schema import prepare

NAME, ACCOUNT = "rehearsal", "local"
DAY = timedelta(days=1)
PLAN_MINUTES = 10
LOSSES_A_DAY = 1 / 10_000  # per family


@dataclass(frozen=True, slots=True)
class Plan:
    """`outages` are (first day, days) in which nothing runs."""

    families: int
    start: date
    days: int
    seed: int
    outages: tuple[tuple[date, int], ...] = ()

    def out(self, day: date) -> bool:
        return any(first <= day < first + timedelta(days=days) for first, days in self.outages)


@dataclass(slots=True)
class Result:
    summary: dict[str, Any]
    broken: bool


def parse_outage(text: str) -> tuple[date, int]:
    day, _, days = text.partition(":")
    return date.fromisoformat(day), int(days)


@dataclass(slots=True)
class FakeTime:
    """A clock that only moves when somebody sleeps or the rehearsal says so."""

    now: datetime
    ticks: float = 0.0

    def clock(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        self.ticks += seconds
        self.now += timedelta(seconds=seconds)

    def go_to(self, moment: datetime) -> None:
        if moment > self.now:
            self.ticks += (moment - self.now).total_seconds()
            self.now = moment


@dataclass(slots=True)
class FakeMessenger:
    """Takes everything at a real messenger's pace and remembers it."""

    time: FakeTime
    name: str = NAME
    account: str = ACCOUNT
    caps: Caps = field(
        default_factory=lambda: Caps(
            text_max=4096,
            caption_max=1024,
            buttons=100,
            button_id_max=64,
            edits=True,
            deletes=True,
            photos=True,
            tel_links=False,
            rate=25.0,
            chat_gap=1.0,
        )
    )
    secrets: tuple[str, ...] = ()
    taken: list[tuple[datetime, int, str]] = field(default_factory=list)

    async def start(self, receive: Receive) -> None:
        """Nothing to start."""

    async def stop_receiving(self) -> None:
        """Nothing comes in."""

    async def stop(self) -> None:
        """Nothing to stop."""

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        return []

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        return Event(EventKind.UNSUPPORTED, "0", Address(NAME, ACCOUNT, ""), received_at)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        self.taken.append((self.time.now, int(key), out.message))
        return Receipt(key)

    async def seen(self, event: Event) -> None:
        """No spinner to stop."""

    async def check(self) -> Health:
        return Health(True)


async def rehearse_year(
    library: Library, wanted: Plan, out: Path | None, *, progress: bool
) -> Result:
    with tempfile.TemporaryDirectory(prefix="donghanh-") as folder, contextlib.ExitStack() as stack:
        url = f"sqlite:///{folder}/rehearsal.db"
        key = Path(folder) / "key"
        make_key(key)
        db = open_database(url, prepare(url, key))
        lines = stack.enter_context(out.open("w", encoding="utf-8")) if out else None
        try:
            return await _Rehearsal(db, library, wanted, lines).run(progress)
        finally:
            await db.close()


class _Rehearsal:
    def __init__(self, db: Database, library: Library, wanted: Plan, lines: TextIO | None) -> None:
        self.db = db
        self.library = library
        self.wanted = wanted
        self.lines = lines
        self.chance = random.Random(wanted.seed)
        self.time = FakeTime(at_local(wanted.start, 0))
        self.messenger = FakeMessenger(self.time)
        self.programme = Programme.of(library.openings, library.items)
        self.delivery = Delivery(
            db,
            self.messenger,
            Compose(library, self.messenger.caps),
            clock=self.time.clock,
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
            chance=self.chance,
        )
        self.families: list[Family] = []
        self.losses: dict[int, date] = {}  # child -> day
        self.sent: list[Sent] = []
        self.busiest: Counter[date] = Counter()

    async def run(self, progress: bool) -> Result:
        self.families = await self.db.write(
            settle_families,
            self.wanted.families,
            self.wanted.start,
            self.wanted.days,
            self.chance,
            self.library,
        )
        days = range(self.wanted.days)
        with typer.progressbar(days, label="Rehearsing", hidden=not progress) as bar:
            for n in bar:
                await self._day(self.wanted.start + timedelta(days=n))
        drops = await self.db.read(planning.reasons)
        return self._judge(drops)

    async def _day(self, day: date) -> None:
        if self.wanted.out(day):
            return
        self.time.go_to(at_local(day, PLAN_MINUTES))
        await self._newcomers(day)
        await self._bad_news(day)
        await plan(self.db, self.programme, day)
        while True:
            await self._send_due()
            due = await self.db.read(outbox.next_due, self.delivery.route)
            if due is None:
                break
            moment = next_allowed(max(due, self.time.now))
            if local_day(moment) > day:
                break
            self.time.go_to(moment)
        await self.db.write(outbox.expire, self.time.now)

    async def _newcomers(self, day: date) -> None:
        for family in self.families:
            if family.joins == day:
                await self.db.write(family.join, self.time.now)

    async def _bad_news(self, day: date) -> None:
        """A few families lose a child; one tap on the real button says so."""
        if self.chance.random() > LOSSES_A_DAY * len(self.families):
            return
        family = self.chance.choice(self.families)
        if family.joins >= day or family.address is None:
            return
        child_id = await self.db.read(_living_child, family.caregiver_id)
        if child_id is None:
            return
        self.losses[child_id] = day
        event = Event(
            EventKind.CHOICE,
            f"loss-{day}-{child_id}",
            family.address,
            self.time.now,
            f"loss.report:{child_id}",
        )
        await self.db.write(self._turn, event)

    def _turn(self, conn: Connection, event: Event) -> None:
        take_turn(
            conn,
            event,
            self.time.now,
            routes=ROUTES,
            library=self.library,
            root=None,
            chance=self.chance,
        )

    async def _send_due(self) -> None:
        before = len(self.messenger.taken)
        await self.delivery.drain()
        fresh = self.messenger.taken[before:]
        if not fresh:
            return
        rows = await self.db.read(outbox.described, [row_id for _, row_id, _ in fresh])
        for at, row_id, message in fresh:
            caregiver_id, kids, kind, slot = rows[row_id]
            sent = Sent(at, caregiver_id, tuple(kids), message, slot, kind)
            self.sent.append(sent)
            self.busiest[local_day(at)] += 1
            if self.lines:
                line = {
                    "at": at.isoformat(),
                    "family": caregiver_id,
                    "children": kids,
                    "item": message,
                    "kind": kind,
                    "channel": NAME,
                }
                self.lines.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _judge(self, drops: Sequence[tuple[str, str, str, int]]) -> Result:
        must_know = {i.id for i in self.library.items.values() if i.must_know}
        broken = judge(self.sent, self.families, self.losses, self.wanted.outages)
        dropped = sum(
            n for m, s, r, n in drops if m in must_know and s == "expired" and r == "window"
        )
        if dropped:
            broken.append(f"{dropped} must-know items dropped")
        reasons: Counter[str] = Counter()
        for _, state, reason, count in drops:
            reasons[f"{state}: {reason}"] += count
        day, most = max(self.busiest.items(), key=lambda p: p[1], default=(self.wanted.start, 0))
        seconds = len(self.sent) / (self.messenger.caps.rate or 1)
        summary = {
            "families": len(self.families),
            "days": self.wanted.days,
            "sent": len(self.sent),
            "kinds": dict(Counter(s.kind for s in self.sent)),
            "not_sent": dict(reasons),
            "losses": len(self.losses),
            "busiest_day": [day.isoformat(), most],
            "channel_hours": round(seconds / 3600, 2),
            "broken": broken,
        }
        return Result(summary, bool(broken))


def _living_child(conn: Connection, caregiver_id: int) -> int | None:
    living = (ChildState.BORN, ChildState.EXPECTED)
    found = children.of_caregiver(conn, caregiver_id)
    return next((c.id for c in found if c.state in living), None)


def report(summary: dict[str, Any]) -> str:
    """The summary for people."""
    lines = [
        f"{summary['sent']} messages to {summary['families']} families in {summary['days']} days",
        f"kinds: {summary['kinds']}",
        f"not sent: {summary['not_sent']}",
        f"losses reported: {summary['losses']}",
        f"busiest day: {summary['busiest_day'][0]} with {summary['busiest_day'][1]} messages",
        f"channel hours at 25 a second: {summary['channel_hours']}",
        *(f"BROKEN: {line}" for line in summary["broken"]),
    ]
    return "\n".join(lines if summary["broken"] else [*lines, "every promise kept"])
