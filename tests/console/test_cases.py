"""A case from the report to the end, as officers go through it on their pages."""

import html
import re

import pytest

from care.cases import FIELDS, Act, State, state_of
from console.scope import Role
from storage import audit, case_acts, case_history, cases
from tests.console.casework import TOLD, a_case, a_service, seen_by, shut_out, the
from tests.console.desk import Office, OfficerAtDesk
from tests.stories.payloads import PAYLOADS

WHY = "đã gặp gia đình"


@pytest.fixture
async def lan(office: Office) -> OfficerAtDesk:
    return await office.officer(Role.PROTECTION, "20a", "Chị Lan")


async def _does(officer: OfficerAtDesk, number: str, act: str, /, **form: object) -> None:
    answer = await officer.post(f"/cases/{number}/{act}", **form)
    assert answer.status_code == 303, f"{act}: {answer.status_code}"


async def _state(office: Office, officer: OfficerAtDesk, number: str) -> State:
    viewer = await office.db.read(seen_by, officer.id)
    return state_of(await office.db.read(the, viewer, number))


async def _acts(office: Office, officer: OfficerAtDesk, number: str) -> list[Act]:
    viewer = await office.db.read(seen_by, officer.id)
    case = await office.db.read(the, viewer, number)
    return [line.act for line in await office.db.read(case_history.of_case, case.id)]


async def test_a_case_goes_all_the_way(office: Office, lan: OfficerAtDesk) -> None:
    service = await office.db.write(a_service, office.area("20a"), "Trạm y tế Đồng Tâm")
    number = await a_case(office, urgent=True)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    listed = (await lan.get("/cases")).text
    assert number in listed
    assert "gấp" in listed
    assert TOLD not in listed
    assert TOLD in (await lan.get(f"/cases/{number}")).text
    done = [
        ("take", {}, State.TAKEN),
        ("assess", {"danger": "high", "text": WHY}, State.ASSESSED),
        ("plan", {"text": WHY}, State.PLANNED),
        ("step", {"text": "gặp cô giáo", "due_on": "2026-12-01"}, State.PLANNED),
        ("done", {"step": 1}, State.SUPPORTED),
        ("refer", {"service": service, "text": WHY}, State.REFERRED),
        ("support", {"text": WHY}, State.SUPPORTED),
        ("ask-close", {"text": WHY}, State.SUPPORTED),
    ]
    for act, form, state in done:
        office.later(minutes=1)
        await _does(lan, number, act, **form)
        assert await _state(office, lan, number) is state, act
    alone = await lan.post(f"/cases/{number}/close", text=WHY)
    assert alone.status_code == 409
    assert await _state(office, lan, number) is State.SUPPORTED
    office.later(minutes=1)
    await _does(hung, number, "close", text=WHY)
    assert await _state(office, lan, number) is State.CLOSED
    office.later(minutes=1)
    await _does(lan, number, "reopen", text="có tin mới")
    assert await _state(office, lan, number) is State.REOPENED
    page = (await lan.get(f"/cases/{number}")).text
    for words in ("Chị Lan", "Anh Hùng", "gặp cô giáo", "Trạm y tế Đồng Tâm", "mở lại"):
        assert words in page


async def test_nothing_done_with_a_case_is_in_the_audit_trail(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    for path in (f"/cases/{number}", f"/cases/{number}/facts", f"/cases/{number}/form01"):
        assert (await lan.get(path)).status_code == 200
    await _does(lan, number, "take")
    await _does(lan, number, "note", text=WHY)
    assert (await lan.get("/cases/ABCDEFGH")).status_code == 404
    mine = await office.db.read(audit.lines, None, 99, [f"officer:{lan.id}"])
    assert [(line.action, line.object) for line in mine] == [("refused", "page:/cases/{number}")]
    acts = await _acts(office, lan, number)
    expected = [Act.REPORTED, Act.READ, Act.READ, Act.PRINTED, Act.TAKEN, Act.NOTED]
    assert acts == expected


async def test_what_does_not_fit_is_explained_and_what_was_typed_is_kept(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    await _does(hung, number, "take")
    late = await lan.post(f"/cases/{number}/take")
    assert late.status_code == 409
    assert "người khác vừa làm trước" in late.text
    empty = await lan.post(f"/cases/{number}/plan", text="  ")
    assert "chưa ghi gì" in empty.text
    refused = await lan.post(f"/cases/{number}/back", text="lời tôi đã viết")
    assert refused.status_code == 409
    assert "lời tôi đã viết" in refused.text


async def test_a_referral_needs_consent_or_a_reason(office: Office, lan: OfficerAtDesk) -> None:
    service = await office.db.write(a_service, office.area("20a"), "Trạm")
    elsewhere = await office.db.write(a_service, office.area("20b"), "Nơi khác")
    number = await a_case(office)
    await _does(lan, number, "take")
    refused = await lan.post(f"/cases/{number}/refer", service=service)
    assert "ghi lý do" in refused.text
    wrong = await lan.post(f"/cases/{number}/refer", service=elsewhere, consent="yes")
    assert wrong.status_code == 409
    await _does(lan, number, "refer", service=service, consent="yes")


async def test_an_excluded_officer_sees_nothing_until_let_in(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    await _does(hung, number, "take")
    await _does(lan, number, "exclude", officer=hung.id, text="họ hàng")
    nothing = await hung.get("/cases/ABCDEFGH")
    for path in (f"/cases/{number}", f"/cases/{number}/facts", f"/cases/{number}/form01"):
        answer = await hung.get(path)
        assert (answer.status_code, answer.text) == (404, nothing.text)
    for act in ("take", "note", "back", "accept", "decline"):
        assert (await hung.post(f"/cases/{number}/{act}", text=WHY)).status_code == 404
    assert number not in (await hung.get("/cases")).text
    assert await _state(office, lan, number) is State.TAKEN
    assert "chưa ai phụ trách" in (await lan.get("/cases")).text  # waits again
    await _does(lan, number, "let-in", officer=hung.id)
    assert (await hung.get(f"/cases/{number}")).status_code == 200


async def test_a_case_that_concerns_the_commune_is_for_the_province_alone(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office, province=True)
    above = await office.officer(Role.PROTECTION, "20")
    top = await office.officer(Role.PROTECTION, "VN")
    assert (await lan.get(f"/cases/{number}")).status_code == 404
    assert (await top.get(f"/cases/{number}")).status_code == 404
    assert TOLD in (await above.get(f"/cases/{number}")).text


async def test_a_case_that_has_climbed_is_seen_above_too(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    above = await office.officer(Role.PROTECTION, "20", "Bà Tuyết")
    assert (await above.get(f"/cases/{number}")).status_code == 404
    assert "<li>Bà Tuyết" not in (await lan.get(f"/cases/{number}")).text
    viewer = await office.db.read(seen_by, lan.id)
    case = await office.db.read(the, viewer, number)
    await office.db.write(lambda conn: cases.change(conn, case.id, highest=1))
    assert TOLD in (await above.get(f"/cases/{number}")).text
    assert "<li>Bà Tuyết" in (await lan.get(f"/cases/{number}")).text


async def test_an_offer_tells_only_that_there_is_one(office: Office, lan: OfficerAtDesk) -> None:
    number = await a_case(office, urgent=True)
    there = await office.officer(Role.PROTECTION, "20b")
    assert (await lan.post(f"/cases/{number}/offer", area="20a1", text=WHY)).status_code == 409
    assert (await lan.post(f"/cases/{number}/offer", area="20a", text=WHY)).status_code == 409
    await _does(lan, number, "offer", area="hữu lũng", text=WHY)
    seen = (await there.get("/cases")).text
    assert "Một hồ sơ từ Đồng Tâm" in seen
    assert "gấp" in seen
    assert TOLD not in seen
    assert WHY not in seen
    assert (await there.get(f"/cases/{number}")).status_code == 404
    await _does(there, number, "decline", text="không phải ở đây")
    assert number not in (await there.get("/cases")).text
    await _does(lan, number, "offer", area="20b", text=WHY)
    await _does(lan, number, "withdraw", text=WHY)
    assert (await there.post(f"/cases/{number}/accept")).status_code == 404
    await _does(lan, number, "offer", area="20b", text=WHY)
    await _does(there, number, "accept")
    assert TOLD in (await there.get(f"/cases/{number}")).text
    assert (await lan.get(f"/cases/{number}")).status_code == 404


async def test_the_form_of_facts_keeps_what_somebody_else_wrote_meanwhile(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    page = (await lan.get(f"/cases/{number}/facts")).text
    version = html.unescape(re.findall(r'name="version" value="([^"]+)"', page)[0])
    office.later(minutes=1)
    await _does(lan, number, "facts", version=version, told=TOLD, mother="Hoa, 30 tuổi")
    late = await lan.post(f"/cases/{number}/facts", version=version, told="khác", helped="x")
    assert late.status_code == 409
    assert "khác" in late.text
    assert "Hoa, 30 tuổi" in late.text
    assert "Hoa, 30 tuổi" in (await lan.get(f"/cases/{number}/form01")).text


async def test_the_printed_form_names_whoever_reported_only_where_they_agreed(
    office: Office, lan: OfficerAtDesk
) -> None:
    silent = await a_case(office)
    named = await a_case(office, facts={"told": TOLD, "contact": "Bà Sáu, 0900 000 000"})
    assert "Không cho biết" in (await lan.get(f"/cases/{silent}/form01")).text
    printed = (await lan.get(f"/cases/{named}/form01")).text
    assert "Bà Sáu, 0900 000 000" in printed
    assert "Không cho biết" not in printed


async def test_printing_and_figures_that_leave_need_a_fresh_code(office: Office) -> None:
    number = await a_case(office)
    officer = await office.officer(Role.PROTECTION, "20a", stepped_up=False)
    for answer in (
        await officer.get(f"/cases/{number}/form01"),
        await officer.post("/cases/figures/export", purpose="báo cáo quý"),
    ):
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/console/confirm")
    assert Act.PRINTED not in await _acts(office, officer, number)


async def test_lists_show_what_is_late_and_the_pile_apart(
    office: Office, lan: OfficerAtDesk
) -> None:
    late, heap = await a_case(office, urgent=True), await a_case(office, pile=True)
    office.later(hours=1)
    lan = await office.officer(Role.PROTECTION, "20a")
    fresh = await a_case(office)
    found = (await lan.get("/cases", show="late")).text
    assert late in found
    assert fresh not in found
    everything = (await lan.get("/cases")).text
    assert everything.index(late) < everything.index("Cần xem xét") < everything.index(heap)
    home = (await lan.get("")).text
    assert re.search(r'class="number">3</span> hồ sơ trẻ chưa mở', home)
    assert re.search(r'class="number">1</span> hồ sơ trẻ có việc quá hạn', home)
    assert 'class="badge">3<' in home


async def test_hostile_words_in_facts_and_notes_are_words(
    office: Office, lan: OfficerAtDesk
) -> None:
    facts = {name: "\n".join(PAYLOADS[n::16]) for n, name in enumerate(FIELDS)}
    number = await a_case(office, facts=facts)
    for payload in PAYLOADS:
        await _does(lan, number, "note", text=payload)
    page = (await lan.get(f"/cases/{number}")).text
    printed = (await lan.get(f"/cases/{number}/form01")).text
    form = (await lan.get(f"/cases/{number}/facts")).text
    for text in (page, printed, form):
        assert "<script" not in text.lower()
        words = html.unescape(text)
        assert [one for one in PAYLOADS if one not in words] == []


async def test_an_excluded_officer_is_never_offered_the_case_again(
    office: Office, lan: OfficerAtDesk
) -> None:
    """Nor does the list of those who may be shut out name the one who looks."""
    number = await a_case(office)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    await office.db.write(shut_out, office, number, lan.id, hung.id)
    itself = await lan.post(f"/cases/{number}/exclude", officer=lan.id, text=WHY)
    assert itself.status_code == 409
    page = (await lan.get(f"/cases/{number}")).text
    assert f'<option value="{hung.id}">' not in page
    assert f'<option value="{lan.id}">' not in page


async def test_a_forgotten_case_shows_who_did_what_and_no_word(
    office: Office, lan: OfficerAtDesk
) -> None:
    number = await a_case(office)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    await _does(lan, number, "take")
    await _does(lan, number, "ask-close", text=WHY)
    await _does(hung, number, "close", text=WHY)
    office.later(days=366)
    await office.db.write(case_acts.forget, office.now)
    again = await office.officer(Role.PROTECTION, "20a")
    page = (await again.get(f"/cases/{number}")).text
    assert "Anh Hùng" in page
    assert TOLD not in page
    assert WHY not in page
    for act in ("note", "reopen", "let-in", "facts"):
        answer = await again.post(f"/cases/{number}/{act}", text=WHY, officer=1)
        assert answer.status_code == 409, act


async def test_cases_of_a_disabled_officer_wait_for_another(
    office: Office, lan: OfficerAtDesk
) -> None:
    number, hung = await a_case(office), await office.officer(Role.PROTECTION, "20a")
    await _does(hung, number, "take")
    admin = await office.officer(Role.ADMIN, "20a")
    assert (await admin.post(f"/accounts/{hung.id}/disable")).status_code == 303
    assert "chưa ai mở" in (await lan.get("/cases")).text
    await _does(lan, number, "take")
    assert Act.HANDED_BACK in await _acts(office, lan, number)


async def test_every_open_case_stands_on_one_of_the_pages(
    office: Office, lan: OfficerAtDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.cases.A_PAGE", 2)
    numbers = [await a_case(office, pile=n < 3) for n in range(5)]
    found = []
    for page in ("", "?page=2", "?page=3"):
        text = (await lan.get(f"/cases{page}")).text
        found.append([number for number in numbers if number in text])
    assert [len(here) for here in found] == [2, 2, 1]
    assert sorted(number for here in found for number in here) == sorted(numbers)
    assert set(found[0]) == set(numbers[3:])  # the pile comes last
    assert "Đang mở" not in (await lan.get("/cases?page=3")).text
    assert (await lan.get("/cases?page=99")).text.count("Trang 3 trên 3") == 1
    late = (await lan.get("/cases?show=late")).text
    assert not [number for number in numbers if number in late]
    office.later(days=3)
    hung = await office.officer(Role.PROTECTION, "20a", "Anh Hùng")
    late = (await hung.get("/cases?show=late&page=2")).text
    assert "/console/cases?show=late&amp;page=3" in late
