"""Items on request: today's, those told before, and those of a topic."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from care.messages import Button, Say
from care.people import Child
from care.programme import Item, Opening, open_on
from content.library import Library
from handlers.item_buttons import buttons_for
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, day, title
from storage import history

COMPONENTS = (
    "health",
    "nutrition",
    "responsive_caregiving",
    "early_learning",
    "safety_security",
)
A_PAGE = 5
NEAR = timedelta(days=60)

Shown = tuple[str, int | None]  # item and child


def today(turn: Turn) -> Answer:
    """Today's item of every child, as often as asked; children with the same one share it."""
    if not turn.living:
        return beside(
            turn, say("tips/no-child", "registration.another", "menu.danger", "menu.home")
        )
    groups: dict[str, list[Child]] = {}
    for child in turn.living:
        item = _todays(turn, child)
        if item is not None:
            groups.setdefault(item.id, []).append(child)
    if not groups:
        return _nothing(turn)
    return beside(turn, *(_item(turn, item_id, kids) for item_id, kids in groups.items()))


def _todays(turn: Turn, child: Child) -> Item | None:
    """The newest open tip, else the newest open danger card."""
    live = open_on(turn.library.almanac.near(child, turn.today), child, turn.today)
    found = next((o for o in live if o.item.kind == "tip"), None) or next(
        (o for o in live if o.item.kind == "danger"), None
    )
    return found.item if found else None


def _nothing(turn: Turn) -> Answer:
    days = [
        on
        for opening in turn.library.openings
        if opening.item.kind == "tip"
        for child in turn.living
        if (on := opening.opens_on(child)) is not None and on > turn.today
    ]
    first = min(days, default=None)
    text = say(
        "tips/none",
        "menu.earlier",
        "menu.topics",
        "menu.home",
        on=first.isoformat() if first else None,
        days=(first - turn.today).days if first else 0,
    )
    return beside(turn, text)


def _item(turn: Turn, item_id: str, kids: Sequence[Child]) -> Say:
    child = kids[0] if kids else None
    buttons = buttons_for(turn.library, item_id, child.id if child else None)
    params = {"children": [kid.id for kid in kids]} if len(kids) > 1 else {}
    return say(item_id, *buttons, "menu.home", child=child, **params)


def show(turn: Turn) -> Answer:
    """One item, chosen from a list."""
    item_id, _, child_id = argument(turn).partition(":")
    child = next((c for c in turn.living if str(c.id) == child_id), None)
    if item_id not in turn.library.items or (child_id and child is None):
        return beside(turn, say("tips/gone", "menu.earlier", "menu.topics", "menu.home"))
    return beside(turn, _item(turn, item_id, [child] if child else []))


def earlier(turn: Turn) -> Answer:
    return beside(turn, _earlier(turn, 0))


def turn_page(turn: Turn) -> Answer:
    """Older or newer, in the same message."""
    page = int(argument(turn)) if argument(turn).isdecimal() else 0
    return beside(turn, replace(_earlier(turn, page), edit=turn.event.ref))


def _earlier(turn: Turn, page: int) -> Say:
    told = [t for t in history.told(turn.conn, turn.caregiver.id) if _fits(turn, t)]
    if not told:
        return say("tips/none-earlier", "menu.today", "menu.topics", "menu.home")
    page = _within(page, len(told))
    shown = told[page * A_PAGE : (page + 1) * A_PAGE]
    lines = [f"{day(t.on)}: {_title(turn, t.message, t.child_id)}" for t in shown]
    buttons = [_open_button(turn, t.message, t.child_id) for t in shown]
    buttons += _pages(turn.library, "tips.earlier", page, len(told), ("tips.newer", "tips.older"))
    return say("tips/earlier", *buttons, "menu.home", lines=lines)


def _fits(turn: Turn, told: history.Told) -> bool:
    """Still in the programme, and not about a child that was lost or taken off."""
    if told.message not in turn.library.items:
        return False
    return told.child_id is None or any(c.id == told.child_id for c in turn.living)


def _within(page: int, count: int) -> int:
    return max(0, min(page, (count - 1) // A_PAGE))


def _pages(
    library: Library, action: str, page: int, count: int, names: tuple[str, str]
) -> list[Button]:
    """The way to the page before and after, with the labels `names`."""
    buttons = []
    if page > 0:
        buttons.append(Button(f"{action}:{page - 1}", library.label(names[0])))
    if (page + 1) * A_PAGE < count:
        buttons.append(Button(f"{action}:{page + 1}", library.label(names[1])))
    return buttons


def _title(turn: Turn, item_id: str, child_id: int | None) -> str:
    return title(turn.library, item_id, turn.child(child_id))


def _open_button(turn: Turn, item_id: str, child_id: int | None) -> Button:
    ending = f":{child_id}" if child_id is not None else ""
    return Button(f"tips.open:{item_id}{ending}", cut(_title(turn, item_id, child_id)))


def topics(turn: Turn) -> Answer:
    buttons = [Button(f"tips.topic:{c}", turn.library.label(f"topic.{c}")) for c in COMPONENTS]
    more = ("questions.search", "quiz.list", "menu.home")
    return beside(turn, say("tips/topics", *buttons, *more))


def topic(turn: Turn) -> Answer:
    """The items of a component around the ages of the children, nearest first."""
    component, _, page_text = argument(turn).partition(":")
    if component not in COMPONENTS:
        return topics(turn)
    found = _of_topic(turn, component)
    if not found:
        return beside(turn, say("tips/no-topic", "menu.topics", "menu.today", "menu.home"))
    page = _within(int(page_text) if page_text.isdecimal() else 0, len(found))
    shown = found[page * A_PAGE : (page + 1) * A_PAGE]
    buttons = [_open_button(turn, item_id, child_id) for item_id, child_id in shown]
    buttons += _pages(
        turn.library, f"tips.topic:{component}", page, len(found), ("tips.before", "tips.after")
    )
    text = say(
        "tips/topic",
        *buttons,
        "menu.topics",
        "menu.home",
        topic=turn.library.label(f"topic.{component}"),
    )
    return beside(turn, replace(text, edit=turn.event.ref) if page_text else text)


def _of_topic(turn: Turn, component: str) -> list[Shown]:
    """Each item once, for the child that is nearest to its window."""
    mine = [o for o in turn.library.openings if _in_topic(turn, o, component)]
    best: dict[str, tuple[int, int]] = {}
    for child in turn.living:
        for opening in mine:
            away = _away(opening, child, turn.today)
            if away is None:
                continue
            known = best.get(opening.item.id)
            if known is None or away < known[0]:
                best[opening.item.id] = (away, child.id)
    ranked = sorted(best.items(), key=lambda pair: (pair[1][0], pair[0]))
    return [(item_id, child_id) for item_id, (_, child_id) in ranked]


def _in_topic(turn: Turn, opening: Opening, component: str) -> bool:
    return turn.library.meta[opening.item.id].component == component


def _away(opening: Opening, child: Child, now: date) -> int | None:
    """Days between today and the window; 0 inside, None when it is not near."""
    first, last = opening.opens_on(child), opening.expires_on(child)
    if first is None or last is None or not first - NEAR <= now <= last + NEAR:
        return None
    return max(0, (first - now).days, (now - last).days)


ACTIONS: dict[str, Handler] = {
    "menu.today": today,
    "menu.earlier": earlier,
    "menu.topics": topics,
    "tips.open": show,
    "tips.earlier": turn_page,
    "tips.topic": topic,
}
STEPS: dict[str, Handler] = {}
