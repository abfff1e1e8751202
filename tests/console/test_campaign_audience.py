"""Choosing whom a campaign is for: only who lives in the officer's areas, and nothing strange."""

from typing import Any

import pytest

from care.campaigns import State
from care.people import Role as Caring
from console.scope import Role
from tests.console.campaigning import found, presses, reachable, written
from tests.console.desk import Office

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

AUDIENCES: list[tuple[str, dict[str, Any]]] = [
    ("months", {"months_from": "x"}),
    ("months", {"months_from": "35", "months_to": "6"}),
    ("months", {"months_to": "9999"}),
    ("months", {"months_from": "-1"}),
    ("months", {"months_from": "٣"}),
    ("weeks", {"weeks_from": "1", "weeks_to": "99"}),
    ("weeks", {"weeks_from": "6.5"}),
    ("duty", {"duty": "nope", "stands": "to_do"}),
    ("duty", {"duty": "<script>", "stands": "to_do"}),
    ("stands", {"duty": "bcg", "stands": "later"}),
    ("roles", {"roles": ["mother", "admin"]}),
    ("areas", {"areas": ["0"]}),
    ("areas", {"areas": ["1 OR 1=1"]}),
    ("areas", {"areas": ["99999999"]}),
    ("without", {"without": ["99999999"]}),
    ("answered", {"answered": "424242"}),
    ("silent", {"silent": "x"}),
]


@pytest.mark.parametrize(("field", "form"), AUDIENCES)
async def test_a_hostile_audience_is_refused_kindly(
    office: Office, field: str, form: dict[str, Any]
) -> None:
    officer = await office.officer(Role.STATION, "20a")
    number = await written(officer)
    before = await found(office, number)
    answer = await officer.post(f"/campaigns/{number}/audience", do="on", **form)
    assert answer.status_code == 400, field
    assert 'role="alert"' in answer.text
    assert "Chỗ này chưa đúng" not in answer.text
    assert "<script" not in answer.text
    assert await found(office, number) == before


@pytest.mark.parametrize("code", ["20b", "20", "46a", "VN"])
async def test_a_place_outside_is_no_audience(office: Office, code: str) -> None:
    officer = await office.officer(Role.STATION, "20a")
    await reachable(office, 3, "20b1")
    number = await written(officer)
    for field in ("areas", "without"):
        form = {field: [office.area(code)]}
        answer = await officer.post(f"/campaigns/{number}/audience", do="on", **form)
        assert answer.status_code == 400
    assert 'class="number">0<' in (await officer.get(f"/campaigns/{number}/count")).text


async def test_an_earlier_campaign_of_others_is_no_audience(office: Office) -> None:
    other = await office.officer(Role.STATION, "20b")
    await reachable(office, 1, "20b1")
    theirs = await written(other)
    await presses(other, theirs, "submit")
    officer = await office.officer(Role.STATION, "20a")
    number = await written(officer)
    form = {"silent": str(theirs)}
    answer = await officer.post(f"/campaigns/{number}/audience", do="on", **form)
    assert answer.status_code == 400


async def test_an_audience_is_kept_and_shown_again(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    number = await written(officer)
    chosen: dict[str, Any] = {
        "areas": [office.area("20a1")],
        "without": [office.area("20a2")],
        "months_from": "6",
        "weeks_to": "20",
        "duty": "vitamin_a",
        "stands": "overdue",
        "roles": ["mother", "grandparent"],
    }
    answer = await officer.post(f"/campaigns/{number}/audience", do="on", **chosen)
    assert answer.status_code == 303
    audience = (await found(office, number)).draft.audience
    assert audience.areas == (office.area("20a1"),)
    assert (audience.months, audience.weeks) == ((6, 95), (0, 20))
    assert set(audience.roles) == {Caring.MOTHER, Caring.GRANDPARENT}
    page = await officer.get(f"/campaigns/{number}/audience")
    assert page.text.count(" checked") == 5
    shown = await officer.get(f"/campaigns/{number}")
    assert "Chỉ Nà Lầu, trừ Khuổi Kéo" in shown.text


async def test_a_place_further_down_is_found_by_its_name(office: Office) -> None:
    officer = await office.officer(Role.LEAD, "20")
    number = await written(officer)
    page = await officer.get(f"/campaigns/{number}/audience")
    assert "Nà Lầu" not in page.text
    form = {"do": "find", "q": "na lau", "months_from": "6"}
    page = await officer.post(f"/campaigns/{number}/audience", **form)
    assert "Nà Lầu" in page.text
    assert 'name="months_from" type="number" min="0" max="95" value="6"' in page.text
    assert (await found(office, number)).version == 1


async def test_only_a_draft_gets_another_audience(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    await reachable(office, 1, "20a1")
    number = await written(officer)
    await presses(officer, number, "submit")
    assert (await found(office, number)).state is State.APPROVED
    assert await presses(officer, number, "audience", do="on") == "state"
