"""The results of a campaign as a table that leaves the console: with a purpose, and noted."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from care.clock import local_day, local_time
from console import sheets
from console.campaign_finding import BEGUN, find, name_of, path_of
from console.campaign_results import Line, lines_of
from console.render import said
from console.scope import May
from console.web import Call, Page
from storage import audit, campaign_results
from storage.campaigns import Campaign
from storage.database import Connection

ROWS_MOST = 5_000
AT_ONCE = 500
PURPOSE_SHORTEST, PURPOSE_MOST = 5, 150
CSV = "csv"
_WORDS = "campaigns/said.html"


async def export(call: Call) -> Response:
    """One line a person; no names, no numbers of chats. The trail has its line before the file."""
    campaign = await find(call)
    if campaign is None or campaign.state not in BEGUN:
        return call.missing()
    purpose = call.text("purpose", PURPOSE_MOST)
    if len(purpose) < PURPOSE_SHORTEST:
        return call.go(path_of(campaign.id, "?no=purpose#export"))
    lines, said_words = await call.read(_all, call, campaign)
    obj = name_of(campaign.id)
    await call.write(audit.record, call.actor, "campaign exported", obj, call.now, purpose)
    name = f"chien-dich-{campaign.id}-{local_day(call.now):%Y-%m-%d}"
    return _file(call.text("format", 8), name, [_row(line, said_words) for line in lines])


def _all(
    conn: Connection, call: Call, campaign: Campaign
) -> tuple[list[Line], Mapping[int | None, str]]:
    """The first ROWS_MOST lines in the officer's areas, and what was written, by caregiver."""
    lines: list[Line] = []
    last: int | None = 0
    while last is not None and len(lines) < ROWS_MOST:
        more, last = lines_of(conn, call.scope, campaign, None, last, AT_ONCE)
        lines += more
    written = campaign_results.words(conn, campaign.id, None, ROWS_MOST)
    return lines[:ROWS_MOST], {one.caregiver_id: one.words for one in written}


def _row(line: Line, written: Mapping[int | None, str]) -> tuple[Any, ...]:
    result, states = line.result, said(_WORDS, "results")
    channels, reasons = said(_WORDS, "channels"), said(_WORDS, "reasons")
    channel = result.route.partition(":")[0]
    return (
        result.caregiver_id,
        line.place,
        channels.get(channel, channel),
        states.get(result.state, result.state),
        reasons.get(result.reason, result.reason or ""),
        _told(result.at),
        line.answer or written.get(result.caregiver_id, ""),
        _told(result.answered_at),
    )


def _told(moment: Any) -> str:
    return f"{local_time(moment):%H:%M %d/%m/%Y}" if moment else ""


def _file(wanted: str, name: str, rows: list[tuple[Any, ...]]) -> Response:
    headings = said(_WORDS, "headings")
    if wanted == CSV:
        made, kind, ending = sheets.csv_bytes(rows, headings), sheets.CSV_TYPE, CSV
    else:
        made, kind, ending = sheets.xlsx(rows, headings), sheets.XLSX_TYPE, "xlsx"
    disposition = f'attachment; filename="{name}.{ending}"'
    return Response(made, media_type=kind, headers={"Content-Disposition": disposition})


PAGES = (Page("/campaigns/{campaign:int}/export", export, May.EXPORT, "POST", step_up=True),)
