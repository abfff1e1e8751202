"""The Zalo Bot channel: start, receive, send, check."""

import asyncio
import contextlib
import random
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from care.clock import Clock
from care.messages import Address, Event, Outbound
from channels.base import Caps, Health, Incoming, Receipt, Receive
from channels.bodies import Body
from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    Malformed,
    OutcomeUnknown,
    Permanent,
    Transient,
)
from channels.patience import Patience
from channels.pictures import Pictures
from channels.proof import check_secret
from channels.wire import client, hush
from channels.zalo_bot.errors import Api
from channels.zalo_bot.parse import NAME, decode, to_event
from channels.zalo_bot.polling import poll
from channels.zalo_bot.sending import TEXT_MAX, Sender

PROOF = "x-bot-api-secret-token"
PROBE = b"{}"
SECRET_LEAST, SECRET_MOST = 8, 256


class ZaloBot:
    """One bot. `clock` stamps what is polled; `sleep` and `chance` are there for tests.

    Pictures in `media` are shown where `media_url` says how Zalo reaches that folder.
    """

    name = NAME

    def __init__(
        self,
        token: str,
        *,
        clock: Clock,
        api_url: str = "https://bot-api.zaloplatforms.com",
        mode: Literal["polling", "webhook"] = "polling",
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        media: Path | None = None,
        media_url: str | None = None,
        timeout: float = 10.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: random.Random | None = None,
    ) -> None:
        self.account, _, private = token.partition(":")
        pictures = Pictures(media, media_url)
        self.caps = Caps(
            text_max=TEXT_MAX,
            caption_max=TEXT_MAX,
            buttons=0,
            button_id_max=0,
            edits=False,
            deletes=False,
            photos=bool(pictures),
            tel_links=False,
            rate=1.0,  # Zalo publishes none
            chat_gap=1.0,
            month_quota=3_000,
            audience=50,
        )
        self.secrets = tuple(filter(None, (token, private, webhook_secret)))
        self._token = token
        self._mode = mode
        self._webhook_url = webhook_url
        self._webhook_secret = webhook_secret
        self._clock = clock
        self._client = client(timeout)
        self._api = Api(self._client, api_url, token)
        self._sender = Sender(self._api, pictures, self.caps.chat_gap, sleep)
        self._patience = Patience(NAME, sleep, chance or random.Random())
        self._running = False
        self._receiving: asyncio.Task[None] | None = None

    async def start(self, receive: Receive) -> None:
        """Returns at once; Zalo may be out of reach for as long as it likes."""
        if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", self._token):
            raise ChannelMisconfigured("token has the wrong form")
        if self._mode == "webhook":
            if not (self._webhook_url and self._webhook_secret):
                raise ChannelMisconfigured("webhook mode needs an address and a secret")
            if not SECRET_LEAST <= len(self._webhook_secret) <= SECRET_MOST:
                raise ChannelMisconfigured("webhook secret has the wrong length")
        hush()
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
        await self._client.aclose()

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        check_secret(headers, PROOF, self._webhook_secret)
        if raw.strip() == PROBE:
            return []  # nobody knows how Zalo tries an address; nothing said is no event
        return self._take(decode(raw), raw, received_at)

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        event = to_event(decode(raw), self.account, received_at)
        if event is None:
            raise Malformed("not an event")
        return event

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        if not self._running:
            raise Transient("channel is stopped")
        return await self._sender.send(to, out, key)

    async def seen(self, event: Event) -> None:
        """There is nothing to tap."""

    async def check(self) -> Health:
        if not self._running:
            return Health(ok=False, detail="not started")
        try:
            me = await self._api.call("getMe")
        except ChannelError as error:
            return Health(ok=False, detail=error.reason)
        trouble = self._patience.trouble
        return Health(ok=not trouble, detail=trouble or _name(me))

    async def _run(self, receive: Receive) -> None:
        while True:
            try:
                await self._connect()
            except ChannelError as error:
                await self._patience.wait(error)
            else:
                break
        self._patience.over()
        if self._mode == "polling":
            await poll(self._api, self._take, receive, self._patience, self._clock)

    async def _connect(self) -> None:
        if self._mode == "polling":
            with contextlib.suppress(Permanent):  # there was none
                await self._api.call("deleteWebhook")
            return
        answer = await self._api.call(
            "setWebhook", {"url": self._webhook_url, "secret_token": self._webhook_secret}
        )
        if _verified(answer) is False:
            raise OutcomeUnknown("Zalo cannot reach the webhook")

    def _take(self, body: Body, raw: bytes, received_at: datetime) -> list[Incoming]:
        event = to_event(body, self.account, received_at)
        return [Incoming(event, raw)] if event else []


def _verified(answer: Any) -> bool | None:
    """None when Zalo does not say; it keeps the address all the same."""
    verification = answer.get("verification") if isinstance(answer, dict) else None
    said = verification.get("ok") if isinstance(verification, dict) else None
    return said if isinstance(said, bool) else None


def _name(me: Any) -> str:
    found = me.get("account_name") if isinstance(me, dict) else None
    return found if isinstance(found, str) else ""
