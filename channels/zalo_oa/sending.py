"""Sending one message: text, picture, up to five buttons, or an approved template."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import httpx

from care.messages import Address, Button, Outbound
from care.windows import Windows
from channels.arrived import Arrived
from channels.base import Receipt
from channels.bodies import REF_MAX
from channels.errors import ChannelError, ChannelMisconfigured, OutcomeUnknown, Permanent
from channels.markup import clean, plain_pages
from channels.pictures import Pictures
from channels.wire import ask
from channels.zalo_oa.errors import NotThisApi, TokenInvalid, classify
from channels.zalo_oa.parse import CHOICE
from channels.zalo_oa.tokens import Keeper

TEXT_MAX = 2000
BUTTONS_MAX = 5
TITLE_MAX = 100
PAYLOAD_MAX = 1000
V3, V2 = "/v3.0/oa/message/cs", "/v2.0/oa/message"
TEMPLATE = "/v3.0/oa/message/template"
FREE = ("reply", "welcome_msg")
TEL = "tel:"

Which = Literal["v3", "v2", "auto"]
Body = dict[str, Any]


class Api:
    """Calls with a fresh token; one that Zalo no longer takes is renewed once."""

    def __init__(self, client: httpx.AsyncClient, api_url: str, keeper: Keeper) -> None:
        self._client = client
        self._base = api_url.rstrip("/")
        self._keeper = keeper

    async def call(self, method: str, path: str, body: Body | None = None) -> Body:
        """The `data` of the answer. Raises ChannelError only."""
        token = await self._keeper.access()
        data, problem = await self._once(method, path, body, token)
        if isinstance(problem, TokenInvalid):
            token = await self._keeper.access(refused=token)
            data, problem = await self._once(method, path, body, token)
        if isinstance(problem, TokenInvalid):
            problem = ChannelMisconfigured(problem.reason)
        if problem is not None:
            raise problem
        return data

    async def _once(
        self, method: str, path: str, body: Body | None, token: str
    ) -> tuple[Body, ChannelError | None]:
        more: dict[str, Any] = {} if body is None else {"json": body}
        headers = {"access_token": token}
        reply = await ask(self._client, method, self._base + path, headers=headers, **more)
        data = reply.body.get("data")
        return data if isinstance(data, dict) else {}, classify(reply)


class Sender:
    def __init__(self, api: Api, which: Which, pictures: Pictures, windows: Windows) -> None:
        self._api = api
        self._paths = {"v3": (V3,), "v2": (V2,), "auto": (V3, V2)}[which]
        self._pictures = pictures
        self._windows = windows
        self._arrived = Arrived[Receipt]()

    @property
    def path(self) -> str:
        """The message API that is tried first now."""
        return self._paths[0]

    async def send(self, to: Address, out: Outbound, key: str) -> Receipt:
        """A second call with the same key sends only the parts that were not acknowledged."""
        if not (to.chat_id.isascii() and to.chat_id.isdecimal()):
            raise Permanent("not a user id")
        if out.remove:
            raise Permanent("cannot take messages back")
        arrived = self._arrived.of(key)
        if out.template is not None:
            return arrived[-1] if arrived else await self._template(to, *out.template, arrived)
        parts = self._parts(out)
        for part in parts[len(arrived) :]:
            arrived.append(await self._part(to.chat_id, part))
        costs = [receipt.cost for receipt in arrived]
        known = [cost for cost in costs if cost is not None]
        return Receipt(arrived[-1].ref, sum(known) if len(known) == len(costs) else None)

    async def _template(
        self, to: Address, template_id: str, data: dict[str, str], arrived: list[Receipt]
    ) -> Receipt:
        fields = {name: clean(value) for name, value in data.items()}
        body = {"user_id": to.chat_id, "template_id": template_id, "template_data": fields}
        answer = await self._api.call("POST", TEMPLATE, body)
        arrived.append(Receipt(_ref(answer), self._windows.template_price))
        return arrived[-1]

    def _parts(self, out: Outbound) -> list[Body]:
        photo = self._pictures.address(out.image)
        shown, written = _shown(out.buttons)
        pages = plain_pages("\n\n".join(filter(None, (out.text.strip(), *written))), TEXT_MAX)
        alone = plain_pages(out.alt or "", TEXT_MAX)[:1]
        if not pages and not photo:
            pages = alone
        if not pages and not photo:
            raise Permanent("empty message")
        if photo and len(pages) <= 1 and not shown:
            return [_picture(photo, pages or alone)]
        parts: list[Body] = [{"text": page} for page in pages]
        if shown and parts:
            parts[-1]["attachment"] = _template_of({"buttons": shown})
        return [_picture(photo, alone), *parts] if photo else parts

    async def _part(self, user_id: str, part: Body) -> Receipt:
        try:
            return await self._message(user_id, part)
        except Permanent:
            if "elements" not in part.get("attachment", {}).get("payload", {}) or not part["text"]:
                raise
        # A picture that Zalo cannot fetch must not cost the words.
        return await self._message(user_id, {"text": part["text"]})

    async def _message(self, user_id: str, part: Body) -> Receipt:
        shown = {name: value for name, value in part.items() if value}
        body = {"recipient": {"user_id": user_id}, "message": shown}
        answer = await self._by_either(lambda path: self._api.call("POST", path, body))
        return Receipt(_ref(answer), self._cost(answer))

    async def _by_either(self, call: Callable[[str], Any]) -> Body:
        """Some kinds of account may use the old message API only; once that worked, it stays."""
        reason = ""
        for path in self._paths:
            try:
                answer: Body = await call(path)
            except NotThisApi as error:
                reason = error.reason
            else:
                if path != self._paths[0]:
                    self._paths = (path,)
                return answer
        raise ChannelMisconfigured(reason)

    def _cost(self, answer: Body) -> int | None:
        quota = answer.get("quota")
        way = quota.get("quota_type") if isinstance(quota, dict) else None
        if not isinstance(way, str):
            return None
        return 0 if way in FREE else self._windows.price


def _shown(buttons: Sequence[Button]) -> tuple[list[Body], list[str]]:
    """As buttons as far as there is room; links that find none as lines of the text."""
    shown: list[Body] = []
    written = []
    for button in buttons:
        if len(shown) < BUTTONS_MAX:
            shown.append(_button(button))
        elif button.url:
            written.append(f"{button.label}: {button.url.removeprefix(TEL)}")
    return shown, written


def _button(button: Button) -> Body:
    title = clean(button.label)[:TITLE_MAX]
    if button.url and button.url.startswith(TEL):
        number = button.url.removeprefix(TEL)
        return {"title": title, "type": "oa.open.phone", "payload": {"phone_code": number}}
    if button.url:
        return {"title": title, "type": "oa.open.url", "payload": {"url": button.url}}
    payload = CHOICE + button.id
    if len(payload) > PAYLOAD_MAX:
        raise Permanent("button id too long")
    return {"title": title, "type": "oa.query.hide", "payload": payload}


def _picture(url: str, words: Sequence[str]) -> Body:
    elements = [{"media_type": "image", "url": url}]
    attachment = _template_of({"template_type": "media", "elements": elements})
    return {"text": "".join(words), "attachment": attachment}


def _template_of(payload: Body) -> Body:
    return {"type": "template", "payload": payload}


def _ref(answer: Body) -> str:
    for name in ("message_id", "msg_id"):
        found = answer.get(name)
        if isinstance(found, str | int) and str(found):
            return str(found)[:REF_MAX]
    raise OutcomeUnknown("no readable answer")
