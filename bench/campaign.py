"""A campaign to everybody while others go on talking: how near the limit, how quick is a reply?

On a loop whose minutes take no time, so the order and the pace are measured and not this machine;
`broadcast` and `reply` measure that. The messenger is as strict as the stand-in of the Bot API.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, insert, select

from bench.people import Place, settle, throw_away
from bench.result import Result, median, percentile, result
from bench.sending import LIMIT
from bot.broadcasts import expand
from bot.delivery import IN_FLIGHT, Delivery
from bot.reception import Reception
from bot.rendering import Compose
from bot.scheduler import BROADCAST_SECONDS
from care.audience import Audience
from care.campaigns import START_DELAY, Draft, State
from care.clock import local_day
from care.messages import Address, Outbound
from channels.base import Receipt
from channels.errors import RecipientGone, RetryAfter
from content.library import Library, load
from handlers import ROUTES
from storage import areas, campaign_results, campaigns, caregivers
from storage.areas import AreaRow
from storage.audiences import CAMPAIGNS
from storage.database import Connection, open_database
from storage.family_tables import consents
from storage.tables import outbox as messages
from tests.fakes import ACCOUNT, NAME, RecordingChannel, WatchedDatabase, incoming
from tests.standins.bot_api_rules import Pace, Refusal
from tests.virtual_time import NOW, FakeClock, VirtualLoop

PEOPLE, TALKING = 20_000, 500
QUICK = (600, 60)
DIALOGUES = 5  # a second
TEXTS = ("menu", "xin chào", "cảm ơn")
ON_THE_WAY = (0.01, 0.06)  # seconds, each way
BLOCKED = 0.01  # of the people
WITHDRAWN = 0.01
AUTHOR, ANYBODY = 1, 10**6
DRAFT = Draft(
    "Uống vitamin A",
    "Mời {goi} đưa {ten_be} đến {tram} uống vitamin A.",
    Audience(months=(0, 95)),
)


@dataclass(slots=True)
class Seen:
    """`wrong` are looks at the database at which the sums were not right."""

    people: int
    seconds: float = 0.0
    messages: int = 0  # of every kind, while the campaign was sent
    refused: int = 0
    replies: list[float] = field(default_factory=list)
    unanswered: int = 0
    looks: int = 0
    wrong: int = 0
    lost: int = 0
    twice: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def used(self) -> float:
        """The share of the limit."""
        return self.messages / (self.seconds * LIMIT)


def run(*, quick: bool = False) -> Iterator[Result]:
    people, talking = QUICK if quick else (PEOPLE, TALKING)
    seen = measure(load(), people, talking)
    yield result(
        "campaign",
        100 * seen.used,
        "% of the limit",
        100.0,
        people=people,
        seconds=round(seen.seconds, 1),
        refused_429=seen.refused,
        replies=len(seen.replies),
        reply_p50_ms=round(1000 * median(seen.replies)),
        reply_p95_ms=round(1000 * percentile(seen.replies, 0.95)),
        reply_most_ms=round(1000 * max(seen.replies)),
        unanswered=seen.unanswered,
        sent=seen.sent,
        failed=seen.failed,
        cancelled=seen.cancelled,
        lost=seen.lost,
        twice=seen.twice,
        looks=seen.looks,
        wrong_sums=seen.wrong,
    )


def measure(library: Library, people: int, talking: int, rate: float = LIMIT) -> Seen:
    """`rate` is what the sender believes; the messenger takes LIMIT."""
    with throw_away() as place, asyncio.Runner(loop_factory=VirtualLoop) as runner:
        campaign_id = _fill(place, library, people, talking)
        return runner.run(_Load(place, library, people, talking, rate, campaign_id).whole())


def _fill(place: Place, library: Library, people: int, talking: int) -> int:
    """Families, the first `people` of whom agreed to news, and a campaign that begins now."""
    engine = place.engine()
    everyone = [Address(NAME, ACCOUNT, f"chat-{n}") for n in range(1, people + talking + 1)]
    before = NOW - START_DELAY
    with engine.connect() as conn, conn.begin():
        settle(conn, everyone, local_day(NOW), before)
        agreed = {"purpose": CAMPAIGNS, "given": True, "version": 1, "text_hash": "0", "at": before}
        conn.execute(insert(consents), [{"caregiver_id": n + 1, **agreed} for n in range(people)])
        areas.import_rows(conn, [AreaRow("VN", "", "country", "Nước", "Việt Nam", ())], before)
        country = areas.by_code(conn, "VN")
        campaign_id = campaigns.create(conn, country.id if country else 0, AUTHOR, DRAFT, before)
        campaigns.submit(conn, campaign_id, AUTHOR, library.rules, before, ANYBODY)
    engine.dispose()
    return campaign_id


class Strict(RecordingChannel):
    """Counts what arrives in any second, as the stand-in does; some people have blocked us."""

    def __init__(self, rate: float, blocked: set[str]) -> None:
        super().__init__(rate=rate)
        self.pace = Pace(asyncio.get_running_loop().time, LIMIT)
        self.blocked = blocked
        self.refused = 0
        self.here: list[tuple[float, str, bool]] = []  # when, chat, is it of the campaign
        self.asked: dict[str, float] = {}  # by chat: since when an answer is awaited
        self.replies: list[float] = []
        self._chance = random.Random(3)

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        await asyncio.sleep(self._chance.uniform(*ON_THE_WAY))
        self._take(to.chat_id, campaigns.id_of(out.message) is not None)
        await asyncio.sleep(self._chance.uniform(*ON_THE_WAY))
        return Receipt(key)

    def _take(self, chat: str, of_campaign: bool) -> None:
        if chat in self.blocked:
            raise RecipientGone("blocked")
        try:
            self.pace.take(chat, new=True)
        except Refusal as refusal:
            self.refused += 1
            raise RetryAfter(refusal.retry_after or 1) from refusal
        now = asyncio.get_running_loop().time()
        self.here.append((now, chat, of_campaign))
        if not of_campaign and chat in self.asked:
            self.replies.append(now - self.asked.pop(chat))


class _Load:
    def __init__(
        self, place: Place, library: Library, people: int, talking: int, rate: float, number: int
    ) -> None:
        self._place = place
        self._library = library
        self._campaign_id = number
        self._rate = rate
        self._chance = random.Random(1)
        self._chats = [f"chat-{n}" for n in range(1, people + talking + 1)]
        shuffled = self._chance.sample(range(1, people + 1), people)
        self._blocked = shuffled[: int(people * BLOCKED)]
        self._withdrawing = shuffled[-int(people * WITHDRAWN) :]
        self._seen = Seen(people)

    async def whole(self) -> Seen:
        """From the first tick to the last message."""
        self._clock = FakeClock()
        self._db = WatchedDatabase(open_database(self._place.url, self._place.cipher))
        self._channel = Strict(self._rate, {f"chat-{n}" for n in self._blocked})
        delivery = self._delivery()
        reception = self._reception(delivery)
        running = [asyncio.create_task(delivery.run()), asyncio.create_task(reception.run())]
        others = [
            asyncio.create_task(self._dialogues(reception)),
            asyncio.create_task(self._looks()),
            asyncio.create_task(self._withdrawals()),
        ]
        await self._ticks(delivery)
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(5)  # the last answers
        reception.stop()
        await delivery.stop()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*running)
        await self._look()
        await self._sum_up()
        await self._db.close()
        return self._seen

    def _delivery(self) -> Delivery:
        return Delivery(
            self._db,
            self._channel,
            Compose(self._library, self._channel.caps),
            clock=self._clock,
            monotonic=self._clock.monotonic,
            sleep=asyncio.sleep,
            chance=random.Random(2),
        )

    def _reception(self, delivery: Delivery) -> Reception:
        return Reception(
            self._db,
            {self._channel.name: self._channel},
            self._library,
            ROUTES,
            lambda: None,
            clock=self._clock,
            chance=random.Random(4),
            answered=delivery.wake,
        )

    async def _ticks(self, delivery: Delivery) -> None:
        """As the scheduler does, till the campaign is done."""
        while True:
            rules = self._library.rules
            await expand(self._db, rules, self._clock(), ANYBODY, delivery.wake)
            campaign = await self._db.read(campaigns.get, self._campaign_id)
            if campaign.state is State.DONE:
                return
            await asyncio.sleep(BROADCAST_SECONDS)

    async def _dialogues(self, reception: Reception) -> None:
        for number in range(10**9):
            await asyncio.sleep(self._chance.expovariate(DIALOGUES))
            chat = self._chance.choice(self._chats)
            if chat in self._channel.asked or chat in self._channel.blocked:
                continue
            self._channel.asked[chat] = asyncio.get_running_loop().time()
            text = self._chance.choice(TEXTS)
            await reception.receive([incoming(text, id=f"e{number}", chat=chat)])

    async def _withdrawals(self) -> None:
        """Some say no while their message waits."""
        for caregiver_id in self._withdrawing:
            await asyncio.sleep(1)
            who = (caregiver_id, caregiver_id, CAMPAIGNS, False, 1, "0", self._clock())
            await self._db.write(caregivers.record_consent, *who)

    async def _looks(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(1)

    async def _look(self) -> None:
        """Every message is in one of the numbers, and `sent` is what arrived."""
        before = self._arrived()
        told, made = await self._db.read(_told, self._campaign_id)
        after = self._arrived()
        self._seen.looks += 1
        sums = told.sent + told.failed + told.cancelled + told.waiting
        whole = made == self._seen.people if told.expanded else made <= self._seen.people
        right = sums == made and whole and before - IN_FLIGHT <= told.sent <= after
        self._seen.wrong += not right

    def _arrived(self) -> int:
        return sum(of_campaign for _, _, of_campaign in self._channel.here)

    async def _sum_up(self) -> None:
        seen, here = self._seen, self._channel.here
        told, _ = await self._db.read(_told, self._campaign_id)
        moments = [at for at, _, of_campaign in here if of_campaign]
        copies = Counter(chat for _, chat, of_campaign in here if of_campaign)
        seen.seconds = moments[-1] - moments[0]
        seen.messages = sum(moments[0] < at <= moments[-1] for at, _, _ in here)
        seen.refused = self._channel.refused
        seen.replies = self._channel.replies
        seen.unanswered = len(self._channel.asked)
        seen.sent, seen.failed, seen.cancelled = told.sent, told.failed, told.cancelled
        seen.lost = seen.people - len(copies) - told.failed - told.cancelled
        seen.twice = sum(copies.values()) - len(copies)


def _told(conn: Connection, campaign_id: int) -> tuple[campaign_results.Progress, int]:
    """What officers are told, and how many rows there are."""
    mine = (messages.c.message == campaigns.message_of(campaign_id), messages.c.slot > 0)
    made = conn.execute(select(func.count()).select_from(messages).where(*mine)).scalar_one()
    return campaign_results.progress(conn, campaign_id), made
