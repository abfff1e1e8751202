"""Quizzes as they stand in Markdown."""

from pathlib import Path

import pytest

from content.files import Page, Problem, read_page
from content.library import Library
from content.quizzes import OPTIONS, Question, pieces, read_quiz
from content.tree import HEADINGS, QUESTIONS

ONE = """\
Which is safe?
- On the belly
+ On the {side}

Because {be} breathes freely.
Nothing else is needed."""


def page(tmp_path: Path, *questions: str) -> Page:
    file = tmp_path / "content" / "qz-a.md"
    file.parent.mkdir(exist_ok=True)
    named = zip(QUESTIONS, questions, strict=False)
    parts = "\n".join(f"## {name}\n{text}\n" for name, text in named)
    file.write_text(f"# Quiz\n\nThree questions.\n\n{parts}", "utf-8")
    found: list[Problem] = []
    read = read_page(file.parent, file, HEADINGS, found)
    assert read is not None
    assert found == []
    return read


def read(tmp_path: Path, *questions: str) -> tuple[tuple[Question, ...], list[Problem]]:
    found: list[Problem] = []
    return read_quiz(page(tmp_path, *questions), found), found


def test_a_text_falls_into_question_options_and_why() -> None:
    assert pieces(ONE) == (
        "Which is safe?",
        [("-", "On the belly"), ("+", "On the {side}")],
        "Because {be} breathes freely.\nNothing else is needed.",
    )
    assert pieces("Only a question") == ("Only a question", [], "")
    assert pieces("") == ("", [], "")


def test_three_questions_are_read_in_order(tmp_path: Path) -> None:
    second = "How many?\n+ One\n- Two\n- Three\nOne is enough."
    questions, found = read(tmp_path, ONE, second, ONE)
    assert found == []
    assert [(len(q.options), q.right) for q in questions] == [(2, 1), (3, 0), (2, 1)]
    words = {"side": "back", "be": "Bi"}
    assert questions[0].options[1].fill(words) == "On the back"
    assert questions[0].why.fill(words).startswith("Because Bi breathes")


@pytest.mark.parametrize(
    "broken",
    [
        "Which?\n- One\n- Two\nBecause.",  # none is right
        "Which?\n+ One\n+ Two\nBecause.",  # both are
        "Which?\n+ One\nBecause.",
        "Which?\n+ One\n- Two\n- Three\n- Four\nBecause.",
        "+ One\n- Two\nBecause.",  # no question
        "Which?\n+ One\n- Two",  # no why
        "Which?",
    ],
)
def test_a_question_that_cannot_be_asked_is_named(tmp_path: Path, broken: str) -> None:
    questions, found = read(tmp_path, ONE, broken, ONE)
    assert len(questions) == 2
    assert [(p.line, p.message.partition(":")[0]) for p in found] == [(14, "question-2")]


def test_a_missing_question_is_named(tmp_path: Path) -> None:
    questions, found = read(tmp_path, ONE, ONE)
    assert len(questions) == 2
    assert [p.message for p in found] == ["## question-3 is missing"]


def test_every_quiz_has_three_questions(library: Library) -> None:
    assert library.quizzes
    for id_, questions in library.quizzes.items():
        assert len(questions) == len(QUESTIONS), id_
        for question in questions:
            assert len(question.options) in OPTIONS
            assert 0 <= question.right < len(question.options)


def test_the_right_option_is_not_always_the_same(library: Library) -> None:
    places = [q.right for questions in library.quizzes.values() for q in questions]
    assert set(places) == {0, 1, 2}
    assert max(places.count(n) for n in set(places)) < 2 * len(places) / 3
