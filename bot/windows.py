"""Messengers that let us write only for a while: whether an unasked message goes, and how.

What may not go now moves to another messenger of the same person, or waits until they write; then
what matters comes, and the rest does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from care.clock import local_day
from care.messages import Kind
from care.windows import Purse, Waiting, Way, Windows, greeting, others_left, way
from content.library import Library
from storage import templates, windows
from storage.caregivers import Contact, route
from storage.claims import Row
from storage.database import Connection
from storage.windows import Elsewhere

AFTER_ANSWER = timedelta(seconds=2)  # what was asked is answered first


@dataclass(frozen=True, slots=True)
class Account:
    """What one account of a messenger with windows may spend a month; `reserve` is for the law."""

    windows: Windows
    paid: int = 0
    reserve: int = 0
    templates: int = 0


@dataclass(frozen=True, slots=True)
class Going:
    """How a message goes, for the books."""

    way: Way
    legal: bool
    price: int
    template: tuple[str, dict[str, str]] | None = None  # its id and data


def is_legal(library: Library, message: str) -> bool:
    """A reminder with a date that the law sets."""
    item = library.items.get(message)
    return item is not None and item.due is not None


def decide(
    conn: Connection,
    account: Account,
    others: Mapping[str, Windows],
    library: Library,
    row: Row,
    contact: Contact,
    now: datetime,
) -> Going | Elsewhere | None:
    """How an unasked message goes; to which other address; None: it waits.

    `others`: the windows of each messenger that has some, by its name.
    """
    here = route(contact.address)
    legal = is_legal(library, row.message)
    purse = _purse(conn, account, here, local_day(now))
    template = templates.find(conn, here, row.message)
    open_ones = [
        one
        for one in windows.others(conn, contact.caregiver.id, row.address_id)
        if _open(one, others, now)
    ]
    found = way(
        account.windows,
        windows.heard_at(conn, row.address_id),
        now,
        legal=legal,
        urgent=row.kind is Kind.ALERT,
        purse=purse,
        template=template is not None,
        elsewhere=bool(open_ones),
    )
    if found is Way.ELSEWHERE:
        return open_ones[0]
    if found is Way.WAIT:
        return None
    if found is Way.TEMPLATE and template is not None:
        return Going(found, legal, template.price, (template.template_id, dict(template.fields)))
    return Going(found, legal, account.windows.price if found is Way.PAID else 0)


def _purse(conn: Connection, account: Account, here: str, today: date) -> Purse:
    month = f"{today:%Y-%m}"
    law, others = windows.used(conn, here, month, Way.PAID)
    return Purse(
        account.paid - law - others,
        others_left(account.paid, account.reserve, law, others, today),
        account.templates - sum(windows.used(conn, here, month, Way.TEMPLATE)),
    )


def _open(one: Elsewhere, others: Mapping[str, Windows], now: datetime) -> bool:
    its = others.get(one.route.partition(":")[0])
    return its is None or (one.heard_at is not None and now - one.heard_at < its.free)


def heard(conn: Connection, library: Library, address_id: int, now: datetime) -> None:
    """The person did something: the window is open, and what waited comes after the answer."""
    windows.hear(conn, address_id, now)
    held = windows.held(conn, address_id)
    if held:
        waiting = [Waiting(h.id, Kind(h.kind), is_legal(library, h.message)) for h in held]
        windows.wake(conn, address_id, greeting(waiting), now + AFTER_ANSWER, now)
