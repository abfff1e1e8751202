"""What the library is made of: what is known of an item, its words, a number to call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from content.templates import Template


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of an item besides when it is sent. `title` still has its tokens."""

    component: str
    tags: tuple[str, ...]
    call: tuple[str, ...]
    red_flags: tuple[str, ...]
    sources: tuple[str, ...]
    status: str
    sensitivity: str
    urgency: str
    title: str
    done: str | None
    roles: tuple[str, ...]
    valid_to: date | None
    kind: str


@dataclass(frozen=True, slots=True)
class Number:
    number: str
    name: str
    when: str


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an item or a flow message, compiled."""

    title: Template | None
    parts: Mapping[str, Template]
    image: str | None
    alt: str | None
    examples: Mapping[str, Any]  # a flow's params, with a value each
