"""The slips of one list: eight on a sheet of paper, each with a code to scan or to type."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from starlette.responses import Response

from console.scope import May
from console.web import Call, Page
from storage import areas, slips
from storage.slips import Slip

A_SHEET = 8
A_PAGE = 25 * A_SHEET


@dataclass(frozen=True, slots=True)
class Print:
    slip: Slip
    picture: str  # a data: address


async def show(call: Call) -> Response:
    """The whole list with what became of each slip, and the way to print those not used."""
    batch = str(call.path["batch"])
    found = await call.read(slips.of_batch, batch, call.scope.areas, call.scope.everywhere)
    if not found:
        return call.missing()
    await call.noted("slips read", f"batch:{batch}"[:60])
    return call.page(
        "slips/batch.html",
        batch=batch,
        slips=found,
        names=await call.read(areas.names, {slip.area_id for slip in found}),
        to_print=len(_printable(call, found)),
        a_page=A_PAGE,
    )


def _printable(call: Call, found: Sequence[Slip]) -> list[Slip]:
    return [slip for slip in found if slip.used_at is None and slip.expires_at > call.now]


async def prints(call: Call) -> Response:
    batch = str(call.path["batch"])
    found = await call.read(slips.of_batch, batch, call.scope.areas, call.scope.everywhere)
    if not found:
        return call.missing()
    await call.noted("slips printed", f"batch:{batch}"[:60])
    number, usable = call.page_number, _printable(call, found)
    shown = usable[(number - 1) * A_PAGE : number * A_PAGE]
    made = [Print(slip, _picture(call.desk.public_url, slip.code)) for slip in shown]
    return call.page(
        "slips/print.html",
        batch=batch,
        sheets=[made[at : at + A_SHEET] for at in range(0, len(made), A_SHEET)],
        names=await call.read(areas.names, {slip.area_id for slip in shown}),
        more=number + 1 if len(usable) > number * A_PAGE else None,
        link=call.desk.public_url,
    )


def _picture(public_url: str, code: str) -> str:
    """Scanned, it opens the chat with the code; where nobody can reach us, it is the words."""
    told = f"{public_url}/chat?ma={code}" if public_url else f"THAM GIA {code}"
    return str(segno.make(told, error="m", micro=False).svg_data_uri(scale=3, border=2))


PAGES = (
    Page("/slips/{batch}", show, May.INVITE),
    Page("/slips/{batch}/print", prints, May.INVITE),
)
