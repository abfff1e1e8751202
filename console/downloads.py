"""Tables that leave the console: with a purpose in the audit trail, never without one."""

from collections.abc import Sequence

from starlette.responses import Response

from console import sheets
from console.web import Call
from storage import audit

ROWS_MOST = 5_000
PURPOSE_SHORTEST, PURPOSE_MOST = 5, 150
CSV = "csv"


def purpose(call: Call) -> str | None:
    """What the officer typed; None when it says nothing."""
    typed = call.text("purpose", PURPOSE_MOST)
    return typed if len(typed) >= PURPOSE_SHORTEST else None


async def table(
    call: Call,
    action: str,
    obj: str,
    why: str,
    name: str,
    rows: Sequence[Sequence[object]],
    headings: Sequence[str],
) -> Response:
    """The line in the trail first, then the file, in the format the form asks for."""
    await call.write(audit.record, call.actor, action, obj, call.now, f"{len(rows)} rows: {why}")
    if call.text("format", 8) == CSV:
        made, kind, ending = sheets.csv_bytes(rows, headings), sheets.CSV_TYPE, CSV
    else:
        made, kind, ending = sheets.xlsx(rows, headings), sheets.XLSX_TYPE, "xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(made, media_type=kind, headers=headers)
