"""The authority's account allows us to write: to the messenger's page and back with a code.

The session's cookie stays away from what another site opens, so `back` is a page for anybody that
leads on to `done` from here.
"""

import secrets
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.channels_page import AGREED, show
from console.messengers import NoTokens
from console.render import render
from console.scope import May
from console.web import Call, Desk, Page, guarded
from storage import audit, channel_tokens
from storage.channel_tokens import Pair
from storage.database import Connection

BACK, DONE = "/console/channels/oa/back", "/console/channels/oa/done"
ASKED = ("code", "oa_id", "state")
LONGEST = 2_000
ENTROPY = 32  # bytes; 43 characters, as RFC 7636 wants a verifier


async def begin(call: Call) -> Response:
    official = call.desk.official
    if official is None:
        return call.missing()
    state, verifier = (secrets.token_urlsafe(ENTROPY) for _ in range(2))
    args = (state, verifier, call.officer.id, call.now)
    await call.act("consent begun", "channel:oa", channel_tokens.begin_consent, *args)
    back = f"{call.desk.public_url}{BACK}"
    # The one answer that leads out of the console; nothing in the address comes from a form.
    return RedirectResponse(official.permission(back, state, verifier), 303)


async def back(request: Request) -> Response:
    given = {name: request.query_params.get(name, "")[:LONGEST] for name in ASKED}
    return render("channels/back.html", on=f"{DONE}?{urlencode(given)}")


async def done(call: Call) -> Response:
    """Says how it came out; of code and tokens nothing is logged or told."""
    official = call.desk.official
    if official is None:
        return call.missing()
    outcome = await _outcome(call)
    if outcome == AGREED:
        return call.go(f"/console/channels?consent={AGREED}")
    return await show(call, outcome=outcome)


async def _outcome(call: Call) -> str:
    official = call.desk.official
    state, code = (call.query.get(name, "")[:LONGEST] for name in ("state", "code"))
    if official is None or not state:
        return "strange"
    verifier = await call.write(channel_tokens.end_consent, state, call.officer.id, call.now)
    if verifier is None:
        return "strange"
    if not code:
        await call.noted("consent denied", "channel:oa")
        return "denied"
    if call.query.get("oa_id", "") != official.account:
        await call.noted("consent for another account", "channel:oa")
        return "other"
    try:
        pair = await official.exchange(code, verifier, call.now)
    except NoTokens as error:
        await call.noted("consent failed", "channel:oa")
        return "away" if error.away else "refused"
    await call.write(_keep, call, official.account, pair)
    return AGREED


def _keep(conn: Connection, call: Call, account: str, pair: Pair) -> None:
    channel_tokens.put(conn, account, pair)
    audit.record(conn, call.actor, "consent given", "channel:oa", call.now)


def back_routes(desk: Desk) -> list[BaseRoute]:
    return [Route(BACK, guarded(desk, "/channels/oa/back", back))]


PAGES = (
    Page("/channels/oa/consent", begin, May.KEEP_CHANNELS, "POST", step_up=True),
    Page("/channels/oa/done", done, May.KEEP_CHANNELS),
)
