"""A commune's vitamin A day, from an officer's first login to the pictures of what came of it.

Not collected where there is no Chromium; `python -m tests.chromium` says so. Pictures of every
page, small and large, go to the folder that `STORY_PICTURES` names.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from care.campaigns import State
from console.scope import Role
from content.library import Library
from tests.stories.families import days_ago, typed
from tests.stories.officers import officer
from tests.stories.phones import PHONE, Phone
from tests.stories.town import FIRST, Town, move_in, settle, town

pytestmark = pytest.mark.browser

TITLE = "Uống vitamin A ngày 1/12"
BODY = "Mời {goi} đưa {ten_be} ra {tram} uống vitamin A, từ 7:30 đến 10:30 sáng 1/12."
LIST = (
    "STT,Tên ở nhà,Ngày sinh,Thôn,Ghi chú\n"
    "1,Na,12/3/2024,Nà Lầu,nhà chị Hoa\n"
    "2,Tí,31/2/2024,Nà Lầu,\n"
    "3,Bống,5/4/2023,Khuổi Kéo,\n"
    "4,Tèo,,Khuổi Kéo,\n"
    "5,Na,12/3/2024,Nà Lầu,nhà chị Hoa\n"
)


@pytest.fixture
async def place(
    tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    async with town(tmp_path, library, monkeypatch) as opened:
        yield opened


@pytest.fixture
async def mother(browser: Browser, place: Town) -> Phone:
    """The first family here; it agreed to news of the commune."""
    context = await browser.new_context(**PHONE)
    phone = Phone(context, await context.new_page(), place.url)
    await phone.opens()
    await phone.sees("start/welcome")
    await phone.taps("Đồng ý, cả tin xã", "registration/ask-role")
    await phone.taps("Mẹ", "registration/ask-date")
    await phone.says(typed(days_ago(300)), "registration/confirm-birth")
    await phone.taps("Đúng, đủ tháng", "registration/ask-nickname")
    await phone.says("Bống", "registration/done")
    await place.app.db.write(move_in, place.areas[FIRST])
    return phone


@pytest.mark.timeout(120)
async def test_a_campaign_from_the_first_login_to_its_result(
    place: Town, mother: Phone, browser: Browser
) -> None:
    clock, db = place.clock, place.app.db
    await db.write(settle, place.areas, days_ago(0), clock())
    lan = await officer(browser, place, Role.STATION, "lan", "Hoàng Thị Lan")
    await lan.shows("home")

    await lan.follows("Chiến dịch")
    await lan.shows("campaigns-empty")
    await lan.window.opens("/console/campaigns/new")
    await lan.window.fills(title=TITLE, body=BODY)
    await lan.page.locator("summary", has_text="Hỏi ý kiến").click()
    await lan.page.get_by_label("Chọn một ý").check()
    await lan.window.fills(asked="Nhà mình đưa bé đi được không?")
    await lan.window.fills(option_1="Đi được", option_2="Chưa đi được")
    await lan.shows("write")
    await lan.presses("Lưu, chọn người nhận")
    for hamlet in ("Nà Lầu", "Khuổi Kéo"):
        only = lan.page.get_by_role("group", name="Chỉ gửi tới")
        await only.get_by_label(hamlet).check()
    await lan.window.fills(months_from="6", months_to="35")
    await lan.shows("audience")
    await lan.presses("Lưu, đếm người nhận")
    await lan.shows("count")
    counted = await lan.rows()
    everybody = counted.pop("Tất cả ở Đồng Tâm")
    assert sum(counted.values()) == everybody == 121
    for reason in ("Đã thôi nhận tin", "Gia đình có mất mát", "Hết lượt gửi của kênh"):
        assert counted[reason] > 0
    people = counted["Sẽ nhận tin"]
    assert people > 50
    await lan.follows("Xem trước tin")
    await lan.shows("preview")
    await lan.window.opens(f"/console/campaigns/{(await place.campaign()).id}")
    await lan.shows("draft")
    await lan.presses("Gửi duyệt")
    await lan.shows("waiting")
    assert "chờ cán bộ khác duyệt" in await lan.said()

    mai = await officer(browser, place, Role.LEAD, "mai", "Nông Thị Mai")
    await mai.shows("home")
    await mai.follows("Chiến dịch")
    await mai.shows("campaigns")
    await mai.follows(TITLE)
    clock.later(minutes=11)  # the code of coming in is too old for this
    await mai.presses("Duyệt, cho gửi")
    await mai.shows("confirm")
    await mai.confirms()
    await mai.presses("Duyệt, cho gửi")
    await mai.shows("approved")
    await place.minute()
    assert (await place.campaign()).state is State.APPROVED

    clock.later(minutes=11)
    await place.minute()
    await place.waiting(people - 12)
    await lan.page.reload()
    assert await lan.page.locator("progress").is_visible()
    await lan.presses("Tạm dừng")
    paused = await place.progress()
    assert 0 < paused.settled < people
    await lan.shows("paused")
    await mother.sees(f"campaign:{(await place.campaign()).id}")
    await mother.taps("Đi được", "campaigns/chosen")
    assert (await place.progress()).settled <= paused.settled + 4
    await lan.presses("Gửi tiếp")
    await place.waiting(people // 3)
    await lan.page.reload()
    await lan.shows("sending")
    await place.waiting(0)
    await place.minute()
    assert (await place.campaign()).state is State.DONE

    await lan.page.reload()
    sent = await lan.rows()
    assert sent.pop("Cộng") == sum(sent.values()) == people
    assert sent["Không gửi được"] > 0
    assert "1 người trả lời" in await lan.said()
    assert await lan.page.locator("figure.picture svg").count() == 2
    await lan.shows("done")
    await lan.follows("Xem từng người")
    await lan.shows("people")
    assert lan.window.complaints == mai.window.complaints == mother.complaints == []


async def test_a_family_asks_for_a_person_and_a_list_has_bad_rows(
    place: Town, mother: Phone, browser: Browser, tmp_path: Path
) -> None:
    hoa = await officer(browser, place, Role.STATION, "hoa", "Lê Thị Hoa")
    await mother.says("gặp cán bộ", "talk/opened")
    await mother.says("Bé không chịu ăn rau, em nên làm sao ạ?")
    await hoa.page.reload()
    assert "1" in await hoa.page.locator(".badge").first.inner_text()
    await hoa.follows("Hộp thư")
    await hoa.shows("inbox")
    await hoa.page.locator("a.talk").click()
    await hoa.presses("Nhận trả lời")
    await hoa.shows("talk")
    assert "không chịu ăn rau" in await hoa.said()
    await hoa.follows("Viết trả lời")
    await hoa.window.fills(text="Chào chị, chị nấu rau mềm, cho bé ăn từng chút một nhé.")
    await hoa.shows("answer")
    await hoa.presses("Gửi gia đình")
    await mother.sees("talk/answer")
    await hoa.shows("answered")
    await hoa.presses("Kết thúc")
    await mother.sees("talk/ended")
    await hoa.shows("ended")

    path = tmp_path / "thon.csv"
    path.write_text(LIST, encoding="utf-8")
    await hoa.follows("Giấy mời")
    await hoa.page.set_input_files("#file", path)
    await hoa.shows("list")
    await hoa.presses("Xem trước")
    await hoa.shows("bad-rows")
    bad = await hoa.page.locator("table").first.locator("tbody tr td:first-child").all_inner_texts()
    assert bad == ["3", "5", "6"]
    await hoa.presses("Làm giấy mời cho 2 bé")
    await hoa.shows("slips")
    await hoa.follows("In giấy chưa dùng")
    await hoa.shows("print")
    assert len(re.findall("Mời gia đình bé", await hoa.said())) == 2
    assert hoa.window.complaints == mother.complaints == []
