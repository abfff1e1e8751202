"""The danger cards: the list and each card, with its numbers as buttons. Open to everybody."""

from collections.abc import Mapping
from typing import Any

from care.age import conception_day
from care.discreet import CARDS
from care.messages import Button
from care.people import Child, ChildState
from care.programme import Anchor, Item
from content.library import Library
from handlers.item_buttons import buttons_for
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, title

NOBODY = [0]  # no child has this id: "hai bé" is wrong where one of them is hurt
GROUPS: Mapping[str, tuple[str, ...]] = {
    "pregnancy": ("dg-preg1", "dg-preg2", "dg-pp"),
    "newborn": ("dg-nb", "dg-choke1"),
    "child": ("dg-child", "dg-fever", "dg-diar"),
    "accident": ("dg-choke2", "dg-drown", "dg-burn", "dg-poison", "dg-head", "dg-bite"),
    "protection": ("dg-cp", "dg-mh"),
}


def cards(library: Library) -> list[str]:
    """Every danger card there is, in the order of the groups."""
    known = [card for group in GROUPS.values() for card in group if card in library.items]
    rest = [i.id for i in library.items.values() if i.kind == "danger" and i.id not in known]
    return known + sorted(rest)


def card_button(library: Library, card: str) -> Button:
    """Named by the first half of the card's title: "Bỏng", "Hóc dưới 1 tuổi"."""
    return Button(f"danger.open:{card}", cut(title(library, card).partition(":")[0]))


def overview(turn: Turn) -> Answer:
    buttons = [card_button(turn.library, card) for card in cards(turn.library)]
    return beside(turn, say("danger/list", "menu.emergency", *buttons, "menu.home"))


def show(turn: Turn) -> Answer:
    """The card, speaking of the only child it fits; of "bé" where it is not known which."""
    card = argument(turn)
    item = turn.library.items.get(card)
    if item is None or item.kind != "danger":
        return overview(turn)
    fitting = [child for child in turn.living if fits(turn, item, child)]
    child = fitting[0] if len(fitting) == 1 else None
    buttons = buttons_for(turn.library, card, child.id if child else None)
    whom: dict[str, Any] = {} if child else {"children": NOBODY}
    out = ("report.exit",) if card in CARDS else ()
    ways = (*buttons, *out, "menu.danger", "menu.home")
    return beside(turn, say(card, *ways, child=child, **whom))


def fits(turn: Turn, item: Item, child: Child) -> bool:
    """Today lies in the card's ages for this child; also for cards that are never pushed."""
    if item.anchor is Anchor.DUE:
        expected = child.state is ChildState.EXPECTED and child.due_on is not None
        start = conception_day(child.due_on) if expected and child.due_on else None
    else:
        start = child.born_on if child.state is ChildState.BORN else None
    if start is None:
        return False
    return item.at.after(start) <= turn.today <= item.expires.after(start)


ACTIONS: dict[str, Handler] = {"menu.danger": overview, "danger.open": show}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
