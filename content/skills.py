"""The skills of a milestone list, as they stand in Markdown: "- move3: Ngồi vững không cần đỡ"."""

import re
from typing import NamedTuple

from content.files import Page, Problem
from content.templates import Template, compile_text

DOMAINS = ("social", "lang", "cog", "move", "self", "mood", "sleep")
LINE = re.compile(rf"^- ((?:{'|'.join(DOMAINS)})[1-9]\d?): (.+)$", re.MULTILINE)


class Skill(NamedTuple):
    key: str  # kept with the child's answers: never used again for another skill
    text: Template


def read_skills(page: Page, found: list[Problem]) -> tuple[Skill, ...]:
    part = page.parts.get("items")
    if part is None:
        found.append(Problem(page.path, 1, "## items is missing"))
        return ()
    lines = LINE.findall(part.text)
    keys = [key for key, _ in lines]
    if len(lines) != len(part.text.splitlines()) or len(set(keys)) != len(keys):
        said = 'items: every line is "- key: skill", each key once'
        found.append(Problem(page.path, part.line, said))
    return tuple(Skill(key, compile_text(text)) for key, text in lines)
