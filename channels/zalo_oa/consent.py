"""How an account agrees that we write in its name, and how its tokens are renewed."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx

from channels.errors import ChannelMisconfigured, OutcomeUnknown, RetryAfter
from channels.wire import ask
from channels.zalo_oa.errors import PAUSE, TOO_FAST
from channels.zalo_oa.tokens import Pair

LIVES = 90_000  # seconds, where Zalo does not say


@dataclass(frozen=True, slots=True)
class App:
    id: str
    secret: str = field(repr=False)
    oauth_url: str = "https://oauth.zaloapp.com"


def permission_link(app: App, back: str, state: str, verifier: str) -> str:
    """Where an administrator of the account agrees; they come to `back` with code and oa_id."""
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    query = {
        "app_id": app.id,
        "redirect_uri": back,
        "code_challenge": challenge,
        "state": state,
    }
    return f"{app.oauth_url.rstrip('/')}/v4/oa/permission?{urlencode(query)}"


async def from_code(
    client: httpx.AsyncClient, app: App, code: str, verifier: str, now: datetime
) -> Pair:
    """The first pair after a consent. Raises ChannelError; a refusal is ChannelMisconfigured."""
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    return await _exchange(client, app, form, now)


async def refreshed(client: httpx.AsyncClient, app: App, refresh: str, now: datetime) -> Pair:
    """The next pair; `refresh` works no more from then on."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    return await _exchange(client, app, form, now)


async def _exchange(
    client: httpx.AsyncClient, app: App, form: dict[str, str], now: datetime
) -> Pair:
    reply = await ask(
        client,
        "POST",
        f"{app.oauth_url.rstrip('/')}/v4/oa/access_token",
        data={"app_id": app.id, **form},
        headers={"secret_key": app.secret},
    )
    if reply.status == httpx.codes.TOO_MANY_REQUESTS or _code(reply.body) == TOO_FAST:
        raise RetryAfter(PAUSE)
    if reply.status >= httpx.codes.INTERNAL_SERVER_ERROR or not reply.body:
        raise OutcomeUnknown("no readable answer")
    access, refresh = _word(reply.body, "access_token"), _word(reply.body, "refresh_token")
    if not access:
        raise ChannelMisconfigured(f"Zalo says {_code(reply.body)}")
    if not refresh:
        raise ChannelMisconfigured("no refresh token: is the account on trial?")
    return Pair(access, refresh, now + timedelta(seconds=_seconds(reply.body)), now)


def _word(body: dict[str, Any], name: str) -> str:
    """A token may go into a header, so it is plain letters."""
    word = body.get(name)
    return word if isinstance(word, str) and word.isascii() and word.isprintable() else ""


def _code(body: dict[str, Any]) -> int:
    code = body.get("error")
    return code if isinstance(code, int) else 0


def _seconds(body: dict[str, Any]) -> int:
    said = str(body.get("expires_in", ""))
    return min(LIVES, int(said)) if said.isascii() and said.isdecimal() and int(said) else LIVES
