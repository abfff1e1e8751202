"""A stand-in for the OpenAPI of a Zalo Official Account, with its windows, quotas and traps."""

import asyncio
import itertools
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from care.clock import local_time
from channels.markup import utf16_len
from tests.standins.bot_api_faults import Fault, Script
from tests.standins.bot_api_records import Call
from tests.standins.bot_api_rules import Params, parameters
from tests.standins.loopback import Answer, Cut, Head, Loopback, ReadBody
from tests.standins.zalo_oauth import OAuth

APP_ID, OA_ID = "360846524940903967", "579745863508352884"
APP_SECRET, SECRET_KEY = "canary-app-secret", "canary-oa-secret"
V3, V2, TEMPLATE = "/v3.0/oa/message/cs", "/v2.0/oa/message", "/v3.0/oa/message/template"
SENDING = frozenset({V3, V2, TEMPLATE})
FREE, PAID = timedelta(hours=48), timedelta(days=7)
BUSINESS, GOVERNMENT = 2, 4
BEGIN = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Refused(Exception):
    """An answer with a code, which comes as HTTP 200."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def says(code: int) -> Fault:
    return Fault(body=json.dumps({"error": code, "message": "scripted"}).encode())


@dataclass(frozen=True)
class Sent:
    """What a person sees. `buttons` are (type, payload as text, title)."""

    path: str
    user: str
    message_id: str
    text: str = ""
    buttons: tuple[tuple[str, str, str], ...] = ()
    photo: str | None = None
    template: tuple[str, dict[str, str]] | None = None


class ZaloOAApi:
    """`paid_left` is what the package still pays; `government` accounts may use v2 only."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime] | None = None,
        a_minute: int | None = None,
        paid: int = 500,
        government: bool = False,
    ) -> None:
        self.time = BEGIN
        self.now = now or (lambda: self.time)
        self.oauth = OAuth(APP_ID, APP_SECRET, OA_ID, self.now)
        self.a_minute = a_minute
        self.paid_left = paid
        self.government = government
        self.v2_closed = False
        self.templates: dict[str, set[str]] = {}
        self.acted: dict[str, datetime] = {}  # when each person did something last
        self.blocked: set[str] = set()
        self.sent: list[Sent] = []
        self.calls: list[Call] = []
        self._minute: deque[datetime] = deque()
        self._scripts: list[Script] = []
        self._ids = itertools.count(1)
        self._http = Loopback(self._respond)

    @property
    def url(self) -> str:
        return self._http.url

    async def start(self) -> None:
        await self._http.start()

    async def stop(self) -> None:
        await self._http.stop()

    async def __aenter__(self) -> "ZaloOAApi":
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.stop()

    def script(
        self, fault: Fault, *, paths: frozenset[str] | None = SENDING, times: float = 1
    ) -> None:
        """The next `times` fitting calls fail; paths None means all."""
        self._scripts.append(Script(fault, None, paths, times))

    def called(self, path: str) -> list[Params]:
        return [call.params for call in self.calls if call.method == path]

    # --- the server ---------------------------------------------------------------------------

    async def _respond(self, head: Head, read: ReadBody) -> Answer:
        where = urlsplit(head.path)
        fault = self._scripted(where.path)
        if fault and fault.cut and not fault.accepted:
            raise Cut
        body = await read()
        given = parameters(head.headers.get("content-type", ""), body) if body else {}
        params = {**dict(parse_qsl(where.query)), **given}
        self.calls.append(Call(where.path, params))
        if fault and not fault.accepted:
            kind = "application/json" if fault.status == 200 else "text/html"
            return Answer(fault.status, fault.body or b"", kind)
        if where.path == "/v4/oa/permission":
            back = self.oauth.permission(params)
            return Answer(302 if back else 400, b"", location=back)
        answer = self._answer(where.path, head.headers, params)
        if fault and fault.delay:
            await asyncio.sleep(fault.delay)
        if fault and fault.cut:
            raise Cut
        whole = json.dumps(answer, ensure_ascii=False).encode()
        return Answer(200, whole, truncated=bool(fault and fault.truncated))

    def _answer(self, path: str, headers: dict[str, str], params: Params) -> dict[str, Any]:
        if path == "/v4/oa/access_token":
            return self.oauth.token(headers.get("secret_key", ""), params)
        try:
            if not self.oauth.accepts(headers.get("access_token", "")):
                raise Refused(-216)
            self._pace()
            return {"data": self._data(path, params), "error": 0, "message": "Success"}
        except Refused as refused:
            return {"error": refused.code, "message": "expired" if refused.code == -216 else "no"}

    def _scripted(self, path: str) -> Fault | None:
        for script in self._scripts:
            if script.times > 0 and (script.methods is None or path in script.methods):
                script.times -= 1
                return script.fault
        return None

    def _pace(self) -> None:
        now = self.now()
        while self._minute and now - self._minute[0] >= timedelta(minutes=1):
            self._minute.popleft()
        if self.a_minute is not None and len(self._minute) >= self.a_minute:
            raise Refused(-32)
        self._minute.append(now)

    def _data(self, path: str, params: Params) -> dict[str, Any]:
        if path == "/v2.0/oa/getoa":
            kind = GOVERNMENT if self.government else BUSINESS
            return {"oa_id": OA_ID, "name": "canary Trạm y tế", "oa_type": kind}
        if path == TEMPLATE:
            return self._template(params)
        if path == V2 and "target" in params.get("recipient", {}):
            if not 6 <= local_time(self.now()).hour < 22:
                raise Refused(-234)
            return {"message_id": self._next_id()}
        if path not in (V3, V2):
            raise Refused(-209)
        if (path == V3 and self.government) or (path == V2 and self.v2_closed):
            raise Refused(-235)
        return self._message(path, params)

    def _message(self, path: str, params: Params) -> dict[str, Any]:
        user = str(params.get("recipient", {}).get("user_id", ""))
        message = params.get("message", {})
        text, photo, buttons = read_message(message)
        quota = self._window(user)
        self.sent.append(Sent(path, user, self._next_id(), text, buttons, photo))
        return {
            "message_id": self.sent[-1].message_id,
            "user_id": user,
            "sent_time": str(int(self.now().timestamp() * 1000)),
            "quota": {"quota_type": quota},
        }

    def _window(self, user: str) -> str:
        self._known(user)
        silent = self.now() - self.acted[user]
        if silent < FREE:
            return "reply"
        if silent >= PAID:
            raise Refused(-230)
        if self.paid_left <= 0:
            raise Refused(-211)
        self.paid_left -= 1
        return "sub_quota"

    def _known(self, user: str) -> None:
        if user not in self.acted:
            raise Refused(-213)
        if user in self.blocked:
            raise Refused(-217)

    def _template(self, params: Params) -> dict[str, Any]:
        user, number = str(params.get("user_id", "")), str(params.get("template_id", ""))
        data = params.get("template_data")
        if number not in self.templates or set(data or {}) != self.templates[number]:
            raise Refused(-201)
        self._known(user)
        self.sent.append(Sent(TEMPLATE, user, self._next_id(), template=(number, dict(data or {}))))
        quota = {"dailyQuota": "500", "remainingQuota": "499"}
        return {"msg_id": self.sent[-1].message_id, "sent_time": "0", "quota": quota}

    def _next_id(self) -> str:
        return f"{next(self._ids):018d}"


def read_message(message: Any) -> tuple[str, str | None, tuple[tuple[str, str, str], ...]]:
    """Text, picture and buttons of a message; refuses what Zalo refuses."""
    if not isinstance(message, dict):
        raise Refused(-201)
    text = message.get("text", "")
    payload = message.get("attachment", {}).get("payload", {})
    elements, buttons = payload.get("elements", []), payload.get("buttons", [])
    if not isinstance(text, str) or not (text.strip() or elements):
        raise Refused(-201)
    if utf16_len(text) > 2000 or len(buttons) > 5 or len(elements) > 1:
        raise Refused(-210)
    photo = None
    for element in elements:
        photo = element.get("url", "")
        if element.get("media_type") != "image" or not photo.startswith(("http://", "https://")):
            raise Refused(-201)
    return text, photo, tuple(map(_button, buttons))


def _button(button: dict[str, Any]) -> tuple[str, str, str]:
    kind, payload, title = button["type"], button["payload"], button["title"]
    if not 0 < len(title) <= 100:
        raise Refused(-210)
    if kind in ("oa.query.show", "oa.query.hide") and isinstance(payload, str):
        if not 0 < len(payload) <= 1000:
            raise Refused(-210)
        return kind, payload, title
    if kind == "oa.open.url" and payload["url"].startswith(("http://", "https://")):
        return kind, payload["url"], title
    if kind == "oa.open.phone" and payload["phone_code"].isdigit():
        return kind, payload["phone_code"], title
    raise Refused(-201)
