"""The channel of a Zalo Official Account: receive by webhook, send, check."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from care.clock import Clock
from care.messages import Address, Event, Outbound
from care.windows import Windows
from channels.base import Caps, Health, Incoming, Receipt, Receive
from channels.errors import ChannelError, ChannelMisconfigured, Malformed, Transient
from channels.pictures import Pictures
from channels.wire import client, hush
from channels.zalo_oa.consent import App, refreshed
from channels.zalo_oa.parse import CHOICE, NAME, Ignored, decode, to_event
from channels.zalo_oa.sending import BUTTONS_MAX, PAYLOAD_MAX, TEXT_MAX, Api, Sender, Which
from channels.zalo_oa.signature import Signature
from channels.zalo_oa.tokens import Keeper, Pair, TokenStore

KINDS = {2: "business", 4: "government"}
PROBE = b"{}"
log = logging.getLogger(__name__)


class ZaloOA:
    """One account. `a_minute` is what its package allows; `windows` when it may write.

    Pictures in `media` are shown where `media_url` says how Zalo reaches that folder. `ignored`
    counts webhooks that are no event: one by hand means that an officer answers in Zalo's pages.
    """

    name = NAME

    def __init__(
        self,
        oa_id: str,
        *,
        app: App,
        secret_key: str,
        tokens: TokenStore,
        clock: Clock,
        api_url: str = "https://openapi.zalo.me",
        api: Which = "auto",
        a_minute: int = 100,
        windows: Windows | None = None,
        media: Path | None = None,
        media_url: str | None = None,
        timeout: float = 10.0,
    ) -> None:
        self.account = oa_id
        self.ignored: Counter[Ignored] = Counter()
        pictures = Pictures(media, media_url)
        rules = windows or Windows()
        self.caps = Caps(
            text_max=TEXT_MAX,
            caption_max=TEXT_MAX,
            buttons=BUTTONS_MAX,
            button_id_max=PAYLOAD_MAX - len(CHOICE),
            edits=False,
            deletes=False,
            photos=bool(pictures),
            tel_links=True,
            rate=a_minute / 60,
            windows=rules,
        )
        self.secrets = tuple(filter(None, (app.secret, secret_key)))
        self._app = app
        self._secret_key = secret_key
        self._clock = clock
        self._signature = Signature(app.id, oa_id, secret_key)
        self._client = client(timeout)
        self._keeper = Keeper(oa_id, tokens, self._refreshed, clock)
        self._api = Api(self._client, api_url, self._keeper)
        self._sender = Sender(self._api, api, pictures, rules)
        self._running = False

    async def start(self, receive: Receive) -> None:
        """Nothing to fetch: the webhook's route hands events in. Its address is set at Zalo."""
        if not (self.account.isascii() and self.account.isdecimal()):
            raise ChannelMisconfigured("account id has the wrong form")
        if not (self._app.id and self._app.secret and self._secret_key):
            raise ChannelMisconfigured("app id, app secret and secret key are needed")
        hush()
        self._running = True

    async def stop_receiving(self) -> None:
        """Zalo repeats what is not answered."""

    async def stop(self) -> None:
        self._running = False
        await self._keeper.stop()
        await self._client.aclose()

    def parse(
        self, headers: Mapping[str, str], raw: bytes, received_at: datetime
    ) -> list[Incoming]:
        if raw.strip() == PROBE:
            return []  # Zalo asks so, unsigned, whether anybody is there
        self._signature.check(headers, raw)
        found = to_event(decode(raw), self.account, received_at)
        if isinstance(found, Ignored):
            self.ignored[found] += 1
            return []
        return [Incoming(found, raw)]

    def revive(self, raw: bytes, received_at: datetime) -> Event:
        found = to_event(decode(raw), self.account, received_at)
        if isinstance(found, Ignored):
            raise Malformed("not an event")
        return found

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        if not self._running:
            raise Transient("channel is stopped")
        return await self._sender.send(to, out, key)

    async def seen(self, event: Event) -> None:
        """A tap is a message here; it shows no spinner."""

    async def check(self) -> Health:
        if not self._running:
            return Health(ok=False, detail="not started")
        try:
            about = await self._api.call("GET", "/v2.0/oa/getoa")
            trouble = await self._keeper.trouble()
        except ChannelError as error:
            return Health(ok=False, detail=error.reason)
        if str(about.get("oa_id", self.account)) != self.account:
            trouble = "the tokens are of another account"
        kind = about.get("oa_type")
        known = KINDS.get(kind, str(kind)) if isinstance(kind, int) else "unknown kind"
        return Health(ok=not trouble, detail=trouble or f"{known}, {self._sender.path}")

    async def _refreshed(self, refresh: str) -> Pair:
        return await refreshed(self._client, self._app, refresh, self._clock())
