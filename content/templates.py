"""Words with holes in them, compiled: `{be}` everywhere, Jinja tags in the flows.

Most texts hold plain tokens only; they are filled by joining strings. Compiling each of them with
Jinja would make the start ten times slower.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import jinja2
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

TOKEN = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Hole(Exception):
    """A template cannot be filled; the text names the token."""


@dataclass(frozen=True, slots=True)
class Plain:
    pieces: tuple[str, ...]  # text, token, text, token, ... text

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.pieces[1::2])

    def fill(self, values: Mapping[str, Any]) -> str:
        filled = list(self.pieces)
        for index in range(1, len(filled), 2):
            value = values.get(filled[index])
            if value is None:
                raise Hole(f"no value for {{{filled[index]}}}")
            filled[index] = str(value)
        return "".join(filled)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A text with Jinja tags or filters."""

    names: frozenset[str]
    template: jinja2.Template

    def fill(self, values: Mapping[str, Any]) -> str:
        try:
            return self.template.render(values)
        except Hole:
            raise
        except Exception as error:
            # A template is data: whatever it does wrong is a fault of the text, not of the program.
            raise Hole(str(error)) from error


Template = Plain | Tagged


class NotATemplate(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line  # counted from 1 inside the text


def compile_text(source: str) -> Template:
    pieces = tuple(TOKEN.split(source))
    if not any("{" in text or "}" in text for text in pieces[::2]):
        return Plain(pieces)
    try:
        parsed = _JINJA.parse(source)
        return Tagged(frozenset(find_undeclared_variables(parsed)), _JINJA.from_string(parsed))
    except jinja2.TemplateSyntaxError as error:
        raise NotATemplate(error.message or "not a template", error.lineno) from error


def day(value: date | str) -> str:
    """12/03/2026, from a date or its ISO form."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found:%d/%m/%Y}"


def hour(minutes: int) -> str:
    """19:00, from minutes after midnight."""
    return f"{minutes // 60}:{minutes % 60:02d}"


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
    environment.filters.update({"ngay": day, "gio": hour})
    return environment


_JINJA = _environment()
