"""Three questions with kind answers. Nothing is kept: every button carries where it stands."""

from care.messages import Button, Say
from content.render import Reader, tokens
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, say
from handlers.wording import cut, title

SHOWN = 6


def overview(turn: Turn) -> Answer:
    """The quizzes for the ages of the children first."""
    near = [o.item.id for c in turn.living for o in turn.library.almanac.near(c, turn.today)]
    ids = [i for i in near if i in turn.library.quizzes]
    ids += [i for i in turn.library.quizzes if i not in ids]
    buttons = [Button(f"quiz.play:{i}", cut(title(turn.library, i))) for i in dict.fromkeys(ids)]
    return beside(turn, say("quiz/list", *buttons[:SHOWN], "menu.topics", "menu.home"))


def play(turn: Turn) -> Answer:
    quiz, at, _ = _where(turn)
    if at >= len(turn.library.quizzes.get(quiz, ())):
        return overview(turn)
    return beside(turn, _question(turn, quiz, at))


def pick(turn: Turn) -> Answer:
    """An option was tapped: right or not yet, why, and on."""
    quiz, at, chosen = _where(turn)
    questions = turn.library.quizzes.get(quiz, ())
    if at >= len(questions) or chosen is None or chosen >= len(questions[at].options):
        return overview(turn)
    question = questions[at]
    words = _words(turn)
    right = chosen == question.right
    told = say(
        "quiz/right" if right else "quiz/not-yet",
        right=question.options[question.right].fill(words),
        why=question.why.fill(words),
    )
    if at + 1 < len(questions):
        return beside(turn, told, _question(turn, quiz, at + 1))
    return beside(turn, told, say("quiz/done", "quiz.list", "menu.today", "menu.home"))


def _question(turn: Turn, quiz: str, at: int) -> Say:
    question = turn.library.quizzes[quiz][at]
    words = _words(turn)
    buttons = [
        Button(f"quiz.pick:{quiz}:{at}:{n}", cut(option.fill(words)))
        for n, option in enumerate(question.options)
    ]
    asked = question.asked.fill(words)
    return say("quiz/question", *buttons, asked=asked, number=at + 1)


def _words(turn: Turn) -> dict[str, str]:
    role = turn.caregiver.role
    return tokens(
        turn.library, Reader(turn.library.label(f"goi.{role or 'default'}"), (), "", None)
    )


def _where(turn: Turn) -> tuple[str, int, int | None]:
    """Of "qz-6m", "qz-6m:1" or "qz-6m:1:2": the quiz, the question, the option."""
    quiz, *numbers = argument(turn).split(":")
    found = [int(n) for n in numbers if n.isdecimal()]
    return quiz, found[0] if found else 0, found[1] if len(found) > 1 else None


ACTIONS: dict[str, Handler] = {"quiz.list": overview, "quiz.play": play, "quiz.pick": pick}
STEPS: dict[str, Handler] = {}
