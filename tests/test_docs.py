"""What the documents mention is there: files, folders, commands, options, targets, settings."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.__main__ import app
from bot.config import PREFIX, SETTINGS
from storage.tables import metadata

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "data").glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAIN = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
FOLDERS = ("bench", "bot", "care", "channels", "content", "data", "docs", "handlers", "storage",
           "tests", ".ci")  # fmt: skip
OPEN = re.compile(r"[<*…]|NNNN")  # a pattern for paths, not one path

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"```\w*\n(.*?)```", re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|/|[\s`])donghanh ((?:[a-z-]|\[|<|[A-Z])[^\n`|;&]*)")


def ids(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def code_in(text: str) -> Iterator[str]:
    """Lines of code blocks, and what stands between single backticks."""
    for block in _BLOCK.findall(text):
        yield from block.splitlines()
    yield from _SPAN.findall(_BLOCK.sub("", text))


def paths_in(text: str) -> Iterator[str]:
    """Spans that name a file or folder of this repository."""
    for span in _SPAN.findall(_BLOCK.sub("", text)):
        first = span.split("/")[0]
        if " " in span or OPEN.search(span):
            continue
        if first in FOLDERS and "/" in span:
            yield span.rstrip("/")


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(text_of(page)):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_mentioned_paths_exist(page: Path) -> None:
    for path in paths_in(text_of(page)):
        assert (ROOT / path).exists(), path


def test_the_main_pages_mention_paths() -> None:
    assert all(list(paths_in(text_of(ROOT / name))) for name in MAIN)


def test_every_top_level_package_is_on_the_code_map() -> None:
    packages = {p.parent.name for p in ROOT.glob("*/__init__.py")} | {"tests"}
    code_map = text_of(ROOT / "ARCHITECTURE.md").partition("## 4. ")[2].partition("## 5. ")[0]
    named = set(re.findall(r"\*\*`(\w+)/`\*\*", code_map))
    assert packages <= named


def test_every_table_is_described() -> None:
    data = text_of(ROOT / "ARCHITECTURE.md").partition("## 8. ")[2].partition("## 9. ")[0]
    assert metadata.tables.keys() <= set(re.findall(r"`(\w+)`", data))


def test_every_decision_is_numbered_in_a_row() -> None:
    names = sorted(p.name for p in (ROOT / "docs" / "decisions").glob("*.md"))
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_mentioned_commands_and_options_exist(page: Path) -> None:
    root = typer.main.get_command(app)
    for line in code_in(text_of(page)):
        for found in _COMMAND.finditer(line):
            _check_command(root, found[1].split())


def _check_command(root: Any, words: list[str]) -> None:
    command = root
    while words and isinstance(commands := getattr(command, "commands", None), dict):
        name = words.pop(0)
        if name == "--help":
            return
        assert name in commands, f"donghanh {name}"
        command = commands[name]
    known = {option for param in command.params for option in param.opts} | {"--help"}
    given = {word.strip("[]").partition("=")[0] for word in words if word.startswith(("-", "[-"))}
    assert given <= known, f"{command.name}: {sorted(given - known)}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_mentioned_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text_of(ROOT / "Makefile"), re.MULTILINE))
    for line in code_in(text_of(page)):
        for target in re.findall(r"(?:^|\s)make ([a-z]+)", line):
            assert target in targets, target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_mentioned_settings_exist(page: Path) -> None:
    known = {PREFIX + s.name for s in SETTINGS}
    named = set(re.findall(r"\bDONGHANH_[A-Z_]*[A-Z]\b", text_of(page)))
    assert {name.removesuffix("_FILE") if name not in known else name for name in named} <= known


def test_the_dependencies_all_have_a_sentence() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    lists = (project["dependencies"], *project["optional-dependencies"].values())
    packages = {re.split(r"[^a-z0-9-]", wanted)[0] for found in lists for wanted in found}
    page = text_of(ROOT / "docs" / "decisions" / "0001-dependencies.md")
    assert packages == set(re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE))
