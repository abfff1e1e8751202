"""A stand-in for the Telegram Bot API: accepts, refuses and fails as the real one is known to."""

import asyncio
import itertools
import json
import time
from collections.abc import Callable, Collection
from typing import Any

import httpx

from tests.standins import bot_api_rules as rules
from tests.standins.bot_api_faults import MESSAGES, Fault, Script
from tests.standins.bot_api_people import Person
from tests.standins.bot_api_records import Call, Refused, Sent, Webhook, Written, update_id
from tests.standins.bot_api_rules import Pace, Params, Refusal, Upload, bad
from tests.standins.loopback import Answer, Cut, Head, Loopback, ReadBody

TOKEN = "424242:stand-in_token"
PHOTO = "photo-"


class BotApi:
    """One bot's server. `sent` and `refused` hold every message in the order of arrival."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        rate: int | None = 30,
        chat_gap: float | None = 1.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        self.pace = Pace(now, rate, chat_gap)
        self.now = now
        self.sent: list[Sent] = []
        self.refused: list[Refused] = []
        self.calls: list[Call] = []
        self.messages: dict[tuple[str, int], Sent] = {}
        self.first_sent: dict[tuple[str, int], float] = {}
        self.written: dict[tuple[str, int], Written] = {}
        self.files: dict[str, Upload] = {}
        self.blocked: set[str] = set()
        self.updates: list[dict[str, Any]] = []
        self.webhook: Webhook | None = None
        self.webhook_answers: list[int] = []
        self.latency = 0.0
        self._scripts: list[Script] = []
        self._ids = itertools.count(1)
        self._update_ids = itertools.count(1000)
        self._news = asyncio.Event()
        self._poll = 0
        self._http = Loopback(self._respond)
        self._client = httpx.AsyncClient(trust_env=False)

    @property
    def url(self) -> str:
        return self._http.url

    async def start(self) -> None:
        """Starts, or starts again on the same port."""
        if self._client.is_closed:
            self._client = httpx.AsyncClient(trust_env=False)
        await self._http.start()

    async def stop(self) -> None:
        await self._client.aclose()
        await self._http.stop()

    async def __aenter__(self) -> "BotApi":
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    def person(self, chat_id: int) -> Person:
        return Person(self, chat_id)

    def script(
        self,
        fault: Fault,
        *,
        chat: int | str | None = None,
        methods: Collection[str] | None = MESSAGES,
        times: float = 1,
    ) -> None:
        """The next `times` fitting calls fail; methods None means all, times inf for ever."""
        self._scripts.append(Script(fault, None if chat is None else str(chat), methods, times))

    def heal(self) -> None:
        self._scripts.clear()

    def called(self, method: str) -> list[Params]:
        return [call.params for call in self.calls if call.method == method]

    def sent_to(self, chat: int | str) -> list[Sent]:
        return [sent for sent in self.sent if sent.chat == str(chat)]

    def next_message_id(self) -> int:
        return next(self._ids)

    async def push(self, update: Any) -> int:
        """Queues an update for polling or posts it to the webhook. A dict gets its update_id."""
        number = next(self._update_ids)
        if isinstance(update, dict):
            update.setdefault("update_id", number)
        if not await self._posted(update):
            self.updates.append(update)
            self._news.set()
        return number

    async def deliver(self) -> None:
        """Posts again what the webhook did not take, in order, until one is refused once more."""
        while self.updates and await self._posted(self.updates[0]):
            self.updates.pop(0)

    async def _posted(self, update: Any) -> bool:
        if not self.webhook:
            return False
        answer = await self._client.post(
            self.webhook.url,
            json=update,
            headers={"X-Telegram-Bot-Api-Secret-Token": self.webhook.secret},
        )
        self.webhook_answers.append(answer.status_code)
        return answer.is_success

    # --- the server ---------------------------------------------------------------------------

    async def _respond(self, head: Head, read: ReadBody) -> Answer:
        token, _, method = head.path.removeprefix("/bot").partition("/")
        if self.latency:
            await asyncio.sleep(self.latency)
        first = self._scripted(method, None)
        if first and first.cut and not first.accepted:
            raise Cut
        params = rules.parameters(head.headers.get("content-type", ""), await read())
        self.calls.append(Call(method, params))
        chat = str(params.get("chat_id", ""))
        fault = first or self._scripted(method, chat)
        try:
            if token != self.token:
                raise Refusal(401, "Unauthorized")
            result = await self._result(method, params, fault)
        except Refusal as refusal:
            if method in MESSAGES:
                noted = Refused(method, chat, refusal.status, refusal.description, self.now())
                self.refused.append(noted)
            return Answer(refusal.status, refusal.as_json())
        if fault and fault.body is not None:
            return Answer(fault.status, fault.body, "text/html")
        answer = json.dumps({"ok": True, "result": result}, ensure_ascii=False).encode()
        return Answer(200, answer, truncated=bool(fault and fault.truncated))

    async def _result(self, method: str, params: Params, fault: Fault | None) -> Any:
        if fault and fault.refusal:
            raise fault.refusal
        handler = getattr(self, f"_on_{method}", None)
        if handler is None:
            raise Refusal(404, "Not Found")
        if fault and not fault.accepted:
            if fault.cut:
                raise Cut
            return None
        result = await handler(params)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.cut:
            raise Cut
        return result

    def _scripted(self, method: str, chat: str | None) -> Fault | None:
        for script in self._scripts:
            fits = script.methods is None or method in script.methods
            if fits and script.times > 0 and script.chat == chat:
                script.times -= 1
                return script.fault
        return None

    # --- methods ------------------------------------------------------------------------------

    async def _on_getMe(self, params: Params) -> Any:  # noqa: N802
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Stand-in",
            "username": "standin_bot",
        }

    async def _on_getUpdates(self, params: Params) -> Any:  # noqa: N802
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        self._news.set()  # an older poll wakes up and learns that it is not the only one
        offset = int(params.get("offset", 0))
        self.updates = [update for update in self.updates if update_id(update) >= offset]
        until = time.monotonic() + float(params.get("timeout", 0))
        while not self.updates and time.monotonic() < until:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), until - time.monotonic())
            except TimeoutError:
                break
            if mine != self._poll:
                raise Refusal(409, "Conflict: terminated by other getUpdates request")
        return self.updates[: int(params.get("limit", 100))]

    async def _on_setWebhook(self, params: Params) -> Any:  # noqa: N802
        self.webhook = Webhook(params["url"], params.get("secret_token", ""), params)
        return True

    async def _on_deleteWebhook(self, params: Params) -> Any:  # noqa: N802
        self.webhook = None
        return True

    async def _on_getWebhookInfo(self, params: Params) -> Any:  # noqa: N802
        return {
            "url": self.webhook.url if self.webhook else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
        }

    async def _on_sendMessage(self, params: Params) -> Any:  # noqa: N802
        text, bold = rules.text_of(params)
        return self._record("sendMessage", params, text, bold)

    async def _on_sendPhoto(self, params: Params) -> Any:  # noqa: N802
        text, bold = rules.caption_of(params)
        photo = params.get("photo", "")
        upload = next((value for value in params.values() if isinstance(value, Upload)), None)
        if upload:
            photo = f"{PHOTO}{len(self.files) + 1}"
        elif photo not in self.files:
            raise bad("wrong file identifier/HTTP URL specified")
        answer = self._record("sendPhoto", params, text, bold, photo=photo, upload=upload)
        if upload:
            self.files[photo] = upload
        return answer

    async def _on_editMessageText(self, params: Params) -> Any:  # noqa: N802
        text, bold = rules.text_of(params)
        message_id = int(params["message_id"])
        old = self.messages.get((str(params["chat_id"]), message_id))
        if old is None:
            raise bad("message to edit not found")
        if old.photo:
            raise bad("there is no text in the message to edit")
        if (old.text, old.bold, old.rows) == (text, bold, rules.buttons_of(params)):
            raise bad(
                "message is not modified: specified new message content and reply markup are"
                " exactly the same as a current content and reply markup of the message"
            )
        return self._record("editMessageText", params, text, bold, edited=message_id)

    async def _on_deleteMessage(self, params: Params) -> Any:  # noqa: N802
        chat, number = str(params["chat_id"]), int(params["message_id"])
        if not self._is_there(chat, number):
            raise bad("message to delete not found")
        if self._is_old(chat, number):
            raise bad("message can't be deleted for everyone")
        self._delete(chat, number)
        return True

    async def _on_deleteMessages(self, params: Params) -> Any:  # noqa: N802
        """Skips what it does not find; takes none when one is too old."""
        chat = str(params["chat_id"])
        numbers = params["message_ids"]
        numbers = [int(n) for n in (json.loads(numbers) if isinstance(numbers, str) else numbers)]
        if not 1 <= len(numbers) <= rules.DELETED_AT_ONCE:
            raise bad("there are too many messages to delete")
        there = [n for n in numbers if self._is_there(chat, n)]
        if any(self._is_old(chat, n) for n in there):
            raise bad("message can't be deleted for everyone")
        for number in there:
            self._delete(chat, number)
        return True

    def _is_there(self, chat: str, number: int) -> bool:
        return (chat, number) in self.messages or (chat, number) in self.written

    def _is_old(self, chat: str, number: int) -> bool:
        written = self.written.get((chat, number))
        at = written.at if written is not None else self.first_sent[chat, number]
        return self.now() - at > rules.DELETABLE

    def _delete(self, chat: str, number: int) -> None:
        self.messages.pop((chat, number), None)
        self.written.pop((chat, number), None)

    def stands_in(self, chat: int | str) -> list[str]:
        """Everything that both sides see in this chat now, in order."""
        seen = {n: sent.text for (whose, n), sent in self.messages.items() if whose == str(chat)}
        seen |= {n: one.text for (whose, n), one in self.written.items() if whose == str(chat)}
        return [seen[n] for n in sorted(seen)]

    async def _on_answerCallbackQuery(self, params: Params) -> Any:  # noqa: N802
        return True

    _on_setMyCommands = _on_answerCallbackQuery  # noqa: N815
    _on_setMyDescription = _on_answerCallbackQuery  # noqa: N815
    _on_setMyShortDescription = _on_answerCallbackQuery  # noqa: N815
    _on_leaveChat = _on_answerCallbackQuery  # noqa: N815
    _on_sendChatAction = _on_answerCallbackQuery  # noqa: N815

    def _record(
        self,
        method: str,
        params: Params,
        text: str,
        bold: tuple[str, ...],
        *,
        photo: str | None = None,
        upload: Upload | None = None,
        edited: int | None = None,
    ) -> dict[str, Any]:
        chat = str(params["chat_id"])
        rows = rules.buttons_of(params)
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        self.pace.take(chat, new=edited is None)
        number = edited or self.next_message_id()
        silent = str(params.get("disable_notification", "")).lower() == "true"
        sent = Sent(method, chat, number, text, bold, rows, silent, self.now(), photo, upload)
        self.sent.append(sent)
        self.messages[chat, number] = sent
        self.first_sent.setdefault((chat, number), self.now())  # an edit makes it no younger
        return sent.as_json()
