"""A stand-in for the Zalo Bot Platform: one bot, with its limits and its oddities."""

import asyncio
import itertools
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from channels.markup import utf16_len
from tests.standins.bot_api_faults import Fault, Script
from tests.standins.bot_api_records import Call, Webhook
from tests.standins.bot_api_rules import Params, Refusal, parameters
from tests.standins.loopback import Answer, Cut, Head, Loopback, ReadBody

TOKEN = "424242:stand-in_zalo-token"
TEXT_MAX = 2000
MESSAGES = frozenset({"sendMessage", "sendPhoto"})
WHEN = 1_790_000_000_000
PROOF = "X-Bot-Api-Secret-Token"
TOO_MUCH = Refusal(429, "Quota exceeded")
IN_TROUBLE = Fault(Refusal(403, "Internal server error"))


def within_200(code: int) -> Fault:
    """An error that comes as a success."""
    words = {"ok": False, "error_code": code, "description": "said with 200"}
    return Fault(status=200, body=json.dumps(words).encode())


@dataclass(frozen=True)
class Sent:
    chat: str
    message_id: str
    text: str
    photo: str | None = None


class ZaloBotApi:
    """`sent` is what people see; `month` counts what was sent since the month began."""

    def __init__(self, token: str = TOKEN, *, quota: int = 3_000, audience: int = 50) -> None:
        self.token = token
        self.quota = quota
        self.audience = audience
        self.month = 0
        self.idle = 0.02  # seconds until a poll ends, whatever it asks for
        self.people: list[str] = []
        self.sent: list[Sent] = []
        self.calls: list[Call] = []
        self.updates: list[dict[str, Any]] = []
        self.webhook: Webhook | None = None
        self.webhook_answers: list[int] = []
        self._scripts: list[Script] = []
        self._ids = itertools.count(1)
        self._news = asyncio.Event()
        self._http = Loopback(self._respond)
        self._client = httpx.AsyncClient(trust_env=False)

    @property
    def url(self) -> str:
        return self._http.url

    async def start(self) -> None:
        if self._client.is_closed:
            self._client = httpx.AsyncClient(trust_env=False)
        await self._http.start()

    async def stop(self) -> None:
        await self._client.aclose()
        await self._http.stop()

    async def __aenter__(self) -> "ZaloBotApi":
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    def script(
        self, fault: Fault, *, methods: Collection[str] | None = MESSAGES, times: float = 1
    ) -> None:
        """The next `times` fitting calls fail; methods None means all."""
        self._scripts.append(Script(fault, None, methods, times))

    def heal(self) -> None:
        self._scripts.clear()

    def called(self, method: str) -> list[Params]:
        return [call.params for call in self.calls if call.method == method]

    def next_id(self) -> str:
        return f"m{next(self._ids):06d}"

    async def push(
        self, update: dict[str, Any], *, bare: bool = False, secret: str | None = None
    ) -> int | None:
        """To the webhook, whose status is given back; without one it waits for a poll.

        `bare` is the form seen live, without an envelope; `secret` makes a forged request.
        """
        if not self.webhook:
            self.updates.append(update)
            self._news.set()
            return None
        body = update if bare else {"ok": True, "result": update}
        proof = self.webhook.secret if secret is None else secret
        answer = await self._client.post(self.webhook.url, json=body, headers={PROOF: proof})
        self.webhook_answers.append(answer.status_code)
        return answer.status_code

    # --- the server ---------------------------------------------------------------------------

    async def _respond(self, head: Head, read: ReadBody) -> Answer:
        where = urlsplit(head.path)
        token, _, method = where.path.removeprefix("/bot").partition("/")
        fault = self._scripted(method)
        if fault and fault.cut and not fault.accepted:
            raise Cut
        body = await read()
        given = parameters(head.headers.get("content-type", ""), body) if body else {}
        params = {**dict(parse_qsl(where.query)), **given}
        self.calls.append(Call(method, params))
        try:
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            result = await self._result(method, params, fault)
        except Refusal as refusal:
            return Answer(refusal.status, refusal.as_json())
        if fault and fault.body is not None:
            return Answer(fault.status, fault.body, "text/html")
        answer = json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()
        return Answer(200, answer, truncated=bool(fault and fault.truncated))

    async def _result(self, method: str, params: Params, fault: Fault | None) -> Any:
        handler = getattr(self, f"_on_{method}", None)
        if handler is None:
            raise Refusal(404, "Not Found")
        if fault and fault.refusal:
            raise fault.refusal
        if fault and not fault.accepted:
            return None
        result = await handler(params)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.cut:
            raise Cut
        return result

    def _scripted(self, method: str) -> Fault | None:
        for script in self._scripts:
            if script.times > 0 and (script.methods is None or method in script.methods):
                script.times -= 1
                return script.fault
        return None

    # --- methods ------------------------------------------------------------------------------

    async def _on_getMe(self, params: Params) -> Any:  # noqa: N802
        return {
            "id": self.token.partition(":")[0],
            "account_name": "bot.standin",
            "account_type": "BASIC",
            "can_join_groups": False,
            "display_name": "Bot Stand-in",
        }

    async def _on_getUpdates(self, params: Params) -> Any:  # noqa: N802
        """One update; it is forgotten here as soon as it was fetched."""
        if self.webhook:
            raise Refusal(400, "Bad Request: a webhook is set")
        if not self.updates:
            self._news.clear()
            wait = min(self.idle, float(params.get("timeout", 30)))
            try:
                await asyncio.wait_for(self._news.wait(), wait)
            except TimeoutError:
                raise Refusal(408, "Request timeout") from None
        return self.updates.pop(0)

    async def _on_setWebhook(self, params: Params) -> Any:  # noqa: N802
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        if not url.startswith(("https://", "http://127.0.0.1")) or not 8 <= len(secret) <= 256:
            raise Refusal(400, "Bad Request: url or secret_token")
        self.webhook = Webhook(url, secret, params)
        try:
            answer = await self._client.post(url, content=b"{}", headers={PROOF: secret})
            ok, status = answer.is_success, answer.status_code
        except httpx.HTTPError:
            ok, status = False, 0
        verification = {"ok": ok, "outcome": "verified" if ok else "failed", "status_code": status}
        return {"url": url, "updated_at": WHEN, "verification": verification}

    async def _on_deleteWebhook(self, params: Params) -> Any:  # noqa: N802
        self.webhook = None
        return {"url": "", "updated_at": WHEN}

    async def _on_getWebhookInfo(self, params: Params) -> Any:  # noqa: N802
        if not self.webhook:
            raise Refusal(404, "Not Found")
        return {"url": self.webhook.url, "updated_at": WHEN}

    async def _on_sendMessage(self, params: Params) -> Any:  # noqa: N802
        text = str(params.get("text", ""))
        if not text.strip() or utf16_len(text) > TEXT_MAX:
            raise Refusal(400, "Bad Request: text")
        return self._record(params, text)

    async def _on_sendPhoto(self, params: Params) -> Any:  # noqa: N802
        caption, photo = str(params.get("caption", "")), str(params.get("photo", ""))
        if utf16_len(caption) > TEXT_MAX or not photo.startswith(("https://", "http://")):
            raise Refusal(400, "Bad Request: photo or caption")
        return self._record(params, caption, photo)

    async def _on_sendChatAction(self, params: Params) -> Any:  # noqa: N802
        if params.get("action") != "typing":
            raise Refusal(400, "Bad Request: action")
        return None

    def _record(self, params: Params, text: str, photo: str | None = None) -> dict[str, Any]:
        chat = str(params.get("chat_id", ""))
        if chat not in self.people:
            raise Refusal(400, "Bad Request: chat_id")
        if self.month >= self.quota or chat not in self.people[: self.audience]:
            raise TOO_MUCH
        self.month += 1
        self.sent.append(Sent(chat, self.next_id(), text, photo))
        return {"message_id": self.sent[-1].message_id, "date": WHEN}
