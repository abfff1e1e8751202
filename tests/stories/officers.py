"""Officers at their desks, from the first login on.

Pictures of every page, small and large, go to the folder that `STORY_PICTURES` names.
"""

import itertools
import os
from pathlib import Path

import pyotp
from playwright.async_api import Browser

from console.scope import Role
from tests.stories.town import COMMUNE, ONE_TIME, Town, hire
from tests.stories.windows import SIZES, Window, open_window

CHOSEN = "bốn con mèo mướp"
PICTURES = os.environ.get("STORY_PICTURES")


class Officer:
    """Somebody at a desk, with a phone that shows codes."""

    def __init__(self, window: Window, town: Town, login: str) -> None:
        self.window = window
        self.page = window.page
        self.town = town
        self.login = login
        self._numbers = itertools.count(1)
        self._secret = ""

    async def comes_in(self) -> None:
        """The first time: a new password, and the code's set-up."""
        await self.window.opens("/console")
        await self.window.fills(login=self.login, password=ONE_TIME)
        await self.presses("Vào")
        await self.window.fills(password=CHOSEN, again=CHOSEN)
        await self.presses("Lưu")
        self._secret = await self.page.locator("code").inner_text()
        await self.shows("setup")
        await self.window.fills(code=self._code())
        await self.presses("Xong")
        assert await self.page.locator(".codes li").count() == 8
        await self.follows("Tôi đã chép")
        assert (await self.window.heading()).startswith("Hôm nay")

    def _code(self) -> str:
        """A code counts once: wait for the next."""
        self.town.clock.later(seconds=30)
        return pyotp.TOTP(self._secret).at(self.town.clock())

    async def confirms(self) -> None:
        await self.window.fills(code=self._code())
        await self.presses("Tiếp tục")

    async def shows(self, name: str) -> None:
        """Nothing is wider than the screen, be it small or large."""
        number = next(self._numbers)
        for size in SIZES:
            await self.page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
            assert await self.window.fits_the_screen(), (name, size)
            if PICTURES:
                path = Path(PICTURES) / f"{self.login}-{number:02}-{name}-{size}.png"
                await self.page.screenshot(path=path, full_page=True)

    async def presses(self, name: str) -> None:
        async with self.page.expect_navigation():
            await self.window.presses(name)

    async def follows(self, name: str) -> None:
        """The first link with these words."""
        link = self.page.get_by_role("link", name=name)
        async with self.page.expect_navigation():
            await link.first.click()

    async def said(self) -> str:
        return await self.page.locator("main").inner_text()

    async def rows(self) -> dict[str, int]:
        """The first table with numbers on the page."""
        found = {}
        for row in await self.page.locator("table").first.locator("tbody tr").all():
            name, number = await row.locator("th, td").all_inner_texts()
            found[name] = int(number)
        return found


async def officer(browser: Browser, place: Town, role: Role, login: str, name: str) -> Officer:
    clock = place.clock
    await place.app.db.write(hire, role, login, name, place.areas[COMMUNE], clock())
    made = Officer(await open_window(browser, place.url), place, login)
    await made.comes_in()
    return made
