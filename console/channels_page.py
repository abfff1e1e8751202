"""The accounts on messengers: whether they work, who is on them, what they still take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from care.clock import local_day, month_around
from care.windows import Way
from console import templates_form
from console.messengers import Messenger, Official
from console.render import CSP
from console.scope import May
from console.web import Call, Page
from storage import channel_tokens, messengers, templates, windows
from storage.channel_tokens import REFUSED, Pair
from storage.database import Connection
from storage.templates import Template

OLD = timedelta(days=60)  # the longer token dies after three months
AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Account:
    """`paid`: of the package, this month."""

    it: Messenger
    trouble: str | None
    people: int
    sent: int
    paid: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """`state`: none, refused, old, good."""

    state: str
    days: int = 0
    refreshed_at: datetime | None = None


def _account(conn: Connection, it: Messenger, now: datetime) -> Account:
    day = local_day(now)
    begins, ends = month_around(day)
    paid = sum(windows.used(conn, it.route, f"{day:%Y-%m}", Way.PAID)) if it.windows else 0
    people = messengers.people(conn, it.route)
    return Account(it, it.trouble(), people, messengers.sent(conn, it.route, begins, ends), paid)


def _accounts(conn: Connection, all_of_them: Sequence[Messenger], now: datetime) -> list[Account]:
    return [_account(conn, it, now) for it in all_of_them]


def tokens_of(pair: Pair | None, now: datetime) -> Tokens:
    if pair is None:
        return Tokens("none")
    age = now - pair.refreshed_at
    state = "refused" if pair.state == REFUSED else "old" if age >= OLD else "good"
    return Tokens(state, age.days, pair.refreshed_at)


async def show(call: Call, problem: str | None = None, outcome: str = "") -> Response:
    """`outcome` of a consent: agreed, or why there is none."""
    desk, official = call.desk, call.desk.official
    accounts = await call.read(_accounts, desk.messengers, call.now)
    tokens, listed = None, list[Template]()
    if official is not None:
        pair = await call.read(channel_tokens.load, official.account)
        tokens = tokens_of(pair, call.now)
        listed = await call.read(templates.every, official.route)
    if call.query.get("consent") == AGREED:
        outcome = AGREED
    response = call.page(
        "channels/list.html",
        400 if problem else 200,
        accounts=accounts,
        official=official,
        tokens=tokens,
        outcome=outcome,
        templates=listed,
        fields=templates_form.told,
        placeholders=sorted(templates_form.PLACEHOLDERS),
        typed=call.form if problem else {},
        problem=problem,
        saved=call.query.get("saved") == "template",
    )
    if official is not None:
        _may_lead_out(response, official)
    return response


def _may_lead_out(response: Response, official: Official) -> None:
    """Browsers hold a form to its policy also where the answer leads on."""
    both = f"form-action 'self' {official.origin};"
    response.headers["Content-Security-Policy"] = CSP.replace("form-action 'self';", both)


async def save_template(call: Call) -> Response:
    official = call.desk.official
    if official is None:
        return call.missing()
    message = call.text("message", templates_form.MESSAGE_MOST)
    alert = await call.read(templates_form.is_alert, message)
    found = templates_form.read(call, call.desk.library, alert=alert)
    if isinstance(found, str):
        return await show(call, found)
    obj = f"template:{found.message}"[:60]
    await call.act("template saved", obj, templates.put, official.route, found)
    return call.go("/console/channels?saved=template#templates")


async def drop_template(call: Call) -> Response:
    official = call.desk.official
    message = call.text("message", templates_form.MESSAGE_MOST)
    if official is None:
        return call.missing()
    kept = await call.read(templates.every, official.route)
    if message not in {template.message for template in kept}:
        return call.missing()
    obj = f"template:{message}"[:60]
    await call.act("template removed", obj, templates.drop, official.route, message)
    return call.go("/console/channels#templates")


PAGES = (
    Page("/channels", show, May.KEEP_CHANNELS),
    Page("/channels/templates", save_template, May.KEEP_CHANNELS, "POST"),
    Page("/channels/templates/remove", drop_template, May.KEEP_CHANNELS, "POST"),
)
