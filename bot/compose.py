"""From a waiting row to words on the way: the last checks and the rendering.

`prepare` runs in the transaction that claims the row, so an opt-out, a loss or a corrected date
that came in meanwhile is always respected.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import campaign_messages
from bot.menus import fitted
from bot.rendering import Compose, reviewed, template_data, words
from bot.windows import Going, decide
from care.discreet import GONE, is_discreet
from care.messages import KEEPS_QUIET_HOURS, OF_CAMPAIGNS, Address, Kind, Outbound
from care.people import Caregiver, CaregiverState, Child, ChildState
from care.quiet_hours import is_quiet
from care.windows import Way
from content.library import ContentMissing
from content.render import RenderError
from handlers.asking import TAKES_A_NUMBER
from storage import (
    campaigns,
    caregivers,
    children,
    claims,
    conversations,
    menus,
    outbox,
    reactions,
    reviews,
    taken_away,
    talks,
    windows,
)
from storage.caregivers import Contact
from storage.claims import Row
from storage.database import Connection
from storage.windows import Elsewhere

log = logging.getLogger(__name__)

UNASKED = KEEPS_QUIET_HOURS | OF_CAMPAIGNS | {Kind.NOTICE}

SENSITIVE_HOLD = timedelta(minutes=30)
SENSITIVE_MOST = timedelta(hours=24)  # a talk nobody came back to holds pushes no longer


@dataclass(frozen=True, slots=True)
class Ready:
    row: Row
    to: Address
    out: Outbound
    outside: bool = False  # an answer to somebody who is not, or no longer, among its people


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
        found = _ready(conn, compose, row, now)
        if isinstance(found, Dropped):
            taken_away.wipe(conn, row)
        return found
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
    if (gone := _gone(conn, compose, row, contact.address, now)) is not None:
        return gone
    mine = children.of_caregiver(conn, contact.caregiver.id)
    if row.kind in KEEPS_QUIET_HOURS | OF_CAMPAIGNS:
        dropped = _not_now(conn, compose, row, contact, mine, now)
        if dropped is not None:
            return dropped
    going = _going(conn, compose, row, contact, now)
    if isinstance(going, Dropped):
        return going
    try:
        out = words(conn, compose, row, contact.caregiver, mine, now)
    except Exception as error:
        log.error("row %s cannot be rendered: %s", row.id, _told(error))
        if row.kind is not Kind.EMERGENCY:
            claims.settle(conn, row.id, outbox.FAILED, now, reason=_told(error)[:60])
            return Dropped(row.id, "render")
        out = Outbound(compose.library.emergency, "emergency/memory")
    if going is not None and going.template is not None:
        number, fields = going.template
        args = (row, contact.caregiver, mine, now, fields)
        out = replace(out, template=(number, template_data(conn, compose.library, *args)))
    if len(out.buttons) > compose.caps.buttons:
        out = _with_menu(conn, compose, row, out, now)
    if going is not None:
        way = caregivers.route(contact.address)
        windows.charge(conn, row.id, way, going.way, going.legal, going.price, now)
    return Ready(row, contact.address, out, contact.gone)


def _with_menu(
    conn: Connection, compose: Compose, row: Row, out: Outbound, now: datetime
) -> Outbound:
    """As a messenger with few buttons shows it; what is typed then is kept."""
    bare = conversations.get(conn, row.address_id).step in TAKES_A_NUMBER
    ask = compose.library.label("menu.words" if bare else "menu.numbers")
    out, options = fitted(compose.caps, out, ask, bare=bare)
    if options:
        menus.put(conn, row.address_id, options, now)
    return out


def _not_now(
    conn: Connection,
    compose: Compose,
    row: Row,
    contact: Contact,
    mine: list[Child],
    now: datetime,
) -> Dropped | None:
    """Why an unasked message does not go, or not yet."""
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
    return None


def _going(
    conn: Connection, compose: Compose, row: Row, contact: Contact, now: datetime
) -> Going | Dropped | None:
    """How a message goes where it may not always go; an answer always may."""
    if compose.account is None:
        return None
    if row.kind not in UNASKED:
        return Going(Way.FREE, legal=False, price=0)
    found = decide(conn, compose.account, compose.windows, compose.library, row, contact, now)
    if isinstance(found, Elsewhere):
        windows.move(conn, row.id, found, now)
        return Dropped(row.id, "elsewhere")
    if found is None:
        windows.hold(conn, row.id)
        return Dropped(row.id, windows.CLOSED)
    return found


def _gone(
    conn: Connection, compose: Compose, row: Row, address: Address, now: datetime
) -> Ready | Dropped | None:
    """Of a dialogue the person has left nothing is shown any more, and all that stands goes.

    What stands is looked for now: something was under way when the person left.
    """
    if is_discreet(row.message) and taken_away.is_left(conn, row):
        claims.settle(conn, row.id, outbox.CANCELLED, now, reason="taken away")
        return Dropped(row.id, "taken away")
    if row.message != GONE:
        return None
    remove = taken_away.references(conn, row.address_id, row.id, row.params)
    if not remove or not compose.caps.deletes:
        claims.settle(conn, row.id, outbox.CANCELLED, now, reason="nothing to take away")
        return Dropped(row.id, "nothing to take away")
    text = compose.library.label("discreet.gone")
    return Ready(row, address, Outbound(text, row.message, remove=remove))


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
    if compose.drafts == "refuse" and not reviewed(conn, library, message):
        return "not approved"
    return None
