"""The content folder, read whole: every file parsed and validated, every problem kept."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from content import schema, validation
from content.files import Key, Page, Problem, YamlFile, read_page, read_text, read_yaml, shown
from content.validation import validate

FOLDERS = {
    "tip": "tips",
    "reminder": "reminders",
    "danger": "danger",
    "milestone": "milestones",
    "quiz": "quizzes",
    "season": "seasons",
    "special": "special",
    "faq": "questions",
}
VARIANTS = ("grandparent", "father", "overdue")
LISTS = ("signs", "do", "dont")
SKILLS = ("items", "seen", "not-yet", "go-now", "disclaimer")  # of a milestone list
QUESTIONS = ("question-1", "question-2", "question-3")  # of a quiz
MONTHS = "months "  # another body for children of so many completed months: "months 6-11"
HEADINGS = re.compile(
    "|".join(("action", "sms", "voice", "loudspeaker", *VARIANTS, *LISTS, *SKILLS, *QUESTIONS))
    + rf"|{MONTHS}\d{{1,2}}-\d{{1,3}}"
)
NO_HEADINGS = re.compile(r"(?!)")
NOT_ITEMS = frozenset({"duties.yaml", "doses.yaml"})  # of the programme
NEEDED_LABELS = (
    "bam.button",
    "bam.number",
    "be.one",
    "be.two",
    "be.three",
    "be.many",
    "be.and",
    "con.default",
    "danger.do",
    "danger.dont",
    "danger.signs",
    "goi.default",
    "item.action",
    "item.draft",
    "item.red_flag",
    "nut.button",
    "nut.number",
    "tram.default",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placed:
    """An item of the programme and where it stands."""

    entry: schema.Entry
    file: YamlFile
    index: int

    def problem(self, message: str, *keys: Key) -> Problem:
        return self.file.problem((self.index, *keys), message)


@dataclass(frozen=True, slots=True)
class Words:
    """A Markdown file and its front matter."""

    page: Page
    front: schema.Front

    @property
    def hash(self) -> str:
        """Of all that a reader may see, the picture included: what an officer approves."""
        title = self.page.title.text if self.page.title else ""
        told = [title, self.front.image or "", self.front.alt or ""]
        for name, part in self.page.parts.items():
            told += [name, part.text]
        return sha256(json.dumps(told).encode()).hexdigest()


@dataclass(slots=True)
class Tree:
    root: Path
    language: str
    items: dict[str, Placed] = field(default_factory=dict)
    invalid: set[str] = field(default_factory=set)  # ids of items that do not fit the schema
    texts: dict[str, Words] = field(default_factory=dict)  # item id -> its words
    flows: dict[str, Words] = field(default_factory=dict)  # conversation/message -> its words
    labels: Mapping[str, str] = field(default_factory=dict)
    labels_file: YamlFile | None = None
    typed: schema.Typed = field(default_factory=schema.Typed)
    typed_file: YamlFile | None = None
    numbers: Mapping[str, schema.NumberEntry] = field(default_factory=dict)
    numbers_file: YamlFile | None = None
    sources: Mapping[str, schema.SourceEntry] = field(default_factory=dict)
    emergency: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def words_folder(self) -> Path:
        return self.root / "text" / self.language

    @property
    def emergency_path(self) -> Path:
        return self.root / "emergency" / f"{self.language}.txt"


def read_tree(root: Path, language: str) -> Tree:
    tree = Tree(root, language)
    found = tree.problems
    sources = _valid(tree, validation.SOURCES, _yaml(tree, root / "sources.yaml"))
    tree.sources = sources or {}
    tree.numbers_file = _yaml(tree, root / "places.yaml")
    places = _valid(tree, validation.PLACES, tree.numbers_file)
    tree.numbers = places.numbers if places else {}
    tree.emergency = (read_text(root, tree.emergency_path, found) or "").strip()
    _read_labels(tree)
    if (tree.words_folder / "words.yaml").exists():
        tree.typed_file = _yaml(tree, tree.words_folder / "words.yaml")
        tree.typed = _valid(tree, validation.TYPED, tree.typed_file) or schema.Typed()
    for path in sorted((root / "programme").rglob("*.yaml")):
        if path.name not in NOT_ITEMS:
            _read_programme(tree, path)
    for path in sorted(tree.words_folder.rglob("*.md")):
        _read_words(tree, path)
    for id_, placed in tree.items.items():
        if id_ not in tree.texts:
            wanted = tree.words_folder / FOLDERS[placed.entry.kind] / f"{id_}.md"
            found.append(placed.problem(f"{id_} has no text: {shown(root, wanted)}"))
    return tree


def _yaml(tree: Tree, path: Path) -> YamlFile | None:
    return read_yaml(tree.root, path, tree.problems)


def _valid(tree: Tree, model: TypeAdapter[T], file: YamlFile | None) -> T | None:
    return validate(model, file, tree.problems) if file else None


def _read_labels(tree: Tree) -> None:
    path = tree.words_folder / "labels.yaml"
    tree.labels_file = _yaml(tree, path)
    labels = _valid(tree, validation.LABELS, tree.labels_file)
    if labels is None:
        return
    tree.labels = labels
    tree.problems.extend(
        Problem(shown(tree.root, path), 1, f"the label {key} is missing")
        for key in NEEDED_LABELS
        if key not in labels
    )


def _read_programme(tree: Tree, path: Path) -> None:
    file = read_yaml(tree.root, path, tree.problems)
    if file is None:
        return
    if not isinstance(file.data, list):
        tree.problems.append(file.problem((), "must be a list of items"))
        return
    for index in range(len(file.data)):
        entry = validate(validation.ENTRY, file, tree.problems, (index,))
        if entry is None:
            data = file.data[index]
            tree.invalid.add(str(data.get("id")) if isinstance(data, dict) else "")
            continue
        placed = Placed(entry, file, index)
        if entry.id in tree.items:
            other = tree.items[entry.id].file.path
            tree.problems.append(placed.problem(f"{entry.id} stands in {other} already", "id"))
        else:
            tree.items[entry.id] = placed


def _read_words(tree: Tree, path: Path) -> None:
    folder = path.parent.relative_to(tree.words_folder).parts
    flow = len(folder) == 2 and folder[0] == "flows"
    headings = NO_HEADINGS if flow else HEADINGS
    page = read_page(tree.root, path, headings, tree.problems)
    front = validate(validation.FRONT, page.front, tree.problems) if page else None
    if page is None:
        return
    words = Words(page, front or schema.Front())
    if front is not None and path.stem not in tree.invalid:
        tree.problems.extend(_wrong(tree, words, path, folder, flow))
    if flow:
        tree.flows[f"{folder[1]}/{path.stem}"] = words
    else:
        tree.texts[path.stem] = words


def _wrong(
    tree: Tree, words: Words, path: Path, folder: tuple[str, ...], flow: bool
) -> Iterator[Problem]:
    page, front = words.page, words.front
    if "body" not in page.parts:
        yield Problem(page.path, 1, "has no body")
    if front.image and not (tree.root / "media" / front.image).is_file():
        yield page.front.problem(("image",), f"no such picture in media: {front.image}")
    if flow:
        return
    placed = tree.items.get(path.stem)
    if placed is None or folder != (FOLDERS[placed.entry.kind],):
        yield Problem(page.path, 1, f"no item of the programme has the text {path.stem} here")
        return
    if page.title is None:
        yield Problem(page.path, 1, "has no # title")
    if front.params:
        yield page.front.problem(("params",), "only flows declare params")
    if front.version != placed.entry.version:
        said = f"words are version {front.version}, the item is version {placed.entry.version}"
        yield page.front.problem(("version",), said)
