"""A quiz as it stands in Markdown: three questions, the right answer marked with "+ "."""

import re
from dataclasses import dataclass

from content.files import Page, Problem
from content.templates import Template, compile_text
from content.tree import QUESTIONS

OPTIONS = (2, 3)
_OPTION = re.compile(r"^([-+]) (.+)$")


@dataclass(frozen=True, slots=True)
class Question:
    asked: Template
    options: tuple[Template, ...]
    right: int  # index of the right option
    why: Template


def read_quiz(page: Page, found: list[Problem]) -> tuple[Question, ...]:
    """The questions of a page; what is wrong with them goes to `found`."""
    questions = []
    for name in QUESTIONS:
        part = page.parts.get(name)
        if part is None:
            found.append(Problem(page.path, 1, f"## {name} is missing"))
            continue
        asked, options, why = pieces(part.text)
        right = [n for n, (mark, _) in enumerate(options) if mark == "+"]
        if len(options) not in OPTIONS or len(right) != 1 or not asked or not why:
            said = "a question, 2 or 3 options, one of them marked with +, and why"
            found.append(Problem(page.path, part.line, f"{name}: {said}"))
            continue
        texts = tuple(compile_text(text) for _, text in options)
        questions.append(Question(compile_text(asked), texts, right[0], compile_text(why)))
    return tuple(questions)


def pieces(text: str) -> tuple[str, list[tuple[str, str]], str]:
    """What stands before the options, the options with their marks, and what stands after."""
    before: list[str] = []
    options: list[tuple[str, str]] = []
    after: list[str] = []
    for line in text.split("\n"):
        if option := _OPTION.match(line):
            options.append((option[1], option[2].strip()))
        else:
            (after if options else before).append(line)
    return "\n".join(before).strip(), options, "\n".join(after).strip()
