"""What content/wordlists.yaml may hold: the words and numbers that texts are checked for."""

import re
from typing import Annotated

from pydantic import Field

from content.schema import Name, Strict, Words


class Banned(Strict):
    """A word (whole, any case) or a pattern families never read."""

    word: Words | None = None
    pattern: Words | None = None
    instead: Words
    why: Words

    @property
    def regex(self) -> re.Pattern[str]:
        source = self.pattern or rf"(?<!\w){re.escape(self.word or '')}(?!\w)"
        return re.compile(source, re.IGNORECASE)


class Range(Strict):
    """`text` with {n} where the number stands; the number must lie in low..high."""

    topic: Words
    text: Annotated[str, Field(pattern=r"\{n\}")]
    low: float
    high: float

    @property
    def regex(self) -> re.Pattern[str]:
        before, _, after = self.text.partition("{n}")
        number = r"(?P<n>(?<![\d,.])\d+(?:,\d+)?)"
        return re.compile(rf"(?<!\w){re.escape(before)}{number}{re.escape(after)}(?!\w)", re.I)


class Wordlists(Strict):
    banned: list[Banned]
    reassuring: list[Words]
    ranges: list[Range]
    longest: dict[Name, Words]
    usual: dict[Name, Words]
    foreign: list[Words]
    neutral: list[Words]  # first lines where somebody may look over the shoulder
    sensitive: list[Words]  # what nobody shall find in a chat afterwards
