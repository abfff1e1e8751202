"""Every problem of the content at once (content-design, section 6); `today` brings in the dates.

The rules for one item live in check_items, for one text in lint; here is what needs all files.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from care.folding import fold
from care.understanding import NO_TOPIC
from content import check_flows, check_items, lint, safe_messaging
from content.coverage import BANDS, Band, coverage, gaps, holes
from content.files import Level, Problem, read_text, read_yaml, shown
from content.library import LANGUAGE, RETIRED, ROOT, Library, build
from content.templates import TOKEN
from content.translation import stale
from content.tree import LISTS, Tree, read_tree
from content.validation import WORDLISTS, validate
from content.wordlists import Wordlists

__all__ = ["check", "coverage"]

LABEL_MOST = 40
LABEL_BUTTON = 20
LABEL_SENTENCE = 80
EMERGENCY_NUMBERS = ("cap_cuu", "tre_em", "cong_an", "cuu_hoa")
SAME_TEXT = 0.5
ALIKE_TEXT = 0.33
TOLD = ("body", *LISTS)


def check(
    root: Path = ROOT,
    today: date | None = None,
    language: str = LANGUAGE,
    bands: Sequence[Band] = BANDS,
) -> list[Problem]:
    """Errors and warnings in the order of their files. Without `today` nothing is out of date."""
    tree = read_tree(root, language)
    broken = bool(tree.problems)
    library = build(tree)
    found = tree.problems
    file = read_yaml(root, root / "wordlists.yaml", found)
    lists = validate(WORDLISTS, file, found) if file else None
    found.extend(_ids(tree))
    found.extend(_numbers(tree))
    found.extend(_typed(tree))
    if lists is not None:
        found.extend(_labels(tree, lists))
        found.extend(check_items.check(tree, lists, today))
        found.extend(check_flows.check(tree, library, lists, render=not broken))
        found.extend(safe_messaging.check(tree, library, lists, today, render=not broken))
        found.extend(_alike(tree))
    if not broken:
        found.extend(_coverage(tree, library, bands))
        found.extend(_answers(tree, library))
    for other in sorted((root / "text").iterdir()):
        if other.is_dir() and other.name != language:
            found.extend(stale(root, other.name, language))
    return sorted(set(found))


def _ids(tree: Tree) -> Iterator[Problem]:
    """ids.txt: one id a line, `retired` after it when the item is gone; lines are only added."""
    path = tree.root / "ids.txt"
    text = read_text(tree.root, path, tree.problems)
    if text is None:
        return
    name = shown(tree.root, path)
    released: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        id_, gone = words[0], words[1:] == [RETIRED]
        if words[1:] and not gone:
            yield Problem(name, number, f"only the word {RETIRED} may follow an id")
        if id_ in released:
            yield Problem(name, number, f"{id_} stands here twice")
        released[id_] = number
        live = id_ in tree.items and tree.items[id_].entry.review.status != RETIRED
        if gone and live:
            yield Problem(name, number, f"{id_} is retired; ids are never used again")
        elif not gone and id_ not in tree.items and id_ not in tree.invalid:
            yield Problem(name, number, f"{id_} is gone: write {RETIRED} after it")
    for id_, placed in tree.items.items():
        if id_ not in released:
            yield placed.problem(f"add {id_} to ids.txt", "id")


def _numbers(tree: Tree) -> Iterator[Problem]:
    """emergency/ is typed by hand so that it needs no rendering; it must agree with places.yaml."""
    if not tree.numbers:
        return
    known = {key: number.number.replace(" ", "") for key, number in tree.numbers.items()}
    name = shown(tree.root, tree.emergency_path)
    typed = set()
    for line, words in enumerate(tree.emergency.splitlines(), 1):
        for number in lint.phone_like(words):
            bare = number.replace(" ", "").replace(".", "")
            typed.add(bare)
            if bare not in known.values():
                yield Problem(name, line, f"{number} is not in places.yaml")
    for key in EMERGENCY_NUMBERS:
        if key in known and known[key] not in typed:
            yield Problem(name, 1, f"the number of {key} ({known[key]}) is missing")
    file = tree.numbers_file
    if file is None:
        return
    for key, entry in tree.numbers.items():
        if tree.sources and entry.source not in tree.sources:
            yield file.problem(("numbers", key, "source"), f"unknown source {entry.source}")
    for key in EMERGENCY_NUMBERS:
        if key not in tree.numbers:
            yield file.problem(("numbers",), f"the number {key} is missing")


def _labels(tree: Tree, lists: Wordlists) -> Iterator[Problem]:
    file = tree.labels_file
    if file is None:
        return
    for key, label in tree.labels.items():
        sentence = label[-1] in ".!?)"  # a line of text, not a button
        most = LABEL_SENTENCE if sentence else LABEL_MOST
        if len(label) > most:
            yield file.problem((key,), f"{key}: {len(label)} characters (at most {most})")
        elif len(label) > LABEL_BUTTON and not sentence:
            said = f"{key}: {len(label)} characters (a button shows {LABEL_BUTTON})"
            yield Problem(file.path, file.line(key), said, Level.WARNING)
        for remark in (*lint.phones(label), *lint.banned(label, lists), *lint.tones(label)):
            yield file.problem((key,), f"{key}: {remark.message}")
        if re.search(r"[{}]", TOKEN.sub("", label)):
            yield file.problem((key,), f"{key}: a brace that belongs to no token")


def _typed(tree: Tree) -> Iterator[Problem]:
    """What people type must lead to one action, accents or not."""
    file = tree.typed_file
    if file is None:
        return
    homes: dict[str, str] = {}
    groups = {"commands": tree.typed.commands, "words": tree.typed.words}
    for group, actions in groups.items():
        for action, phrases in actions.items():
            for index, phrase in enumerate(phrases):
                folded = fold(phrase)
                other = homes.setdefault(folded, action)
                if not folded or other != action:
                    said = f"{phrase!r} reads like a phrase of {other}" if folded else "is empty"
                    yield file.problem((group, action, index), said)


def _alike(tree: Tree) -> Iterator[Problem]:
    pages = {id_: words.page for id_, words in tree.texts.items()}
    told = {
        id_: "\n".join(page.parts[name].text for name in TOLD if name in page.parts)
        for id_, page in pages.items()
    }
    for one, other, index in lint.similar(told):
        if index > ALIKE_TEXT:
            level = Level.ERROR if index > SAME_TEXT else Level.WARNING
            said = f"reads like {one} ({index:.2f} of the words in a row are the same)"
            yield Problem(pages[other].path, 1, said, level)


def _answers(tree: Tree, library: Library) -> Iterator[Problem]:
    """Every topic that messages are recognised by has an answer; wishes have buttons instead."""
    if library.model is None:
        return
    for intent in library.model.heads["intent"].labels:
        known = intent in library.answers or intent in NO_TOPIC or intent == "medical_other"
        if not known and not intent.startswith("bot_"):
            yield Problem(shown(tree.root, tree.root / "programme"), 1, f"no answer to {intent}")


def _coverage(tree: Tree, library: Library, bands: Sequence[Band]) -> Iterator[Problem]:
    found = [*holes(library, bands), *(gaps(library) if bands is BANDS else ())]
    for message, level in found:
        yield Problem(shown(tree.root, tree.root / "programme"), 1, message, level)
