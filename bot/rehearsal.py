"""A year in minutes: the real planner, outbox and delivery on a fake clock and a fake messenger.

The database is thrown away. What was sent is judged by `bot.verdicts`, which knows the promises
(caps, quiet hours, nothing twice) and none of the code that keeps them.
"""

import contextlib
import json
import random
import tempfile
from collections import Counter, deque
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TextIO

import typer

from bot.delivery import Delivery
from bot.families import Family, living_child, settle_families
from bot.planner import Programme, plan
from bot.reception import FEW_BUTTONS
from bot.rehearsal_zalo import Writing, Zalo
from bot.rendering import Compose
from bot.stage import NAME, FakeMessenger, FakeTime
from bot.turns import take_turn
from bot.verdicts import Events, Sent, dropped, judge
from care.clock import at_local, local_day
from care.immunisation import due_now
from care.local import NOWHERE
from care.messages import Event, EventKind
from care.quiet_hours import next_allowed
from care.reminding import known_doses, shots_of
from content.library import Library
from handlers import ROUTES
from storage import children, claims, decisions, duties, outbox
from storage.crypto import make_key
from storage.database import Connection, Database, open_database
from storage.schema import prepare

SECOND = timedelta(seconds=1)
PLAN_MINUTES = 10
LOSSES_A_DAY = 1 / 10_000  # per family
DONE_AFTER_A_REMINDER = 0.4


@dataclass(frozen=True, slots=True)
class Plan:
    """`outages` are (first day, days) in which nothing runs; without `channel` all is allowed."""

    families: int
    start: date
    days: int
    seed: int
    outages: tuple[tuple[date, int], ...] = ()
    channel: str = ""  # one of bot.rehearsal_zalo.CHANNELS

    def out(self, day: date) -> bool:
        return any(first <= day < first + timedelta(days=days) for first, days in self.outages)


@dataclass(slots=True)
class Result:
    summary: dict[str, Any]
    broken: bool


def parse_outage(text: str) -> tuple[date, int]:
    day, _, days = text.partition(":")
    return date.fromisoformat(day), int(days)


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
        self.zalo: Zalo | None = None
        if wanted.channel:
            self.zalo = Zalo(wanted.channel, self.time, db, library, wanted.seed)
        self.messenger = self.zalo.stage if self.zalo else FakeMessenger(self.time)
        self.programme = Programme.of(
            library.openings, library.items, library.rules, library.hashes
        )
        self.delivery = Delivery(
            db,
            self.messenger,
            Compose(library, self.messenger.caps, account=self.zalo.account if self.zalo else None),
            clock=self.time.clock,
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
            chance=self.chance,
        )
        self.families: list[Family] = []
        self.losses: dict[int, date] = {}  # child -> day
        self.done: dict[tuple[int, str], date] = {}  # child and duty -> day
        self.finished: list[Sent] = []  # reminders whose duty the family did since
        self.idle: list[str] = []
        self.sent: list[Sent] = []
        self.busiest: Counter[date] = Counter()

    async def run(self, progress: bool) -> Result:
        wanted = self.wanted
        self.families = settle_families(
            wanted.families, wanted.start, wanted.days, self.chance, self.library
        )
        days = range(self.wanted.days)
        with typer.progressbar(days, label="Rehearsing", hidden=not progress) as bar:
            for n in bar:
                await self._day(self.wanted.start + timedelta(days=n))
        must_know = [item.id for item in self.library.items.values() if item.must_know]
        expired = await self.db.read(decisions.dropped, must_know)
        if self.zalo is not None:
            await self.zalo.look_back(at_local(wanted.start, 0), expired)
        return self._result(expired, await self.db.read(decisions.reasons))

    async def _day(self, day: date) -> None:
        if self.wanted.out(day):
            return
        self.time.go_to(at_local(day, PLAN_MINUTES))
        await self._newcomers(day)
        await self._bad_news(day)
        await self._good_news(day)
        await plan(self.db, self.programme, day)
        writings = self.zalo.writings(day, self.families) if self.zalo else deque[Writing]()
        while True:
            await self._send_due()
            due = await self.db.read(claims.next_due, self.delivery.route)
            moment = next_allowed(max(due, self.time.now)) if due is not None else None
            if self.zalo and writings and (moment is None or writings[0][0] <= moment):
                event = await self.zalo.writing(*writings.popleft())
                await self.db.write(self._turn, event)
                continue
            if moment is None or local_day(moment) > day:
                break
            # A chat that just got something waits a second before the next.
            self.time.go_to(max(moment, self.time.now + SECOND))
        await self.db.write(outbox.expire, self.time.now)

    async def _newcomers(self, day: date) -> None:
        for family in self.families:
            if family.joins <= day and not family.caregiver_id:
                await self.db.write(family.join, self.time.now)
                if self.zalo is not None and family.address is not None:
                    await self.zalo.joins(family.address)

    async def _bad_news(self, day: date) -> None:
        """A few families lose a child; one tap on the real button says so."""
        if self.chance.random() > LOSSES_A_DAY * len(self.families):
            return
        family = self.chance.choice(self.families)
        if family.joins >= day or not family.caregiver_id:
            return
        child_id = await self.db.read(living_child, family.caregiver_id)
        if child_id is not None:
            self.losses[child_id] = day
            await self._taps(family, f"loss.report:{child_id}")

    async def _good_news(self, day: date) -> None:
        """What the reminder of yesterday asked for was done; its own button says so."""
        finished, self.finished = self.finished, []
        for sent in finished:
            if sent.duty is None or any(child in self.losses for child in sent.children):
                continue
            family, child = self._family(sent.caregiver_id), sent.children[0]
            if self.library.duties[sent.duty].doses:
                await self._taps(family, f"doses.given:{sent.duty}:{child}")
                await self._taps(family, "doses.on:1")
            else:
                await self._taps(family, f"papers.done:{sent.message}:{child}")
                self.done.update({(kid, sent.duty): day for kid in sent.children})
                continue
            told = await self.db.read(duties.of_children, sent.children)
            given = (kid for kid, records in told.items() if sent.duty in records)
            self.done.update({(kid, sent.duty): day for kid in given})  # with all of its doses

    def _family(self, caregiver_id: int) -> Family:
        return next(f for f in self.families if f.caregiver_id == caregiver_id)

    async def _taps(self, family: Family, button: str) -> None:
        if family.address is not None:
            name = f"{button} {local_day(self.time.now)} {family.number}"
            event = Event(EventKind.CHOICE, name, family.address, self.time.now, button)
            await self.db.write(self._turn, event)

    def _turn(self, conn: Connection, event: Event) -> None:
        caps = self.messenger.caps
        if self.zalo is not None:
            self.zalo.heard(event.address)
        take_turn(
            conn,
            event,
            self.time.now,
            routes=ROUTES,
            library=self.library,
            root=None,
            chance=self.chance,
            deletes=caps.deletes,
            numbered=caps.buttons < FEW_BUTTONS,
            windowed=caps.windows is not None,
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
            item = self.library.items.get(message)
            topic, duty = (item.dedupe_key, item.done) if item else (None, None)
            sent = Sent(at, caregiver_id, tuple(kids), message, slot, kind, topic, duty)
            self._note(sent)
            if await self.db.read(self._idle, sent):
                self.idle.append(f"{message} to {caregiver_id} on {sent.on}: nothing is due")

    def _idle(self, conn: Connection, sent: Sent) -> bool:
        """A call to the station for children whose book shows that nothing is due."""
        rules = self.library.rules
        duty = rules.duties.get(sent.duty or "")
        if duty is None or not duty.doses:
            return False
        kids = [child for id_ in sent.children if (child := children.get(conn, id_)) is not None]
        books = [(kid, duties.of_child(conn, kid.id)) for kid in kids]
        return all(
            known_doses(rules, told) and not due_now(shots_of(rules, kid, told, sent.on, NOWHERE))
            for kid, told in books
        )

    def _note(self, sent: Sent) -> None:
        self.sent.append(sent)
        self.busiest[sent.on] += 1
        if sent.duty and self.chance.random() < DONE_AFTER_A_REMINDER:
            self.finished.append(sent)
        if self.lines:
            line = {
                "at": sent.at.isoformat(),
                "family": sent.caregiver_id,
                "children": list(sent.children),
                "item": sent.message,
                "kind": sent.kind,
                "channel": NAME,
            }
            self.lines.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _result(
        self, expired: list[tuple[str, date]], drops: list[tuple[str, str, str, int]]
    ) -> Result:
        events = Events(self.losses, self.done, self.wanted.outages)
        waits = self.zalo is not None and self.zalo.account is not None
        broken = judge(self.sent, self.families, events, waits=waits)
        broken += [] if waits else dropped(expired, self.wanted.outages)
        broken += self.zalo.broken() if self.zalo else []
        broken += self.idle
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
            "duties_done": len(self.done),
            "busiest_day": [day.isoformat(), most],
            "channel_hours": round(seconds / 3600, 2),
            "broken": broken,
        }
        if self.zalo is not None:
            summary["zalo"] = self.zalo.summary()
        return Result(summary, bool(broken))
