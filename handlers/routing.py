"""Picks the handler: emergency › what leaves no trace › button › command › harm › step › the rest.

While a person was asked for, what is typed goes to them. What an officer types at the own desk
is for families to read, and goes before all but commands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from care.codes import case_code_in, link_code_in
from care.emergency import is_emergency
from care.folding import accents, fold
from care.messages import EventKind
from handlers.officer_link import DESK, WRITING, calls_desk, code_in, works_here
from handlers.reading import discloses
from handlers.turn import Answer, Turn
from storage import discreet, talks

Handler = Callable[[Turn], Answer]

NONCE_MARK = "~"
_ALSO_ANSWERS = frozenset({"dung"})
# The commands that the bot still obeys while people talk; other words may be an answer to them.
_IN_TALK = frozenset({"settings.stop", "menu.home", "menu.help", "menu.emergency"})
# Taps that belong to such a dialogue; any other ends its waiting for words, and the draft stays.
_QUIET_TAPS = ("report.", "guidance.", "harm.", "danger.", "menu.emergency")
_WHEN_FULL = (*_QUIET_TAPS, "privacy.")
_REPORTS = "report."  # its words are understood before consent too
_EXIT, _SAFE_WORD = "report.exit", "report.begin"
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
    talk: Handler  # while people talk
    officer: Handler  # an officer links the own chat
    messenger: Handler  # the same person on another messenger
    case: Handler  # the code of a report
    quiet_media: Handler  # while a discreet dialogue waits for an answer
    quiet: Mapping[str, Handler]  # what such a dialogue waits for
    actions: Mapping[str, Handler]
    steps: Mapping[str, Handler]
    open_actions: frozenset[str]  # allowed before consent
    beginnings: Mapping[str, Handler]  # folded first words of a longer text


def pick(routes: Routes, turn: Turn) -> Handler:
    """The handler for this turn; never fails."""
    kind = turn.event.kind
    at_desk = _at_desk(routes, turn) if kind is EventKind.TEXT else None
    if at_desk is not None and _quietly(routes, turn) is None:  # an officer may be a parent too
        return at_desk
    if kind in (EventKind.TEXT, EventKind.EDITED, EventKind.START) and is_emergency(turn.text):
        return routes.emergency
    if quiet := _quietly(routes, turn):
        return quiet
    if turn.full:
        return _when_full(routes, turn)
    if kind is EventKind.START:
        return _moving_on(routes.start)
    if kind is EventKind.LEFT:
        return routes.left
    if kind is EventKind.CHOICE:
        return _for_button(routes, turn)
    if kind is EventKind.TEXT:
        return _for_text(routes, turn)
    if kind is EventKind.EDITED:
        return routes.edited
    return routes.talk if kind is EventKind.MEDIA and talking(turn) else routes.media


def _when_full(routes: Routes, turn: Turn) -> Handler:
    """Whoever finds no place here gets help and the way elsewhere, and nothing that is kept."""
    kind = turn.event.kind
    if kind is EventKind.LEFT:
        return routes.left
    action = action_of(turn.text)[0] if kind is EventKind.CHOICE else command_of(turn) or ""
    if action.startswith(_WHEN_FULL) and action in routes.open_actions:
        return routes.actions[action]
    return routes.harm if kind is EventKind.TEXT and discloses(turn) else routes.start


def _at_desk(routes: Routes, turn: Turn) -> Handler | None:
    """What an officer's own chat is for; None for everybody else and everything else."""
    step = turn.conversation.step or ""
    calls = calls_desk(turn.text)
    if not calls and (not step.startswith(DESK) or command_of(turn) is not None):
        return None
    if is_emergency(turn.text) and step not in WRITING:
        return None
    if code_in(turn.text) is not None or not works_here(turn):
        return None
    return routes.actions["officer.menu"] if calls else routes.steps.get(step)


def _quietly(routes: Routes, turn: Turn) -> Handler | None:
    """The exit, a code, a safe word, an answer in a dialogue that leaves no trace; else None."""
    kind = turn.event.kind
    if kind not in (EventKind.TEXT, EventKind.MEDIA, EventKind.UNSUPPORTED):
        return None
    found = discreet.get(turn.conn, turn.contact.address_id)
    is_open = found is not None and found.shown
    awaited = routes.quiet.get(found.step or "") if found is not None and is_open else None
    if kind is not EventKind.TEXT:
        return routes.quiet_media if awaited is not None else None
    if is_open and command_of(turn) == _EXIT:
        return routes.actions[_EXIT]
    if case_code_in(turn.text) is not None:
        return routes.case
    if _is_safe_word(turn):
        return routes.actions[_SAFE_WORD]
    if awaited is not None and turn.text.startswith("/"):
        return _moving_on(_for_text(routes, turn))
    return awaited


def _is_safe_word(turn: Turn) -> bool:
    """The usual one, or the person's own."""
    typed = fold(turn.text)
    if len(typed.split()) > MOST_WORDS:
        return False
    usual = command_of(turn) == _SAFE_WORD
    return usual or discreet.is_word(turn.conn, turn.caregiver.id, typed)


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
    allowed = _if_allowed(routes, turn, action, handler)
    return allowed if action.startswith(_QUIET_TAPS) else _moving_on(allowed)


def _moving_on(handler: Handler) -> Handler:
    """What is typed after this belongs to another conversation."""

    def handle(turn: Turn) -> Answer:
        discreet.wait_no_more(turn.conn, turn.contact.address_id)
        return handler(turn)

    return handle


def _for_text(routes: Routes, turn: Turn) -> Handler:
    if code_in(turn.text) is not None:
        return routes.officer
    if link_code_in(turn.text) is not None:
        return routes.messenger
    command = command_of(turn)
    if command == _EXIT and not turn.text.startswith("/"):
        command = None  # nothing to leave: it means what it always meant
    if talking(turn) and command not in _IN_TALK:
        return routes.talk
    if command is not None:
        return _if_allowed(routes, turn, command, routes.actions[command])
    if fold(turn.text) not in turn.library.words and discloses(turn):
        return routes.harm
    step = turn.conversation.step
    if step is not None and step in routes.steps and not step.startswith(DESK):
        return routes.steps[step]
    if not turn.agreed:
        action = in_words(turn) or ""
        return routes.actions[action] if action.startswith(_REPORTS) else routes.start
    return by_words(routes, turn) or _by_beginning(routes, turn) or routes.fallback


def talking(turn: Turn) -> bool:
    """A person was asked for; a question that the bot was made to ask goes before."""
    if not turn.agreed or turn.conversation.step is not None:
        return False
    return talks.quiet(turn.conn, turn.caregiver.id, turn.now) is not None


def command_of(turn: Turn) -> str | None:
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
    action = in_words(turn)
    return None if action is None else _if_allowed(routes, turn, action, routes.actions[action])


def in_words(turn: Turn) -> str | None:
    typed = fold(turn.text)
    return None if len(typed.split()) > MOST_WORDS else turn.library.words.get(typed)


def _by_beginning(routes: Routes, turn: Turn) -> Handler | None:
    typed = f"{fold(turn.text)} "
    known = routes.beginnings.items()
    return next((handler for words, handler in known if typed.startswith(f"{words} ")), None)


def _if_allowed(routes: Routes, turn: Turn, action: str, handler: Handler) -> Handler:
    return handler if turn.agreed or action in routes.open_actions else routes.start
