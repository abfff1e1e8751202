"""The skills of a milestone list."""

from pathlib import Path

import pytest

from content.files import Page, Problem, read_page
from content.library import Library
from content.skills import DOMAINS, Skill, read_skills
from content.tree import HEADINGS


def page(tmp_path: Path, items: str | None) -> Page:
    file = tmp_path / "content" / "ms-a.md"
    file.parent.mkdir(exist_ok=True)
    part = "" if items is None else f"## items\n{items}\n"
    file.write_text(f"# Six months\n\nWhat many do now.\n\n{part}", "utf-8")
    found: list[Problem] = []
    read = read_page(file.parent, file, HEADINGS, found)
    assert read is not None
    assert found == []
    return read


def read(tmp_path: Path, items: str | None) -> tuple[tuple[Skill, ...], list[Problem]]:
    found: list[Problem] = []
    return read_skills(page(tmp_path, items), found), found


def test_skills_are_read_in_order_with_their_keys(tmp_path: Path) -> None:
    skills, found = read(tmp_path, "- social1: Knows {be}'s people\n- move3: Sits\n- lang12: Ba")
    assert found == []
    assert [skill.key for skill in skills] == ["social1", "move3", "lang12"]
    assert skills[0].text.fill({"be": "Bi"}) == "Knows Bi's people"


@pytest.mark.parametrize(
    "items",
    [
        "- move1: Sits\n- move1: Stands",  # a key twice
        "- move1: Sits\n- Stands",
        "- move0: Sits",
        "- jump1: Sits",  # no such domain
        "- move1 Sits",
        "- move1: Sits\nand more",
        "* move1: Sits",
    ],
)
def test_a_line_that_is_no_skill_is_named(tmp_path: Path, items: str) -> None:
    _, found = read(tmp_path, items)
    assert [(p.line, p.message.partition(":")[0]) for p in found] == [(6, "items")]


def test_a_list_without_skills_is_named(tmp_path: Path) -> None:
    assert read(tmp_path, None)[0] == ()
    assert [p.message for p in read(tmp_path, None)[1]] == ["## items is missing"]


def test_every_list_has_skills_with_keys_of_their_own(library: Library) -> None:
    assert library.skills
    for id_, skills in library.skills.items():
        keys = [skill.key for skill in skills]
        assert keys, id_
        assert len(keys) == len(set(keys))
        assert {key.rstrip("0123456789") for key in keys} <= set(DOMAINS)
