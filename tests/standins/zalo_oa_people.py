"""People who write to the stand-in account, and the signed webhooks that Zalo makes of it."""

import hashlib
import json
import re
from typing import Any, Literal

import httpx

from tests.standins.zalo_oa import APP_ID, OA_ID, SECRET_KEY, Sent, ZaloOAApi

HEADER = "X-ZEvent-Signature"
First = Literal["app id", "oa id"]


def signature(body: bytes, first: First = "app id", key: str = SECRET_KEY) -> str:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    said = found.get("timestamp") if isinstance(found, dict) else None
    time = str(said) if re.fullmatch("[0-9]{1,20}", str(said)) else ""
    term = APP_ID if first == "app id" else OA_ID
    whole = term.encode() + body + time.encode() + key.encode()
    return f"mac={hashlib.sha256(whole).hexdigest()}"


class Hook:
    """Posts to the account's webhook, again and again until it says 200."""

    def __init__(self, client: httpx.AsyncClient, url: str, first: First = "app id") -> None:
        self._client = client
        self._url = url
        self._first: First = first
        self.waiting: list[tuple[bytes, int]] = []
        self.answers: list[int] = []

    async def push(self, body: dict[str, Any], *, key: str = SECRET_KEY) -> None:
        """`key` makes a forged request, which is not repeated."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        if await self._posted(raw, 0, key) or key != SECRET_KEY:
            return
        self.waiting.append((raw, 1))

    async def again(self) -> None:
        """What was not taken, with the number of the attempt."""
        waiting, self.waiting = self.waiting, []
        for raw, attempt in waiting:
            if not await self._posted(raw, attempt, SECRET_KEY):
                self.waiting.append((raw, attempt + 1))

    async def probe(self) -> int:
        """Unsigned, when the address is entered."""
        answer = await self._client.post(self._url, content=b"{}")
        return answer.status_code

    async def _posted(self, raw: bytes, attempt: int, key: str) -> bool:
        headers = {HEADER: signature(raw, self._first, key), "Content-Type": "application/json"}
        if attempt:
            headers["num_retry"] = str(attempt)
        answer = await self._client.post(self._url, content=raw, headers=headers)
        self.answers.append(answer.status_code)
        return answer.status_code == 200


class Person:
    """Each method gives the body of a webhook and opens the person's window."""

    def __init__(self, api: ZaloOAApi, user_id: str) -> None:
        self.api = api
        self.user_id = user_id
        self._count = 0
        api.acted.setdefault(user_id, api.now())

    @property
    def received(self) -> list[Sent]:
        return [sent for sent in self.api.sent if sent.user == self.user_id]

    def sends(self, what: str, **message: Any) -> dict[str, Any]:
        self.api.acted[self.user_id] = self.api.now()
        return self.event(f"user_send_{what}", **message)

    def event(self, name: str, **message: Any) -> dict[str, Any]:
        self._count += 1
        msg_id = f"{self.user_id}{self._count:04d}"
        return {
            "app_id": APP_ID,
            "sender": {"id": self.user_id},
            "recipient": {"id": OA_ID},
            "user_id_by_app": f"9{self.user_id}",
            "event_name": name,
            "message": {"msg_id": msg_id, **message},
            "timestamp": self._time(),
        }

    def writes(self, text: str) -> dict[str, Any]:
        return self.sends("text", text=text)

    def taps(self, label: str) -> dict[str, Any]:
        """A button of the newest message that has it comes back as a text."""
        for sent in reversed(self.received):
            for kind, payload, title in sent.buttons:
                if title == label and kind.startswith("oa.query."):
                    return self.writes(payload)
        raise LookupError(label)

    def follows(self) -> dict[str, Any]:
        self.api.acted[self.user_id] = self.api.now()
        self.api.blocked.discard(self.user_id)
        return self._follower("follow")

    def unfollows(self) -> dict[str, Any]:
        self.api.blocked.add(self.user_id)
        return self._follower("unfollow")

    def echo(self, text: str, admin_id: str | None = None) -> dict[str, Any]:
        """What the account sent; with `admin_id` a human did."""
        body = self.event("oa_send_text", text=text)
        sender = {"id": OA_ID, **({"admin_id": admin_id} if admin_id else {})}
        return {**body, "sender": sender, "recipient": {"id": self.user_id}}

    def anonymous(self, text: str) -> dict[str, Any]:
        body = self.event("user_send_text", text=text, conversation_id="c1")
        return {**body, "sender": {"anonymous_id": "a1"}}

    def _follower(self, name: str) -> dict[str, Any]:
        return {
            "app_id": APP_ID,
            "oa_id": OA_ID,
            "follower": {"id": self.user_id},
            "event_name": name,
            "source": "oa_profile",
            "timestamp": self._time(),
        }

    def _time(self) -> str:
        return str(int(self.api.now().timestamp() * 1000))
