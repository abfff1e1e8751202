"""People who write to the bot on the Zalo stand-in."""

from typing import Any

from tests.standins.zalo_bot import WHEN, Sent, ZaloBotApi


class Person:
    """Each method makes an update; `await api.push(...)` hands it over."""

    def __init__(self, api: ZaloBotApi, chat_id: str) -> None:
        self.api = api
        self.chat_id = chat_id
        if chat_id not in api.people:
            api.people.append(chat_id)

    @property
    def received(self) -> list[Sent]:
        return [sent for sent in self.api.sent if sent.chat == self.chat_id]

    def update(self, what: str, **content: Any) -> dict[str, Any]:
        message = {
            "message_id": self.api.next_id(),
            "date": WHEN,
            "from": {"id": self.chat_id, "display_name": "canary An", "is_bot": False},
            "chat": {"id": self.chat_id, "chat_type": "PRIVATE"},
            **content,
        }
        return {"event_name": f"message.{what}.received", "message": message}

    def text(self, text: str) -> dict[str, Any]:
        return self.update("text", text=text)

    def image(self, field: str = "photo", **more: str) -> dict[str, Any]:
        """The address stands in `photo` or in `photo_url`."""
        return self.update("image", **{field: "https://example.org/p.jpg"}, **more)

    def sticker(self) -> dict[str, Any]:
        return self.update("sticker", sticker="s1", url="https://example.org/s.png")

    def voice(self) -> dict[str, Any]:
        return self.update("voice", voice_url="https://example.org/v.aac")

    def unsupported(self) -> dict[str, Any]:
        """What a protected account, a child's say, sends: nothing of it is told."""
        return self.update("unsupported")

    def in_group(self, text: str) -> dict[str, Any]:
        return self.update("text", text=text, chat={"id": "g1", "chat_type": "GROUP"})

    async def writes(self, text: str, **how: Any) -> int | None:
        return await self.api.push(self.text(text), **how)
