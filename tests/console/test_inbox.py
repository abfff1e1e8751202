"""Both sides of a talk: the family through the real conversation, officers through their pages."""

import asyncio

import pytest

from bot.talk_clock import tick
from console.scope import ALLOWED, May, Role
from storage.talks import CLAIMED
from tests.console.desk import Office, OfficerAtDesk
from tests.console.parents import QUESTION, Parent, badge, done, page_of, writes


@pytest.fixture
async def mother(office: Office) -> Parent:
    (family,) = await office.families(1, "20a", nickname="Bống")
    return Parent(office, family)


@pytest.fixture
async def asked(mother: Parent) -> Parent:
    assert await mother.says("gặp cán bộ") == ["talk/opened"]
    return mother


@pytest.fixture
async def lan(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.STATION, "20a", "Lan")


@pytest.fixture
async def mai(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.CHILD, "20a", "Mai")


# --- a conversation ------------------------------------------------------------------------------


async def test_a_conversation_from_both_sides(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    assert await asked.says(QUESTION) == []
    office.later(minutes=5)
    listed = await page_of(lan, "/inbox")
    assert "Bống" in listed
    assert "chờ 5 phút" in listed
    assert "1 tin chưa trả lời" in listed
    assert QUESTION not in listed  # read on its own page, where it is noted
    assert badge(listed) == "1"

    talk = (await asked.talk()).id
    shown = await page_of(lan, f"/inbox/{talk}")
    assert QUESTION in shown
    assert "8 tháng tuổi" in shown
    taken = await lan.post(f"/inbox/{talk}/claim")
    assert taken.status_code == 303

    woken = office.woken
    assert await writes(lan, talk, "Chào chị <b>Bống</b>,\ntừ 6 tháng nhé.") == 303
    assert office.woken > woken
    assert await asked.hears() == ["talk/answer"]
    said = asked.heard[-1]
    assert said.text == "Cán bộ trạm y tế\n\nChào chị <b>Bống</b>,\ntừ 6 tháng nhé."
    assert [b.id for b in said.buttons] == ["talk.close"]
    assert "Lan" not in said.text

    shown = await page_of(lan, f"/inbox/{talk}")
    assert "đã gửi" in shown
    assert badge(shown) is None
    assert await asked.says("dạ cảm ơn") == []
    assert badge(await page_of(lan, "/inbox")) == "1"

    ended = await lan.post(f"/inbox/{talk}/close")
    assert ended.status_code == 303
    assert await asked.hears() == ["talk/ended", "surveys/talk"]
    assert await asked.says(QUESTION) == ["faq-solids-when"]
    listed = await page_of(lan, "/inbox")
    assert "Đã xong" in listed
    assert "5 phút" in listed  # until the first answer
    acts = [act for act in await done(office, lan) if act != "talk read"]
    assert acts == ["talk claimed", "talk answered", "talk closed"]


async def test_what_families_write_is_shown_as_words(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    await asked.says('<script>alert(1)</script>"><img src=x onerror=alert(1)>')
    answer = await lan.get(f"/inbox/{(await asked.talk()).id}")
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text


async def test_the_family_ends_it(office: Office, asked: Parent, lan: OfficerAtDesk) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    assert await asked.taps("talk.close") == ["talk/closed"]
    assert await writes(lan, talk, "Chào chị") == 303  # back to the page, which says so
    assert await asked.hears() == []
    assert "Gia đình kết thúc" in await page_of(lan, f"/inbox/{talk}")


# --- who answers ---------------------------------------------------------------------------------


async def test_two_officers_claim_at_once_and_one_wins(
    office: Office, asked: Parent, lan: OfficerAtDesk, mai: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await asyncio.gather(*(who.post(f"/inbox/{talk}/claim") for who in (lan, mai)))
    now = await asked.talk()
    assert now.state == CLAIMED
    winner, other = (lan, mai) if now.officer_id == lan.id else (mai, lan)
    assert "đang trả lời." in await page_of(other, f"/inbox/{talk}")
    assert "Viết trả lời" in await page_of(winner, f"/inbox/{talk}")
    assert "talk claimed" in await done(office, winner)
    assert "talk claimed" not in await done(office, other)


async def test_only_who_has_claimed_it_writes(
    office: Office, asked: Parent, lan: OfficerAtDesk, mai: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    assert (await mai.get(f"/inbox/{talk}/write")).status_code == 404
    for do in ("send", "note"):
        assert await writes(mai, talk, "xin chào", do) == 303
    await mai.post(f"/inbox/{talk}/close")
    await mai.post(f"/inbox/{talk}/back")
    assert (await asked.talk()).officer_id == lan.id
    assert await asked.hears() == []


async def test_a_talk_is_given_back_for_somebody_else(
    office: Office, asked: Parent, lan: OfficerAtDesk, mai: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    await lan.post(f"/inbox/{talk}/back")
    await mai.post(f"/inbox/{talk}/claim")
    assert (await asked.talk()).officer_id == mai.id
    assert await writes(mai, talk, "Chào chị") == 303
    await asked.hears()
    assert asked.heard[-1].text.startswith("Cán bộ trẻ em\n")


@pytest.mark.parametrize(
    ("role", "area"),
    [(Role.STATION, "20b"), (Role.STATION, "46"), (Role.LEAD, "20"), (Role.STATION, "20a1"),
     (Role.SCHOOL, "20a"), (Role.ADMIN, "20a"), (Role.EDITOR, "VN")],
)  # fmt: skip
async def test_out_of_scope_there_is_no_such_talk(
    office: Office, asked: Parent, role: Role, area: str
) -> None:
    await asked.says(QUESTION)
    talk = (await asked.talk()).id
    stranger = await office.officer(role, area)
    for path in ("", "/write"):
        assert (await stranger.get(f"/inbox/{talk}{path}")).status_code == 404
    for path in ("/claim", "/back", "/close"):
        assert (await stranger.post(f"/inbox/{talk}{path}")).status_code == 404
    assert await writes(stranger, talk, "chào") in (303, 404)
    assert (await asked.talk()).officer_id is None
    assert await asked.hears() == []
    listed = await stranger.get("/inbox")
    assert listed.status_code == (200 if role in (Role.STATION, Role.LEAD) else 404)
    assert "Bống" not in listed.text
    assert badge(listed.text) is None
    assert "refused" in await done(office, stranger)


async def test_it_climbs_and_the_area_above_answers(office: Office, asked: Parent) -> None:
    talk = (await asked.talk()).id
    early = await office.officer(Role.LEAD, "20")
    await office.officer(Role.STATION, "20a")
    assert (await early.get(f"/inbox/{talk}")).status_code == 404
    office.later(hours=1)
    await tick(office.db, office.now)
    above = await office.officer(Role.LEAD, "20", "Hoa")
    here = await office.officer(Role.STATION, "20a")
    beside = await office.officer(Role.STATION, "20b")
    listed = await page_of(above, "/inbox")
    assert badge(listed) == "1"
    assert "đã chuyển lên cấp trên" in listed
    assert badge(await page_of(here, "/inbox")) == "1"
    assert (await beside.get(f"/inbox/{talk}")).status_code == 404
    await above.post(f"/inbox/{talk}/claim")
    assert await writes(above, talk, "Chào chị") == 303
    assert await asked.hears() == ["talk/answer"]
    assert "Hoa" in await page_of(here, f"/inbox/{talk}")


async def test_families_of_a_hamlet_are_answered_by_the_commune(
    office: Office, lan: OfficerAtDesk
) -> None:
    (family,) = await office.families(1, "20a1")
    parent = Parent(office, family)
    await parent.says("gặp cán bộ")
    assert (await parent.talk()).area_id == office.area("20a")
    assert badge(await page_of(lan, "/inbox")) == "1"


# --- the page that loads itself ------------------------------------------------------------------


async def test_pages_load_themselves_but_not_while_one_writes(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id

    async def again(path: str) -> str | None:
        return (await lan.get(path)).headers.get("refresh")

    assert await again("/inbox") == "15; url=/console/inbox?again=1"
    assert await again(f"/inbox/{talk}") is None
    await lan.post(f"/inbox/{talk}/claim")
    assert await again(f"/inbox/{talk}") == f"15; url=/console/inbox/{talk}?again=1"
    assert await again(f"/inbox/{talk}/write") is None


async def test_a_page_stands_still_when_asked_to(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    for path in ("/inbox", f"/inbox/{talk}"):
        assert f'href="/console{path}?still=1"' in await page_of(lan, path)
        assert "refresh" not in (await lan.get(path, still=1)).headers


async def test_a_page_left_open_ends_the_session_all_the_same(
    office: Office, lan: OfficerAtDesk
) -> None:
    for _ in range(30):
        office.later(minutes=1)
        assert (await lan.get("/inbox", again=1)).status_code == 200
    office.later(minutes=1)
    assert (await lan.get("/inbox", again=1)).status_code == 303


async def test_every_look_is_noted_but_those_of_the_page_itself(
    office: Office, asked: Parent, lan: OfficerAtDesk, mai: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    for _ in range(3):
        await lan.get(f"/inbox/{talk}", again=1)
        await mai.get(f"/inbox/{talk}", again=1)
    assert (await done(office, lan)).count("talk read") == 0
    assert (await done(office, mai)).count("talk read") == 3


def test_who_may_talk_has_a_name_for_families(office: Office) -> None:
    labels = office.desk.library.labels
    assert all(f"talk.who-{role}" in labels for role in ALLOWED[May.TALK])
