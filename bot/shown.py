"""What the officers' pages get to know of the accounts on messengers."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from bot.config import Settings
from bot.messengers import account_of, oa_app, to_stored
from channels.base import Channel
from channels.errors import ChannelError, ChannelMisconfigured
from channels.wire import client, hush
from channels.zalo_oa.consent import from_code, permission_link
from console.messengers import Messenger, NoTokens, Official
from storage.channel_tokens import Pair

TIMEOUT = 10.0


def accounts(
    settings: Settings, channels: Iterable[Channel], down: Callable[[str], str | None]
) -> tuple[Messenger, ...]:
    """Every account but our own page; `down` says why a route does not send now."""
    return tuple(_account(settings, one, down) for one in channels if one.name != "webchat")


def _account(settings: Settings, channel: Channel, down: Callable[[str], str | None]) -> Messenger:
    route, caps = f"{channel.name}:{channel.account}", channel.caps
    may = account_of(settings, channel)
    spends = (may.windows, may.paid, may.reserve, may.templates) if may else ()
    return Messenger(route, partial(down, route), caps.audience, caps.month_quota, *spends)


def official(settings: Settings) -> Official | None:
    """The authority's account, for the page on which a person allows us to write."""
    if not settings.zalo_oa_id:
        return None
    app = oa_app(settings)

    async def exchange(code: str, verifier: str, now: datetime) -> Pair:
        hush()
        try:
            async with client(TIMEOUT) as http:
                return to_stored(await from_code(http, app, code, verifier, now))
        except ChannelError as error:
            away = not isinstance(error, ChannelMisconfigured)
        raise NoTokens(away=away)

    parts = urlsplit(app.oauth_url)
    origin, route = f"{parts.scheme}://{parts.netloc}", f"zalo-oa:{settings.zalo_oa_id}"
    return Official(settings.zalo_oa_id, route, origin, partial(permission_link, app), exchange)
