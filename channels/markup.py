"""Our marks (**bold**, "- " lists) turned into what a messenger shows; cutting long texts."""

import html
import re
import unicodedata

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


def utf16_len(text: str) -> int:
    """Length as messengers count it: emoji outside the basic plane are two units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """NFC, without NUL and without halves of a character that no encoder accepts."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", whole.replace("\0", ""))


def to_plain(text: str) -> str:
    return _BOLD.sub(r"\1", text)


def to_html(text: str) -> str:
    """The subset of HTML that Telegram reads: only <b>, everything else escaped."""
    return _BOLD.sub(r"<b>\1</b>", html.escape(text, quote=False))


def plain_pages(text: str, limit: int) -> list[str]:
    """The messages of a messenger that knows no marks; none for a text without words."""
    seen = to_plain(clean(text)).strip()
    return split(seen, limit) if seen else []


def split(text: str, limit: int) -> list[str]:
    """Cuts at a paragraph, else a line, a sentence, a space; never inside a character.

    Every part is at most `limit` UTF-16 units and not empty.
    """
    parts = []
    rest = text.strip()
    while utf16_len(rest) > limit:
        cut = _best_cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def _best_cut(text: str, limit: int) -> int:
    end = _units_to_index(text, limit)
    for mark in ("\n\n", "\n", ". ", " "):
        at = text.rfind(mark, 1, end)
        if at > end // 3:
            return at + len(mark.rstrip(" \n")) if mark == ". " else at
    return _before_cluster(text, end)


def _units_to_index(text: str, limit: int) -> int:
    units = 0
    for index, char in enumerate(text):
        units += 2 if ord(char) > 0xFFFF else 1
        if units > limit:
            return index
    return len(text)


def _before_cluster(text: str, end: int) -> int:
    """Steps back over joiners, modifiers and combining marks, so no emoji or letter is torn."""
    at = end
    while at > max(1, end - 32) and (_joins(text[at]) or text[at - 1] == "\u200d"):
        at -= 1
    return at if at > max(1, end - 32) else end


def _joins(char: str) -> bool:
    point = ord(char)
    return (
        point in (0x200D, 0xFE0F)
        or 0x0300 <= point <= 0x036F
        or 0x1F3FB <= point <= 0x1F3FF
        or 0xE0020 <= point <= 0xE007F
    )
