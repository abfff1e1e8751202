"""What the Bot API checks before it accepts a message."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from math import ceil
from typing import Any
from urllib.parse import parse_qsl

from channels.markup import utf16_len

TEXT_MAX = 4096
CAPTION_MAX = 1024
DELETED_AT_ONCE = 100
DELETABLE = 48 * 3600.0  # seconds
TAGS = frozenset({"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote"})


class Refusal(Exception):
    """An answer other than ok."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> bytes:
        answer: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return json.dumps(answer).encode()


def bad(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


@dataclass
class Upload:
    filename: str
    content: bytes


Params = dict[str, Any]


def parameters(content_type: str, body: bytes) -> Params:
    """Form fields, each read as JSON where it is JSON; files as Upload."""
    if content_type.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    if "multipart/form-data" not in content_type:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    fields: Params = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        marks = dict(
            mark.strip().split("=", 1)
            for line in head.decode().split("\r\n")
            if line.lower().startswith("content-disposition")
            for mark in line.split(";")[1:]
        )
        name = marks["name"].strip('"')
        filename = marks.get("filename")
        fields[name] = Upload(filename.strip('"'), content) if filename else content.decode()
    return fields


class Shown(HTMLParser):
    """The text a person sees, and the parts in bold."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.bold: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        if self._open:
            raise bad("can't parse entities: Can't find end tag corresponding to start tag")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        self._open.append(tag)
        if tag in {"b", "strong"}:
            self.bold.append("")

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise bad("can't parse entities: Unexpected end tag")

    def handle_data(self, data: str) -> None:
        self.text += data
        if {"b", "strong"} & set(self._open):
            self.bold[-1] += data


def shown(params: Params, name: str) -> tuple[str, tuple[str, ...]]:
    markup = str(params.get(name, ""))
    if params.get("parse_mode") != "HTML":
        return markup, ()
    seen = Shown(markup)
    return seen.text.strip(), tuple(seen.bold)


def text_of(params: Params) -> tuple[str, tuple[str, ...]]:
    text, bold = shown(params, "text")
    if not text:
        raise bad("message text is empty")
    if utf16_len(text) > TEXT_MAX:
        raise bad("message is too long")
    return text, bold


def caption_of(params: Params) -> tuple[str, tuple[str, ...]]:
    text, bold = shown(params, "caption")
    if utf16_len(text) > CAPTION_MAX:
        raise bad("message caption is too long")
    return text, bold


Rows = tuple[tuple[tuple[str, str], ...], ...]


def buttons_of(params: Params) -> Rows:
    """Rows of (id or address, label)."""
    keyboard = json.loads(params.get("reply_markup", "{}")).get("inline_keyboard", [])
    if sum(map(len, keyboard)) > 100:
        raise bad("reply markup is too long")
    return tuple(tuple(_button(button) for button in row[:8]) for row in keyboard)


def _button(button: dict[str, str]) -> tuple[str, str]:
    if not button.get("text"):
        raise bad("text buttons are unallowed in the inline keyboard")
    if "url" in button:
        if not button["url"].startswith(("http://", "https://", "tg://")):
            raise bad("inline keyboard button URL is invalid: Unsupported URL protocol")
        return button["url"], button["text"]
    if not 1 <= len(button["callback_data"].encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    return button["callback_data"], button["text"]


@dataclass
class Pace:
    """At most `rate` sends in any sliding second, and one per chat every `chat_gap` seconds.

    None switches a limit off. A chat may be `slack` early: the network shifts arrivals a little.
    """

    now: Callable[[], float]
    rate: int | None = 30
    chat_gap: float | None = 1.0
    slack: float = 0.03
    _all: deque[float] = field(default_factory=deque)
    _chats: dict[str, float] = field(default_factory=dict)

    def take(self, chat: str, *, new: bool) -> None:
        """Raises 429 or counts the message. `new` is False for an edit."""
        now = self.now()
        while self._all and self._all[0] <= now - 1:
            self._all.popleft()
        if self.rate is not None and len(self._all) >= self.rate:
            raise _too_many(self._all[0] + 1 - now)
        last = self._chats.get(chat)
        if new and self.chat_gap is not None and last is not None:
            left = last + self.chat_gap - now
            if left > self.slack:
                raise _too_many(left)
        self._all.append(now)
        if new:
            self._chats[chat] = now


def _too_many(seconds: float) -> Refusal:
    after = max(1, ceil(seconds))
    return Refusal(429, f"Too Many Requests: retry after {after}", after)
