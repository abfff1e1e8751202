"""From a waiting row to words on the way: the last checks and the rendering.

`prepare` runs in the transaction that claims the row, so an opt-out, a loss or a corrected date
that came in meanwhile is always respected.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import beside, campaign_messages
from care.clock import local_day
from care.growth import Measure
from care.messages import KEEPS_QUIET_HOURS, OF_CAMPAIGNS, Address, Button, Kind, Outbound
from care.people import Caregiver, CaregiverState, Child, ChildState
from care.quiet_hours import is_quiet
from channels.base import Caps
from content import growth_chart
from content.library import ContentMissing, Library
from content.render import REVIEWED, RenderError, reader_of, render
from handlers.item_buttons import buttons_for
from storage import (
    campaigns,
    caregivers,
    children,
    claims,
    conversations,
    hamlets,
    measurements,
    outbox,
    reactions,
    reviews,
    talks,
)
from storage.claims import Row
from storage.database import Connection

log = logging.getLogger(__name__)

SENSITIVE_HOLD = timedelta(minutes=30)
SENSITIVE_MOST = timedelta(hours=24)  # a talk nobody came back to holds pushes no longer


@dataclass(frozen=True, slots=True)
class Compose:
    """What rendering needs besides the row. `drafts`: show, or refuse unapproved pushes.

    `home`: how families reach our pages; empty where the chat page alone knows.
    """

    library: Library
    caps: Caps
    drafts: str = "show"
    home: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    row: Row
    to: Address
    out: Outbound


@dataclass(frozen=True, slots=True)
class Dropped:
    """Claimed and settled without sending; look for the next one."""

    row_id: int
    reason: str


def prepare(
    conn: Connection,
    compose: Compose,
    route: str,
    now: datetime,
    busy: tuple[int, ...],
    again: tuple[int, ...] = (),
) -> Ready | Dropped | None:
    """Claims the next message and makes it ready; None when nothing may go now.

    A row that cannot be made ready, whatever is wrong with it, fails alone.
    """
    row = claims.claim(conn, route, now, busy, is_quiet(now), again)
    if row is None:
        return None
    try:
        return _ready(conn, compose, row, now)
    except Exception as error:  # when it is the database's own, settling raises it again
        log.error("row %s cannot be made ready: %s", row.id, type(error).__name__)
        claims.settle(conn, row.id, outbox.FAILED, now, reason=type(error).__name__)
        return Dropped(row.id, "broken")


def _ready(conn: Connection, compose: Compose, row: Row, now: datetime) -> Ready | Dropped:
    if row.expires_at <= now:
        claims.settle(conn, row.id, outbox.EXPIRED, now, reason="window")
        return Dropped(row.id, "window")
    contact = caregivers.by_address_id(conn, row.address_id)
    if contact is None:
        claims.settle(conn, row.id, outbox.CANCELLED, now, reason="erased")
        return Dropped(row.id, "erased")
    mine = children.of_caregiver(conn, contact.caregiver.id)
    if row.kind in KEEPS_QUIET_HOURS | OF_CAMPAIGNS:
        if campaigns.id_of(row.message) is not None:
            reason = campaign_messages.unwanted(conn, row, contact.caregiver, mine)
        else:
            reason = _unwanted(row, contact.caregiver, mine) or _held(conn, compose, row.message)
        if reason == campaign_messages.PAUSED:
            claims.release(conn, row.id, row.expires_at, attempt=False)
            return Dropped(row.id, reason)
        if reason:
            claims.settle(conn, row.id, outbox.CANCELLED, now, reason=reason)
            return Dropped(row.id, reason)
        if beside_it := row.params.get("also"):
            row.params["also"] = [one for one in beside_it if not _held(conn, compose, one)]
        since = now - SENSITIVE_MOST
        talking = talks.quiet(conn, contact.caregiver.id, now)
        if talking or conversations.any_sensitive(conn, contact.caregiver.id, since):
            claims.release(conn, row.id, now + SENSITIVE_HOLD, attempt=False)
            return Dropped(row.id, "conversation")
    try:
        out = words(conn, compose, row, contact.caregiver, mine, now)
    except Exception as error:
        log.error("row %s cannot be rendered: %s", row.id, _told(error))
        if row.kind is not Kind.EMERGENCY:
            claims.settle(conn, row.id, outbox.FAILED, now, reason=_told(error)[:60])
            return Dropped(row.id, "render")
        out = Outbound(compose.library.emergency, "emergency/memory")
    return Ready(row, contact.address, out)


def _told(error: Exception) -> str:
    """What may be logged: our own errors name messages and tokens, others may quote a family."""
    return str(error) if isinstance(error, (RenderError, ContentMissing)) else type(error).__name__


def _unwanted(row: Row, caregiver: Caregiver, mine: list[Child]) -> str | None:
    """Why a push must not go after all."""
    if caregiver.state is not CaregiverState.ACTIVE:
        return caregiver.state.value
    child = next((c for c in mine if c.id == row.child_id), None)
    if child is None:
        return "not linked"
    if child.state not in (ChildState.BORN, ChildState.EXPECTED):
        return child.state.value
    return None


def _held(conn: Connection, compose: Compose, message: str) -> str | None:
    """Why an item must not go unasked, to whomever."""
    library = compose.library
    if reactions.is_paused(conn, message):
        return "called wrong"
    if message not in library.meta:
        return None
    if reviews.verdict(conn, message, library.hashes[message]) == reviews.SENT_BACK:
        return "sent back"
    if compose.drafts == "refuse" and not _reviewed(conn, library, message):
        return "not approved"
    return None


def _reviewed(conn: Connection, library: Library, message: str) -> bool:
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
    reader = reader_of(library, caregiver, spoken)
    wanted = params.pop("buttons", [])
    edit = params.pop("edit", None)
    growth = params.pop("growth", None)
    item = library.items.get(row.message)
    if item is not None:
        params.update(_item_params(item, spoken, now))
        below = beside.blocks(conn, library, caregiver, spoken, item, local_day(now))
        params["more"] = [render(library, *block, reader, draft_note=False).text for block in below]
        if not wanted and spoken:
            wanted = [[b.id, b.label, b.url] for b in buttons_for(library, item.id, spoken[0].id)]
    params.setdefault("tram", _station(conn, library, caregiver))
    told = (row.message, *params.get("also", ()))
    unread = not all(_reviewed(conn, library, one) for one in told)
    shown = render(library, row.message, params, reader, draft_note=unread)
    picture = _growth(conn, library, growth, spoken) if growth and spoken else None
    return Outbound(
        text=shown.text,
        message=row.message,
        title=shown.title,
        buttons=tuple(_button(compose, b) for b in wanted),
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
