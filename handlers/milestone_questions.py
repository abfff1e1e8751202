"""A list of skills, one question at a time; then two questions, and the words of the list.

Every answer is kept at once, so that the list can be gone on with on another day. Questions follow
each other in one message as long as buttons are tapped. Draft: `child`, `list`, `todo` (keys of
the skills still to ask), `total`, and `in_a_row`, how many of the last were not seen.
"""

from dataclasses import replace
from typing import Any

from care.messages import Button, Say
from care.milestones import GO_NOW, Answers, Seen, checklists, goes_now, outcome
from care.parsing import parse_seen, parse_yes_no
from care.people import CaregiverState, Child
from content.render import Reader, tokens
from content.templates import Template
from handlers.asking import elsewhere, tries
from handlers.child_list import drafted_child, overview
from handlers.danger import card_button
from handlers.item_buttons import calls
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import title, wants_out
from storage import children, hamlets, milestones

ITEM, LOST, WORRIED = "milestones.item", "milestones.lost", "milestones.worried"
LABELS = {
    Seen.SEEN: "milestones.seen",
    Seen.NOT_YET: "milestones.not-yet",
    Seen.UNSURE: "milestones.unsure",
}
YES_NO = ("milestones.yes", "milestones.no")
LATER = "milestones.later"
KIND_WORD_AFTER = 2  # skills in a row that were not seen
MENU_AFTER = 2  # unreadable answers
SCHOOL_MONTHS = 72


def keys_of(turn: Turn, checklist: str) -> list[str]:
    return [skill.key for skill in turn.library.skills.get(checklist, ())]


def kept(turn: Turn, child: Child, checklist: str) -> Answers:
    """What is known of the skills that the list has today; the other parent waits to add to it."""
    children.hold(turn.conn, child.id)
    found = milestones.of_child(turn.conn, child.id).get(checklist, Answers())
    keys = keys_of(turn, checklist)
    return replace(found, seen={key: found.seen[key] for key in keys if key in found.seen})


def _keep(turn: Turn, child: Child, checklist: str, answers: Answers) -> None:
    milestones.put(turn.conn, child.id, checklist, answers, turn.caregiver.id, turn.now)


def run(turn: Turn, child: Child, checklist: str, todo: list[str], how: str) -> Answer:
    """Asks these skills, and then the two questions anew. `how`: begin, resume or again."""
    answers = kept(turn, child, checklist)
    if answers.lost is not None or answers.worried is not None:
        _keep(turn, child, checklist, replace(answers, lost=None, worried=None))
    total = len(keys_of(turn, checklist)) if how == "resume" else len(todo)
    draft: dict[str, Any] = {"child": child.id, "list": checklist, "todo": todo, "total": total}
    draft["in_a_row"] = 0
    first = _question(turn, child, draft)
    return ask(ITEM, _intro(turn, child, checklist, how, total), first, **draft)


def _intro(turn: Turn, child: Child, checklist: str, how: str, total: int) -> Say:
    """Where the list comes from is told once, when it begins."""
    if how != "begin":
        return say("milestones/resume", child=child, again=how == "again")
    origin = turn.library.texts[checklist].parts.get("disclaimer")
    told = filled(turn, child, origin) if origin else ""
    name = title(turn.library, checklist, child)
    return say("milestones/begin", child=child, title=name, total=total, disclaimer=told)


def _question(
    turn: Turn, child: Child, draft: dict[str, Any], *more: str, unclear: bool = False
) -> Say:
    skills = {skill.key: skill.text for skill in turn.library.skills[draft["list"]]}
    return say(
        "milestones/item",
        *LABELS.values(),
        LATER,
        *more,
        child=child,
        skill=filled(turn, child, skills[draft["todo"][0]]),
        number=draft["total"] - len(draft["todo"]) + 1,
        total=draft["total"],
        kindly=draft["in_a_row"] >= KIND_WORD_AFTER,
        unclear=unclear,
    )


def seen(turn: Turn) -> Answer:
    return _take(turn, Seen.SEEN)


def not_yet(turn: Turn) -> Answer:
    return _take(turn, Seen.NOT_YET)


def unsure(turn: Turn) -> Answer:
    return _take(turn, Seen.UNSURE)


def _take(turn: Turn, answer: Seen) -> Answer:
    """Keeps the answer; no word about it, whatever it is, before the list is through."""
    child, checklist = _running(turn)
    if child is None or turn.conversation.step != ITEM:
        return overview(turn)
    key, *rest = turn.draft["todo"]
    answers = kept(turn, child, checklist)
    answers = replace(answers, seen={**answers.seen, key: answer})
    _keep(turn, child, checklist, answers)
    todo = [one for one in rest if one in keys_of(turn, checklist)]
    if not todo:
        return closing(turn, child, checklist, answers, turn.event.ref)
    in_a_row = turn.draft["in_a_row"] + 1 if answer is Seen.NOT_YET else 0
    draft = {**turn.draft, "todo": todo, "in_a_row": in_a_row, "tries": 0}
    following = replace(_question(turn, child, draft), edit=turn.event.ref)
    return ask(ITEM, following, **draft)


def _running(turn: Turn) -> tuple[Child | None, str]:
    """The child and the list that are being asked about; no child when either is gone."""
    checklist = str(turn.draft.get("list"))
    known = checklist in turn.library.skills
    return (drafted_child(turn) if known else None), checklist


def closing(
    turn: Turn, child: Child, checklist: str, answers: Answers, edit: str | None = None
) -> Answer:
    """The question still open after the last skill; none where it is clear that they should go.

    `edit` is the question before it, when a button of that was tapped.
    """
    if goes_now(checklist, answers) or None not in (answers.lost, answers.worried):
        return _finish(turn, child, checklist, answers)
    step = LOST if answers.lost is None else WORRIED
    told = replace(_closing_question(turn, child, checklist, step), edit=edit)
    return ask(step, told, child=child.id, list=checklist)


def _closing_question(
    turn: Turn, child: Child, checklist: str, step: str, *more: str, unclear: bool = False
) -> Say:
    school = turn.library.items[checklist].at.months >= SCHOOL_MONTHS
    message = "milestones/lost" if step == LOST else "milestones/worried"
    return say(message, *YES_NO, LATER, *more, child=child, school=school, unclear=unclear)


def yes(turn: Turn) -> Answer:
    return _closed(turn, said=True)


def no(turn: Turn) -> Answer:
    return _closed(turn, said=False)


def _closed(turn: Turn, *, said: bool) -> Answer:
    child, checklist = _running(turn)
    step = turn.conversation.step
    if child is None or step not in (LOST, WORRIED):
        return overview(turn)
    answers = kept(turn, child, checklist)
    lost = said if step == LOST else answers.lost
    worried = said if step == WORRIED else answers.worried
    answers = replace(answers, lost=lost, worried=worried)
    _keep(turn, child, checklist, answers)
    return closing(turn, child, checklist, answers, turn.event.ref)


def _finish(turn: Turn, child: Child, checklist: str, answers: Answers) -> Answer:
    days = next(one for one in checklists(turn.library.openings, child) if one.id == checklist)
    result = outcome(days, answers, turn.today)
    _keep(turn, child, checklist, replace(answers, again_on=result.again_on))
    asked_again = turn.caregiver.state is CaregiverState.ACTIVE and result.again_on is not None
    on = str(result.again_on) if asked_again else None
    return done(*(_feedback(turn, child, checklist, part, on) for part in result.parts))


def _feedback(turn: Turn, child: Child, checklist: str, part: str, on: str | None = None) -> Say:
    """The words of the list; with those about going, whom to call and the signs of danger."""
    library, meta = turn.library, turn.library.meta[checklist]
    told = filled(turn, child, library.texts[checklist].parts[part])
    if part == GO_NOW:
        cards = [card_button(library, card) for card in meta.red_flags]
        buttons = [*calls(library, *meta.call), *cards]
        return say("milestones/go-now", *buttons, "menu.home", child=child, told=told)
    play = Button("tips.topic:early_learning", library.label("topic.early_learning"))
    look = Button(f"milestones.start:{checklist}:{child.id}", library.label("milestones.look"))
    return say(f"milestones/{part}", play, look, "menu.home", child=child, told=told, on=on)


def later(turn: Turn) -> Answer:
    """Nothing is lost; what cannot wait is told all the same."""
    child, checklist = _running(turn)
    if child is None or turn.conversation.step not in STEPS:
        return overview(turn)
    go_on = Button(f"milestones.start:{checklist}:{child.id}", turn.library.label("milestones.on"))
    told = say("milestones/kept", go_on, "menu.home", child=child)
    if goes_now(checklist, kept(turn, child, checklist)):
        return done(_feedback(turn, child, checklist, GO_NOW), told)
    return done(told)


def read(turn: Turn) -> Answer:
    """An answer in words to one of the three kinds of questions."""
    child, checklist = _running(turn)
    if child is None:
        return overview(turn)
    step = str(turn.conversation.step)
    answer = parse_seen(turn.text) if step == ITEM else None
    said = parse_yes_no(turn.text) if step != ITEM else None
    if answer is not None:
        return _take(turn, answer)
    if said is not None:
        return _closed(turn, said=said)
    if wants_out(turn.text):
        return later(turn)
    return elsewhere(turn) or _unclear(turn, child, checklist, step)


def _unclear(turn: Turn, child: Child, checklist: str, step: str) -> Answer:
    times = tries(turn)
    more = ("menu.home",) if times > MENU_AFTER else ()
    if step == ITEM:
        told = _question(turn, child, turn.draft, *more, unclear=True)
    else:
        told = _closing_question(turn, child, checklist, step, *more, unclear=True)
    return ask(step, told, **{**turn.draft, "tries": times})


def filled(turn: Turn, child: Child, template: Template) -> str:
    """Words of the list, as this caregiver reads them."""
    library, role = turn.library, turn.caregiver.role
    con = library.labels.get(f"con.{role}", library.label("con.default"))
    goi = library.label(f"goi.{role or 'default'}")
    words = tokens(library, Reader(goi, (child.nickname or "",), con, role))
    return template.fill(words | {"tram": _station(turn)})


def _station(turn: Turn) -> str:
    area = hamlets.commune_of(turn.conn, turn.caregiver.area_id)
    if area is None:
        return turn.library.label("tram.default")
    return f"{turn.library.label('tram.of')} {area.name}"


ACTIONS: dict[str, Handler] = {
    "milestones.seen": seen,
    "milestones.not-yet": not_yet,
    "milestones.unsure": unsure,
    LATER: later,
    "milestones.yes": yes,
    "milestones.no": no,
}
STEPS: dict[str, Handler] = {ITEM: read, LOST: read, WORRIED: read}
