"""Somebody may be hurt, or in despair: the numbers first, then one way on. Nothing is asked.

Whatever was being talked about goes on afterwards. Where the words leave doubt, one gentle
question is asked, with the number beside it; where they may as well be an everyday question, it is
answered, with the number below.
"""

from collections.abc import Mapping

from care.messages import Say
from handlers import questions
from handlers.danger import card_button
from handlers.item_buttons import calls
from handlers.reading import reading
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, done, say

# Route -> the message, the numbers on its buttons, the card that may help.
SAYS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "child_protection": ("harm/child", ("tre_em", "cong_an"), "dg-cp"),
    "dv_support": ("harm/home", ("cong_an", "bao_luc", "tre_em"), "dg-cp"),
    "self_harm_adult": ("harm/despair", ("cap_cuu",), "dg-mh"),
    "self_harm_child": ("harm/young", ("tre_em", "cap_cuu"), "dg-mh"),
    "harm_child_risk": ("harm/temper", ("cap_cuu", "tre_em"), "dg-mh"),
}


def answer(turn: Turn) -> Answer:
    found = reading(turn)
    if found is None or found.route not in SAYS:
        return no(turn)
    doubt = found.unsure and found.imminence != "now" and found.route == "child_protection"
    if doubt and found.intents:
        call = calls(turn.library, "tre_em")
        return done(questions.told(turn, found.intents, *call, questions.WORRIED))
    return _aside(questions.gentle(turn)) if doubt else _say(turn, found.route)


def _say(turn: Turn, route: str) -> Answer:
    message, numbers, card = SAYS[route]
    buttons = [*calls(turn.library, *numbers)]
    if card in turn.library.items:
        buttons.append(card_button(turn.library, card))
    return _aside(say(message, *buttons, "harm.no"))


def _aside(told: Say) -> Answer:
    """Sent before everything else; what was half done goes on."""
    return Answer((told,), keep=True, sensitive=True)


def yes(turn: Turn) -> Answer:
    """After the gentle question."""
    route = argument(turn)
    return _say(turn, route if route in SAYS else "child_protection")


def no(turn: Turn) -> Answer:
    """It was something else; one tap, no question why."""
    return aside(say("harm/no", "menu.home"))


ACTIONS: dict[str, Handler] = {"harm.yes": yes, "harm.no": no}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
