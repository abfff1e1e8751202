"""A case that an officer shall not see leaves no byte of difference on any page."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.app import PAGES
from console.scope import Role
from content.library import Library
from storage import case_acts
from storage.crypto import Cipher
from tests.console import casework
from tests.console.desk import Office, OfficerAtDesk
from tests.console.furnished import Furnished
from tests.console.routes import allowed
from tests.console.worlds import HERE, Officers, Seen, a_copy, crawl

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
GETS = [page for page in PAGES if page.method == "GET"]
OF_A_CASE = [page for page in PAGES if "{number}" in page.path]
TOLD = "chuyện không ai ở đây được biết"
BESIDE, ABOVE = "20b", "20"


@dataclass(frozen=True, slots=True)
class Staff:
    """Who is there in both worlds. `shut` are the officers who shall not see."""

    here: OfficerAtDesk
    beside: OfficerAtDesk
    above: OfficerAtDesk
    shut: tuple[int, ...]


Plant = Callable[[Office, Staff], Awaitable[str]]


async def _done(office: Office, by: OfficerAtDesk, number: str) -> None:
    viewer = await office.db.read(casework.seen_by, by.id)
    case = await office.db.read(casework.the, viewer, number)
    await office.db.write(casework.work, office, case, viewer, TOLD)


async def _shut_out(office: Office, staff: Staff) -> str:
    number = await casework.a_case(office, HERE, {"told": TOLD}, urgent=True)
    await office.db.write(casework.shut_out, office, number, staff.here.id, *staff.shut)
    await _done(office, staff.here, number)
    return number


async def _shut_out_and_waiting(office: Office, staff: Staff) -> str:
    number = await casework.a_case(office, HERE, {"told": TOLD}, pile=True)
    await office.db.write(casework.shut_out, office, number, staff.here.id, *staff.shut)
    return number


async def _shut_out_and_closed(office: Office, staff: Staff) -> str:
    number = await _shut_out_and_waiting(office, staff)
    viewer = await office.db.read(casework.seen_by, staff.here.id)
    case = await office.db.read(casework.the, viewer, number)
    await office.db.write(casework.end, office, case, viewer, TOLD)
    return number


async def _of_the_province(office: Office, staff: Staff) -> str:
    number = await casework.a_case(office, HERE, {"told": TOLD}, province=True)
    await _done(office, staff.above, number)
    return number


async def _elsewhere(office: Office, staff: Staff) -> str:
    number = await casework.a_case(office, BESIDE, {"told": TOLD}, urgent=True)
    await _done(office, staff.beside, number)
    return number


async def _offered_but_shut(office: Office, staff: Staff) -> str:
    number = await casework.a_case(office, BESIDE, {"told": TOLD}, urgent=True)
    viewer = await office.db.read(casework.seen_by, staff.beside.id)
    case = await office.db.read(casework.the, viewer, number)
    await office.db.write(case_acts.offer_move, viewer, case, office.area(HERE), TOLD, office.now)
    await office.db.write(casework.shut_out, office, number, staff.beside.id, *staff.shut)
    return number


async def _seen(office: Office, staff: Staff) -> str:
    """Like the first one, shut to nobody; and another that nobody opens."""
    await casework.a_case(office, HERE, {"told": TOLD})
    return await casework.a_case(office, HERE, {"told": TOLD}, urgent=True)


async def _look(office: Office, officers: Officers, own: Furnished, number: str) -> Seen:
    """By hand at the pages of that case too, before everything else."""
    found: Seen = {}
    for page in OF_A_CASE:
        for role, officer in officers.items():
            ask = officer.get if page.method == "GET" else officer.post
            path = page.path.replace("{number}", number)
            if allowed(page, role):
                answer = await ask(path)
                found[role, f"{page.method} {path}"] = (answer.status_code, answer.text)
    return {**found, **await crawl(office, officers, own, GETS)}


async def _differing(
    office: Office, own: Furnished, officers: Officers, plant: Plant, copy: Path, *with_: object
) -> tuple[set[tuple[Role, str]], Seen]:
    cipher, library = with_
    assert isinstance(cipher, Cipher)
    assert isinstance(library, Library)
    keepers = [await office.officer(Role.PROTECTION, code) for code in (HERE, BESIDE, ABOVE)]
    shut = (officers[Role.PROTECTION].id, officers[Role.LEAD].id)
    staff = Staff(keepers[0], keepers[1], keepers[2], shut)
    await casework.a_case(office, HERE)  # the fifth: from here on figures are told
    async with a_copy(office, officers, copy, cipher, library) as (other, again):
        number = await plant(other, staff)
        before = await _look(office, officers, own, number)
        after = await _look(other, again, own, number)
    return {key for key in before if before[key] != after[key]}, after


@pytest.mark.parametrize(
    "plant",
    [
        _shut_out,
        _shut_out_and_waiting,
        _shut_out_and_closed,
        _of_the_province,
        _elsewhere,
        _offered_but_shut,
    ],
)
async def test_a_hidden_case_changes_no_byte(
    office: Office,
    own: Furnished,
    officers: Officers,
    database: Path,
    cipher: Cipher,
    library: Library,
    plant: Plant,
) -> None:
    differing, after = await _differing(office, own, officers, plant, database, cipher, library)
    assert differing == set()
    assert not [key for key, (_, text) in after.items() if TOLD in text]
    assert "dưới 5" in after[Role.LEAD, "/cases/figures"][1]
    assert ">5<" in after[Role.LEAD, "/cases/figures"][1]


async def test_a_case_that_is_seen_changes_them(
    office: Office,
    own: Furnished,
    officers: Officers,
    database: Path,
    cipher: Cipher,
    library: Library,
) -> None:
    differing, _ = await _differing(office, own, officers, _seen, database, cipher, library)
    keeper, lead = Role.PROTECTION, Role.LEAD
    expected = {
        (keeper, "/cases"),
        (keeper, ""),
        (keeper, "/cases/figures"),
        (lead, "/cases/figures"),
    }
    assert expected <= differing
    trail = "/trail"  # where nothing was refused this time
    assert {role for role, path in differing if path != trail} == {keeper, lead}
