"""What the family calls the child. Never needed; never the full name."""

import re
from collections.abc import Sequence

from care.folding import clean, fold
from care.people import Child
from handlers import place
from handlers.asking import elsewhere, over, tries
from handlers.registration_dates import PATIENCE
from handlers.registration_echo import carried
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, say
from storage import children

STEP = "registration.nickname"
MOST_CHARACTERS = 30
MOST_WORDS = 5

_NONE = frozenset(
    {"bo qua", "khong", "ko", "k", "thoi", "chua", "chua co", "chua co ten", "chua dat", "khong co",
     "chua dat ten", "chua nghi ra", "de sau", "be", "con", "skip", "khong can"}
)  # fmt: skip
_MARKS = re.compile(r"[*_`\[\]<>{}|\\#~\"“”()]")
_LEAD = re.compile(
    r"^(?:(?:bé|be|con|cháu|chau|hai bé|hai be)\s+)?(?:(?:ở nhà|o nha)\s+)?(?:tên|ten|gọi|goi)"
    r"(?:\s+(?:ở nhà|o nha))?(?:\s+(?:là|la))?\s+",
    flags=re.IGNORECASE,
)
_TAIL = re.compile(r"\s+(?:ạ|nhé|nha|nhe)$", flags=re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;&+/]\s*|\s+(?:và|va|với|voi)\s+", flags=re.IGNORECASE)
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


def split_names(text: str, wanted: int) -> list[str] | None:
    """Clean names, exactly as many as children; None when the text is no name."""
    bare = " ".join(_MARKS.sub(" ", clean(text)).split())
    bare = _TAIL.sub("", _LEAD.sub("", bare))
    parts = [bare] if wanted == 1 else [part for part in _BETWEEN.split(bare) if part]
    if wanted == 2 and len(parts) == 1 and len(bare.split()) == 2:
        parts = bare.split()
    good = len(parts) == wanted and all(map(_is_name, parts))
    return [part[:1].upper() + part[1:] for part in parts] if good else None


def clean_name(text: str) -> str | None:
    """One nickname as it is kept; None when the text is no name."""
    names = split_names(text, 1)
    return names[0] if names else None


def _is_name(text: str) -> bool:
    if len(text) > MOST_CHARACTERS or len(text.split()) > MOST_WORDS:
        return False
    return any(map(str.isalpha, text)) and not re.search(r"[?@/:]|www\.", text)


ACTIONS: dict[str, Handler] = {"registration.no-name": no_name}
STEPS: dict[str, Handler] = {STEP: typed}
