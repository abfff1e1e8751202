"""Sending one message, which Telegram may need as several."""

import asyncio
import contextlib
import html
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message
from telegram.constants import ParseMode

from care.messages import Address, Outbound
from channels.base import NO_REF, Receipt
from channels.errors import OutcomeUnknown, Permanent
from channels.markup import clean, to_plain, utf16_len
from channels.telegram.errors import NotModified, StaleFile, Uneditable, call
from channels.telegram.text import CAPTION_MAX, keyboard, pages

REMEMBERED = 1000
DELETED_AT_ONCE = 100
REF_MAX = 64
DRAWN = "picture.png"
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Part:
    html: str
    photo: str | bytes | None = None  # a stored picture, or one drawn for this message
    edit: int | None = None


class Sender:
    """Sends and remembers: uploaded files, and which parts of a message have arrived."""

    def __init__(
        self, bot: Bot, media: Path | None, gap: float, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._bot = bot
        self._media = media.resolve() if media else None
        self._gap = gap
        self._sleep = sleep
        self._files: dict[str, str] = {}
        self._arrived: OrderedDict[str, list[str]] = OrderedDict()

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        """A second call with the same key sends only the parts that were not acknowledged."""
        chat = _chat_id(to)
        buttons = keyboard(out.buttons)
        parts = await asyncio.to_thread(self._parts, out)
        arrived = self._arrived_of(key)
        for index in range(len(arrived), len(parts)):
            if index > 0:
                await self._sleep(self._gap)  # the parts keep Telegram's pace for one chat
            under = buttons if index == len(parts) - 1 else None
            silent = out.silent or index > 0
            arrived.append(await self._send_part(chat, parts[index], under, silent))
        return Receipt(_joined(arrived))

    async def remove(self, to: Address, out: Outbound) -> None:
        """Deletes messages of both sides; one that Telegram keeps is emptied, if it is ours."""
        chat = _chat_id(to)
        numbers = [n for ref in out.remove for n in self._numbers(ref)]
        for first in range(0, len(numbers), DELETED_AT_ONCE):
            some = numbers[first : first + DELETED_AT_ONCE]
            try:
                await call(self._bot.delete_messages(chat, some))
            except Permanent:  # one of them is too old: the others must go all the same
                for number in some:
                    await self._remove_one(chat, number, clean(out.text))

    async def _remove_one(self, chat: int, number: int, instead: str) -> None:
        try:
            await call(self._bot.delete_message(chat, number))
        except Permanent:
            with contextlib.suppress(Permanent):
                await self._edit(chat, html.escape(instead, quote=False), number, None)

    def _numbers(self, ref: str) -> list[int]:
        """The parts of one message; of one without a reference those that surely arrived."""
        parts = self._arrived.get(ref.removeprefix(NO_REF), []) if NO_REF in ref else [ref]
        return [int(one) for part in parts for one in part.split(",") if one.isdecimal()]

    def _arrived_of(self, key: str) -> list[str]:
        arrived = self._arrived.setdefault(key, [])
        self._arrived.move_to_end(key)
        if len(self._arrived) > REMEMBERED:
            self._arrived.popitem(last=False)
        return arrived

    def _parts(self, out: Outbound) -> list[Part]:
        photo = out.picture or (out.image if out.image and self._has(out.image) else None)
        text = out.text if out.text.strip() or photo else (out.alt or "")
        shown = pages(text, out.title)
        if not shown and not photo:
            raise Permanent("empty message")
        if not photo:
            last = (out.edit or "").rpartition(",")[2]
            edit = int(last) if last.isdecimal() else None
            return [Part(shown[0], edit=edit), *map(Part, shown[1:])]
        if utf16_len(to_plain(clean(text))) <= CAPTION_MAX:
            return [Part("".join(shown), photo)]
        return [Part("", photo), *map(Part, shown)]

    def _has(self, image: str) -> bool:
        return image in self._files or self._path(image) is not None

    def _path(self, image: str) -> Path | None:
        if self._media is None:
            return None
        path = (self._media / image).resolve()
        return path if path.is_relative_to(self._media) and path.is_file() else None

    async def _send_part(
        self, chat: int, part: Part, under: InlineKeyboardMarkup | None, silent: bool
    ) -> str:
        if part.photo:
            return await self._send_photo(chat, part, part.photo, under, silent)
        if part.edit is not None:
            try:
                return await self._edit(chat, part.html, part.edit, under)
            except NotModified:
                return str(part.edit)
            except Uneditable:
                pass
        return _ref(
            await call(
                self._bot.send_message(
                    chat,
                    part.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=under,
                    disable_notification=silent,
                    link_preview_options=NO_PREVIEW,
                )
            )
        )

    async def _edit(
        self, chat: int, text: str, message_id: int, under: InlineKeyboardMarkup | None
    ) -> str:
        await call(
            self._bot.edit_message_text(
                text,
                chat_id=chat,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=under,
                link_preview_options=NO_PREVIEW,
            )
        )
        return str(message_id)

    async def _send_photo(
        self,
        chat: int,
        part: Part,
        image: str | bytes,
        under: InlineKeyboardMarkup | None,
        silent: bool,
    ) -> str:
        async def post(photo: str | bytes) -> Message:
            return await call(
                self._bot.send_photo(
                    chat,
                    photo,
                    caption=part.html or None,
                    parse_mode=ParseMode.HTML,
                    reply_markup=under,
                    disable_notification=silent,
                    filename=DRAWN if isinstance(image, bytes) else Path(image).name,
                )
            )

        if isinstance(image, bytes):
            return _ref(await post(image))
        known = self._files.get(image)
        try:
            message = await post(known or await self._read(image))
        except StaleFile:
            self._files.pop(image, None)
            message = await post(await self._read(image))
        ref = _ref(message)
        if message.photo:
            self._files[image] = message.photo[-1].file_id
        return ref

    async def _read(self, image: str) -> bytes:
        path = await asyncio.to_thread(self._path, image)
        if path is None:
            raise Permanent("picture is missing")
        return await asyncio.to_thread(path.read_bytes)


def _ref(message: object) -> str:
    """The library hands on whatever came, even `true` in place of a message."""
    if not isinstance(message, Message):
        raise OutcomeUnknown("no readable answer")
    return str(message.message_id)


def _joined(arrived: list[str]) -> str:
    """All parts of a message, so that all can be taken away; the last carries its buttons."""
    while len(found := ",".join(arrived)) > REF_MAX:
        arrived = arrived[1:]
    return found


def _chat_id(to: Address) -> int:
    if not to.chat_id.removeprefix("-").isdecimal():
        raise Permanent("not a chat id")
    return int(to.chat_id)
