"""What messages of this month cost, what waits and what did not arrive; drawn on to its end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from care.clock import local_day, month_around
from care.forecast import Outlook, outlook
from care.windows import Way
from console import downloads
from console.messengers import Messenger
from console.pictures import told
from console.render import said
from console.scope import May
from console.web import Call, Page
from storage import messengers, windows
from storage.database import Connection
from storage.messengers import Lost
from storage.windows import Spent

WORDS = "channels/said.html"


@dataclass(frozen=True, slots=True)
class Month:
    """One account, from the first of the month till now."""

    it: Messenger
    spent: Sequence[Spent]
    waiting: Mapping[str, int]
    lost: Sequence[Lost]
    outlook: Outlook

    @property
    def messages(self) -> int:
        return sum(one.messages for one in self.spent)

    @property
    def price(self) -> int:
        return sum(one.price for one in self.spent)

    def went(self, way: Way) -> int:
        return sum(one.messages for one in self.spent if one.way is way)

    def cost(self, way: Way) -> int:
        return sum(one.price for one in self.spent if one.way is way)


def _months(conn: Connection, all_of_them: Iterable[Messenger], now: datetime) -> list[Month]:
    return [_month(conn, it, now) for it in all_of_them if it.windows is not None]


def _month(conn: Connection, it: Messenger, now: datetime) -> Month:
    day = local_day(now)
    spent = windows.spent(conn, it.route, f"{day:%Y-%m}")
    messages, price = sum(one.messages for one in spent), sum(one.price for one in spent)
    paid = sum(one.messages for one in spent if one.way is Way.PAID)
    return Month(
        it,
        spent,
        windows.waiting(conn, it.route),
        messengers.lost(conn, it.route, *month_around(day)),
        outlook(now, messages, price, paid, it.paid),
    )


async def show(call: Call) -> Response:
    months = await call.read(_months, call.desk.messengers, call.now)
    missing = call.query.get("purpose") == "missing"
    return call.page("channels/forecast.html", months=months, purpose_missing=missing)


async def export(call: Call) -> Response:
    why = downloads.purpose(call)
    if why is None:
        return call.go("/console/channels/forecast?purpose=missing#export")
    months = await call.read(_months, call.desk.messengers, call.now)
    rows = [row for month in months for row in _rows(month)]
    name, where = f"du-bao-{local_day(call.now):%Y-%m-%d}", f"area:{call.scope.area_id}"
    headings = said(WORDS, "headings")
    return await downloads.table(call, "forecast exported", where, why, name, rows, headings)


def _rows(month: Month) -> Iterable[tuple[object, ...]]:
    """Account, what, of which kind, why, messages, đồng."""
    words = {name: said(WORDS, name) for name in ("lines", "ways", "laws", "kinds", "states")}
    lines, kinds, reasons = words["lines"], words["kinds"], said(WORDS, "reasons")
    here = f"{said(WORDS, 'channels').get(month.it.name, month.it.name)} {month.it.route}"
    for one in month.spent:
        way, law = words["ways"][one.way.value], words["laws"][one.legal]
        yield here, lines["sent"], law, way, told(one.messages), told(one.price)
    for kind, count in month.waiting.items():
        yield here, lines["waiting"], kinds.get(kind, kind), "", told(count), ""
    for lost in month.lost:
        why = reasons.get(lost.reason, lost.reason)
        what = f"{kinds.get(lost.kind, lost.kind)}, {words['states'][lost.state]}"
        yield here, lines["lost"], what, why, told(lost.messages), ""
    end = month.outlook
    yield here, lines["outlook"], "", "", told(end.messages), told(end.price)
    yield here, lines["left"], "", "", told(end.left), ""


PAGES = (
    Page("/channels/forecast", show, May.SEE_CHANNELS),
    Page("/channels/forecast/export", export, May.SEE_CHANNELS, "POST"),
)
