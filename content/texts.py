"""The words of a page made ready to be filled in, and the {tokens} they may use."""

from collections.abc import Collection, Iterator
from types import MappingProxyType

from content.files import Page, Part, Problem
from content.pieces import Text
from content.templates import NotATemplate, Plain, Template, compile_text
from content.tree import Words

READER_TOKENS = frozenset(
    {"goi", "Goi", "be", "Be", "con", "Con", "tram", "bam", "Bam", "nut", "Nut"}
)
ITEM_TOKENS = frozenset({"han"})  # filled by the planner, for items with a due date
ANY_NUMBER = "so_"


def tokens_of_items(numbers: Collection[str]) -> frozenset[str]:
    """All that the words of an item may use. `numbers`: the keys of places.yaml."""
    # With places.yaml broken, every number would be reported again in every text.
    return READER_TOKENS | ITEM_TOKENS | ({f"so_{key}" for key in numbers} or {ANY_NUMBER})


def text_of(words: Words, found: list[Problem], allowed: frozenset[str] | None) -> Text:
    """`allowed`: the only tokens of an item; None for a flow, whose params the caller gives."""
    page, front = words.page, words.front
    compiled: dict[str, Template] = {}
    pieces = dict(page.parts)
    if page.title:
        pieces["title"] = page.title
    for name, part in pieces.items():
        template = _compiled(page, part, found, plain=allowed is not None)
        if template is not None:
            compiled[name] = template
            if allowed is not None:
                found.extend(_unknown(page, part, template, allowed))
    title = compiled.pop("title", None)
    return Text(title, compiled, front.image, front.alt, MappingProxyType(front.params))


def _compiled(page: Page, part: Part, found: list[Problem], *, plain: bool) -> Template | None:
    try:
        template = compile_text(part.text)
    except NotATemplate as error:
        found.append(Problem(page.path, part.line + error.line - 1, f"not a template: {error}"))
        return None
    if plain and (not isinstance(template, Plain) or template.filtered):
        found.append(Problem(page.path, part.line, "items hold {tokens} only, no tags or filters"))
        return None
    return template


def _unknown(
    page: Page, part: Part, template: Template, allowed: frozenset[str]
) -> Iterator[Problem]:
    unknown = template.names - allowed
    if ANY_NUMBER in allowed:
        unknown = frozenset(name for name in unknown if not name.startswith("so_"))
    for name in sorted(unknown):
        line = part.line_at(part.text.index(f"{{{name}}}"))
        yield Problem(page.path, line, f"unknown token {{{name}}}")
