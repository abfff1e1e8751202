"""Sending one message as plain text, with its links written out."""

from collections.abc import Awaitable, Callable
from typing import Any

from care.messages import Address, Button, Outbound
from channels.arrived import Arrived
from channels.base import Receipt
from channels.bodies import REF_MAX
from channels.errors import ChannelError, OutcomeUnknown, Permanent, QuotaExhausted, RetryAfter
from channels.markup import plain_pages
from channels.pictures import Pictures
from channels.zalo_bot.errors import Api, Idle

TEXT_MAX = 2000
Part = dict[str, str]


class Sender:
    def __init__(
        self,
        api: Api,
        pictures: Pictures,
        gap: float,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._api = api
        self._pictures = pictures
        self._gap = gap
        self._sleep = sleep
        self._arrived = Arrived[str]()
        self._backed_off = False

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        """A second call with the same key sends only the parts that were not acknowledged."""
        if out.remove:
            raise Permanent("cannot take messages back")
        parts = self._parts(out)
        arrived = self._arrived.of(key)
        for index in range(len(arrived), len(parts)):
            if index > 0:
                await self._sleep(self._gap)
            arrived.append(await self._send_part(to.chat_id, parts[index]))
        return Receipt(arrived[-1])

    def _parts(self, out: Outbound) -> list[Part]:
        photo = self._pictures.address(out.image)
        pages = plain_pages(with_links(out), TEXT_MAX)
        if photo:
            caption = "\n".join(plain_pages(out.alt or "", TEXT_MAX)[:1])
            if len(pages) == 1:
                return [{"photo": photo, "caption": pages[0]}]
            return [{"photo": photo, "caption": caption}, *({"text": page} for page in pages)]
        pages = pages or plain_pages(out.alt or "", TEXT_MAX)
        if not pages:
            raise Permanent("empty message")
        return [{"text": page} for page in pages]

    async def _send_part(self, chat_id: str, part: Part) -> str:
        if "photo" not in part:
            return _ref(await self._call("sendMessage", chat_id, part))
        try:
            return _ref(await self._call("sendPhoto", chat_id, part))
        except Permanent:
            if not part["caption"]:
                raise
        # A picture that Zalo cannot fetch must not cost the words.
        return _ref(await self._call("sendMessage", chat_id, {"text": part["caption"]}))

    async def _call(self, method: str, chat_id: str, part: Part) -> Any:
        shown = {name: value for name, value in part.items() if value}
        problem: ChannelError
        try:
            result = await self._api.call(method, {"chat_id": chat_id, **shown})
        except Idle:
            problem = OutcomeUnknown("no readable answer")
        except RetryAfter as error:
            # It says the same of haste and of a used-up month; a minute tells them apart.
            problem = QuotaExhausted("quota of the month") if self._backed_off else error
            self._backed_off = True
        else:
            self._backed_off = False
            return result
        raise problem


def with_links(out: Outbound) -> str:
    """The text, and below it what its links open; other buttons have been numbered before."""
    return "\n\n".join(filter(None, (out.text.strip(), "\n".join(map(_line, _links(out))))))


def _links(out: Outbound) -> list[Button]:
    return [button for button in out.buttons if button.url]


def _line(button: Button) -> str:
    where = (button.url or "").removeprefix("tel:")
    return button.label if where in button.label else f"{button.label}: {where}"


def _ref(result: object) -> str:
    found = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(found, str | int) or not str(found):
        raise OutcomeUnknown("no readable answer")
    return str(found)[:REF_MAX]
