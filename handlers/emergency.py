"""A cry for help: the numbers first, then the first minutes, then the cards that may fit.

Whatever was being asked goes on afterwards. When the database is down, `bot` answers from the text
in content/emergency instead.
"""

from care.folding import fold
from care.messages import EventKind
from handlers import discreet
from handlers.danger import card_button, fits
from handlers.item_buttons import calls
from handlers.reading import STAYS, discloses, reading
from handlers.routing import Handler
from handlers.turn import Answer, Turn, aside, say

MOST_CARDS = 4
USUAL = ("dg-choke1", "dg-choke2", "dg-drown", "dg-poison")
# Words without accents -> the cards that may help; the first that fit the children are offered.
CARDS = (
    (("hoc", "nghen", "sac"), ("dg-choke1", "dg-choke2")),
    (("duoi", "xuong nuoc", "xuong ao", "xuong gieng"), ("dg-drown",)),
    (("bong", "chay nha", "dien giat"), ("dg-burn",)),
    (("ngo doc", "uong nham", "uong phai", "thuoc sau", "an nham"), ("dg-poison",)),
    (("nga", "dap dau", "roi tu"), ("dg-head",)),
    (("cho can", "meo can", "ran can", "bi can", "can nham"), ("dg-bite",)),
    (("sot", "giat"), ("dg-fever", "dg-child", "dg-nb")),
    (
        ("khong tho", "ngung tho", "ngung tim", "tim tai", "tim moi", "bat tinh", "hon me"),
        ("dg-nb", "dg-child"),
    ),
    (("bang huyet", "chay mau", "ra mau", "mau chay"), ("dg-pp", "dg-preg1", "dg-preg2")),
    (("muon chet", "tu tu", "tu sat", "khong muon song", "chet quach", "giet con"), ("dg-mh",)),
    (("danh", "hiep", "hiep dam", "xam hai", "bat coc", "giet", "bop co"), ("dg-cp",)),
)
APART = frozenset({"dg-cp", "dg-mh"})  # of violence and despair


def answer(turn: Turn) -> Answer:
    numbers = calls(turn.library, "cap_cuu", "tre_em", "cong_an", "cuu_hoa")
    cards = [card_button(turn.library, card) for card in _cards(turn)]
    found = reading(turn) if turn.event.kind is not EventKind.CHOICE and discloses(turn) else None
    if found is None:
        return aside(say("emergency/numbers", *numbers, *cards, "menu.danger"))
    discreet.touch(turn, fades=found.route not in STAYS)
    return aside(say("emergency/numbers", *numbers, *cards, "menu.danger", discreet.EXIT))


def is_medical(turn: Turn) -> bool:
    """The words name an illness or an accident, and nothing that somebody does to somebody."""
    groups = _meant(turn)
    return bool(groups) and not any(APART & set(cards) for cards in groups)


def _meant(turn: Turn) -> list[tuple[str, ...]]:
    typed = f" {fold(turn.text)} " if turn.event.kind is not EventKind.CHOICE else ""
    return [cards for words, cards in CARDS if any(f" {word} " in typed for word in words)]


def _cards(turn: Turn) -> list[str]:
    """At most MOST_CARDS, by what was written; those of a wrong age are left out if any fits."""
    meant = [card for cards in _meant(turn) for card in _fitting(turn, cards)]
    return list(dict.fromkeys(meant or _fitting(turn, USUAL)))[:MOST_CARDS]


def _fitting(turn: Turn, cards: tuple[str, ...]) -> list[str]:
    known = [card for card in cards if card in turn.library.items]
    suited = [
        card
        for card in known
        if any(fits(turn, turn.library.items[card], child) for child in turn.living)
    ]
    return suited or known


ACTIONS: dict[str, Handler] = {"menu.emergency": answer}
STEPS: dict[str, Handler] = {}
OPEN_ACTIONS = frozenset(ACTIONS)  # also before consent
