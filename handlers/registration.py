"""Who you are, the child's date, an early birth, a nickname: from consent to a registered child."""

import re

from care.folding import fold
from care.people import Role
from handlers import family, registration_confirm, registration_dates, registration_name, slips
from handlers.asking import ROLE_STEP, ask_role, elsewhere, over
from handlers.registration_dates import ask_date
from handlers.registration_echo import carried
from handlers.routing import Handler, action_of
from handlers.turn import Answer, Turn, done, say
from storage import caregivers

MOST_CHILDREN = 12

_WORDS = {
    Role.MOTHER: "me|ma|bam|mami|mom|me de|me bau|me ruot",
    Role.FATHER: "bo|ba|cha|thay|tia|bo de|papa|bo ruot",
    Role.GRANDPARENT: "ong ba|ong|ba noi|ba ngoai|ong noi|ong ngoai|noi|ngoai",
    Role.KIN: "nguoi cham khac|nguoi khac|khac|co|di|chu|bac|cau|mo|thim|anh|chi|nguoi giam ho"
    "|bao mau|nguoi cham|nguoi nha|ho hang",
}
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words.split("|")}
_AROUND = re.compile(
    r"^(?:(?:da|toi|em|minh|la|tui|chau) )+|(?: (?:cua be|be|chau|a|nhe|nha|day))+$"
)
_GRANDMOTHER = re.compile(r"\bbà\b")  # without accents "ba" is a father of the south


def begin(turn: Turn, *, code: str | None = None, slip: str | None = None) -> Answer:
    """The first thing still missing after consent; `code` joins a family."""
    if code is not None:
        return family.join(turn, code)
    if slip is not None:
        return slips.join(turn, slip)
    return ask_role() if turn.caregiver.role is None else ask_date(turn)


def another(turn: Turn) -> Answer:
    """One more child."""
    if len(turn.living) >= MOST_CHILDREN:
        return done(say("registration/too-many", "menu.children", "menu.home"))
    draft = {"another": True} if turn.living else {}
    return ask_role(**draft) if turn.caregiver.role is None else ask_date(turn, **draft)


def role_tapped(turn: Turn) -> Answer:
    return _is(turn, Role(action_of(turn.text)[0].removeprefix("registration.")))


def role_typed(turn: Turn) -> Answer:
    said = fold(turn.text)
    role = _ROLE_OF.get(said) or _ROLE_OF.get(_AROUND.sub("", said))
    if role is Role.FATHER and _GRANDMOTHER.search(turn.text.lower()):
        role = Role.GRANDPARENT
    if role is not None:
        return _is(turn, role)
    return elsewhere(turn) or ask_role(**carried(turn))


def _is(turn: Turn, role: Role) -> Answer:
    if turn.conversation.step != ROLE_STEP and turn.children:
        return over()
    caregivers.change(turn.conn, turn.caregiver.id, role=role.value)
    if "slip" in turn.draft:
        return slips.enter(turn, turn.draft["slip"])
    code = turn.draft.get("family")
    return ask_date(turn) if code is None else family.enter(turn, code)


ACTIONS: dict[str, Handler] = {
    "registration.another": another,
    **{f"registration.{role.value}": role_tapped for role in Role},
    **registration_dates.ACTIONS,
    **registration_confirm.ACTIONS,
    **registration_name.ACTIONS,
}
STEPS: dict[str, Handler] = {
    ROLE_STEP: role_typed,
    **registration_dates.STEPS,
    **registration_confirm.STEPS,
    **registration_name.STEPS,
}
