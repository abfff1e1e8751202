"""Feedback: counted in scope, low scores and flags as tasks, numbers for a sheet."""

import io
import re

import httpx
import openpyxl
import pytest

from console.scope import Role
from storage import audit, caregivers, reactions, surveys, talks, tasks
from storage.database import Connection
from tests.console.desk import NOW, Office
from tests.fakes import a_family

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
TIP, OTHER = "tip-d0009", "tip-d0183"
WORDS = "chờ hơi lâu"


def a_person(conn: Connection, chat: str, area_id: int | None) -> int:
    family = a_family(conn, chat)
    caregivers.change(conn, family.caregiver_id, area_id=area_id)
    return family.caregiver_id


def says(conn: Connection, chat: str, area_id: int | None, *kinds: str, item: str = TIP) -> None:
    person = a_person(conn, chat, area_id)
    for kind in kinds:
        reactions.add(conn, person, item, kind, NOW)


def scores(conn: Connection, chat: str, area_id: int | None, score: int, words: str = "") -> int:
    family = a_family(conn, chat)
    caregivers.change(conn, family.caregiver_id, area_id=area_id)
    talk = talks.ask(conn, family.caregiver_id, family.address_id, area_id, NOW)
    surveys.put(conn, talk.id, family.caregiver_id, score, NOW)
    if words:
        surveys.add_words(conn, talk.id, family.caregiver_id, words)
    return talk.id


def row_of(answer: httpx.Response, item: str) -> list[str]:
    """The numbers beside an item."""
    found = re.search(rf'href="/console/content/{item}">[^<]*</a></td>(.*?)</tr>', answer.text)
    if found is None:
        return []
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'class="n">(.*?)</td>', found[1])]


async def test_reactions_are_counted_in_scope(office: Office) -> None:
    await office.db.write(says, "one", office.area("20a1"), reactions.DID, reactions.WRONG)
    await office.db.write(says, "two", office.area("20b"), reactions.DID)
    await office.db.write(says, "three", office.area("46a"), reactions.NOT_YET)
    await office.db.write(says, "four", None, reactions.DID)

    async def seen(code: str) -> list[str]:
        officer = await office.officer(Role.LEAD, code)
        return row_of(await officer.get("/feedback"), TIP)

    assert await seen("20a") == ["1", "0", "1"]
    assert await seen("20b") == ["1", "0", "0"]
    assert await seen("20") == ["2", "0", "1"]
    assert await seen("46") == ["0", "1", "0"]
    assert await seen("VN") == ["3", "1", "1"]


@ONE_ENGINE
async def test_only_what_was_said_in_the_chosen_time_counts(office: Office) -> None:
    await office.db.write(says, "one", office.area("20a"), reactions.DID)
    office.later(days=60)
    lead = await office.officer(Role.LEAD, "20a")
    assert row_of(await lead.get("/feedback"), TIP) == []
    assert row_of(await lead.get("/feedback", days="90"), TIP) == ["1", "0", "0"]
    assert (await lead.get("/feedback", days="12345678")).status_code == 200


async def test_free_text_is_read_in_scope_only(office: Office) -> None:
    await office.db.write(scores, "one", office.area("20a1"), 2, WORDS)
    for code, seen in (("20a1", True), ("20a", True), ("20", True), ("20b", False), ("46", False)):
        officer = await office.officer(Role.CHILD, code)
        assert (WORDS in (await officer.get("/feedback")).text) is seen, code


async def test_a_low_score_waits_until_an_officer_has_looked(office: Office) -> None:
    talk = await office.db.write(scores, "one", office.area("20a1"), 1)
    (task,) = await office.db.read(tasks.waiting, (), True)
    assert task.ref == f"talk:{talk}"
    child = await office.officer(Role.CHILD, "20a")
    done = f"/feedback/tasks/{task.id}"
    assert f'action="/console{done}"' in (await child.get("/feedback")).text
    stranger = await office.officer(Role.CHILD, "20b")
    assert done not in (await stranger.get("/feedback")).text
    assert (await stranger.post(done)).status_code == 404
    assert (await child.post(done)).status_code == 303
    assert await office.db.read(tasks.waiting, (), True) == []


async def test_what_was_called_wrong_is_settled_on_its_own_page_only(office: Office) -> None:
    await office.db.write(tasks.open_once, tasks.WRONG, TIP, office.area("20a"), NOW)
    (task,) = await office.db.read(tasks.waiting, (), True)
    lead, child = await office.officer(Role.LEAD, "20a"), await office.officer(Role.CHILD, "20a")
    assert f'class="button" href="/console/content/{TIP}"' in (await lead.get("/feedback")).text
    assert f"/console/content/{TIP}" not in (await child.get("/feedback")).text
    assert (await lead.post(f"/feedback/tasks/{task.id}")).status_code == 404
    assert len(await office.db.read(tasks.waiting, (), True)) == 1


@ONE_ENGINE
async def test_scores_and_topics_are_pictures_with_their_numbers(office: Office) -> None:
    for n, score in enumerate((5, 5, 4)):
        await office.db.write(scores, f"chat-{n}", office.area("20a"), score)
    for near in ("honey", "honey", ""):
        await office.db.write(reactions.miss, NOW.date(), near)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("/feedback")).text
    assert page.count('<svg role="img"') == 2
    assert "4,7" in page
    assert " style=" not in page


@ONE_ENGINE
async def test_the_sheet_says_what_the_page_says(office: Office) -> None:
    await office.db.write(says, "one", office.area("20a"), reactions.DID, reactions.WRONG)
    await office.db.write(says, "two", office.area("46a"), reactions.DID)
    await office.db.write(scores, "three", office.area("20a"), 1, WORDS)
    lead = await office.officer(Role.LEAD, "20a")
    answer = await lead.post("/feedback/export", purpose="báo cáo năm", days="30")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [[row[0], *row[2:]] for row in rows] == [[TIP, "1", "0", "1"]]
    (line,) = [
        line
        for line in await office.db.read(audit.lines, None, 9)
        if line.action == "feedback exported"
    ]
    assert (line.actor, line.detail) == (f"officer:{lead.id}", "1 rows: báo cáo năm")


@ONE_ENGINE
@pytest.mark.parametrize("purpose", ["", "   ", "x"])
async def test_an_export_needs_a_purpose(office: Office, purpose: str) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    answer = await lead.post("/feedback/export", purpose=purpose)
    assert answer.status_code == 303
    again = await lead.client.get(answer.headers["location"])
    assert 'role="alert"' in again.text


@ONE_ENGINE
async def test_an_export_needs_a_fresh_code(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a", stepped_up=False)
    answer = await lead.post("/feedback/export", purpose="báo cáo năm")
    assert answer.headers["location"].startswith("/console/confirm")


@ONE_ENGINE
async def test_an_item_that_is_gone_keeps_its_numbers(office: Office) -> None:
    await office.db.write(says, "one", office.area("20a"), reactions.DID, item="tip-gone")
    lead = await office.officer(Role.LEAD, "20a")
    assert row_of(await lead.get("/feedback"), "tip-gone") == ["1", "0", "0"]


@ONE_ENGINE
async def test_a_low_score_leads_to_what_was_scored(office: Office) -> None:
    talk = await office.db.write(scores, "one", office.area("20a"), 1)
    await office.db.write(tasks.low_score, "campaign:7", 2, office.area("20a"), NOW)
    lead = await office.officer(Role.LEAD, "20a")
    page = (await lead.get("/feedback")).text
    assert f'href="/console/inbox/{talk}"' in page
    assert 'href="/console/campaigns/7"' in page
