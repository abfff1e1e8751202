"""Our texts and buttons in the form Telegram shows them."""

import html
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from care.messages import Button
from channels.errors import Permanent
from channels.markup import clean, split, to_html, to_plain

TEXT_MAX = 4096
CAPTION_MAX = 1024
BUTTONS_MAX = 100
BUTTON_ID_MAX = 64
SHORT_LABEL = 14
MARK = "**"


def pages(text: str, title: str | None) -> list[str]:
    """The HTML of each message, in order. Telegram counts what is seen, so marks are free."""
    text = clean(text)
    parts = _balanced(split(text, TEXT_MAX)) if text.strip() else []
    head = clean(title or "").strip()
    if not head or not parts or not parts[0].startswith(head):
        return [to_html(part) for part in parts]
    bold = f"<b>{html.escape(to_plain(head), quote=False)}</b>"
    first = bold + to_html(parts[0].removeprefix(head))
    return [first, *map(to_html, parts[1:])]


def _balanced(parts: list[str]) -> list[str]:
    """Closes a bold run where a text was cut and opens it again in the next part."""
    balanced = []
    opened = False
    for index, part in enumerate(parts):
        piece = (MARK + part).removeprefix(MARK * 2) if opened else part
        opened = piece.count(MARK) % 2 == 1 and any(MARK in rest for rest in parts[index + 1 :])
        piece = (piece + MARK).removesuffix(MARK * 2) if opened else piece
        if piece.strip():
            balanced.append(piece.strip())
    return balanced


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Short labels two a row, long ones alone; `tel:` links are left out, Telegram refuses them."""
    shown = [button for button in buttons if not button.url or button.url.startswith("https://")]
    if len(shown) > BUTTONS_MAX:
        raise Permanent("too many buttons")
    rows: list[list[InlineKeyboardButton]] = []
    room = False
    for button in shown:
        short = len(button.label) <= SHORT_LABEL
        if short and room:
            rows[-1].append(_key(button))
            room = False
        else:
            rows.append([_key(button)])
            room = short
    return InlineKeyboardMarkup(rows) if rows else None


def _key(button: Button) -> InlineKeyboardButton:
    label = clean(button.label)
    if button.url:
        return InlineKeyboardButton(label, url=button.url)
    if len(button.id.encode("utf-8", "replace")) > BUTTON_ID_MAX:
        raise Permanent("button id too long")
    return InlineKeyboardButton(label, callback_data=button.id)
