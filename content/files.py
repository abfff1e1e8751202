"""YAML and Markdown as they stand: the line of every key and section, and what is wrong."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

Key = str | int
BODY = "body"
UNKNOWN = ""  # what stands under a heading that nobody knows

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_VERSION = re.compile(r"version: (\d{1,6})")
_HEADING = re.compile(r"(#+)(?: +(.*))?")


class Level(StrEnum):
    ERROR = "E"
    WARNING = "W"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something to repair; `path` counts from the folder that holds the content folder."""

    path: str
    line: int
    message: str
    level: Level = Level.ERROR

    def __str__(self) -> str:
        warning = "warning: " if self.level is Level.WARNING else ""
        return f"{self.path}:{self.line}: {warning}{self.message}"


@dataclass(frozen=True, slots=True)
class YamlFile:
    path: str
    data: Any
    node: yaml.Node | None
    shift: int = 0  # lines above it, when it is the head of a Markdown file

    def line(self, *keys: Key) -> int:
        """The line of the deepest key that exists."""
        node, line = self.node, 1
        for key in keys:
            child = _child(node, key)
            if child is None:
                break
            node, line = child
        return line + self.shift

    def problem(self, keys: tuple[Key, ...], message: str) -> Problem:
        return Problem(self.path, self.line(*keys), message)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text and the line it starts on."""

    text: str
    line: int

    def line_at(self, offset: int) -> int:
        return self.line + self.text.count("\n", 0, offset)


@dataclass(frozen=True, slots=True)
class Page:
    """A Markdown file; what stands before the first `##` is the part "body"."""

    path: str
    front: YamlFile
    title: Part | None
    parts: Mapping[str, Part]


def shown(root: Path, path: Path) -> str:
    return path.relative_to(root.parent).as_posix()


def read_text(root: Path, path: Path, found: list[Problem]) -> str | None:
    name = shown(root, path)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        found.append(Problem(name, 1, "the file is missing"))
        return None
    except UnicodeDecodeError as error:
        found.append(Problem(name, 1, f"not UTF-8: {error.reason}"))
        return None
    if not unicodedata.is_normalized("NFC", text):
        lines = text.splitlines()
        bad = (n for n, line in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", line))
        found.append(Problem(name, next(bad, 1), "not in Unicode form NFC"))
    return text


def read_yaml(root: Path, path: Path, found: list[Problem]) -> YamlFile | None:
    text = read_text(root, path, found)
    return None if text is None else parse_yaml(shown(root, path), text, 0, found)


def parse_yaml(name: str, text: str, shift: int, found: list[Problem]) -> YamlFile | None:
    try:
        loader = _LOADER(text)
        node = loader.get_single_node()
        data = None if node is None else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        found.append(Problem(name, line + shift, f"not YAML: {error.problem}"))
        return None
    except (yaml.YAMLError, ValueError) as error:
        found.append(Problem(name, 1 + shift, f"not YAML: {error}"))
        return None
    for key, line in _repeated(node):
        found.append(Problem(name, line + shift, f"the key {key!r} stands here twice"))
    return YamlFile(name, data, node, shift)


def _child(node: yaml.Node | None, key: Key) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value, name.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None


def _repeated(node: yaml.Node | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _repeated(value)
    elif isinstance(node, yaml.MappingNode):
        seen = set()
        for name, value in node.value:
            if name.value in seen:
                yield name.value, name.start_mark.line + 1
            seen.add(name.value)
            yield from _repeated(value)


def read_page(
    root: Path, path: Path, headings: re.Pattern[str], found: list[Problem]
) -> Page | None:
    """Front matter between `---` lines (may be left out), `# title`, body, `## heading` parts."""
    text = read_text(root, path, found)
    if text is None:
        return None
    name = shown(root, path)
    lines = text.split("\n")
    front, first = _front(name, lines, found)
    if front is None:
        return None
    title: Part | None = None
    pieces: dict[str, Part] = {}
    current, start = BODY, first

    def close(end: int) -> None:
        part = _part(lines, start, end)
        if part is not None:
            pieces[current] = part
        elif current not in (BODY, UNKNOWN):
            found.append(Problem(name, start, f"nothing stands under ## {current}"))

    for index in range(first, len(lines)):
        heading = _HEADING.match(lines[index])
        if heading is None:
            continue
        level, words = len(heading[1]), (heading[2] or "").strip()
        if level == 1 and words and _part(lines, first, index) is None and title is None:
            title, start = Part(words, index + 1), index + 1
        elif level == 2 and headings.fullmatch(words):
            close(index)
            if words in pieces:
                found.append(Problem(name, index + 1, f"## {words} stands here twice"))
            current, start = words, index + 1
        else:
            close(index)
            found.append(Problem(name, index + 1, f"no such heading here: {lines[index]}"))
            current, start = UNKNOWN, index + 1
    close(len(lines))
    pieces.pop(UNKNOWN, None)
    return Page(name, front, title, pieces)


def _front(name: str, lines: list[str], found: list[Problem]) -> tuple[YamlFile | None, int]:
    """The front matter and the index of the first line after it."""
    if not lines or lines[0].rstrip() != "---":
        return YamlFile(name, {}, None), 0
    ends = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if ends is None:
        found.append(Problem(name, 1, "the front matter has no closing ---"))
        return None, 0
    if ends == 2 and (only := _VERSION.fullmatch(lines[1])):  # as most have it
        return YamlFile(name, {"version": int(only[1])}, None, 1), ends + 1
    return parse_yaml(name, "\n".join(lines[1:ends]), 1, found), ends + 1


def _part(lines: list[str], start: int, end: int) -> Part | None:
    while start < end and not lines[start].strip():
        start += 1
    text = "\n".join(lines[start:end]).rstrip()
    return Part(text, start + 1) if text else None
