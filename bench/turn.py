"""One incoming update: stored for good, answered by the real conversations, answers in the outbox.

Measured in CPU time against python-telegram-bot alone, which parses the same updates and takes
them to twenty handlers that do nothing and store nothing.
"""

import asyncio
import gc
import json
import random
import time
from collections.abc import Iterator, Sequence
from typing import Any

from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters
from telegram.request import BaseRequest

from bench.people import Place, settle, throw_away
from bench.result import Result, median, result
from bench.sending import Noon, people
from bot.reception import Reception
from care.clock import local_day
from channels.telegram import Telegram
from content.library import Library, load
from handlers import ROUTES
from storage import inbox, outbox
from storage.database import open_database
from tests.standins.bot_api import TOKEN

CONCURRENCY = 64
PEOPLE = 1_000
UPDATES = 3_000
REPEATS = 5
HANDLERS = 20
SECRET = "bench"
HEADERS = {"x-telegram-bot-api-secret-token": SECRET}
ME = b'{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"b","username":"bench_bot"}}'
TEXTS = ("menu", "xin chào", "hôm nay", "bé nhà em dạo này hay thức đêm")
TAPS = ("menu.home", "menu.today", "menu.children")


def run(*, quick: bool = False) -> Iterator[Result]:
    count, repeats = (70, 1) if quick else (UPDATES, REPEATS)
    library = load()
    ours, theirs, answers = [], [], 0
    with throw_away() as place:
        _settle(place)
        for repeat in range(repeats):
            bodies = _bodies(count, first=repeat * count)
            theirs.append(asyncio.run(_library_alone(bodies)) / count)
            spent, answers = asyncio.run(_turns(place, library, bodies))
            ours.append(spent / count)
    yield result(
        "turn",
        1 / median(ours),
        "updates/CPU-s",
        1 / median(theirs),
        concurrency=CONCURRENCY,
        ours_us=round(1e6 * median(ours)),
        library_us=round(1e6 * median(theirs)),
        answers_an_update=round(answers / count / repeats, 2),
    )


def _settle(place: Place) -> None:
    now = Noon()()
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        settle(conn, people(TOKEN.partition(":")[0], PEOPLE), local_day(now), now)
    engine.dispose()


def _bodies(count: int, first: int) -> list[bytes]:
    """Half words, half taps, from everybody in turn."""
    made = []
    for n in range(first, first + count):
        person = 1_000 + n % PEOPLE
        user = {"id": person, "is_bot": False, "first_name": "An", "language_code": "vi"}
        chat = {"id": person, "type": "private", "first_name": "An"}
        message: dict[str, Any] = {"message_id": n + 1, "date": 1_790_000_000, "chat": chat}
        if n % 2:
            tap = {"id": str(n), "from": user, "message": {**message, "text": "…"}}
            tap |= {"chat_instance": "1", "data": TAPS[n // 2 % len(TAPS)]}
            update = {"update_id": n, "callback_query": tap}
        else:
            text = TEXTS[n // 2 % len(TEXTS)]
            update = {"update_id": n, "message": {**message, "from": user, "text": text}}
        made.append(json.dumps(update, ensure_ascii=False).encode())
    return made


async def _turns(place: Place, library: Library, bodies: Sequence[bytes]) -> tuple[float, int]:
    """CPU seconds until the last answer is stored, and how many answers there are by then."""
    clock = Noon()
    channel = Telegram(TOKEN, clock=clock, mode="webhook", webhook_secret=SECRET)
    db = open_database(place.url, place.cipher)
    reception = Reception(
        db,
        {channel.name: channel},
        library,
        ROUTES,
        lambda: None,
        clock=clock,
        chance=random.Random(1),
        answered=lambda: None,
    )
    working = asyncio.create_task(reception.run())
    waiting = iter(bodies)

    async def client() -> None:
        for body in waiting:
            await reception.receive(channel.parse(HEADERS, body, clock()))

    gc.collect()
    started = time.process_time()
    await asyncio.gather(*(client() for _ in range(CONCURRENCY)))
    while await db.read(inbox.next_ones, (), 1):
        await asyncio.sleep(0.01)
    spent = time.process_time() - started
    reception.stop()
    await working
    answers = sum((await db.read(outbox.waiting)).values())
    await db.close()
    return spent, answers


class _NoNetwork(BaseRequest):
    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @property
    def read_timeout(self) -> float:
        return 5.0

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        return 200, ME


async def _library_alone(bodies: Sequence[bytes]) -> float:
    wire = _NoNetwork()
    app = Application.builder().token(TOKEN).updater(None).request(wire).build()

    async def nothing(update: Update, context: Any) -> None:
        """As little as a handler can do."""

    words = filters.TEXT & ~filters.COMMAND
    for n in range(HANDLERS - 2):
        last = MessageHandler(words & filters.Regex(rf"^word{n}$"), nothing)
        app.add_handler(CommandHandler(f"cmd{n}", nothing) if n % 2 else last)
    app.add_handler(MessageHandler(filters.TEXT, nothing))
    app.add_handler(CallbackQueryHandler(nothing))
    await app.initialize()
    waiting = iter(bodies)

    async def client() -> None:
        for body in waiting:
            await app.process_update(Update.de_json(json.loads(body), app.bot))

    gc.collect()
    started = time.process_time()
    await asyncio.gather(*(client() for _ in range(CONCURRENCY)))
    spent = time.process_time() - started
    await app.shutdown()
    return spent
