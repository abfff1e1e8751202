"""The composition root: settings become a running programme; start and stop in order."""

import asyncio
import contextlib
import logging
import random
import time
from collections.abc import Mapping
from typing import Any

from starlette.routing import BaseRoute

from bot import broadcasts, discreet_clock, rechecks, retention, talk_clock
from bot.book import BookPages
from bot.case_clock import CaseClock
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery import Delivery
from bot.erasures import Erasures
from bot.messengers import MEDIA, account_of, hooks, messengers
from bot.metrics import CHANNEL_UP, PLANNED, WAITING
from bot.planner import Programme, plan
from bot.reception import Reception
from bot.rendering import Compose
from bot.scheduler import scheduler
from bot.shown import accounts, official
from bot.turns import office_of
from bot.web import Health, numbers_html, sample_mark
from bot.webstore import WebStore
from care.clock import local_day
from channels.base import Channel
from channels.errors import ChannelMisconfigured
from channels.webchat.api import LONGEST_WAIT, WebApi, Words
from channels.webchat.channel import WebChat
from channels.webchat.limits import Buckets
from console.app import console_routes
from console.web import Desk
from content.library import Library
from handlers import ROUTES
from storage import areas, case_history, inbox, outbox
from storage.alone import Alone
from storage.areas import Area
from storage.database import Database, DatabaseDown

log = logging.getLogger(__name__)

DRAIN = 30.0
WARM_AFTER = 3.0  # seconds
LOOK_AGAIN = 1.0  # for what another process delivered to the web chat
PARTS = ("web", "planner", "delivery")


class App:
    """Everything of one process. `parts` limits it to some of PARTS.

    `sample`: the demo, without codes at the officers' door; no setting and no other command has it.
    """

    def __init__(
        self,
        settings: Settings,
        db: Database,
        library: Library,
        parts: tuple[str, ...] = PARTS,
        *,
        sample: bool = False,
    ) -> None:
        self.settings = settings
        self.sample = sample
        self.db = db
        self.library = library
        self.parts = parts
        self.store = WebStore(db, utc_now)
        self.web_channel = WebChat(self.store, utc_now, MEDIA)
        self.channels: dict[str, Channel] = {self.web_channel.name: self.web_channel}
        self.channels |= {each.name: each for each in messengers(settings, library, db)}
        rules = {each.name: each.caps.windows for each in self.channels.values()}
        windows = {name: found for name, found in rules.items() if found is not None}
        self.alone = Alone(settings.database_url)
        chance = random.SystemRandom()
        self.deliveries = [
            Delivery(
                db,
                channel,
                Compose(
                    library,
                    channel.caps,
                    settings.drafts,
                    settings.public_url,
                    account_of(settings, channel),
                    windows,
                ),
                clock=utc_now,
                monotonic=time.monotonic,
                sleep=asyncio.sleep,
                chance=chance,
                alone=self.alone.hold,
            )
            for channel in self.channels.values()
        ]
        self._quotas = {
            delivery.route: most
            for delivery, channel in zip(self.deliveries, self.channels.values(), strict=True)
            if (most := channel.caps.month_quota) is not None
        }
        self._root: Area | None = None
        self._unwritable = False  # as the last sweep found it
        self._case_clock = CaseClock()
        self._erasures = Erasures(settings.data_dir)
        self.reception = Reception(
            db,
            self.channels,
            library,
            ROUTES,
            lambda: self._root,
            clock=utc_now,
            chance=chance,
            answered=self.wake_delivery,
            office=office_of(settings, self._quotas, sample),
        )
        self.health = Health(self._problems)
        self._programme = Programme.of(
            library.openings, library.items, library.rules, library.hashes
        )
        self._tasks: list[asyncio.Task[Any]] = []
        self._warming: asyncio.Task[None] | None = None
        self.loops: list[asyncio.Task[None]] = []  # end only when told to
        self._ticks = scheduler(self._plan, self._sweep, self._retain, self._broadcast)

    def wake_delivery(self) -> None:
        for delivery in self.deliveries:
            delivery.wake()

    async def start(self) -> None:
        """Starts what this process does; raises nothing for a messenger that is away."""
        if self.settings.root_area:
            self._root = await self.db.read(areas.by_code, self.settings.root_area)
        if "web" in self.parts:
            self._warming = asyncio.create_task(self._warm())
            self.loops.append(asyncio.create_task(self.reception.run(), name="reception"))
        if self.parts != ("planner",):
            for channel in self.channels.values():
                await self._start_channel(channel)
        if "delivery" in self.parts:
            for delivery in self.deliveries:
                self.loops.append(asyncio.create_task(delivery.run(), name=delivery.route))
        if "planner" in self.parts:
            await self._note_erasures()
            self._ticks.start()
            self._tasks.append(asyncio.create_task(self._plan()))
        self.health.ready = True

    async def _warm(self) -> None:
        """Makes the index of words when the start is over, so that nobody waits for it."""
        await asyncio.sleep(WARM_AFTER)
        await asyncio.to_thread(self.library.index.warm)

    async def _start_channel(self, channel: Channel) -> None:
        try:
            await channel.start(self.reception.receive)
        except ChannelMisconfigured as error:
            log.error("%s does not start: %s", channel.name, error.reason)
            return
        if "web" not in self.parts:
            await channel.stop_receiving()

    async def stop(self) -> None:
        """Takes nothing in, finishes what is under way, then closes."""
        self.health.ready = False
        for channel in self.channels.values():
            await channel.stop_receiving()
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        if self._warming is not None:
            self._warming.cancel()
        self.reception.stop()
        for delivery in self.deliveries:
            await delivery.stop()
        ending = [*self._tasks, *self.loops]
        if ending:
            await asyncio.wait(ending, timeout=DRAIN)
        for channel in self.channels.values():
            await channel.stop()
        if "planner" in self.parts:
            await self._note_erasures()
        self.alone.close()

    def routes(self) -> list[BaseRoute]:
        api = WebApi(
            self.web_channel,
            self.store,
            self.reception.receive,
            self.reception.rescue,
            api_words(self.library, sample_mark() if self.sample else ""),
            utc_now,
            (DatabaseDown, TimeoutError),
            Buckets(time.monotonic),
            LONGEST_WAIT if "delivery" in self.parts else LOOK_AGAIN,
        )
        book = BookPages(self.db, self.library, utc_now, self.settings.public_url)
        desk = Desk(
            self.db,
            self.library,
            utc_now,
            self.settings.public_url,
            wake=self.wake_delivery,
            sample=self.sample,
            alone_most=self.settings.alone_most,
            link_hosts=self.settings.link_hosts,
            quotas=self._quotas,
            root_area=self.settings.root_area,
            messengers=accounts(self.settings, self.channels.values(), self._down),
            official=official(self.settings),
        )
        routes = [*api.routes(), *book.routes(), *console_routes(desk)]
        return [*routes, *hooks(self.settings, self.channels, self.reception.receive)]

    def _down(self, route: str) -> str | None:
        """Why an account does not send now."""
        return next((each.down for each in self.deliveries if each.route == route), None)

    async def _problems(self) -> Mapping[str, str]:
        problems = {}
        try:
            async with asyncio.timeout(2):
                await self.db.read(areas.count)
        except (DatabaseDown, TimeoutError):
            problems["database"] = "cannot be read"
        if self._unwritable:
            problems["database"] = "cannot be written"
        for delivery in self.deliveries:
            CHANNEL_UP.labels(delivery.route).set(delivery.down is None)
            if delivery.down:
                problems[delivery.route] = delivery.down
        return problems

    async def _plan(self) -> None:
        if not await asyncio.to_thread(self.alone.hold, "planner"):
            return
        with contextlib.suppress(DatabaseDown):
            today = local_day(utc_now())
            added = await plan(self.db, self._programme, today)
            added += await rechecks.remind(self.db, self.library.openings, today)
            PLANNED.inc(added)
            self.wake_delivery()

    async def _broadcast(self) -> None:
        if not await asyncio.to_thread(self.alone.hold, "planner"):
            return
        with contextlib.suppress(DatabaseDown):
            most, wake = self.settings.alone_most, self.wake_delivery
            rules, now = self.library.rules, utc_now()
            await broadcasts.expand(self.db, rules, now, most, wake, self._quotas)

    async def _sweep(self) -> None:
        try:
            await self._erasures.note(self.db, utc_now())
            await self.db.write(outbox.expire, utc_now())
            for table, count in (("inbox", inbox.counts), ("outbox", outbox.waiting)):
                for state, rows in (await self.db.read(count)).items():
                    WAITING.labels(table, state).set(rows)
            mine = await asyncio.to_thread(self.alone.hold, "talks")
            if mine and await discreet_clock.tick(self.db, utc_now()):
                self.wake_delivery()
            if mine and await talk_clock.tick(self.db, utc_now()):
                self.wake_delivery()
            if mine and await self._case_clock.tick(self.db, utc_now()):
                self.wake_delivery()
        except DatabaseDown as error:
            if not self._unwritable:
                log.error("the database is down: %s", error)
            self._unwritable = True
        else:
            self._unwritable = False

    async def _note_erasures(self) -> None:
        with contextlib.suppress(DatabaseDown):
            await self._erasures.note(self.db, utc_now())

    async def _retain(self) -> None:
        with contextlib.suppress(DatabaseDown):
            await self.db.write(retention.purge, utc_now())
            await self._erasures.note(self.db, utc_now(), all_of_it=True)
            head = await self.db.read(case_history.head)
            log.info("the history of cases ends with line %s", head)


def numbers_of(library: Library) -> list[tuple[str, str]]:
    return [(each.number, each.name) for each in library.numbers.values()]


def api_words(library: Library, mark: str = "") -> Words:
    errors = {
        key.removeprefix("api."): text
        for key, text in library.labels.items()
        if key.startswith("api.")
    }
    return Words(errors, numbers_html(numbers_of(library)), mark)
