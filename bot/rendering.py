"""The words of a message: an outbox row as its reader sees it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import beside, campaign_messages
from bot.menus import is_numbered
from bot.windows import Account
from care.clock import local_day
from care.growth import Measure
from care.messages import Button, Outbound
from care.people import Caregiver, Child, ChildState
from care.windows import Windows
from channels.base import Caps
from content import growth_chart
from content.library import Library
from content.render import REVIEWED, reader_of, render
from handlers.item_buttons import buttons_for
from storage import campaigns, hamlets, measurements, reviews
from storage.claims import Row
from storage.database import Connection

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Compose:
    """What rendering needs besides the row. `drafts`: show, or refuse unapproved pushes.

    `home`: how families reach our pages; empty where the chat page alone knows.
    """

    library: Library
    caps: Caps
    drafts: str = "show"
    home: str = ""
    account: Account | None = None  # where the messenger lets us write only for a while
    windows: Mapping[str, Windows] = field(default_factory=dict)  # of each messenger with some


def reviewed(conn: Connection, library: Library, message: str) -> bool:
    """Approved by its file, or by an officer who read exactly the words it has now."""
    if message not in library.meta or library.meta[message].status in REVIEWED:
        return True
    return reviews.verdict(conn, message, library.hashes[message]) == reviews.APPROVED


def words(
    conn: Connection,
    compose: Compose,
    row: Row,
    caregiver: Caregiver,
    mine: list[Child],
    now: datetime,
) -> Outbound:
    """Renders a row for its reader. Raises RenderError."""
    library = compose.library
    if campaigns.id_of(row.message) is not None:
        reader = reader_of(library, caregiver, campaign_messages.spoken(row, mine))
        return campaign_messages.words(conn, library, row, caregiver, reader)
    params = dict(row.params)
    spoken = _spoken_of(params, row, mine)
    wanted = params.pop("buttons", [])
    edit = params.pop("edit", None)
    growth = params.pop("growth", None)
    item = library.items.get(row.message)
    if item is not None and not wanted and spoken:
        wanted = [[b.id, b.label, b.url] for b in buttons_for(library, item.id, spoken[0].id)]
    buttons = tuple(_button(compose, b) for b in wanted)
    reader = reader_of(library, caregiver, spoken, is_numbered(compose.caps, buttons))
    if item is not None:
        params.update(_item_params(item, spoken, now))
        below = beside.blocks(conn, library, caregiver, spoken, item, local_day(now))
        params["more"] = [render(library, *block, reader, draft_note=False).text for block in below]
    params.setdefault("tram", _station(conn, library, caregiver))
    told = (row.message, *params.get("also", ()))
    unread = not all(reviewed(conn, library, one) for one in told)
    shown = render(library, row.message, params, reader, draft_note=unread)
    picture = _growth(conn, library, growth, spoken) if growth and spoken else None
    return Outbound(
        text=shown.text,
        message=row.message,
        title=shown.title,
        buttons=buttons,
        image=shown.image,
        alt=library.label(f"growth.alt-{growth}") if picture else shown.alt,
        edit=edit,
        silent=row.resends > 0,
        picture=picture,
    )


def _growth(conn: Connection, library: Library, measure: str, spoken: list[Child]) -> bytes | None:
    """The child's curve as it is now; a picture that cannot be drawn must not cost the words."""
    try:
        measured = measurements.of_child(conn, spoken[0].id)
        svg = growth_chart.draw(library, spoken[0], measured, Measure(measure))
        return growth_chart.png(svg) if svg else None
    except (ValueError, OSError, ImportError) as error:
        log.error("no picture of growth: %s", type(error).__name__)
        return None


def _spoken_of(params: dict[str, Any], row: Row, mine: list[Child]) -> list[Child]:
    """The children a text is about: those named, else the row's child, else all who live."""
    ids = params.pop("children", None)
    one = params.pop("child", None)
    wanted = ids or ([one] if one is not None else [row.child_id] if row.child_id else None)
    if wanted is None:
        return [c for c in mine if c.state in (ChildState.BORN, ChildState.EXPECTED)]
    return [c for c in mine if c.id in wanted]


def _item_params(item: Any, spoken: list[Child], now: datetime) -> dict[str, Any]:
    """{han}, the last day of a dated duty, and whether it has passed."""
    born_on = spoken[0].born_on if spoken else None
    if item.due is None or born_on is None:
        return {}
    last = item.due.after(born_on)
    return {"han": last.strftime("%d/%m/%Y"), "overdue": local_day(now) > last}


def _station(conn: Connection, library: Library, caregiver: Caregiver) -> str:
    area = hamlets.commune_of(conn, caregiver.area_id)
    if area is None:
        return library.label("tram.default")
    return f"{library.label('tram.of')} {area.name}"


def _button(compose: Compose, stored: list[Any]) -> Button:
    button_id, label, url = stored
    if not label:
        label = compose.library.label(button_id.partition("~")[0].partition(":")[0])
    if url and url.startswith("/"):  # a page of ours
        url = f"{compose.home}{url}"
    return Button(button_id, label, url)


def template_data(
    conn: Connection,
    library: Library,
    row: Row,
    caregiver: Caregiver,
    mine: list[Child],
    now: datetime,
    fields: Mapping[str, str],
) -> dict[str, str]:
    """What fills an approved template: its names, with the values of our placeholders."""
    item, spoken = library.items.get(row.message), _spoken_of(dict(row.params), row, mine)
    reader = reader_of(library, caregiver, spoken)
    name = next((child.nickname for child in spoken if child.nickname), None)
    values = {
        "ten_be": name or library.label("be.one"),
        "goi": reader.goi,
        "tram": _station(conn, library, caregiver),
        "han": str(_item_params(item, spoken, now).get("han", "")) if item is not None else "",
    }
    return {field: values.get(placeholder, "") for field, placeholder in fields.items()}
