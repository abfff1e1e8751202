"""Who helps near the family: by need and place. What is closed is never shown.

What nobody should find somebody looking for is told in `handlers.guidance`, which leaves no trace.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any

from care.messages import Button
from care.services import QUIET, Field, Service
from handlers.item_buttons import calls
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from storage import hamlets, services

MOST = 5
LABEL_MOST = 40


def home(turn: Turn) -> Answer:
    """What is needed?"""
    buttons = [_field(turn, field) for field in Field]
    return beside(turn, say("services/home", *buttons, "menu.home"))


def _field(turn: Turn, field: Field) -> Button:
    action = "guidance.near" if field in QUIET else "services.of"
    return Button(f"{action}:{field.value}", turn.library.label(f"services.{field.value}"))


def show(turn: Turn) -> Answer:
    known = {field.value: field for field in Field if field not in QUIET}
    field = known.get(argument(turn))
    if field is None:
        return home(turn)
    found = near(turn, {field})
    ways = ["services.home", "menu.home"]
    if turn.caregiver.area_id is None and turn.agreed:
        ways.insert(0, "place.change")
    if not found:
        return beside(turn, say("services/none", *calls(turn.library, "tre_em"), *ways))
    buttons, more = phones(turn, found), len(found) > MOST
    told = say("services/list", *buttons, *ways, lines=lines(found), where=_where(turn), more=more)
    return beside(turn, told)


def near(turn: Turn, fields: Collection[Field]) -> list[Service]:
    """Open ones for this family, the nearest first; where they live is unknown: of our own area."""
    root = turn.root.id if turn.root is not None else None
    return services.serving(turn.conn, turn.caregiver.area_id or root, fields)


def lines(found: Sequence[Service]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "phone": one.phone,
            "address": one.address,
            "hours": one.hours,
            "checked": one.checked_on.isoformat() if one.checked_on else None,
        }
        for one in found[:MOST]
    ]


def phones(turn: Turn, found: Sequence[Service]) -> list[Button]:
    """Buttons that dial."""
    call = turn.library.label("call")
    return [
        Button(
            "call", f"{call} {one.phone}"[:LABEL_MOST], f"tel:{re.sub('[^0-9+]', '', one.phone)}"
        )
        for one in found[:MOST]
        if one.phone
    ]


def _where(turn: Turn) -> str:
    """The commune, or where we work; "" for the whole country."""
    commune = hamlets.commune_of(turn.conn, turn.caregiver.area_id)
    place = commune or turn.root
    return place.name if place is not None and place.level != "country" else ""


ACTIONS: dict[str, Handler] = {"services.home": home, "services.of": show}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
