"""Somebody may be hurt, or in despair: the numbers first, then one way on. Nothing is asked.

Whatever was being talked about goes on afterwards. Where the words leave doubt, one gentle
question is asked, with the number beside it; where they may as well be an everyday question, it is
answered, with the number below.
"""

import re
from collections.abc import Mapping

from care.folding import fold
from care.messages import Button, Say
from handlers import discreet, questions
from handlers.danger import card_button
from handlers.item_buttons import calls
from handlers.reading import STAYS, reading
from handlers.report_screens import elsewhere
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, done, say
from storage import discreet as traces

# Route -> the message, the numbers on its buttons, the card that may help.
SAYS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "child_protection": ("harm/child", ("tre_em", "cong_an"), "dg-cp"),
    "dv_support": ("harm/home", ("cong_an", "bao_luc", "tre_em"), "dg-cp"),
    "self_harm_adult": ("harm/despair", ("cap_cuu",), "dg-mh"),
    "self_harm_child": ("harm/young", ("tre_em", "cap_cuu"), "dg-mh"),
    "harm_child_risk": ("harm/temper", ("cap_cuu", "tre_em"), "dg-mh"),
}
# Where a child may be the one who writes: the same way in short words.
CHILD_WRITES: Mapping[str, tuple[str, ...]] = {"self_harm_child": ("report.young",)}


# "chồng tôi đánh con": somebody else hurts a child, whatever the model takes it for; unless the
# one who writes is hurt as well, who needs to hear of that first.
_HURTS = r"(?:danh|tat|bop co|dap|hanh ha)(?: dap)?(?: ca)?"
_ANOTHER = re.compile(
    r"(?<!\w)(?:chong|ck|bo|cha|duong|ong|me chong|anh ay|co giao|thay giao|bao mau|hang xom)"
    rf"(?: (?!me )\w+){{0,2}} {_HURTS} (?:con|chau|be|em be|tre|no|thang be|dua be)(?!\w)"
)
_THE_WRITER = re.compile(
    rf"(?<!\w){_HURTS} (?:toi|tui|em|e|minh|vo|me con|hai me con)(?! be)(?!\w)"
)


def answer(turn: Turn) -> Answer:
    found = reading(turn)
    if found is None or found.route not in SAYS:
        return no(turn)
    if _is_about_a_child(found.route, fold(turn.text)):
        return _say(turn, "child_protection")
    doubt = found.unsure and found.imminence != "now" and found.route == "child_protection"
    if doubt and found.intents:
        call = calls(turn.library, "tre_em")
        return done(questions.told(turn, found.intents, *call, _worried(turn)))
    return _aside(turn, questions.gentle(turn)) if doubt else _say(turn, found.route)


def _is_about_a_child(route: str, folded: str) -> bool:
    if not _ANOTHER.search(folded):
        return False
    return route == "harm_child_risk" or (route == "dv_support" and not _THE_WRITER.search(folded))


def _worried(turn: Turn) -> Button:
    """Remembers what was written, so that it goes with the rest if it was meant so."""
    return Button(":".join((questions.WORRIED, *turn.event.left)), "")


def _say(turn: Turn, route: str) -> Answer:
    message, numbers, card = SAYS[route]
    buttons = [*calls(turn.library, *numbers)]
    if card in turn.library.items:
        buttons.append(card_button(turn.library, card))
    ways = ("report.begin", *CHILD_WRITES.get(route, ()))
    told = say(message, *buttons, *ways, "harm.no", discreet.EXIT)
    return _aside(turn, told, fades=route not in STAYS)


def _aside(turn: Turn, told: Say, *, fades: bool = True) -> Answer:
    """Sent before everything else; what was half done goes on.

    Where nothing can be taken back it is the numbers alone, in neutral words.
    """
    if not turn.deletes:
        (told,) = elsewhere(turn).says
    discreet.touch(turn, fades=fades)
    return Answer((told,), keep=True, sensitive=True)


def yes(turn: Turn) -> Answer:
    """After the gentle question."""
    route, _, written = argument(turn).partition(":")
    told = _say(turn, route if route in SAYS else "child_protection")
    if written:
        address = turn.contact.address_id
        traces.heard(turn.conn, address, turn.event.id, (written,))
    return told


def no(turn: Turn) -> Answer:
    """It was something else; one tap, no question why."""
    return aside(say("harm/no", "menu.home"))


ACTIONS: dict[str, Handler] = {"harm.yes": yes, "harm.no": no}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
