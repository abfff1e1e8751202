"""A second caregiver joins a family with a one-time code.

The code is short because it is read out over the phone, so wrong ones are counted. Whoever joins
sees the children, not the other caregiver.
"""

import re
from datetime import timedelta

from care.codes import LETTERS, slip_in
from care.folding import fold
from care.people import ChildState
from handlers import place, slips
from handlers.asking import ask_role, elsewhere
from handlers.code_tries import MOST_TRIES, STEP, recent
from handlers.joining import prepare
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, done, say
from storage import children

LENGTH = 6
LIVES = timedelta(hours=48)

_CODE = re.compile(rf"(?<![A-Z0-9])[{LETTERS}]{{{LENGTH}}}(?![A-Z0-9])")
_JOINING = re.compile(r"tham gia\b")


def invite(turn: Turn) -> Answer:
    """A new code; the one before is worth nothing any more."""
    if not turn.living:
        return done(say("family/no-child", "registration.another", "menu.home"))
    code = "".join(turn.chance.choice(LETTERS) for _ in range(LENGTH))
    children.add_invite(turn.conn, turn.caregiver.id, code, turn.now + LIVES)
    return done(
        say("family/invite", "menu.home", code=code, hours=int(LIVES.total_seconds()) // 3600)
    )


def is_joining(text: str) -> bool:
    return _JOINING.match(fold(text)) is not None


def code_in(text: str) -> str | None:
    """The code of a text, also typed in small letters or with gaps: "tham gia abc 234"."""
    rest = fold(text).removeprefix("tham gia").strip().upper()
    found = _CODE.search(rest) or _CODE.fullmatch(rest.replace(" ", ""))
    return found[0] if found else None


def join_by_text(turn: Turn) -> Answer:
    """ "tham gia ABC234", anywhere; the code alone where it was asked for.

    On a slip of a class or hamlet list it is longer.
    """
    if slip := slip_in(turn.text):
        return slips.join(turn, slip)
    code = code_in(turn.text)
    if code is not None:
        return join(turn, code)
    if is_joining(turn.text):
        return ask(STEP, say("family/ask-code", "menu.home"), bad=recent(turn))
    return elsewhere(turn) or _bad_code(recent(turn))


def join(turn: Turn, code: str) -> Answer:
    """Joins with a code; asks who the caregiver is first, if that is not known."""
    return ask_role(family=code) if turn.caregiver.role is None else enter(turn, code)


def enter(turn: Turn, code: str) -> Answer:
    """The same answer for a wrong, a used and an expired code, and after too many of them."""
    bad = recent(turn)
    if len(bad) >= MOST_TRIES:
        return _bad_code(bad)
    return _try(turn, code) or _bad_code([*bad, turn.now.isoformat()])


def _try(turn: Turn, code: str) -> Answer | None:
    inviter = children.use_invite(turn.conn, code.upper(), turn.now)
    if inviter is None or inviter == turn.caregiver.id:
        return None
    ids = []
    for child in children.of_caregiver(turn.conn, inviter):
        if child.state not in (ChildState.EXPECTED, ChildState.BORN):
            continue
        if children.link(turn.conn, child.id, turn.caregiver.id, turn.today):
            prepare(turn, child)
            ids.append(child.id)
    if not ids:
        return None
    return place.then(turn, ids, say("family/joined"))


def _bad_code(bad: list[str]) -> Answer:
    return ask(STEP, say("family/bad-code", "registration.another", "menu.home"), bad=bad)


ACTIONS: dict[str, Handler] = {"family.invite": invite, "family.join": join_by_text}
STEPS: dict[str, Handler] = {STEP: join_by_text}
