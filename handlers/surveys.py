"""How was the talk with an officer? One tap, a few words if they like, and a way past both.

The question itself is put into the outbox by `storage.surveys.ask` when a talk is closed.
"""

from functools import partial

from handlers.asking import elsewhere
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, ask, done, say
from handlers.wording import wants_out
from storage import surveys
from storage.tasks import LOW

WORDS = "surveys.words"
DONE = ("menu.today", "menu.home")


def _score(turn: Turn, score: int) -> Answer:
    """Kept at once; the words are asked only where no other question is open."""
    talk = _talk(turn)
    if talk is None or not surveys.put(turn.conn, talk, turn.caregiver.id, score, turn.now):
        return aside(say("fallback/stale", "menu.home"))
    if turn.conversation.step not in (None, WORDS):
        return aside(say("surveys/thanks", *DONE))
    low = score <= LOW
    return ask(WORDS, say("surveys/words", f"surveys.skip:{talk}", low=low), talk=talk)


def _talk(turn: Turn) -> int | None:
    number = argument(turn)
    return int(number) if number.isdecimal() and len(number) < 16 else None


def skip(turn: Turn) -> Answer:
    if turn.conversation.step not in (None, WORDS):
        return aside(say("surveys/skipped", *DONE))
    return done(say("surveys/skipped", *DONE))


def told(turn: Turn) -> Answer:
    if wants_out(turn.text):
        return skip(turn)
    if answered := elsewhere(turn):
        return answered
    surveys.add_words(turn.conn, int(turn.draft["talk"]), turn.caregiver.id, turn.text)
    return done(say("surveys/thanks", *DONE))


ACTIONS: dict[str, Handler] = {
    **{f"surveys.{score}": partial(_score, score=score) for score in surveys.SCORES},
    "surveys.skip": skip,
}
STEPS: dict[str, Handler] = {WORDS: told}
