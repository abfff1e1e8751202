"""What the family calls the child. Never needed; never the full name."""

from collections.abc import Sequence

from care.folding import fold
from care.nicknames import split_names
from care.people import Child
from handlers import place
from handlers.asking import elsewhere, over, tries
from handlers.registration_dates import PATIENCE
from handlers.registration_echo import carried
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, say
from storage import children

STEP = "registration.nickname"

_NONE = frozenset(
    {"bo qua", "khong", "ko", "k", "thoi", "chua", "chua co", "chua co ten", "chua dat", "khong co",
     "chua dat ten", "chua nghi ra", "de sau", "be", "con", "skip", "khong can"}
)  # fmt: skip
_ANSWERS_ELSEWHERE = 2  # "tin" is a name; "tin hôm nay" is not


def ask_name(turn: Turn, ids: Sequence[int], message: str = "ask-nickname") -> Answer:
    text = say(f"registration/{message}", "registration.no-name", twins=len(ids) > 1)
    return ask(STEP, text, children=list(ids), **carried(turn))


def typed(turn: Turn) -> Answer:
    """One name, or two for twins."""
    kids = _kids(turn)
    if not kids:
        return over()
    said = fold(turn.text)
    if said in _NONE:
        return no_name(turn)
    if len(said.split()) >= _ANSWERS_ELSEWHERE and (other := elsewhere(turn)):
        return other
    names = split_names(turn.text, len(kids))
    if names is None:
        return _again(turn, kids)
    for child, name in zip(kids, names, strict=False):
        children.change(turn.conn, child, nickname=name)
    return place.then(turn, [child.id for child in kids])


def _again(turn: Turn, kids: Sequence[Child]) -> Answer:
    if tries(turn) > PATIENCE:
        return no_name(turn)
    answer = ask_name(turn, [child.id for child in kids], "nickname-again")
    answer.draft["tries"] = tries(turn)
    return answer


def no_name(turn: Turn) -> Answer:
    kids = _kids(turn)
    return place.then(turn, [child.id for child in kids]) if kids else over()


def _kids(turn: Turn) -> list[Child]:
    found = (turn.child(number) for number in turn.draft.get("children", ()))
    return [child for child in found if child is not None]


ACTIONS: dict[str, Handler] = {"registration.no-name": no_name}
STEPS: dict[str, Handler] = {STEP: typed}
