"""Answers to what parents ask in their own words, and topics found by words."""

from typing import Any

from care.age import full_months
from care.folding import fold
from care.messages import Button, Say
from care.people import Child, ChildState
from care.typed_age import months_in
from care.understanding import (
    BEREAVEMENT,
    COMMAND,
    EMERGENCY,
    FAQ,
    MEDICAL,
    UNKNOWN,
    Reading,
)
from handlers import emergency
from handlers.danger import NOBODY, card_button
from handlers.item_buttons import calls
from handlers.menu import beside
from handlers.reading import reading
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import cut, title
from storage import reactions

WORRIED = "harm.yes:child_protection"
NEAREST = 2
SHOWN = 5
FEW_WORDS = 3  # so short a text is a word to look for, unless it is a clear question
# What the wish is about -> the buttons that fulfil it.
COMMANDS = {
    "bot_stop": ("settings.stop", "settings.few"),
    "bot_less": ("settings.few",),
    "bot_more": ("settings.many", "menu.today"),
    "bot_start": ("settings.resume",),
    "bot_menu": ("menu.home",),
    "bot_today": ("menu.today",),
    "bot_human": ("talk.open", "menu.emergency"),
    "bot_children": ("menu.children",),
    "bot_delete": ("privacy.delete", "settings.stop"),
    "bot_help": ("menu.help", "menu.home"),
}


def answer(turn: Turn) -> Answer | None:
    """None when the text is no question that anything here answers."""
    found = reading(turn)
    if found is None:
        return None
    if found.route == EMERGENCY:
        return _danger(turn, found)
    if found.route == BEREAVEMENT:
        return done(say("questions/loss", "loss.report", "harm.no"))
    if found.route == COMMAND:
        buttons = COMMANDS.get(found.intent, ("menu.home",))
        return done(say("questions/wish", *buttons, "questions.not"))
    if found.route == FAQ:
        return done(told(turn, found.intents))
    return _nearest(turn, found)


def _danger(turn: Turn, found: Reading) -> Answer:
    """What to do with the hands at once, then the whole card."""
    item = turn.library.answers.get(found.intent)
    if found.intent not in MEDICAL or item is None:
        return emergency.answer(turn)
    months = months_in(turn.text)
    first = _item(turn, item, months)
    cards = turn.library.meta[item].red_flags
    child = _whom(turn, months)
    old = _months_of(turn, child) if months is None and child else months
    card = _by_age(cards, old)
    says = [first] if card is None else [first, say(card, "menu.emergency", "harm.no")]
    return done(*says)


def _by_age(cards: tuple[str, ...], months: int | None) -> str | None:
    """Of the two cards on choking the one for the age; else the first."""
    if "dg-choke2" in cards and months is not None and months >= 12:
        return "dg-choke2"
    return cards[0] if cards else None


def told(turn: Turn, intents: tuple[str, ...], *more: str | Button) -> Say:
    """The answer to the likeliest of these questions."""
    return _answer(turn, intents[0], intents[1:], months_in(turn.text), *more)


def _answer(
    turn: Turn, intent: str, near: tuple[str, ...], months: int | None, *more: str | Button
) -> Say:
    item = turn.library.answers.get(intent)
    if item is None:
        return say("questions/unknown", "menu.topics", "menu.danger", "menu.home")
    others = [_button(turn, other) for other in near if other in turn.library.answers]
    return _item(turn, item, months, *more, *others[:NEAREST], "questions.not")


def _item(turn: Turn, item: str, months: int | None, *more: str | Button) -> Say:
    child = _whom(turn, months)
    if months is None and child is not None:
        months = _months_of(turn, child)
    meta = turn.library.meta[item]
    buttons = [*calls(turn.library, *meta.call)]
    buttons += [card_button(turn.library, card) for card in turn.library.cards(item, months)]
    params: dict[str, Any] = {} if months is None else {"months": months}
    if child is None:
        params["children"] = NOBODY
    return say(item, *buttons, *more, "menu.home", child=child, **params)


def _whom(turn: Turn, months: int | None) -> Child | None:
    """The registered child that was meant: the one of that age, else the youngest."""
    born = [c for c in turn.living if c.state is ChildState.BORN]
    if months is not None:
        born = [c for c in born if abs(_months_of(turn, c) - months) <= max(1, months // 12)]
    return min(born, key=lambda c: _months_of(turn, c), default=None)


def _months_of(turn: Turn, child: Child) -> int:
    return full_months(child.born_on, turn.today) if child.born_on else 0


def _button(turn: Turn, intent: str) -> Button:
    item = turn.library.answers[intent]
    return Button(f"questions.open:{intent}", cut(title(turn.library, item)))


def _nearest(turn: Turn, found: Reading) -> Answer | None:
    """Not understood for sure: what it may have been, and what the words stand in."""
    if found.unsure:
        return done(gentle(turn))
    short = len(fold(turn.text).split()) <= FEW_WORDS
    if short and (looked := _search(turn, turn.text)):
        return done(looked)
    near = [name for name in found.intents if name in turn.library.answers]
    reactions.miss(turn.conn, turn.today, near[0] if near else "")
    if not near or found.route != UNKNOWN:
        return None
    buttons = [_button(turn, name) for name in near[:NEAREST]]
    return done(say("questions/which", *buttons, "questions.search", "menu.home"))


def gentle(turn: Turn) -> Say:
    """One question where the words leave doubt, with the number beside it."""
    return say("harm/unsure", *calls(turn.library, "tre_em"), WORRIED, "harm.no", "report.exit")


def open_one(turn: Turn) -> Answer:
    """One of the topics that were offered."""
    return beside(turn, _answer(turn, argument(turn), (), None))


def not_meant(turn: Turn) -> Answer:
    """ "Không phải ý tôi": counted, and another way shown."""
    reactions.miss(turn.conn, turn.today, "not_meant")
    return beside(
        turn, say("questions/not", "questions.search", "menu.topics", "menu.danger", "menu.home")
    )


def ask_words(turn: Turn) -> Answer:
    return ask("questions.words", say("questions/search", "menu.topics", "menu.home"))


def look(turn: Turn) -> Answer:
    """The words to look for were typed."""
    found = _search(turn, turn.text)
    if found is None:
        again = say("questions/nothing", "menu.topics", "menu.home")
        return ask("questions.words", again)
    return done(found)


def look_typed(turn: Turn) -> Answer:
    """ "tìm ăn dặm" in one message."""
    words = turn.text.split(maxsplit=1)
    if len(words) < 2:  # the word itself, and what follows
        return ask_words(turn)
    return done(_search(turn, words[1]) or say("questions/nothing", "menu.topics", "menu.home"))


def _search(turn: Turn, text: str) -> Say | None:
    found = turn.library.index.search(text)[:SHOWN]
    if not found:
        return None
    buttons = [_found(turn, item) for item in found]
    return say("questions/found", *buttons, "questions.search", "menu.home")


def _found(turn: Turn, item: str) -> Button:
    meta = turn.library.meta[item]
    if meta.kind == "danger":
        return card_button(turn.library, item)
    if meta.kind == "faq":
        return Button(f"questions.item:{item}", cut(title(turn.library, item)))
    return Button(f"tips.open:{item}", cut(title(turn.library, item)))


def open_item(turn: Turn) -> Answer:
    """An answer that was found by its words."""
    item = argument(turn)
    if item not in turn.library.answers.values():
        return beside(turn, say("tips/gone", "menu.topics", "menu.home"))
    return beside(turn, _item(turn, item, None, "questions.not"))


ACTIONS: dict[str, Handler] = {
    "questions.open": open_one,
    "questions.item": open_item,
    "questions.not": not_meant,
    "questions.search": ask_words,
}
STEPS: dict[str, Handler] = {"questions.words": look}
