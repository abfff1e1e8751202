"""A parent's small phone with the chat page open, used by thumb."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import BrowserContext, Page

from tests.stories.families import days_ago, typed

PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
}
PATIENCE = 20.0


class Phone:
    """One browser with the page open; `complaints` is what its console said."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    async def opens(self, path: str = "/chat") -> None:
        await self.page.goto(self.url + path)

    async def ids(self) -> list[str]:
        """The message ids of the bot's bubbles, in order."""
        rows = await self.page.locator(".row.bot").all()
        return [await row.get_attribute("data-message") or "" for row in rows]

    async def mine(self) -> list[str]:
        return await self.page.locator(".row.me .body").all_inner_texts()

    async def sees(self, message: str) -> None:
        await self.page.locator(f'.row.bot[data-message="{message}"]').last.wait_for(
            state="attached", timeout=PATIENCE * 1000
        )

    async def taps(self, label: str, *expect: str) -> None:
        chip = self.page.locator(".chips.open .chip").filter(
            has_text=re.compile(f"^{re.escape(label)}$")
        )
        await chip.last.tap()
        for message in expect:
            await self.sees(message)

    async def says(self, text: str, *expect: str) -> None:
        await self.page.locator("#input").fill(text)
        await self.page.locator("#send").tap()
        for message in expect:
            await self.sees(message)

    async def signs_up(self) -> None:
        await self.sees("start/welcome")
        await self.taps("Đồng ý", "registration/ask-role")
        await self.taps("Mẹ", "registration/ask-date")
        await self.says(typed(days_ago(100)), "registration/confirm-birth")
        await self.taps("Đúng, đủ tháng", "registration/ask-nickname")
        await self.says("Bống", "place/ask")
        await self.taps("Bỏ qua", "registration/done")

    async def eventually(self, true: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await true():
                await asyncio.sleep(0.05)
