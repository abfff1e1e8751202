"""Two worlds: whatever there is in other areas, an officer's pages are the same to the byte."""

import re

import pytest

from console.app import PAGES
from console.scope import Role
from tests.console.desk import Office, OfficerAtDesk
from tests.console.furnished import Furnished, furnish
from tests.console.routes import NO_NUMBER, allowed, named

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
HERE, BESIDE, ABOVE = "20a", ("46a", "20b", "20b1"), "20"
# Every look adds a line to the trail; tests/console/test_scope.py looks at it on its own.
GETS = [page for page in PAGES if page.method == "GET" and page.path != "/trail"]
WITH_NUMBERS = [page for page in PAGES if re.search(r"\{\w+:int\}", page.path)]


async def _crawl(
    office: Office, officers: dict[Role, OfficerAtDesk], own: Furnished
) -> dict[tuple[Role, str], tuple[int, str]]:
    office.desk.kept.clear()
    found = {}
    for role, officer in officers.items():
        for page in GETS:
            if allowed(page, role):
                for path in own.paths(page):
                    answer = await officer.get(path)
                    found[role, path] = (answer.status_code, answer.text)
    return found


@ONE_ENGINE
async def test_what_is_elsewhere_changes_no_byte(office: Office) -> None:
    own = await furnish(office, HERE)
    officers = {role: await office.officer(role, HERE) for role in Role}
    officers[Role.LEAD] = own.lead
    before = await _crawl(office, officers, own)
    assert {status for status, _ in before.values()} <= {200, 303, 404}
    opened = {path for (_, path), (status, _) in before.items() if status == 200}
    missing = [named(page) for page in GETS if not opened & set(own.paths(page))]
    assert missing == [], "nothing to look at there"
    for code in BESIDE:
        await furnish(office, code, "Người nơi khác")
    await office.families(3, *BESIDE, ABOVE)
    await office.families(2)
    after = await _crawl(office, officers, own)
    assert [key for key in before if before[key] != after[key]] == []
    assert not [key for key, (_, text) in after.items() if "Người nơi khác" in text]


@ONE_ENGINE
@pytest.mark.parametrize("code", [*BESIDE, ABOVE])
async def test_what_is_elsewhere_is_missing_like_what_does_not_exist(
    office: Office, code: str
) -> None:
    await furnish(office, HERE)
    foreign = await furnish(office, code, "Người nơi khác")
    nothing = Furnished({name: [NO_NUMBER] for name in foreign.named}, foreign.lead)
    for page in WITH_NUMBERS:
        for role in (role for role in Role if allowed(page, role)):
            officer = await office.officer(role, HERE)
            ask = officer.get if page.method == "GET" else officer.post
            (nobody,) = nothing.paths(page)
            expected = await ask(nobody)
            assert expected.status_code in (303, 404), f"{role} {nobody}"
            for theirs in foreign.paths(page):
                heard = await ask(theirs)
                assert heard.status_code == expected.status_code, f"{role} {theirs}"
                assert heard.text == expected.text, f"{role} {theirs}"
                if heard.status_code == 303:  # back to where it is missing
                    back = await officer.client.get(heard.headers["location"])
                    assert back.status_code == 404, f"{role} {theirs}"
