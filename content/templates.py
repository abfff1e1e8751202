"""Words with holes in them, compiled: `{be}` everywhere, Jinja tags in the flows.

Most texts hold plain tokens only; they are filled by joining strings. Compiling each of them with
Jinja would make the start several times slower.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import jinja2
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

TOKEN = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_HOLE = re.compile(r"\{ ?([A-Za-z_][A-Za-z0-9_]*) ?(?:\| ?(ngay|gio) ?)?\}")


class Hole(Exception):
    """A template cannot be filled; the text names the token."""


@dataclass(frozen=True, slots=True)
class Plain:
    texts: tuple[str, ...]  # one more than holes
    holes: tuple[tuple[str, str | None], ...]  # token and filter

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for name, _ in self.holes)

    @property
    def filtered(self) -> bool:
        return any(name for _, name in self.holes)

    def fill(self, values: Mapping[str, Any]) -> str:
        filled = [self.texts[0]]
        for (token, filter_name), text in zip(self.holes, self.texts[1:], strict=True):
            value = values.get(token)
            if value is None:
                raise Hole(f"no value for {{{token}}}")
            filled.append(str(FILTERS[filter_name](value) if filter_name else value))
            filled.append(text)
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with Jinja tags or other expressions."""

    source: str
    template: jinja2.Template

    @property
    def names(self) -> frozenset[str]:
        return frozenset(find_undeclared_variables(_JINJA.parse(self.source)))

    def fill(self, values: Mapping[str, Any]) -> str:
        try:
            return self.template.render(values)
        except Hole:
            raise
        except jinja2.TemplateError as error:
            raise Hole(str(error)) from error
        except Exception as error:
            # A template is data: whatever it does wrong is a fault of the text, not of the program.
            # The error may quote what a family wrote, so only its kind is told.
            raise Hole(type(error).__name__) from error


Template = Plain | Tagged


class NotATemplate(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line  # counted from 1 inside the text


def compile_text(source: str) -> Template:
    pieces = _HOLE.split(source)
    texts, names, filters = pieces[::3], pieces[1::3], pieces[2::3]
    if not any("{" in text or "}" in text for text in texts):
        return Plain(tuple(texts), tuple(zip(names, filters, strict=True)))
    try:
        return Tagged(source, _JINJA.from_string(source))
    except jinja2.TemplateSyntaxError as error:
        raise NotATemplate(error.message or "not a template", error.lineno) from error


def day(value: date | str) -> str:
    """12/03/2026, from a date or its ISO form."""
    try:
        found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        return f"{found.day:02d}/{found.month:02d}/{found.year}"
    except (ValueError, AttributeError):
        raise Hole("the filter ngay needs a day") from None


def hour(minutes: int) -> str:
    """19:00, from minutes after midnight."""
    try:
        return f"{minutes // 60}:{minutes % 60:02d}"
    except (TypeError, ValueError):
        raise Hole("the filter gio needs minutes after midnight") from None


FILTERS: Mapping[str, Callable[[Any], str]] = {"ngay": day, "gio": hour}


def _never_nothing(value: Any) -> Any:
    if value is None:
        raise Hole("a value is None")
    return value


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        variable_start_string="{",
        variable_end_string="}",
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # channels escape for their own markup
        finalize=_never_nothing,
    )
    environment.filters.update(FILTERS)
    return environment


_JINJA = _environment()
