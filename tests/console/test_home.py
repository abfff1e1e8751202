"""The first page: its numbers are those of the lists they lead to, and it is light."""

import html
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from care.messages import Kind
from console.home import SLOW, UNITS_SHOWN
from console.render import HERE
from console.scope import ALLOWED, May, Role
from storage import areas, children
from storage.areas import AreaRow
from storage.database import Connection
from storage.tables import outbox
from tests import fakes
from tests.console.desk import NOW, Office, OfficerAtDesk
from tests.console.furnished import furnish

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
LIGHT = 100_000  # bytes, with everything the page loads


def _tasks(page: str) -> dict[str, int]:
    """Path -> number, of what waits."""
    found = re.findall(r'<a href="/console([^"]+)"><span class="number">([\d.]+)</span>', page)
    return {html.unescape(path): int(number.replace(".", "")) for path, number in found}


def _number(pattern: str, page: str) -> int:
    found = re.search(pattern, page, re.DOTALL)
    assert found is not None, pattern
    return int(found[1].replace(".", ""))


async def _listed(officer: OfficerAtDesk, path: str) -> int:
    """How many the list behind a number says or shows."""
    page = (await officer.get(path)).text
    if path.startswith("/inbox"):
        return _number(r'class="number">(\d+)</p><p class="soft">đang chờ trả lời', page)
    if path.startswith("/campaigns"):
        return len(re.findall(r'<li class="card"><a class="title"', page))
    if path == "/cases":  # opened by nobody, and offered from elsewhere
        return page.count(">chưa ai mở<") + page.count('/accept"')
    if path.startswith("/cases"):
        return page.count('<a class="talk"')
    if path.startswith("/feedback"):
        return page.count('class="card task"')
    return _number(r"<p>(\d+) tin", page)


@pytest.mark.parametrize("code", ["20a", "20", "VN"])
async def test_every_number_is_that_of_its_list(office: Office, code: str) -> None:
    for place in ("20a", "20a", "20a1", "20b1", "46a", "46a"):
        await furnish(office, place)
    for role in Role:
        officer = await office.officer(role, code)
        for path, number in _tasks((await officer.get("")).text).items():
            assert await _listed(officer, path) == number, f"{role} {path}"


async def test_numbers_of_families_and_duties_are_those_of_their_lists(office: Office) -> None:
    await office.families(7, "20a", "20a1", "20a2")
    (here,) = await office.families(1, "20a1")
    (there,) = await office.families(1, "20a2")
    await office.db.write(_share, here, there)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("")).text
    whole = _number(r'href="/console/families">([\d.]+) gia đình', page)
    assert whole == await _families(lead, "/families") == 8
    units = re.findall(r'"/console(/families\?area=\d+)">[^<]+</a></td><td class="n">(\d+)', page)
    assert len(units) == 2
    for path, number in units:
        assert await _families(lead, path) == int(number)
    late = re.findall(
        r'"/console(/overdue/[\w-]+)">[^<]+</a></td><td class="n">(\d+)</td><td class="n">(\d+)',
        page,
    )
    assert len(late) == 5
    for path, known, unknown in late:
        listed = (await lead.get(path)).text
        assert len(re.findall(r'href="/console/families/\d+"', listed)) == int(known) + int(unknown)


def _share(conn: Connection, one: fakes.Family, other: fakes.Family) -> None:
    children.link(conn, one.child_id, other.caregiver_id, NOW.date())


async def _families(officer: OfficerAtDesk, path: str) -> int:
    return _number(r"<strong>(\d+)</strong> gia đình", (await officer.get(path)).text)


@ONE_ENGINE
async def test_every_role_sees_what_it_may_open(office: Office) -> None:
    await furnish(office, "20a")
    for role in Role:
        officer = await office.officer(role, "20a")
        page = (await officer.get("")).text
        for path in set(re.findall(r'href="(/console[^"#]*)', page)):
            answer = await officer.client.get(html.unescape(path))
            assert answer.status_code == 200, f"{role} {path}"
        assert ("Việc quá hạn" in page) == (role in ALLOWED[May.SEE_FAMILIES])


@ONE_ENGINE
async def test_an_empty_area_says_how_to_begin(office: Office) -> None:
    page = (await (await office.officer(Role.STATION, "20a")).get("")).text
    assert "Chưa có gia đình nào ở đây" in page
    assert "/console/slips" in page
    assert "<svg" not in page


async def test_the_pictures_tell_of_the_last_twelve_weeks(office: Office) -> None:
    families = await office.families(4, "20a1")
    await office.db.write(_sent, families[0], 3)
    outside = await office.families(1, "46a")
    await office.db.write(_sent, outside[0], 2)
    page = (await (await office.officer(Role.LEAD, "20a")).get("")).text
    tables = re.findall(r"<tbody>((?:<tr><td>\d\d/\d\d</td>.*?</tr>)+)</tbody>", page)
    joined, sent = ([int(n) for n in re.findall(r'class="n">(\d+)', one)] for one in tables)
    assert (len(joined), len(sent)) == (12, 12)
    assert joined[-1] == 4
    assert sent[-1] == 3


def _sent(conn: Connection, family: fakes.Family, times: int) -> None:
    for n in range(times):
        row = fakes.a_message(conn, family, kind=Kind.TIP, message=f"tip-{n}")
        values = {"state": "sent", "at": NOW - timedelta(minutes=n)}
        conn.execute(update(outbox).where(outbox.c.id == row).values(**values))


async def test_a_channel_that_does_not_get_on_is_named(office: Office) -> None:
    (family,) = await office.families(1, "20a1")
    await office.db.write(fakes.a_message, family, kind=Kind.TIP, route=fakes.OTHER_ROUTE)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("")).text
    assert "Trang chat" in page
    assert "đang gửi" in page
    office.now += SLOW + timedelta(minutes=1)
    assert "chậm 31 phút" in (await (await office.officer(Role.LEAD, "20a")).get("")).text


@ONE_ENGINE
async def test_of_many_places_the_picture_shows_those_with_the_fewest(office: Office) -> None:
    await office.db.write(_grow, office.area("20a"))
    await office.families(9, "20a1", "20a2")
    page = (await (await office.officer(Role.LEAD, "20a")).get("")).text
    picture = page[page.index("theo nơi ở</h2>") :]
    assert picture.count('class="bar"') == UNITS_SHOWN
    assert picture.count("/console/families?area=") == 42


def _grow(conn: Connection, area_id: int) -> None:
    rows = [AreaRow(f"20a-{n}", "20a", "hamlet", "thôn", f"Thôn {n}", ()) for n in range(40)]
    areas.import_rows(conn, rows, NOW)


@ONE_ENGINE
async def test_the_first_page_with_all_it_loads_is_light(office: Office) -> None:
    await office.db.write(_grow, office.area("20a"))
    for place in ("20a", "20a1", "20a2"):
        await furnish(office, place, "Bống " * 12)
    answer = await (await office.officer(Role.LEAD, "20a")).get("")
    whole = len(answer.content)
    for address in re.findall(r'<link[^>]*href="([^"]+)"|<img[^>]*src="([^"]+)"', answer.text):
        whole += _size("".join(address))
    assert whole < LIGHT


def _size(address: str) -> int:
    files = {
        "/console/static/": HERE / "static",
        "/chat/": HERE.parent / "channels" / "webchat" / "page",
    }
    for start, folder in files.items():
        if address.startswith(start):
            return (folder / Path(address).name).stat().st_size
    raise AssertionError(address)
