"""What a free text is about, read once a turn."""

from functools import lru_cache

from care.understanding import HARM, Model, Reading, understand
from handlers.turn import Turn

CLEAR = 0.6  # far enough inside to interrupt a question
DESPAIR = ("self_harm_adult", "self_harm_child")
# Not to be left alone with an empty screen: taken away only by who asks for it.
STAYS = frozenset({*DESPAIR, "harm_child_risk"})
SHORT = 2  # words that answer a question that was asked: a name, a date


def reading(turn: Turn) -> Reading | None:
    """None without a model."""
    model = turn.library.model
    return _read(turn.text, model) if model is not None else None


@lru_cache(maxsize=8)
def _read(text: str, model: Model) -> Reading:
    return understand(text, model)


def discloses(turn: Turn) -> bool:
    """Someone may be hurt; while an answer is awaited only when the text says so clearly."""
    if turn.conversation.step is not None and len(turn.text.split()) <= SHORT:
        return False
    found = reading(turn)
    if found is None or found.route not in HARM:
        return False
    if turn.conversation.step is None or found.score >= CLEAR:
        return True
    return found.route in DESPAIR and not found.unsure
