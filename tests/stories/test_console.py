"""An officer's first day, in a browser and with the real programme.

Not collected where there is no Chromium; `python -m tests.chromium` says so.
"""

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import Browser

from bot.clock import utc_now
from tests.stories.payloads import PAYLOADS, in_portions
from tests.stories.running import Programme
from tests.stories.windows import Window, open_window

pytestmark = pytest.mark.browser

CHOSEN = "bốn con mèo mướp"


async def _picture(window: Window, folder: Path, name: str) -> None:
    assert await window.fits_the_screen(), name
    assert await window.grave_findings() == []
    await window.page.screenshot(path=folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize("size", ["phone", "desk"])
async def test_the_first_officer_comes_in_on_the_first_day(
    installation: Programme, browser: Browser, tmp_path: Path, size: str
) -> None:
    installation.start()
    printed = re.search(r"First officer: (\w+), one-time password: (\w+)", installation.said)
    assert printed is not None
    window = await open_window(browser, installation, size)
    page = window.page

    assert await window.opens("/console") == 200
    assert page.url.endswith("/console/login?next=%2Fconsole")
    await _picture(window, tmp_path, f"1-login-{size}")
    await window.fills(login=printed[1], password="không phải")
    await window.presses("Vào")
    assert "chưa đúng" in await page.get_by_role("alert").inner_text()
    window.complaints.clear()  # a browser tells of every 403
    await window.fills(login=printed[1], password=printed[2])
    await window.presses("Vào")

    await _picture(window, tmp_path, f"2-password-{size}")
    await window.fills(password=CHOSEN, again=CHOSEN)
    await window.presses("Lưu")

    await _picture(window, tmp_path, f"3-setup-{size}")
    phone = pyotp.TOTP(await page.locator("code").inner_text())
    box = await page.locator("img").bounding_box()
    assert box is not None
    assert box["width"] >= 200
    await window.fills(code=phone.now())
    await window.presses("Xong")

    await _picture(window, tmp_path, f"4-codes-{size}")
    assert await page.locator(".codes li").count() == 8
    await page.get_by_role("link", name="Tôi đã chép").click()
    assert (await window.heading()).startswith("Hôm nay")
    await _picture(window, tmp_path, f"5-home-{size}")

    await window.presses("Thoát")
    await window.fills(login=printed[1], password=CHOSEN)
    await window.presses("Vào")
    await _picture(window, tmp_path, f"6-code-{size}")
    # The code of now was used for the set-up; the next one counts already.
    await page.keyboard.type(phone.at(utc_now() + timedelta(seconds=30)))
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{window.url}/console")
    assert (await window.heading()).startswith("Hôm nay")
    assert window.complaints == []
    assert printed[2] not in installation.said.replace(printed[0], "")
    assert CHOSEN not in installation.said


@pytest.mark.parametrize("size", ["phone", "desk"])
async def test_the_pages_of_families_are_accessible_too(
    programme: Programme, browser: Browser, size: str
) -> None:
    window = await open_window(browser, programme, size)
    await window.opens("/")
    assert await window.grave_findings() == []
    await window.opens("/chat")
    await window.page.locator(".chips.open .chip").first.wait_for()
    assert await window.grave_findings() == []
    await window.page.fill("#input", "nguy hiểm")
    await window.page.click("#send")
    await window.page.locator('.row.bot[data-message="danger/list"]').wait_for()
    assert await window.grave_findings() == []
    assert await window.fits_the_screen()
    assert window.complaints == []


async def test_nothing_that_is_typed_into_the_chat_runs(
    programme: Programme, browser: Browser
) -> None:
    window = await open_window(browser, programme)
    await window.opens("/chat")
    await window.page.locator(".chips.open .chip").first.wait_for()
    portions = list(in_portions(1500))
    for n, portion in enumerate(portions, 1):
        await window.page.fill("#input", portion)
        await window.page.click("#send")
        await window.page.locator(".row.me").nth(n - 1).wait_for()
    await window.page.reload()
    await window.page.locator(".row.me").nth(len(portions) - 1).wait_for()
    said = " ".join((await window.page.locator("body").inner_text()).split())
    assert [one for one in PAYLOADS if " ".join(one.split()) not in said] == []
    assert await window.page.locator(".row script, .row img, .row iframe, .row svg").count() == 0
    assert window.complaints == []
