"""People who write to the bot on the stand-in, and the updates Telegram makes of it."""

from typing import TYPE_CHECKING, Any

from tests.standins.bot_api_records import Written

if TYPE_CHECKING:
    from tests.standins.bot_api import BotApi
    from tests.standins.bot_api_records import Sent

WHEN = 1_790_000_000
FILE = {"file_id": "f1", "file_unique_id": "u1"}
MEDIA: dict[str, Any] = {
    "photo": [{**FILE, "width": 90, "height": 90}],
    "voice": {**FILE, "duration": 3},
    "video": {**FILE, "width": 90, "height": 90, "duration": 3},
    "video_note": {**FILE, "length": 90, "duration": 3},
    "animation": {**FILE, "width": 90, "height": 90, "duration": 3},
    "audio": {**FILE, "duration": 3},
    "document": FILE,
    "sticker": {
        **FILE,
        "type": "regular",
        "width": 90,
        "height": 90,
        "is_animated": False,
        "is_video": False,
    },
    "location": {"latitude": 21.0, "longitude": 105.8},
    "contact": {"phone_number": "+84000000000", "first_name": "An"},
}


class Person:
    """`await person.writes(...)` returns the update_id; with a webhook it was posted by then."""

    def __init__(self, api: "BotApi", chat_id: int) -> None:
        self.api = api
        self.chat_id = chat_id
        self.last: int | None = None

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.chat_id, "is_bot": False, "first_name": "An", "language_code": "vi"}

    @property
    def chat(self) -> dict[str, Any]:
        return {"id": self.chat_id, "type": "private", "first_name": "An"}

    @property
    def received(self) -> "list[Sent]":
        return self.api.sent_to(self.chat_id)

    def message(self, **content: Any) -> dict[str, Any]:
        self.last = self.api.next_message_id()
        text = str(content.get("text") or content.get("caption") or "…")
        self.api.written[str(self.chat_id), self.last] = Written(text, self.api.now())
        head = {"message_id": self.last, "date": WHEN, "chat": self.chat, "from": self.user}
        return {**head, **content}

    async def writes(self, text: str) -> int:
        return await self.api.push({"message": self.message(text=text)})

    async def starts(self, payload: str = "") -> int:
        return await self.writes(f"/start {payload}".strip())

    async def edits(self, text: str, message_id: int | None = None) -> int:
        message = self.message(text=text, edit_date=WHEN + 60)
        if message_id:
            made = self.api.written.pop((str(self.chat_id), message["message_id"]))
            self.api.written[str(self.chat_id), message_id] = made
            message["message_id"] = message_id
        return await self.api.push({"edited_message": message})

    async def sends(self, kind: str, caption: str | None = None) -> int:
        extra = {"caption": caption} if caption else {}
        return await self.api.push({"message": self.message(**{kind: MEDIA[kind]}, **extra)})

    async def sends_photo(self, caption: str | None = None) -> int:
        return await self.sends("photo", caption)

    async def taps(self, button_id: str, on: int | None = None) -> int:
        """Taps a button of the newest message that has it; `on` names a message by its id."""
        return await self.api.push({"callback_query": self.tap(button_id, on)})

    def tap(self, button_id: str, on: int | None = None) -> dict[str, Any]:
        if on is None:
            has = (m for m in reversed(self.received) if button_id in dict(m.buttons))
            on = next(has).message_id
        message = {"message_id": on, "date": WHEN, "chat": self.chat, "text": "…"}
        return {
            "id": f"tap-{self.chat_id}-{on}",
            "from": self.user,
            "message": message,
            "chat_instance": "1",
            "data": button_id,
        }

    async def blocks(self) -> int:
        self.api.blocked.add(str(self.chat_id))
        return await self.api.push({"my_chat_member": self.membership("member", "kicked")})

    async def unblocks(self) -> int:
        self.api.blocked.discard(str(self.chat_id))
        return await self.api.push({"my_chat_member": self.membership("kicked", "member")})

    async def adds_bot_to_group(self, group: int) -> int:
        member = self.membership("left", "member")
        member["chat"] = {"id": group, "type": "supergroup", "title": "Xóm"}
        return await self.api.push({"my_chat_member": member})

    def membership(self, old: str, new: str) -> dict[str, Any]:
        bot = {"id": 424242, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}
        return {
            "chat": self.chat,
            "from": self.user,
            "date": WHEN,
            "old_chat_member": {"user": bot, "status": old, **_until(old)},
            "new_chat_member": {"user": bot, "status": new, **_until(new)},
        }


def _until(status: str) -> dict[str, int]:
    return {"until_date": 0} if status == "kicked" else {}
