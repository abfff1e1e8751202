"""Buttons under an item of the programme: numbers, what can be said of it, cards, reactions."""

from collections.abc import Iterator

from care.messages import Button
from care.programme import Item
from content.library import Library

REACTED = ("tip", "special", "season")
REACTIONS = ("reactions.did", "reactions.not-yet", "reactions.wrong")


def buttons_for(library: Library, item_id: str, child_id: int | None) -> tuple[Button, ...]:
    """What can be tapped under an item, also when it comes unasked."""
    item, meta = library.items.get(item_id), library.meta.get(item_id)
    if item is None or meta is None:
        return ()
    buttons = list(calls(library, *meta.call))
    if item.kind == "milestone" and child_id is not None:
        buttons.insert(0, Button(f"milestones.open:{item_id}:{child_id}", ""))
    if item.kind == "reminder" and child_id is not None:
        buttons += [Button(action, "") for action in _answers(library, item, child_id)]
    buttons += [_card(library, card) for card in meta.red_flags]
    if item.kind == "quiz":
        buttons.append(Button(f"quiz.play:{item_id}", ""))
    if item.kind in REACTED:
        buttons += [Button(f"{action}:{item_id}", "") for action in REACTIONS]
    return tuple(buttons)


def _answers(library: Library, item: Item, child_id: int) -> Iterator[str]:
    """What can be said of a reminder: done, or when to remind again."""
    duty = library.duties.get(item.done or "")
    if duty is not None and duty.doses:
        yield f"doses.given:{duty.id}:{child_id}"
        yield f"doses.ill:{duty.id}:{child_id}"
    elif item.done:
        yield f"papers.done:{item.id}:{child_id}"
    yield f"duties.later:{item.id}:{child_id}"


def _card(library: Library, card: str) -> Button:
    """A danger card the text speaks of; titles read "what: when to go"."""
    return Button(f"danger.open:{card}", library.meta[card].title.partition(":")[0])


def calls(library: Library, *keys: str) -> tuple[Button, ...]:
    """Buttons that dial a number of places.yaml."""
    return tuple(
        Button(
            "call",
            f"{library.label('call')} {library.numbers[key].number}",
            f"tel:{library.numbers[key].number.replace(' ', '')}",
        )
        for key in keys
        if key in library.numbers
    )
