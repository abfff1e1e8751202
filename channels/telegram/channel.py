"""The Telegram channel: start, receive, send, check."""

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from telegram import Bot, BotCommand

from care.clock import Clock
from care.messages import Address, Event, Outbound
from channels.base import Caps, Health, Incoming, Receipt, Receive
from channels.errors import ChannelError, ChannelMisconfigured, Malformed, Transient
from channels.patience import Patience
from channels.proof import check_secret
from channels.telegram.errors import Wire, call
from channels.telegram.parse import KINDS, Body, decode, group_to_leave, to_event
from channels.telegram.polling import poll
from channels.telegram.sending import Sender
from channels.telegram.text import BUTTON_ID_MAX, BUTTONS_MAX, CAPTION_MAX, TEXT_MAX
from channels.wire import certificates, hush

PROOF = "x-telegram-bot-api-secret-token"
POOL = 16  # larger pools are slower: every request looks at every connection
WEBHOOK_CONNECTIONS = 40
log = logging.getLogger(__name__)


class Telegram:
    """One bot. `clock` stamps what is polled; `sleep` and `chance` are there for tests."""

    name = "telegram"

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        api_url: str = "https://api.telegram.org",
        mode: Literal["polling", "webhook"] = "polling",
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        rate: float = 25.0,
        media: Path | None = None,
        commands: Sequence[tuple[str, str]] = (),
        description: str = "",
        short_description: str = "",
        timeout: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: random.Random | None = None,
    ) -> None:
        self.account, _, private = token.partition(":")
        self.caps = Caps(
            text_max=TEXT_MAX,
            caption_max=CAPTION_MAX,
            buttons=BUTTONS_MAX,
            button_id_max=BUTTON_ID_MAX,
            edits=True,
            deletes=True,
            photos=True,
            tel_links=False,
            rate=rate,
            chat_gap=1.0,
        )
        self.secrets = tuple(filter(None, (token, private, webhook_secret)))
        self._token = token
        self._mode = mode
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._commands = commands
        self._description = description
        self._short_description = short_description
        self._clock = clock
        self._wires = [_wire(POOL, timeout), _wire(2, timeout)]
        self._bot = Bot(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            request=self._wires[0],
            get_updates_request=self._wires[1],
        )
        self._sender = Sender(self._bot, media, self.caps.chat_gap, sleep)
        self._patience = Patience(self.name, sleep, chance or random.Random())
        self._running = False
        self._receiving: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    async def start(self, receive: Receive) -> None:
        """Returns at once; Telegram may be out of reach for as long as it likes."""
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", self._token):
            raise ChannelMisconfigured("token has the wrong form")
        if self._mode == "webhook" and not (self._webhook_url and self._webhook_secret):
            raise ChannelMisconfigured("webhook mode needs an address and a secret")
        hush("telegram")
        for wire in self._wires:
            await wire.initialize()
        self._running = True
        self._receiving = asyncio.create_task(self._run(receive))

    async def stop_receiving(self) -> None:
        if self._receiving:
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
            self._receiving = None

    async def stop(self) -> None:
        await self.stop_receiving()
        self._running = False
        for errand in tuple(self._errands):
            errand.cancel()
        await asyncio.gather(*self._errands, return_exceptions=True)
        for wire in self._wires:
            await wire.shutdown()

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        check_secret(headers, PROOF, self._webhook_secret)
        return self._take(decode(raw), raw, received_at)

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        event = to_event(decode(raw), self.account, received_at)
        if event is None:
            raise Malformed("not an event")
        return event

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        if not self._running:
            raise Transient("channel is stopped")
        if out.remove:
            await self._sender.remove(to, out)
            return Receipt(None)
        return await self._sender.send(to, out, key)

    async def seen(self, event: Event) -> None:
        if event.tap and self._running:
            await _quietly("answering a tap", self._bot.answer_callback_query(event.tap))

    async def check(self) -> Health:
        if not self._running:
            return Health(ok=False, detail="not started")
        try:
            me = await call(self._bot.get_me())
        except ChannelError as error:
            return Health(ok=False, detail=error.reason)
        trouble = self._patience.trouble
        return Health(ok=not trouble, detail=trouble or f"@{me.username}")

    async def _run(self, receive: Receive) -> None:
        while True:
            try:
                await self._connect()
            except ChannelError as error:
                await self._patience.wait(error)
            else:
                break
        self._patience.over()
        self._spawn(self._introduce())
        if self._mode == "polling":
            await poll(self._bot, self._take, receive, self._patience, self._clock)

    async def _connect(self) -> None:
        await call(self._bot.initialize())
        if self._mode == "polling":
            await call(self._bot.delete_webhook())
            return
        await call(
            self._bot.set_webhook(
                str(self._webhook_url),
                secret_token=self._webhook_secret,
                allowed_updates=KINDS,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        )

    async def _introduce(self) -> None:
        """What people see before they write; the bot works without it."""
        bot = self._bot
        if self._commands:
            commands = [BotCommand(name, text) for name, text in self._commands]
            await _quietly("commands", bot.set_my_commands(commands))
        if self._description:
            await _quietly("description", bot.set_my_description(self._description))
        if self._short_description:
            short = bot.set_my_short_description(self._short_description)
            await _quietly("short description", short)

    def _take(self, body: Body, raw: bytes, received_at: datetime) -> list[Incoming]:
        group = group_to_leave(body)
        if group is not None and self._running:
            self._spawn(self._leave(group))
        event = to_event(body, self.account, received_at)
        return [Incoming(event, raw)] if event else []

    async def _leave(self, group: int) -> None:
        await _quietly("leaving a group", self._bot.leave_chat(group))

    def _spawn(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _wire(connections: int, timeout: float) -> Wire:
    return Wire(
        connection_pool_size=connections,
        connect_timeout=min(timeout, 5.0),
        read_timeout=timeout,
        write_timeout=timeout,
        pool_timeout=timeout,
        httpx_kwargs={"verify": certificates()},
    )


async def _quietly(what: str, request: Awaitable[Any]) -> None:
    try:
        await call(request)
    except ChannelError as error:
        log.warning("telegram: %s: %s", what, error.reason)
