"""The officer's own chat: linked by a code, told that work waits and nothing else."""

import re

from bot.talk_clock import tick
from console.scope import Role
from storage import officer_chats
from tests.console.desk import Office, OfficerAtDesk
from tests.console.parents import Parent, page_of


async def a_code(officer: OfficerAtDesk) -> str:
    page = await officer.post("/own/chat")
    found = re.search(r"cán bộ ([A-Z0-9]{8})", page.text)
    assert found is not None
    return found[1]


async def test_an_officer_links_the_own_chat_and_hears_that_work_waits(
    office: Office,
) -> None:
    lan = await office.officer(Role.STATION, "20a")
    own, other = await office.families(2, "20a")
    phone, mother = Parent(office, own), Parent(office, other)
    assert await phone.says(f"cán bộ {await a_code(lan)}") == ["officer/linked"]
    assert "Thôi nối" in await page_of(lan, "/own")

    await mother.says("gặp cán bộ")
    assert await tick(office.db, office.now) == 1
    assert await phone.hears() == ["officer/news"]
    assert phone.heard[-1].text == "Có việc mới."

    await lan.post("/own/chat/unlink")
    assert await office.db.read(officer_chats.of_caregiver, own.caregiver_id) is None


async def test_a_code_is_made_behind_a_code(office: Office) -> None:
    lan = await office.officer(Role.STATION, "20a", stepped_up=False)
    answer = await lan.post("/own/chat")
    assert answer.status_code == 303
    assert "/console/confirm" in answer.headers["location"]


async def test_a_disabled_officer_is_unlinked(office: Office) -> None:
    lan = await office.officer(Role.STATION, "20a")
    (family,) = await office.families(1, "20a")
    await Parent(office, family).says(f"cán bộ {await a_code(lan)}")
    admin = await office.officer(Role.ADMIN, "20a")
    await admin.post(f"/accounts/{lan.id}/disable")
    assert await office.db.read(officer_chats.of_caregiver, family.caregiver_id) is None
