"""The register and the page of a family: found by name, in the own area only, every look noted."""

import pytest

from care.choosing import Reason
from care.people import CaregiverState, ChildState
from console.scope import Role
from content.library import Library
from storage import caregivers, outbox, registry
from storage.database import Connection
from storage.tables import decisions
from tests.console.desk import NOW, Office, OfficerAtDesk
from tests.console.registered import (
    BORN,
    TODAY,
    days_ago,
    family,
    links,
    queue,
    share,
    sibling,
    trail,
    words,
)
from tests.fakes import Family

DUTY = "birth_registered"


@pytest.fixture
async def station(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.STATION, "20a")


async def test_a_child_is_found_by_name_without_accents(
    office: Office, station: OfficerAtDesk
) -> None:
    wanted = await family(office, "20a", "Bống")
    await family(office, "20a1", "Tí")
    for typed in ("bong", "Bống", "BÔ", "bo"):
        assert links(await station.get("/families", name=typed)) == [wanted.caregiver_id]
    assert links(await station.get("/families", name="ong")) == []


async def test_what_is_outside_is_in_no_list_and_no_count(
    office: Office, station: OfficerAtDesk
) -> None:
    mine = await family(office, "20a1", "Na")
    beside = await family(office, "20b", "Na")
    answer = await station.get("/families")
    assert links(answer) == [mine.caregiver_id]
    assert "1 gia đình" in words(answer)
    for path in ("", "?all=1"):
        assert (await station.get(f"/families/{beside.caregiver_id}{path}")).status_code == 404
    for area in ("20b", "20", "46a"):
        assert (await station.get("/families", area=office.area(area))).status_code == 404
    assert ("refused", f"page:/families/{beside.caregiver_id}", None) in (await trail(office))


async def test_a_caregiver_in_another_commune_is_not_seen(
    office: Office, station: OfficerAtDesk
) -> None:
    mother = await family(office, "20a", "Na")
    father = await family(office, "20b", "Ẩn")
    await share(office, mother, father)
    page = words(await station.get(f"/families/{mother.caregiver_id}"))
    assert "Na" in page
    assert "Ẩn" not in page
    assert (await station.get(f"/families/{father.caregiver_id}")).status_code == 404


async def test_parents_and_twins_are_one_family(office: Office, station: OfficerAtDesk) -> None:
    mother = await family(office, "20a", "An")
    await sibling(office, mother, "Bình")
    father = await family(office, "20a1", "Chi")
    await share(office, mother, father)
    assert links(await station.get("/families")) == [mother.caregiver_id]
    one = words(await station.get(f"/families/{mother.caregiver_id}"))
    other = words(await station.get(f"/families/{father.caregiver_id}"))
    assert one == other
    assert all(name in one for name in ("An", "Bình", "Chi"))


async def test_every_filter_keeps_what_it_says(office: Office, station: OfficerAtDesk) -> None:
    baby = await family(office, "20a1", "Na", born_on=days_ago(100))
    old = await family(office, "20a", "Tí", born_on=days_ago(2000))
    mother = await family(
        office, "20a2", None, state=ChildState.EXPECTED, born_on=None, due_on=days_ago(-60)
    )
    await office.db.write(_lose_channel, old)
    await office.db.write(_stop, mother)

    async def found(**query: object) -> set[int]:
        return set(links(await station.get("/families", **query)))

    assert await found() == {one.caregiver_id for one in (baby, old, mother)}
    assert await found(to=12) == {baby.caregiver_id}
    assert await found(**{"from": 13}) == {old.caregiver_id}
    assert await found(expecting=1) == {mother.caregiver_id}
    assert await found(unreached=1) == {old.caregiver_id}
    assert await found(stopped=1) == {mother.caregiver_id}
    assert await found(area=office.area("20a1")) == {baby.caregiver_id}
    assert baby.caregiver_id in await found(duty="vx2m")
    assert mother.caregiver_id not in await found(duty="vx2m")
    assert await found(duty="khong-co") == {one.caregiver_id for one in (baby, old, mother)}


def _lose_channel(conn: Connection, one: Family) -> None:
    caregivers.mark_gone(conn, one.address_id, NOW)


def _stop(conn: Connection, one: Family) -> None:
    caregivers.change(conn, one.caregiver_id, state=CaregiverState.STOPPED)


async def test_pages_of_the_register_hold_everybody_once(
    office: Office, station: OfficerAtDesk
) -> None:
    made = await office.families(120, "20a", "20a1", nickname="Na")
    seen: list[int] = []
    for number in (1, 2, 3):
        seen += links(await station.get("/families", page=number))
    assert sorted(seen) == sorted(one.caregiver_id for one in made)
    assert links(await station.get("/families", page=99)) == seen[100:]


async def test_who_has_too_many_families_chooses_a_place_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "MOST", 3)
    await office.families(4, "20a", "20b", nickname="Na")
    province = await office.officer(Role.STATION, "20")
    for path in ("/families", "/overdue", "/overdue/vx2m", "/families/duplicates"):
        answer = await province.get(path)
        assert links(answer) == []
        assert "Hữu Lũng" in answer.text
    assert len(links(await province.get("/families", area=office.area("20b")))) == 2


async def test_portions_put_families_together_as_one_go_does(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *rest = await office.families(7, "20a", nickname="Na")
    await share(office, first, rest[-1])
    whole = await office.db.read(registry.families, [office.area("20a")], False)
    monkeypatch.setattr(registry, "PORTION", 2)
    parts = await office.db.read(registry.families, [office.area("20a")], False)
    assert [(f.people, f.children) for f in parts] == [(f.people, f.children) for f in whole]
    assert len(whole) == 6


async def test_the_country_also_sees_those_who_named_no_place(office: Office) -> None:
    (nowhere,) = await office.families(1, nickname="Na")
    country = await office.officer(Role.LEAD, "VN")
    station = await office.officer(Role.LEAD, "20a")
    assert links(await country.get("/families")) == [nowhere.caregiver_id]
    assert (await country.get(f"/families/{nowhere.caregiver_id}")).status_code == 200
    assert (await station.get(f"/families/{nowhere.caregiver_id}")).status_code == 404


async def test_the_page_shows_duties_channels_and_consents_but_never_a_chat_id(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Na")
    await office.db.write(_consent, one)
    page = await station.get(f"/families/{one.caregiver_id}")
    seen = words(page)
    assert "12 tháng tuổi" in seen
    assert "Nhận tin theo tuổi của bé : có" in seen or "Nhận tin theo tuổi của bé: có" in seen
    assert office.desk.library.label(f"duty.{DUTY}") in seen
    chat = await office.db.read(_chat, one)
    assert chat not in page.text
    assert ("family read", f"caregiver:{one.caregiver_id}", None) in await trail(office)


def _consent(conn: Connection, one: Family) -> None:
    who = (one.caregiver_id, one.address_id)
    caregivers.record_consent(conn, *who, "programme", True, 1, "x", NOW)


def _chat(conn: Connection, one: Family) -> str:
    found = caregivers.by_address_id(conn, one.address_id)
    assert found is not None
    return found.address.chat_id


async def test_the_page_says_in_words_why_something_was_not_sent(
    office: Office, station: OfficerAtDesk, library: Library
) -> None:
    one = await family(office, "20a", "Na")
    items = [id_ for id_, item in library.items.items() if item.kind == "tip"]
    reasons = [reason.value for reason in Reason]
    await office.db.write(_decide, one, items, reasons)
    await office.db.write(queue, one, items[-1])
    await office.db.write(outbox.cancel_child, one.child_id, "paused", office.now)
    seen = words(await station.get(f"/families/{one.caregiver_id}", all=1))
    assert "lý do khác" not in seen
    assert "gia đình đang tạm nghỉ" in seen
    assert "chờ gần buổi tiêm của trạm" in seen
    assert items[0] not in seen


def _decide(conn: Connection, one: Family, items: list[str], reasons: list[str]) -> None:
    for item, reason in zip(items, reasons, strict=False):
        conn.execute(
            decisions.insert().values(
                message=item,
                child_id=one.child_id,
                caregiver_id=one.caregiver_id,
                slot=0,
                state="skipped",
                reason=reason,
                opened_on=TODAY,
                expires_on=TODAY,
                decided_on=TODAY,
            )
        )


async def test_names_cannot_break_out_of_the_page(office: Office, station: OfficerAtDesk) -> None:
    one = await family(office, "20a", "<script>alert(1)</script>\"'")
    for path in ("/families", f"/families/{one.caregiver_id}", "/overdue/vx2m"):
        answer = await station.get(path)
        assert "<script" not in answer.text
        assert links(answer) == [one.caregiver_id] or path.endswith(str(one.caregiver_id))


async def test_children_of_the_same_day_and_name_are_shown_side_by_side(
    office: Office, station: OfficerAtDesk
) -> None:
    one = await family(office, "20a", "Bống")
    other = await family(office, "20a1", "bông")
    await family(office, "20a", "Bống", born_on=days_ago(50))
    await family(office, "20b", "Bống")
    await sibling(office, one, "Bống", born_on=BORN)
    answer = await station.get("/families/duplicates")
    assert set(links(answer)) == {one.caregiver_id, other.caregiver_id}
    beside = await office.officer(Role.STATION, "20b")
    assert links(await beside.get("/families/duplicates")) == []
