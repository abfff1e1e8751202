"""The messengers of this installation, made from its settings, and where they call us."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.routing import BaseRoute

from bot.clock import utc_now
from bot.config import Settings
from bot.web import hook
from bot.windows import Account
from care.clock import Clock
from channels.base import Channel, Receive
from channels.telegram import Telegram
from channels.zalo_bot.channel import ZaloBot
from channels.zalo_oa.channel import ZaloOA
from channels.zalo_oa.consent import App as OaApp
from channels.zalo_oa.sending import Which
from channels.zalo_oa.tokens import Pair
from content.library import Library
from content.render import Reader, render
from storage import channel_tokens
from storage.database import Connection, Database

MEDIA = Path(__file__).parent.parent / "content" / "media"
LOOK_AGAIN = 0.5  # seconds, while another process renews the tokens


def messengers(settings: Settings, library: Library, db: Database) -> list[Channel]:
    """All but the web chat, which is always there."""
    found: list[Channel] = []
    if settings.telegram_token:
        found.append(telegram(settings, library))
    if settings.zalo_bot_token:
        found.append(zalo_bot(settings))
    if settings.zalo_oa_id:
        found.append(zalo_oa(settings, Tokens(db, utc_now)))
    return found


def telegram(settings: Settings, library: Library) -> Telegram:
    return Telegram(
        settings.telegram_token,
        clock=utc_now,
        api_url=settings.telegram_api_url,
        mode="webhook" if settings.telegram_mode == "webhook" else "polling",
        webhook_url=f"{settings.public_url}/hooks/telegram" if settings.public_url else None,
        webhook_secret=settings.telegram_webhook_secret or None,
        rate=settings.telegram_rate,
        media=MEDIA,
        commands=[
            (name, library.label(f"command.{name}"))
            for name in ("start", "menu", "homnay", "khancap", "dung", "giup")
        ],
        description=fixed_text(library, "bot/description"),
        short_description=fixed_text(library, "bot/short-description"),
    )


def fixed_text(library: Library, message: str) -> str:
    """A text that speaks to everybody."""
    reader = Reader(library.label("goi.default"), (), library.label("con.default"), None)
    return render(library, message, {}, reader, draft_note=False).text


def zalo_bot(settings: Settings) -> ZaloBot:
    return ZaloBot(
        settings.zalo_bot_token,
        clock=utc_now,
        api_url=settings.zalo_bot_api_url,
        mode="webhook" if settings.zalo_bot_mode == "webhook" else "polling",
        webhook_url=f"{settings.public_url}/hooks/zalo-bot" if settings.public_url else None,
        webhook_secret=settings.zalo_bot_webhook_secret or None,
        media=MEDIA,
        media_url=_media_url(settings),
    )


def oa_app(settings: Settings) -> OaApp:
    return OaApp(settings.zalo_oa_app_id, settings.zalo_oa_app_secret, settings.zalo_oa_oauth_url)


def zalo_oa(settings: Settings, tokens: "Tokens") -> ZaloOA:
    return ZaloOA(
        settings.zalo_oa_id,
        app=oa_app(settings),
        secret_key=settings.zalo_oa_secret_key,
        tokens=tokens,
        clock=utc_now,
        api_url=settings.zalo_oa_api_url,
        api=_which(settings.zalo_oa_api),
        a_minute=settings.zalo_oa_a_minute,
        media=MEDIA,
        media_url=_media_url(settings),
    )


def account_of(settings: Settings, channel: Channel) -> Account | None:
    """What an account with windows may spend."""
    if channel.caps.windows is None:
        return None
    return Account(
        channel.caps.windows,
        settings.zalo_oa_paid,
        settings.zalo_oa_reserve,
        settings.zalo_oa_templates,
    )


def hooks(settings: Settings, channels: Mapping[str, Channel], receive: Receive) -> list[BaseRoute]:
    """Where messengers call us; only those that were told to."""
    wanted = {
        "telegram": settings.telegram_mode == "webhook",
        "zalo-bot": settings.zalo_bot_mode == "webhook",
        "zalo-oa": True,
    }
    return [
        hook(f"/hooks/{name}", channels[name], receive, utc_now)
        for name, calls in wanted.items()
        if calls and name in channels
    ]


def _media_url(settings: Settings) -> str | None:
    return f"{settings.public_url}/media" if settings.public_url else None


def _which(api: str) -> Which:
    return "v3" if api == "v3" else "v2" if api == "v2" else "auto"


class Tokens:
    """The pairs of Official Accounts in our database; what channels.zalo_oa.tokens asks for."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def load(self, account: str) -> Pair | None:
        found = await self._db.read(channel_tokens.load, account)
        return _to_channel(found) if found else None

    async def replace(self, account: str, old: Pair, new: Pair) -> bool:
        return await self._db.write(_replace, account, old, new)

    @asynccontextmanager
    async def alone(self, account: str) -> AsyncIterator[None]:
        """Waits for another process; one that died holds it up for a minute."""
        lease = None
        while lease is None:
            lease = await self._db.write(channel_tokens.take_lease, account, self._clock())
            if lease is None:
                await asyncio.sleep(LOOK_AGAIN)
        try:
            yield
        finally:
            await self._db.write(channel_tokens.end_lease, account, lease)


def _replace(conn: Connection, account: str, old: Pair, new: Pair) -> bool:
    return channel_tokens.replace(conn, account, to_stored(old), to_stored(new))


def _to_channel(pair: channel_tokens.Pair) -> Pair:
    refused = pair.state == channel_tokens.REFUSED
    return Pair(pair.access, pair.refresh, pair.expires_at, pair.refreshed_at, refused)


def to_stored(pair: Pair) -> channel_tokens.Pair:
    state = channel_tokens.REFUSED if pair.refused else channel_tokens.GOOD
    times = (pair.expires_at, pair.refreshed_at)
    return channel_tokens.Pair(pair.access, pair.refresh, *times, state)
