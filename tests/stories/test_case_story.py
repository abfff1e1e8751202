"""A child who is not well: a grandmother tells, officers help, another one closes.

Not collected where there is no Chromium; `python -m tests.chromium` says so.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from care.messages import Kind
from care.services import Field
from console.scope import Role
from content.library import Library
from storage import case_history, officers, services
from storage.database import Connection
from tests.stories.families import days_ago
from tests.stories.officers import PICTURES, Officer, officer
from tests.stories.phones import PHONE, Phone
from tests.stories.town import COMMUNE, Town, town

pytestmark = pytest.mark.browser

TOLD = "Cháu bé nhà bên gầy đi nhiều, tối nào cũng khóc"


@pytest.fixture
async def place(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    async with town(tmp_path, library, monkeypatch) as opened:
        yield opened


async def phone(browser: Browser, place: Town) -> Phone:
    context = await browser.new_context(**PHONE)
    made = Phone(context, await context.new_page(), place.url)
    await made.opens()
    await made.sees("start/welcome")
    return made


async def pictured(told: Phone, name: str) -> None:
    if PICTURES:
        await told.page.screenshot(path=Path(PICTURES) / f"case-phone-{name}.png")


async def gone(told: Phone) -> None:
    """Nothing of it is left on the screen, nor after the page is loaded again."""
    await told.sees("discreet/tip")

    async def clean() -> bool:
        text = (await told.page.locator("#log, .log, main").first.inner_text()).lower()
        return not any(word in text for word in (TOLD.lower(), "mã để hỏi lại", "đã nhận"))

    await told.eventually(clean)
    await told.page.reload()
    await told.sees("discreet/tip")
    assert await clean()


def link_chat(conn: Connection, officer_id: int) -> None:
    """The phone that wrote last speaks for this officer."""
    newest = conn.exec_driver_sql("SELECT max(id) FROM caregivers").scalar_one()
    officers.change(conn, officer_id, caregiver_id=newest)


def add_service(conn: Connection, area_id: int) -> None:
    told = ("Phòng tư vấn", "0205 000 111", "Trung tâm", "thứ 2 đến thứ 6")
    services.add(conn, area_id, Field.PSYCHOLOGY, *told, by=1, today=days_ago(0))


async def heard(place: Town, officer_id: int) -> list[str]:
    return await place.app.db.read(_heard, officer_id)


def _heard(conn: Connection, officer_id: int) -> list[str]:
    query = (
        "SELECT message FROM outbox JOIN officers ON officers.caregiver_id = outbox.caregiver_id"
        f" WHERE officers.id = {int(officer_id)} AND kind = '{Kind.NOTICE.value}'"
    )
    return [row[0] for row in conn.exec_driver_sql(query)]


async def writes(desk: Officer, act: str, summary: str, text: str, button: str) -> None:
    form = desk.page.locator(f'form[action$="/{act}"]')
    details = desk.page.locator("details", has=form).last
    if await details.get_attribute("open") is None:
        await details.locator("summary", has_text=summary).first.click()
    await form.locator("textarea").fill(text)
    async with desk.page.expect_navigation():
        await form.get_by_role("button", name=button).click()


@pytest.mark.timeout(120)
async def test_from_a_grandmothers_word_to_the_second_officer(
    place: Town, browser: Browser
) -> None:
    db, clock = place.app.db, place.clock
    await db.write(add_service, place.areas[COMMUNE])
    binh = await officer(browser, place, Role.PROTECTION, "binh", "Lý Văn Bình")
    await phone(browser, place)
    binh_id = await db.read(lambda conn: conn.exec_driver_sql(
        "SELECT id FROM officers WHERE login = 'binh'").scalar_one())  # fmt: skip
    await db.write(link_chat, binh_id)

    grandmother = await phone(browser, place)
    await grandmother.says("diều giấy", "report/safe")
    await pictured(grandmother, "1-safe")
    await grandmother.taps("Có", "report/now")
    await grandmother.taps("Không", "report/ask-told")
    await grandmother.says(TOLD, "report/ask-child")
    await pictured(grandmother, "2-child")
    await grandmother.taps("Bỏ qua", "report/ask-place")
    await grandmother.taps("Bỏ qua", "report/ask-officer")
    await grandmother.taps("Không", "report/ask-contact")
    await grandmother.taps("Bỏ qua", "report/review")
    await pictured(grandmother, "3-review")
    await grandmother.taps("Gửi", "report/sent")
    await pictured(grandmother, "4-sent")
    shown = await grandmother.page.locator('.row.bot[data-message="report/sent"]').inner_text()
    found = re.search(r"\d{4}(?: \d{4}){3}", shown)
    assert found is not None
    code = found[0]
    await grandmother.taps("Thoát nhanh")
    await gone(grandmother)
    await pictured(grandmother, "5-gone")

    await place.app._case_clock.tick(db, clock())
    assert await heard(place, binh_id) == ["officer/news"]

    await binh.window.opens("/console/cases")
    await binh.shows("cases")
    assert TOLD not in await binh.said()
    await opens_case(binh)
    assert TOLD in await binh.said()
    await binh.presses("Nhận hồ sơ này")
    await binh.page.locator('input[name="danger"]').nth(1).check()
    await writes(binh, "assess", "Ghi đánh giá", "Đã đến thăm cùng trưởng thôn.", "Lưu đánh giá")
    await writes(binh, "plan", "Ghi kế hoạch", "Mỗi tuần thăm một lần.", "Lưu kế hoạch")
    form = binh.page.locator('form[action$="/refer"]')
    await binh.page.locator("details", has=form).last.locator("summary").first.click()
    await form.locator('input[name="consent"]').check()
    async with binh.page.expect_navigation():
        await form.get_by_role("button", name="Chuyển tuyến").click()
    await binh.shows("case")
    await writes(binh, "ask-close", "Đề nghị đóng", "Trẻ đã ổn, gia đình có người giúp.",
                 "Đề nghị đóng")  # fmt: skip
    assert await binh.page.locator('form[action$="/close"]').count() == 0

    await grandmother.says(code, "report/status")
    told = await grandmother.page.locator('.row.bot[data-message="report/status"]').inner_text()
    assert "đã có người phụ trách" in told
    await pictured(grandmother, "6-status")
    await grandmother.taps("Thoát nhanh")

    chi = await officer(browser, place, Role.PROTECTION, "chi", "Đặng Thị Chi")
    await opens_case(chi)
    await writes(chi, "close", "Đóng hồ sơ", "Đã xem lại, đồng ý đóng.", "Đóng hồ sơ")
    await chi.shows("closed")
    await grandmother.says(code, "report/status")
    told = await grandmother.page.locator(
        '.row.bot[data-message="report/status"]'
    ).last.inner_text()
    assert "đã xong" in told
    await grandmother.taps("Thoát nhanh")
    assert await db.read(case_history.broken_at) is None


async def opens_case(desk: Officer) -> None:
    """The only one."""
    await desk.window.opens("/console/cases")
    links = [await a.get_attribute("href") for a in await desk.page.locator("main a").all()]
    numbers = [link for link in links if link and re.fullmatch(r"/console/cases/[A-Z2-9]{8}", link)]
    await desk.window.opens(numbers[0])
