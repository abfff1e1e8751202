"""When a messenger lets us write, and what it costs: the windows after a person's last action."""

import math
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from care.messages import Kind

GREETING_MOST = 3  # messages that waited and come when the person writes


@dataclass(frozen=True, slots=True)
class Windows:
    """Measured from what the person did last; `price` and later ones in đồng a message."""

    free: timedelta = timedelta(hours=48)
    paid: timedelta = timedelta(days=7)
    price: int = 55
    template_price: int = 200


class Way(StrEnum):
    FREE = "free"
    PAID = "paid"
    TEMPLATE = "template"
    ELSEWHERE = "elsewhere"  # another address of the same caregiver
    WAIT = "wait"  # until the person writes


@dataclass(frozen=True, slots=True)
class Purse:
    """What the account may still spend: paid messages of its package and templates this month.

    `others_left`: paid messages that may go today for what is neither law nor alert.
    """

    paid_left: int
    others_left: int = 0
    templates_left: int = 0


def others_left(package: int, reserve: int, law: int, others: int, today: date) -> int:
    """Of a month's package after `law` and `others` went: what may go for others today.

    What the law will have needed by the month's end, as in the days so far, and at least
    `reserve`, is not touched; the rest is for the whole month, a share a day.
    """
    days = monthrange(today.year, today.month)[1]
    needed = max(reserve, math.ceil(law * days / today.day))
    so_far = (package - needed) * today.day // days
    return max(0, min(so_far - others, package - law - others))


def way(
    windows: Windows | None,
    heard_at: datetime | None,
    now: datetime,
    *,
    legal: bool,
    urgent: bool,
    purse: Purse,
    template: bool,
    elsewhere: bool,
) -> Way:
    """How an unasked message goes. `legal`: a deadline of the law; `urgent`: an alert.

    `template`: an approved one exists for it; `elsewhere`: the caregiver has another address that
    is open now.
    """
    if windows is None:
        return Way.FREE
    silent = now - heard_at if heard_at is not None else None
    if silent is not None and silent < windows.free:
        return Way.FREE
    if elsewhere:
        return Way.ELSEWHERE
    first = legal or urgent
    if silent is not None and silent < windows.paid:
        return Way.PAID if (purse.paid_left if first else purse.others_left) > 0 else Way.WAIT
    if first and template and purse.templates_left > 0:
        return Way.TEMPLATE
    return Way.WAIT


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waited for the person to write."""

    id: int
    kind: Kind
    legal: bool


_ORDER = (Kind.ALERT, Kind.NOTICE, Kind.REMINDER, Kind.CAMPAIGN, Kind.TIP)


def greeting(waiting: Sequence[Waiting]) -> list[int]:
    """What comes now that the person has written: what matters, and no flood.

    Deadlines of the law first, then by kind, of a kind the newest; of tips only one.
    """
    ranked = sorted(waiting, key=lambda one: (not one.legal, _ORDER.index(one.kind), -one.id))
    tips = [one for one in ranked if one.kind is Kind.TIP]
    return [one.id for one in ranked if one not in tips[1:]][:GREETING_MOST]
