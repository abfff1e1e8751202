"""What every account on a messenger says of itself; for `donghanh channel check`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.cli import library_or_exit, read_beside
from bot.clock import utc_now
from bot.config import Settings
from bot.messengers import fixed_text
from care.folding import clean
from channels.errors import ChannelError
from channels.wire import ask, client, hush
from channels.zalo_bot.errors import Api
from channels.zalo_oa.errors import NOT_THIS_API, NotThisApi, classify
from channels.zalo_oa.sending import V2, V3
from storage import channel_tokens

GETOA = "/v2.0/oa/getoa"
KINDS = {2: "a business", 4: "a government"}
PATHS = {"v3": V3, "v2": V2}
ALLOWED = {"auto": ("v3", "v2"), "v3": ("v3",), "v2": ("v2",)}
LONGEST_NAME = 80
TIMEOUT = 10.0
LASTS = timedelta(days=90)  # the token that renews lives for three months
AGAIN = "consent is needed again: the page of messengers, Xin phép"


@dataclass(frozen=True, slots=True)
class Line:
    """What is printed of one account; `ok` False ends the command with 1."""

    account: str
    told: str
    ok: bool = True


async def look(settings: Settings, try_user: str) -> list[Line]:
    hush()
    found = []
    async with client(TIMEOUT) as http:
        if settings.telegram_token:
            found.append(await _telegram(http, settings))
        if settings.zalo_bot_token:
            found.append(await _zalo_bot(http, settings))
        if settings.zalo_oa_id:
            found += await _zalo_oa(http, settings, try_user)
    return found


async def _telegram(http: httpx.AsyncClient, settings: Settings) -> Line:
    account = f"telegram {settings.telegram_token.partition(':')[0]}"
    where = f"{settings.telegram_api_url}/bot{settings.telegram_token}/getMe"
    try:
        reply = await ask(http, "GET", where)
    except ChannelError as error:
        return Line(account, error.reason, ok=False)
    if reply.body.get("ok") is not True:
        return Line(account, f"refused ({reply.status})", ok=False)
    return Line(account, f"works, {_name(reply.body.get('result'), 'username')}")


async def _zalo_bot(http: httpx.AsyncClient, settings: Settings) -> Line:
    account = f"zalo-bot {settings.zalo_bot_token.partition(':')[0]}"
    api = Api(http, settings.zalo_bot_api_url, settings.zalo_bot_token)
    try:
        me = await api.call("getMe")
    except ChannelError as error:
        return Line(account, error.reason, ok=False)
    return Line(account, f"works, {_name(me, 'account_name')}")


async def _zalo_oa(http: httpx.AsyncClient, settings: Settings, try_user: str) -> list[Line]:
    account = f"zalo-oa {settings.zalo_oa_id}"
    access = await _access(settings)
    if isinstance(access, Line):
        return [access]
    try:
        about = await _call(http, settings, access, "GET", GETOA)
    except ChannelError as error:
        return [Line(account, error.reason, ok=False)]
    if str(about.get("oa_id", settings.zalo_oa_id)) != settings.zalo_oa_id:
        return [Line(account, "the tokens are of another account", ok=False)]
    kind = about.get("oa_type")
    known = KINDS.get(kind, "some other") if isinstance(kind, int) else "some other"
    name = _name(about, "name")
    found = [Line(account, f"works, {name}, {known} account (oa_type {_number(kind)})")]
    if try_user:
        found += await _tried(http, settings, access, try_user)
    return found


async def _tried(http: httpx.AsyncClient, settings: Settings, access: str, user: str) -> list[Line]:
    """One message by each message API; what may be used must work one way at least."""
    account = f"zalo-oa {settings.zalo_oa_id}"
    text = fixed_text(library_or_exit(), "bot/short-description")
    told, works = {}, set()
    for name, path in PATHS.items():
        body = {"recipient": {"user_id": user}, "message": {"text": text}}
        try:
            await _call(http, settings, access, "POST", path, body)
        except NotThisApi:
            told[name] = f"not open to this kind of account ({NOT_THIS_API})"
        except ChannelError as error:
            told[name] = error.reason
        else:
            told[name] = "sent"
            works.add(name)
    wanted = settings.zalo_oa_api
    fine = any(name in works for name in ALLOWED[wanted])
    means = "this account may write" if fine else "this account may not write"
    lines = [Line(account, f"{name}: {outcome}") for name, outcome in told.items()]
    return [*lines, Line(account, f"{means} with DONGHANH_ZALO_OA_API={wanted}", ok=fine)]


async def _call(
    http: httpx.AsyncClient,
    settings: Settings,
    access: str,
    method: str,
    path: str,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Raises ChannelError."""
    more: dict[str, Any] = {} if body is None else {"json": body}
    where, headers = settings.zalo_oa_api_url + path, {"access_token": access}
    reply = await ask(http, method, where, headers=headers, **more)
    problem = classify(reply)
    if problem is not None:
        raise problem
    data = reply.body.get("data")
    return data if isinstance(data, dict) else {}


async def _access(settings: Settings) -> str | Line:
    """The token as the programme keeps it, or why there is none. Renews nothing: that kills it."""
    account = f"zalo-oa {settings.zalo_oa_id}"
    pair = await read_beside(settings, channel_tokens.load, settings.zalo_oa_id)
    if pair is None:
        return Line(account, "consent is needed: the page of messengers, Xin phép", ok=False)
    if pair.state == channel_tokens.REFUSED:
        return Line(account, f"Zalo refused a renewal; {AGAIN}", ok=False)
    now = utc_now()
    if pair.expires_at <= now:
        return Line(account, f"the token is over; {_renewable(now - pair.refreshed_at)}", ok=False)
    return pair.access


def _renewable(age: timedelta) -> str:
    """Of a pair whose token is over: whether the longer one may still bring a new pair."""
    last = f"last renewed {age.days} days ago, possible for {LASTS.days}"
    if age < LASTS:
        return f"a renewal is possible ({last}): `donghanh run` does it"
    return f"a renewal is not possible any more ({last}); {AGAIN}"


def _name(about: Any, field: str) -> str:
    name = about.get(field) if isinstance(about, dict) else None
    return clean(name)[:LONGEST_NAME].replace("\n", " ") if isinstance(name, str) else "no name"


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) else "?"
