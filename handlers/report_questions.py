"""The questions of a report, one at a time; each can be skipped, none leads."""

from care.answers_vi import parse_yes_no
from care.cases import FIELD_MOST
from care.folding import clean, fold
from handlers import report_place
from handlers.report_screens import Draft, choice, shown
from handlers.turn import Answer, Turn

STEP = "report.ask"
QUESTIONS = ("told", "child", "place", "officer", "contact")
OF_A_CHILD = ("told", "child", "place", "officer")  # its phone may be that of whom it fears
YES, NO, UNSURE = "yes", "no", "unsure"
_UNSURE = frozenset({"khong ro", "khong biet", "chua ro", "khong chac", "ko ro", "ko biet"})


def questions(draft: Draft) -> tuple[str, ...]:
    return OF_A_CHILD if draft.get("young") else QUESTIONS


def ask(turn: Turn, draft: Draft, question: str) -> Answer:
    draft["ask"] = question
    buttons = []
    if question == "officer":
        kinds = ((YES, "report.yes"), (NO, "report.no"), (UNSURE, "report.unsure"))
        buttons = [choice(turn, f"report.officer:{kind}", label) for kind, label in kinds]
    buttons.append(choice(turn, f"report.skip:{question}", "report.skip"))
    if question == QUESTIONS[0] and not draft.get("young"):
        buttons.append(choice(turn, "report.young", "report.young"))
    if draft.get("facts") and not draft.get("fix"):
        buttons.append(choice(turn, "report.review", "report.review"))
    young = bool(draft.get("young"))
    return shown(turn, draft, STEP, f"ask-{question}", *buttons, young=young)


def following(draft: Draft) -> str | None:
    """The next question; None when all were asked, or only one was to be changed."""
    if draft.pop("fix", False):
        return None
    asked = questions(draft)
    before = draft.get("ask")
    rest = asked[asked.index(before) + 1 :] if before in asked else asked
    return rest[0] if rest else None


def take(turn: Turn, draft: Draft, text: str) -> None:
    """What was typed, as the answer to the question that is open."""
    question = draft.get("ask") or QUESTIONS[0]
    if question == "officer":
        draft["officer"] = _officer(text)
        if draft["officer"] == YES and parse_yes_no(text) is None:
            keep(draft, "notes", text)
        return
    keep(draft, question, text)
    if question == "place":
        area = report_place.named(turn, text)
        draft["area"] = area.id if area is not None else None


def _officer(text: str) -> str:
    """Whatever is not plainly no or unsure goes past the commune: somebody there may be meant."""
    if fold(text) in _UNSURE:
        return UNSURE
    return NO if parse_yes_no(text) is False else YES


def keep(draft: Draft, field: str, text: str) -> None:
    facts = dict(draft.get("facts") or {})
    said = clean(text)[:FIELD_MOST].strip()
    if said:
        facts[field] = said
    draft["facts"] = facts


def empty(draft: Draft, question: str) -> None:
    """Skipped: what was answered before is taken back."""
    if question == "officer":
        draft.pop("officer", None)
    if question == "place":
        draft.pop("area", None)
    field = "notes" if question == "officer" else question
    draft["facts"] = {k: v for k, v in (draft.get("facts") or {}).items() if k != field}


def add(draft: Draft, text: str) -> None:
    """Something more about what was told."""
    before = (draft.get("facts") or {}).get(QUESTIONS[0], "")
    keep(draft, QUESTIONS[0], f"{before}\n{text}")
