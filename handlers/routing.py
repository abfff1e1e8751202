"""Picks the handler: emergency › command › button › harm › awaited step › words › the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from care.emergency import is_emergency
from care.folding import accents, fold
from care.messages import EventKind
from handlers.reading import discloses
from handlers.turn import Answer, Turn

Handler = Callable[[Turn], Answer]

NONCE_MARK = "~"
_ALSO_ANSWERS = frozenset({"dung"})
MOST_WORDS = 6  # longer texts are no command typed in words


@dataclass(frozen=True, slots=True)
class Routes:
    """Every route of the bot. `actions` are button ids up to the first ':'; `steps` are awaited.

    `commands` (stop and the like) work everywhere; `words` only where nothing is awaited or the
    awaited step did not understand.
    """

    emergency: Handler
    harm: Handler
    start: Handler
    media: Handler
    edited: Handler
    left: Handler
    stale: Handler
    fallback: Handler
    actions: Mapping[str, Handler]
    steps: Mapping[str, Handler]
    open_actions: frozenset[str]  # allowed before consent
    beginnings: Mapping[str, Handler]  # folded first words of a longer text


def pick(routes: Routes, turn: Turn) -> Handler:
    """The handler for this turn; never fails."""
    kind = turn.event.kind
    if kind in (EventKind.TEXT, EventKind.EDITED, EventKind.START) and is_emergency(turn.text):
        return routes.emergency
    if kind is EventKind.START:
        return routes.start
    if kind is EventKind.LEFT:
        return routes.left
    if kind is EventKind.CHOICE:
        return _for_button(routes, turn)
    if kind is EventKind.TEXT:
        return _for_text(routes, turn)
    return routes.edited if kind is EventKind.EDITED else routes.media


def action_of(text: str) -> tuple[str, str, str | None]:
    """A button id as (action, argument, nonce): "children.open:12~7" is all three."""
    body, mark, nonce = text.partition(NONCE_MARK)
    action, _, argument = body.partition(":")
    return action, argument, nonce if mark else None


def argument(turn: Turn) -> str:
    """What follows the ':' in the tapped button."""
    return action_of(turn.text)[1]


def _for_button(routes: Routes, turn: Turn) -> Handler:
    action, _, nonce = action_of(turn.text)
    if nonce is not None and nonce != str(turn.conversation.nonce):
        return routes.stale
    handler = routes.actions.get(action)
    if handler is None:
        return routes.stale
    return _if_allowed(routes, turn, action, handler)


def _for_text(routes: Routes, turn: Turn) -> Handler:
    command = _command(turn)
    if command is not None:
        return _if_allowed(routes, turn, command, routes.actions[command])
    if fold(turn.text) not in turn.library.words and discloses(turn):
        return routes.harm
    step = turn.conversation.step
    if step is not None and step in routes.steps:
        return routes.steps[step]
    if not turn.agreed:
        return routes.start
    return by_words(routes, turn) or _by_beginning(routes, turn) or routes.fallback


def _command(turn: Turn) -> str | None:
    """The command that is the whole message.

    Accents may be left out, but those that are typed must be right: "đúng" (right) and the name
    Dũng are not "dừng" (stop). Without any, "dung" as an answer is one of them; "DUNG" is a stop.
    """
    typed = fold(turn.text)
    command = turn.library.commands.get(typed)
    if command is None:
        return None
    said = accents(turn.text)
    if not any(_agrees(said, right) for right in turn.library.spellings[typed]):
        return None
    unsure = typed in _ALSO_ANSWERS and not any(said) and not turn.text.isupper()
    return None if unsure and turn.conversation.step is not None else command


def _agrees(said: tuple[str, ...], right: tuple[str, ...]) -> bool:
    if len(said) != len(right):  # cut into words another way: nothing to compare
        return True
    return all(mark in ("", wanted) for mark, wanted in zip(said, right, strict=True))


def by_words(routes: Routes, turn: Turn) -> Handler | None:
    """The action whose words were typed, with or without accents; None when none was."""
    typed = fold(turn.text)
    if len(typed.split()) > MOST_WORDS:
        return None
    action = turn.library.words.get(typed)
    return None if action is None else _if_allowed(routes, turn, action, routes.actions[action])


def _by_beginning(routes: Routes, turn: Turn) -> Handler | None:
    typed = f"{fold(turn.text)} "
    known = routes.beginnings.items()
    return next((handler for words, handler in known if typed.startswith(f"{words} ")), None)


def _if_allowed(routes: Routes, turn: Turn, action: str, handler: Handler) -> Handler:
    return handler if turn.agreed or action in routes.open_actions else routes.start
