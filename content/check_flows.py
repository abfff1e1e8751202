"""The rules for flow messages: declared params, rendering, words."""

from collections.abc import Iterator

from content import lint
from content.files import Level, Part, Problem
from content.library import Library
from content.pieces import Text
from content.render import Reader, RenderError, render
from content.texts import READER_TOKENS
from content.tree import Tree, Words
from content.wordlists import Wordlists

FLOW_MOST = 2000  # characters; the narrowest messenger
TITLE_MOST = 60
WITH_BUTTONS = ("report/", "guidance/")  # are shown only where messages can be taken back
READERS = (
    Reader("mẹ", ("Nguyệt Anh",), "con", "mother"),
    Reader("ông bà", ("", ""), "cháu", "grandparent"),
    Reader("", (), "", None),
)


def check(tree: Tree, library: Library, lists: Wordlists, *, render: bool) -> Iterator[Problem]:
    """`render` False when files are missing that every message needs."""
    for message, words in tree.flows.items():
        text = library.texts[message]
        wrong = list(_params(tree, words, text))
        yield from wrong
        yield from _words(words, lists)
        if not message.startswith(WITH_BUTTONS):
            yield from _buttons(words)
        complete = "body" in text.parts and not any(p.level is Level.ERROR for p in wrong)
        if render and complete:
            yield from _rendered(library, message, words)


def _params(tree: Tree, words: Words, text: Text) -> Iterator[Problem]:
    page, declared = words.page, words.front.params
    templates = [*text.parts.values(), *([text.title] if text.title else [])]
    used: set[str] = set().union(*(template.names for template in templates))
    known = READER_TOKENS | {f"so_{key}" for key in tree.numbers}
    for name in sorted(used - known - declared.keys()):
        yield Problem(page.path, 1, f"{{{name}}} is neither a token nor in params")
    for name in sorted(declared.keys() - used):
        line = page.front.line("params", name)
        said = f"nothing uses the param {name}"
        yield Problem(page.path, line, said, Level.WARNING)


def _rendered(library: Library, message: str, words: Words) -> Iterator[Problem]:
    page, params = words.page, words.front.params
    for reader in READERS:
        try:
            shown = render(library, message, params, reader, draft_note=False)
        except RenderError as error:
            yield Problem(page.path, page.parts["body"].line, str(error))
            return
        if len(shown.text) > FLOW_MOST:
            said = f"{len(shown.text)} characters (at most {FLOW_MOST})"
            yield Problem(page.path, page.parts["body"].line, said)
            return


def _words(words: Words, lists: Wordlists) -> Iterator[Problem]:
    page = words.page
    pieces = list(page.parts.values())
    if page.title:
        pieces.append(page.title)
        if len(page.title.text) > TITLE_MOST:
            said = f"title: {len(page.title.text)} characters (at most {TITLE_MOST})"
            yield Problem(page.path, page.title.line, said)
    for part in pieces:
        for remark in _remarks(part, lists):
            yield Problem(page.path, part.line_at(remark.offset), remark.message)


def _buttons(words: Words) -> Iterator[Problem]:
    for part in words.page.parts.values():
        for remark in lint.buttons(part.text):
            yield Problem(words.page.path, part.line_at(remark.offset), remark.message)


def _remarks(part: Part, lists: Wordlists) -> Iterator[lint.Remark]:
    text = lint.visible(part.text)
    yield from lint.phones(text)
    yield from lint.capitals(text)
    yield from lint.banned(text, lists)
    yield from lint.marks(text)
    yield from lint.tones(text)
    yield from lint.spelling(text, lists)
