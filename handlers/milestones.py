"""What a child can do already: which list, for which child, and what was answered before."""

from collections.abc import Sequence

from care.messages import EventKind, Say
from care.milestones import Answers, Checklist, fitting, goes_now
from care.people import Child
from handlers import milestone_questions
from handlers.milestone_questions import closing, kept, keys_of, run
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, done, say
from handlers.wording import child_buttons


def open_list(turn: Turn) -> Answer:
    """The button under a pushed list, or words. A push names both twins; each has its own list."""
    wanted, child = _named(turn)
    if child is None:
        return overview(turn)
    twins = [c for c in turn.living if c.twin_group and c.twin_group == child.twin_group]
    if len(twins) > 1 and not _due(turn, kept(turn, child, wanted)):
        return _which(turn, twins)
    return _start(turn, child, wanted)


def overview(turn: Turn) -> Answer:
    """The only child who has a list now, or the question which one."""
    kids = [c for c in turn.living if fitting(turn.library.openings, c, turn.today)]
    if not kids:
        return _none()
    return _start(turn, kids[0], "") if len(kids) == 1 else _which(turn, kids)


def _none() -> Answer:
    return done(say("milestones/none", "menu.today", "menu.children", "menu.home"))


def _which(turn: Turn, kids: Sequence[Child]) -> Answer:
    buttons = child_buttons(turn.library, "milestones.start:", kids)
    return done(say("milestones/which", *buttons, "menu.home"))


def _named(turn: Turn) -> tuple[str, Child | None]:
    """Of "ms-09m:12" or ":12" in a button: the list ("" for that of today) and the child."""
    if turn.event.kind is not EventKind.CHOICE:
        return "", None
    wanted, _, child_id = argument(turn).partition(":")
    return wanted, next((c for c in turn.living if str(c.id) == child_id), None)


def _due(turn: Turn, answers: Answers) -> bool:
    return answers.again_on is not None and answers.again_on <= turn.today


def start(turn: Turn) -> Answer:
    wanted, child = _named(turn)
    return overview(turn) if child is None else _start(turn, child, wanted)


def _start(turn: Turn, child: Child, wanted: str) -> Answer:
    """Begins, goes on, asks again for what was open, or shows what is finished.

    A list that the child has grown out of is only shown; without answers that of today begins.
    """
    now = fitting(turn.library.openings, child, turn.today)
    if now is None:
        return _none()
    before = kept(turn, child, wanted)
    if wanted != now.id and before.seen:
        return done(_shown(turn, child, wanted, before, now))
    answers, keys = kept(turn, child, now.id), keys_of(turn, now.id)
    if missing := answers.missing(keys):
        return run(turn, child, now.id, missing, "resume" if answers.seen else "begin")
    if _due(turn, answers) and (todo := answers.open(keys)):
        return run(turn, child, now.id, todo, "again")
    if not goes_now(now.id, answers) and None in (answers.lost, answers.worried):
        return closing(turn, child, now.id, answers)
    return done(_shown(turn, child, now.id, answers, now))


def _shown(turn: Turn, child: Child, checklist: str, answers: Answers, now: Checklist) -> Say:
    """The answers in words; those to the list of today can be changed."""
    label, ending = turn.library.label, f":{now.id}:{child.id}"
    ways = [f"milestones.start{ending}"]
    if checklist == now.id:
        again = answers.open(keys_of(turn, checklist))
        ways = [*([f"milestones.again{ending}"] if again else []), f"milestones.all{ending}"]
    lines = [
        {
            "skill": milestone_questions.filled(turn, child, skill.text),
            "answer": label(milestone_questions.LABELS[answers.seen[skill.key]]),
        }
        for skill in turn.library.skills[checklist]
        if skill.key in answers.seen
    ]
    return say("milestones/answers", *ways, "menu.children", "menu.home", child=child, lines=lines)


def again(turn: Turn) -> Answer:
    """The open skills once more, before their day."""
    return _change(turn, "again")


def everything(turn: Turn) -> Answer:
    return _change(turn, "begin")


def _change(turn: Turn, how: str) -> Answer:
    wanted, child = _named(turn)
    now = fitting(turn.library.openings, child, turn.today) if child else None
    if child is None or now is None or now.id != wanted:
        return start(turn)
    keys = keys_of(turn, wanted)
    todo = kept(turn, child, wanted).open(keys) if how == "again" else keys
    return run(turn, child, wanted, todo, how) if todo else start(turn)


ACTIONS: dict[str, Handler] = {
    "milestones.open": open_list,
    "milestones.start": start,
    "milestones.again": again,
    "milestones.all": everything,
    **milestone_questions.ACTIONS,
}
STEPS: dict[str, Handler] = {**milestone_questions.STEPS}
