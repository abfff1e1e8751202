"""What whoever takes the phone next finds on the chat page: no word of it, also after a reload."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from bot.app import App
from channels.webchat.channel import chat_id_of
from storage import taken_away
from tests.stories.phones import PHONE, Phone
from tests.stories.quiet import HURT, OnTheWeb, sensitive

pytestmark = pytest.mark.browser

EXIT = "Thoát nhanh"


@pytest.fixture
async def phone(browser: Browser, hooked: App) -> AsyncIterator[Phone]:
    context = await browser.new_context(**PHONE)
    yield Phone(context, await context.new_page(), hooked.settings.public_url)
    await context.close()


async def found(phone: Phone) -> set[str]:
    """On the page, in the line that is being written, and in what the browser keeps."""
    log = await phone.page.locator("#log").inner_text()
    kept = await phone.page.evaluate("JSON.stringify(localStorage)")
    return set(sensitive([log, await phone.page.locator("#input").input_value(), kept]))


async def has_told(phone: Phone) -> set[str]:
    """What the page shows anyway; then two screens and something half written."""
    await phone.opens()
    await phone.sees("start/welcome")
    usual = await found(phone)
    await phone.says(HURT, "harm/child")
    await phone.taps("Không phải vậy", "harm/no")
    await phone.says(HURT)
    await phone.page.locator('.row.bot[data-message="harm/child"]').nth(1).wait_for()
    await phone.page.locator("#input").fill("nó bị đánh")
    assert await found(phone) > usual
    return usual


async def is_clean(phone: Phone, usual: set[str]) -> None:
    async def clean() -> bool:
        return await found(phone) <= usual

    await phone.eventually(clean)
    await phone.page.reload()
    await phone.sees("start/welcome")
    await phone.eventually(clean)
    assert HURT not in await phone.page.content()


async def test_after_the_button_no_word_is_left(phone: Phone) -> None:
    usual = await has_told(phone)
    await phone.taps(EXIT, "discreet/tip")
    await is_clean(phone, usual)
    await phone.sees("discreet/tip")
    assert EXIT not in await phone.mine()


async def test_after_the_word_no_word_is_left(phone: Phone) -> None:
    usual = await has_told(phone)
    await phone.says("/x", "discreet/tip")
    await is_clean(phone, usual)


async def test_after_the_clock_no_word_is_left(phone: Phone, hooked: App) -> None:
    usual = await has_told(phone)
    await phone.page.locator("#input").fill("")
    token = await phone.page.evaluate("localStorage.getItem('donghanh.session')")
    side = OnTheWeb(hooked, token)
    assert side.address.chat_id == chat_id_of(token)
    await side.leaves("clock")
    await is_clean(phone, usual)


async def test_without_a_line_the_button_clears_the_screen_at_once(phone: Phone) -> None:
    usual = await has_told(phone)
    await phone.context.set_offline(True)
    await phone.taps(EXIT)
    assert await found(phone) <= usual
    await phone.context.set_offline(False)
    await phone.sees("discreet/tip")
    await is_clean(phone, usual)


async def test_the_control_without_taking_away_the_words_come_back(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = await has_told(phone)
    monkeypatch.setattr(taken_away, "references", lambda *_: ())
    await phone.taps(EXIT, "discreet/tip")
    await phone.page.reload()
    await phone.sees("discreet/tip")
    assert await found(phone) > usual
