"""A word of one's own that opens the quiet corner: set, changed, forgotten; only hashed."""

from collections.abc import Callable, Mapping

from care.answers_vi import parse_yes_no
from care.codes import case_code_in
from care.folding import fold
from handlers.fallback import stale
from handlers.report_screens import Draft, elsewhere, opened, shown, waiting
from handlers.routing import MOST_WORDS, Handler
from handlers.turn import Answer, Turn
from storage import discreet

WORD, OWN = "report.word", "report.own-word"
SHORTEST, LONGEST = 4, 40


def home(turn: Turn) -> Answer:
    if not turn.deletes:
        return elsewhere(turn)
    return _home(turn, opened(turn))


def _home(turn: Turn, draft: Draft) -> Answer:
    return shown(turn, draft, WORD, "word", "report.word-set", "report.word-off")


def ask(turn: Turn) -> Answer:
    return _ask(turn, opened(turn)) if waiting(turn) in (WORD, OWN) else stale(turn)


def _ask(turn: Turn, draft: Draft) -> Answer:
    return shown(turn, draft, OWN, "word-ask", again=False)


def typed(turn: Turn) -> Answer:
    """Nothing that is said every day, and nothing that means something here already."""
    draft, word = opened(turn), fold(turn.text)
    if not _fits(turn, word):
        return shown(turn, draft, OWN, "word-ask", again=True)
    discreet.set_word(turn.conn, turn.caregiver.id, word)
    return shown(turn, draft, None, "word-kept")


def _fits(turn: Turn, word: str) -> bool:
    known = word in turn.library.words or word in turn.library.commands
    if known or case_code_in(word) is not None or parse_yes_no(word) is not None:
        return False
    return SHORTEST <= len(word) <= LONGEST and len(word.split()) <= MOST_WORDS


def off(turn: Turn) -> Answer:
    """The same answer whether there was one or not."""
    if waiting(turn) not in (WORD, OWN):
        return stale(turn)
    discreet.drop_word(turn.conn, turn.caregiver.id)
    return shown(turn, opened(turn), None, "word-off")


ACTIONS: dict[str, Handler] = {WORD: home, "report.word-set": ask, "report.word-off": off}
SCREENS: Mapping[str, Callable[[Turn, Draft], Answer]] = {WORD: _home, OWN: _ask}
QUIET: dict[str, Handler] = {OWN: typed}
