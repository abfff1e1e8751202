"""The last look at a report, and sending it: who will read it, and the code to come back with."""

from care.clock import local_day
from handlers import report_place, report_questions
from handlers.fallback import stale
from handlers.report_questions import QUESTIONS, YES
from handlers.report_screens import Draft, choice, only_own, opened, shown, waiting
from handlers.routing import argument
from handlers.turn import Answer, Turn
from storage import areas, cases, discreet

REVIEW, FIX = "report.review", "report.fix"
MOST_A_DAY = 3
QUOTED_MOST = 300  # characters of an answer on the last screen
_GROUP = 4


def review(turn: Turn, draft: Draft) -> Answer:
    """Everything that will be sent, and to whom."""
    facts = draft.get("facts") or {}
    lines = [
        {"what": turn.library.label(f"report.of-{field}"), "text": _quoted(facts[field])}
        for field in (*QUESTIONS, "notes")
        if field in facts
    ]
    high = draft.get("officer") == YES
    buttons = ("report.send", "report.fix", "report.drop")
    where = _where(turn, draft, high=high)
    return shown(turn, draft, REVIEW, "review", *buttons, lines=lines, where=where, high=high)


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED_MOST else f"{line[:QUOTED_MOST].rstrip()}…"


def _where(turn: Turn, draft: Draft, *, high: bool) -> str:
    """The unit whose officer reads; "" where it has no name a family would know."""
    area = report_place.unit(turn, draft)
    if high and area is not None and area.level == "commune" and area.parent_id is not None:
        area = areas.get(turn.conn, area.parent_id)
    if area is None or area.level == "country":
        return ""
    return f"{area.kind.lower()} {area.name}"


def fix(turn: Turn, draft: Draft) -> Answer:
    """Which answer shall be another?"""
    asked = report_questions.questions(draft)
    buttons = [choice(turn, f"report.fix:{one}", f"report.of-{one}") for one in asked]
    return shown(turn, draft, FIX, "fix", *buttons, choice(turn, "report.review", "report.review"))


def fix_tapped(turn: Turn) -> Answer:
    """From the last screen; with a question that one is asked again."""
    draft, question = opened(turn), argument(turn)
    if question in report_questions.questions(draft):
        draft["fix"] = True
        return report_questions.ask(turn, draft, question)
    return fix(turn, draft)


def send(turn: Turn) -> Answer:
    """Once; a second tap on the same button changes nothing."""
    if waiting(turn) != REVIEW:
        return stale(turn)
    draft = opened(turn)
    area = report_place.unit(turn, draft)
    if area is None:
        return shown(turn, draft, REVIEW, "call")
    facts = dict(draft.get("facts") or {})
    if draft.get("young"):
        by = turn.library.label("report.by-child")
        facts["notes"] = f"{by} {facts.get('notes', '')}".strip()
    today = local_day(turn.now).isoformat()
    times = discreet.count(turn.conn, "report", turn.contact.address_id, today, turn.now)
    code = cases.report(
        turn.conn,
        facts,
        area_id=area.id,
        province=draft.get("officer") == YES,
        urgent=bool(draft.get("urgent")),
        pile=times > MOST_A_DAY,
        now=turn.now,
        chance=turn.chance,
    )
    young = bool(draft.get("young"))
    words = {"code": grouped(code), "young": young}
    return shown(turn, only_own(draft), None, "sent", "guidance.home", "report.word", **words)


def grouped(code: str) -> str:
    """Like a phone number, to be written down."""
    return " ".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))
