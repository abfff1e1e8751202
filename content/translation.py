"""Another language over the Vietnamese: only what is translated and up to date is shown.

Every translated file names the Vietnamese file it was made from by `of`, the beginning of its hash.
When that file changes, the translation is stale: families read Vietnamese until it is mended.
"""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from content import schema, validation
from content.files import Level, Problem, read_page, read_text, read_yaml, shown
from content.tree import HEADINGS, NO_HEADINGS, Tree, Words
from content.validation import validate

_OF = re.compile(r"# of: ([0-9a-f]{8})\n")


def mark_of(path: Path) -> str:
    """What a translation of this file writes after `of:`."""
    return sha256(path.read_bytes()).hexdigest()[:8]


def overlay(tree: Tree, language: str) -> None:
    """Puts translated words in the place of the Vietnamese; what is wrong goes to the tree."""
    folder = tree.root / "text" / language
    for path in sorted(folder.rglob("*.md")):
        _page(tree, path, path.relative_to(folder))
    _labels(tree, folder / "labels.yaml")
    _typed(tree, folder / "words.yaml")
    emergency = tree.root / "emergency" / f"{language}.txt"
    if emergency.is_file():
        tree.emergency = (read_text(tree.root, emergency, tree.problems) or "").strip()


def stale(root: Path, language: str, source: str) -> Iterator[Problem]:
    """Translations whose Vietnamese changed or is gone."""
    folder, original = root / "text" / language, root / "text" / source
    for path in sorted([*folder.rglob("*.md"), *folder.glob("*.yaml")]):
        text = path.read_text("utf-8")
        said = re.search(r"^(?:# )?of: \"?([0-9a-f]{8})\"?$", text, re.MULTILINE)
        model = original / path.relative_to(folder)
        if not model.is_file():
            yield Problem(shown(root, path), 1, "translates nothing", Level.WARNING)
        elif said is None or said[1] != mark_of(model):
            told = f"stale: the Vietnamese is now {mark_of(model)}"
            yield Problem(shown(root, path), 1, told, Level.WARNING)


def _page(tree: Tree, path: Path, place: Path) -> None:
    original = tree.words_folder / place
    flow = place.parts[0] == "flows"
    headings = NO_HEADINGS if flow else HEADINGS
    page = read_page(tree.root, path, headings, tree.problems)
    front = validate(validation.FRONT, page.front, tree.problems) if page else None
    if page is None or front is None or not original.is_file() or front.of != mark_of(original):
        return
    if flow:
        tree.flows[f"{place.parts[1]}/{path.stem}"] = Words(page, front)
    elif path.stem in tree.texts:
        kept = tree.texts[path.stem].front
        pictured = front.model_copy(update={"image": kept.image, "alt": front.alt or kept.alt})
        tree.texts[path.stem] = Words(page, pictured)


def _labels(tree: Tree, path: Path) -> None:
    if _current(tree, path):
        file = read_yaml(tree.root, path, tree.problems)
        labels = validate(validation.LABELS, file, tree.problems) if file else None
        tree.labels = {**tree.labels, **(labels or {})}


def _typed(tree: Tree, path: Path) -> None:
    """What people may type grows: the Vietnamese words go on working."""
    if not _current(tree, path):
        return
    file = read_yaml(tree.root, path, tree.problems)
    typed = validate(validation.TYPED, file, tree.problems) if file else None
    if typed:
        tree.typed = schema.Typed(
            commands=_joined(tree.typed.commands, typed.commands),
            words=_joined(tree.typed.words, typed.words),
        )


def _joined(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    return {action: [*one.get(action, []), *other.get(action, [])] for action in {**one, **other}}


def _current(tree: Tree, path: Path) -> bool:
    original = tree.words_folder / path.name
    if not path.is_file() or not original.is_file():
        return False
    said = _OF.match(path.read_text("utf-8"))
    return said is not None and said[1] == mark_of(original)
