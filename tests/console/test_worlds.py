"""Two worlds: whatever there is that an officer may not see, their pages are the same to the byte.

The second world is a copy of the first, and only there is something planted before anybody looks.
"""

import re
from pathlib import Path

import pytest

from console.app import PAGES
from console.scope import Role
from content.library import Library
from storage.crypto import Cipher
from tests.console.desk import Office
from tests.console.furnished import Furnished, furnish
from tests.console.routes import NO_NUMBER, allowed, named
from tests.console.worlds import HERE, Officers, a_copy, crawl

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
BESIDE, ABOVE = ("46a", "20b", "20b1"), "20"
GETS = [page for page in PAGES if page.method == "GET"]
# Its addresses count all lines; what is done in other areas shows in them.
ELSEWHERE = [page for page in GETS if page.path != "/trail"]
WITH_NUMBERS = [page for page in PAGES if re.search(r"\{(\w+:int|number)\}", page.path)]


@ONE_ENGINE
async def test_what_is_elsewhere_changes_no_byte(
    office: Office,
    own: Furnished,
    officers: Officers,
    database: Path,
    cipher: Cipher,
    library: Library,
) -> None:
    async with a_copy(office, officers, database, cipher, library) as (other, again):
        before = await crawl(office, officers, own, ELSEWHERE)
        assert {status for status, _ in before.values()} <= {200, 303, 404}
        opened = {path for (_, path), (status, _) in before.items() if status == 200}
        missing = [named(page) for page in ELSEWHERE if not opened & set(own.paths(page))]
        assert missing == [], "nothing to look at there"
        for code in BESIDE:
            await furnish(other, code, "Người nơi khác")
        await other.families(3, *BESIDE, ABOVE)
        await other.families(2)
        after = await crawl(other, again, own, ELSEWHERE)
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
