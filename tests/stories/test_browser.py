"""A parent with a small phone: the page in Chromium, by thumb, by keyboard, on a poor line.

Not collected where there is no Chromium; `python -m tests.chromium` says so.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.stories.phones import PHONE, Phone
from tests.stories.running import Programme

pytestmark = pytest.mark.browser

PNG = b"\x89PNG\r\n\x1a\n"

NewPhone = Callable[..., Awaitable[Phone]]


@pytest.fixture
async def new_phone(browser: Browser, programme: Programme) -> NewPhone:
    async def phone(**options: Any) -> Phone:
        context = await browser.new_context(**PHONE, **options)
        return Phone(context, await context.new_page(), programme.url)

    return phone


@pytest.fixture
async def phone(new_phone: NewPhone) -> AsyncIterator[Phone]:
    """Its console must stay silent."""
    phone = await new_phone()
    yield phone
    assert phone.complaints == []


async def test_parent_gets_the_tip_of_today_by_tapping_and_typing(
    phone: Phone, library: Any
) -> None:
    await phone.opens("/")
    await phone.page.locator("a.go").tap()
    await phone.signs_up()

    async def told() -> bool:
        return (await phone.ids())[-1] in library.items

    await phone.eventually(told)


async def test_buttons_are_large_enough_and_nothing_is_wider_than_the_screen(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.says("nguy hiểm", "danger/list")
    for chip in await phone.page.locator(".chips.open.latest .chip, #send, #sos").all():
        box = await chip.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    wide = await phone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360


async def test_reload_keeps_the_whole_conversation(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.says("cảm ơn", "menu/thanks")
    ids, mine = await phone.ids(), await phone.mine()
    await phone.page.reload()
    await phone.sees("menu/thanks")
    assert await phone.ids() == ids
    assert await phone.mine() == mine
    await phone.says("con của tôi", "children/list")


async def test_message_written_offline_is_sent_later_and_once(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.context.set_offline(True)
    await phone.says("giúp")
    assert "Mất mạng" in await phone.page.locator("#status").inner_text()
    assert "menu/help" not in await phone.ids()
    await phone.context.set_offline(False)
    await phone.sees("menu/help")
    await phone.says("cảm ơn", "menu/thanks")
    assert (await phone.mine()).count("giúp") == 1
    assert (await phone.ids()).count("menu/help") == 1
    await phone.page.reload()
    await phone.sees("menu/thanks")
    assert (await phone.mine()).count("giúp") == 1
    phone.complaints = [c for c in phone.complaints if "ERR_INTERNET_DISCONNECTED" not in c]


async def test_message_written_offline_survives_closing_the_page(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.page.route("**/api/chat/**", lambda route: route.abort())
    await phone.says("giúp")
    await phone.page.unroute("**/api/chat/**")
    await phone.opens()
    await phone.sees("menu/help")
    assert (await phone.ids()).count("menu/help") == 1
    phone.complaints = [c for c in phone.complaints if "ERR_FAILED" not in c]


async def test_keyboard_alone_is_enough(phone: Phone) -> None:
    await phone.opens()
    await phone.sees("start/welcome")
    await tab_to(phone, "Đồng ý")
    await phone.page.keyboard.press("Enter")
    await phone.sees("registration/ask-role")
    await phone.page.keyboard.type("mẹ")
    await phone.page.keyboard.press("Enter")
    await phone.sees("registration/ask-date")
    await phone.page.keyboard.type("8 tháng")
    await phone.page.keyboard.press("Enter")
    await phone.sees("registration/confirm-birth")
    await tab_to(phone, "Đúng, đủ tháng", backwards=True)
    await phone.page.keyboard.press(" ")
    await phone.sees("registration/ask-nickname")


async def tab_to(phone: Phone, label: str, *, backwards: bool = False) -> None:
    focused = "document.activeElement ? document.activeElement.textContent.trim() : ''"
    for _ in range(40):
        await phone.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if await phone.page.evaluate(focused) == label:
            return
    raise AssertionError(f"{label} cannot be reached with the keyboard")


async def test_emergency_sheet_opens_closes_and_dials(phone: Phone) -> None:
    await phone.opens()
    await phone.sees("start/welcome")
    await phone.page.locator("#sos").tap()
    sheet = phone.page.locator("#emergency")
    assert await sheet.is_visible()
    assert await sheet.locator('a[href="tel:115"]').is_visible()
    await phone.page.locator("#close").tap()
    assert not await sheet.is_visible()


async def test_emergency_sheet_opens_without_javascript(new_phone: NewPhone) -> None:
    phone = await new_phone(java_script_enabled=False)
    await phone.opens()
    for number in ("115", "111"):
        assert await phone.page.locator(f'noscript a[href="tel:{number}"]').count() == 1
    await phone.page.locator("#sos").tap()
    sheet = phone.page.locator("#emergency")
    assert await sheet.is_visible()
    assert await sheet.locator('a[href="tel:111"]').is_visible()
    assert phone.complaints == []


async def test_erased_conversation_leaves_the_screen_too(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.says("xóa hết", "privacy/confirm-delete")
    await phone.taps("Xóa hết, tôi chắc", "privacy/deleted")

    async def alone() -> bool:
        return await phone.ids() == ["privacy/deleted"] and await phone.mine() == []

    await phone.eventually(alone)


async def test_picture_of_growth_is_drawn_into_the_chat(phone: Phone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.says("bé nặng 7kg2", "growth/ask-height")
    await phone.taps("Bỏ qua", "growth/ask-sex")
    await phone.taps("Bé gái", "growth/result")
    picture = phone.page.locator('.row.bot[data-message="growth/result"] img')
    await picture.scroll_into_view_if_needed()

    async def seen() -> bool:
        return bool(await picture.evaluate("img => img.complete && img.naturalWidth > 0"))

    await phone.eventually(seen)
    box = await picture.bounding_box()
    assert box is not None
    assert box["width"] >= 240
    assert box["x"] + box["width"] <= 360
    assert await picture.get_attribute("alt") == "Biểu đồ cân nặng"


async def test_link_with_a_family_code_is_used_once(phone: Phone, new_phone: NewPhone) -> None:
    await phone.opens()
    await phone.signs_up()
    await phone.says("mời", "family/invite")
    code = re.search(r"THAM GIA (\w{6})", await phone.page.locator("#log").inner_text())
    assert code
    father = await new_phone()
    await father.opens(f"/chat?start=g{code[1]}")
    await father.sees("start/welcome")
    assert "start=" not in father.page.url
    await father.taps("Đồng ý", "registration/ask-role")
    await father.taps("Bố", "family/joined")
    assert father.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_page_follows_the_light_of_the_room(
    new_phone: NewPhone, scheme: str, tmp_path: Path
) -> None:
    phone = await new_phone(color_scheme=scheme)
    await phone.opens()
    await phone.sees("start/welcome")
    picture = await phone.page.screenshot(path=tmp_path / f"{scheme}.png")
    assert picture.startswith(PNG)
    colour = await phone.page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in re.findall(r"\d+", colour)[:3])
    assert (red + green + blue > 3 * 128) == (scheme == "light")
    assert phone.complaints == []
