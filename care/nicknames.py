"""What a family calls a child, cut out of what was typed; never the full name."""

import re

from care.folding import clean

MOST_CHARACTERS = 30
MOST_WORDS = 5

_MARKS = re.compile(r"[*_`\[\]<>{}|\\#~\"“”()]")
_LEAD = re.compile(
    r"^(?:(?:bé|be|con|cháu|chau|hai bé|hai be)\s+)?(?:(?:ở nhà|o nha)\s+)?(?:tên|ten|gọi|goi)"
    r"(?:\s+(?:ở nhà|o nha))?(?:\s+(?:là|la))?\s+",
    flags=re.IGNORECASE,
)
_TAIL = re.compile(r"\s+(?:ạ|nhé|nha|nhe)$", flags=re.IGNORECASE)
_BETWEEN = re.compile(r"\s*[,;&+/]\s*|\s+(?:và|va|với|voi)\s+", flags=re.IGNORECASE)


def split_names(text: str, wanted: int) -> list[str] | None:
    """Clean names, exactly as many as children; None when the text is no name."""
    bare = " ".join(_MARKS.sub(" ", clean(text)).split())
    bare = _TAIL.sub("", _LEAD.sub("", bare))
    parts = [bare] if wanted == 1 else [part for part in _BETWEEN.split(bare) if part]
    if wanted == 2 and len(parts) == 1 and len(bare.split()) == 2:
        parts = bare.split()
    good = len(parts) == wanted and all(map(_is_name, parts))
    return [part[:1].upper() + part[1:] for part in parts] if good else None


def clean_name(text: str) -> str | None:
    """One nickname as it is kept; None when the text is no name."""
    names = split_names(text, 1)
    return names[0] if names else None


def _is_name(text: str) -> bool:
    if len(text) > MOST_CHARACTERS or len(text.split()) > MOST_WORDS:
        return False
    return any(map(str.isalpha, text)) and not re.search(r"[?@/:]|www\.", text)
