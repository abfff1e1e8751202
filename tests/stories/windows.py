"""A browser window on the officers' pages: what it complains of, and how accessible its page is."""

import functools
from importlib.resources import files
from typing import Any

from playwright.async_api import Browser, Dialog, Page

from tests.stories.running import Programme

SIZES = {"phone": {"width": 360, "height": 740}, "desk": {"width": 1280, "height": 800}}
GRAVE = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Window:
    """`complaints`: errors, refusals by the content policy and dialogs."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    async def _asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"{self.page.url}: dialog {dialog.message}")
        await dialog.dismiss()

    async def opens(self, path: str) -> int:
        answer = await self.page.goto(self.url + path)
        return answer.status if answer else 0

    async def fills(self, **fields: str) -> None:
        for name, value in fields.items():
            await self.page.fill(f'[name="{name}"]', value)

    async def presses(self, label: str) -> None:
        await self.page.get_by_role("button", name=label, exact=True).click()
        await self.page.wait_for_load_state()  # the click waits for the answer's first byte only

    async def heading(self) -> str:
        return await self.page.locator("h1").inner_text()

    async def fits_the_screen(self) -> bool:
        wide: int = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return wide <= 0

    async def grave_findings(self) -> list[str]:
        """What axe calls serious or critical, in light and in dark."""
        found = []
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            await self.page.evaluate(_axe())
            rules = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
            result = await self.page.evaluate("rules => axe.run(document, rules)", rules)
            found += [
                f"{self.page.url} {scheme}: {finding['id']} {node['html'][:160]}"
                for finding in result["violations"]
                if finding["impact"] in GRAVE
                for node in finding["nodes"]
            ]
        await self.page.emulate_media(color_scheme="light")
        return found


@functools.cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


async def open_window(browser: Browser, programme: Programme | str, size: str = "desk") -> Window:
    url = programme if isinstance(programme, str) else programme.url
    context = await browser.new_context(
        viewport=SIZES[size],  # type: ignore[arg-type]
        locale="vi-VN",
        timezone_id="Asia/Ho_Chi_Minh",
        reduced_motion="reduce",  # what is just fading in has no contrast yet
    )
    return Window(await context.new_page(), url)
