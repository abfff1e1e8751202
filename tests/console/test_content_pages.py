"""The pages of content: what is listed, who may judge, and what a verdict does."""

import re
from dataclasses import replace

import httpx
import pytest

from console.previews import previews
from console.scope import Role
from console.shelf import judges, shelf
from content.library import Library
from content.schema import Entry
from storage import audit, reactions, reviews, tasks
from storage.database import Connection
from storage.reviews import APPROVED, SENT_BACK
from tests.console.desk import NOW, Office, OfficerAtDesk

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
TIP = "tip-d0009"  # general, its source was read
CLINICAL, PROTECTION, UNOPENED = "dg-burn", "dg-cp", "dg-cp"
NOTE = "Chỗ này chưa đúng với địa phương."


def words(office: Office, item: str) -> str:
    return office.desk.library.hashes[item]


async def approve(officer: OfficerAtDesk, office: Office, item: str, **more: str) -> httpx.Response:
    form = {"words": words(office, item), **more}
    return await officer.post(f"/content/{item}/approve", **form)


async def send_back(
    officer: OfficerAtDesk, office: Office, item: str, note: str = NOTE
) -> httpx.Response:
    form = {"words": words(office, item), "note": note}
    return await officer.post(f"/content/{item}/send-back", **form)


async def verdict(office: Office, item: str) -> str | None:
    return await office.db.read(reviews.verdict, item, words(office, item))


def call_wrong(conn: Connection, area_id: int, *people: int) -> None:
    for person in people:
        reactions.add(conn, person, TIP, reactions.WRONG, NOW)
        tasks.open_once(conn, tasks.WRONG, TIP, area_id, NOW)


def listed(answer: httpx.Response) -> list[str]:
    """Items of the list, in order."""
    assert answer.status_code == 200
    return re.findall(r'<li><a href="/console/content/([a-z0-9-]+)"', answer.text)


@ONE_ENGINE
async def test_the_list_can_be_narrowed_and_searched(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    books = await shelf()
    everything = await lead.get("/content")
    assert len(everything.content) < 100_000
    assert len(listed(everything)) == 50
    assert listed(await lead.get("/content", **{"from": "50"}))[0] == list(books.entries)[50]
    cards = listed(await lead.get("/content", kind="danger"))
    assert {books.entries[item].kind for item in cards} == {"danger"}
    year = listed(await lead.get("/content", stage="year-3"))
    assert {books.stages[item] for item in year} == {"year-3"}
    assert listed(await lead.get("/content", q=TIP))[0] == TIP
    found = listed(await lead.get("/content", q="mat ong"))
    assert any("mật ong" in office.desk.library.meta[item].title.lower() for item in found)
    assert listed(await lead.get("/content", q="xyzzy")) == []


@ONE_ENGINE
@pytest.mark.parametrize("wrong", [{"kind": "x"}, {"show": "<b>"}, {"from": "-5"}, {"stage": "9"}])
async def test_a_filter_that_is_none_is_left_out(office: Office, wrong: dict[str, str]) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    assert len(listed(await lead.get("/content", **wrong))) == 50


async def test_what_somebody_called_wrong_stands_first(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    await office.db.write(call_wrong, office.area("20a"), 901)
    assert listed(await lead.get("/content"))[0] == TIP
    assert listed(await lead.get("/content", show="wrong")) == [TIP]


async def test_the_states_count_what_they_list(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    await approve(lead, office, TIP)
    await send_back(lead, office, CLINICAL)
    assert listed(await lead.get("/content", show="approved")) == [TIP]
    assert listed(await lead.get("/content", show="sent_back")) == [CLINICAL]
    drafts = await lead.get("/content", show="draft", q=TIP)
    assert TIP not in listed(drafts)
    counts = [int(n) for n in re.findall(r"<b>(\d+)</b></a>", drafts.text)]
    total, wrong, draft, approved, back, _ = counts
    assert (wrong, approved, back) == (0, 1, 1)
    assert draft == total - 2


async def test_an_approval_counts_for_these_words_and_leads_to_the_next(office: Office) -> None:
    station = await office.officer(Role.STATION, "20a")
    answer = await approve(station, office, TIP)
    assert answer.status_code == 303
    following = re.match(r"/console/content/([a-z0-9-]+)\?after=", answer.headers["location"])
    assert following is not None
    books = await shelf()
    assert following[1] != TIP
    assert books.stages[following[1]] == books.stages[TIP]
    assert await verdict(office, TIP) == APPROVED
    lines = await office.db.read(audit.lines, None, 9)
    assert (lines[0].actor, lines[0].action, lines[0].object) == (
        f"officer:{station.id}",
        "content approved",
        f"item:{TIP}",
    )


async def test_what_is_sent_back_needs_a_reason(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    assert (await send_back(lead, office, TIP, "  ")).status_code == 400
    assert await verdict(office, TIP) is None
    assert (await send_back(lead, office, TIP)).status_code == 303
    assert await verdict(office, TIP) == SENT_BACK
    page = await lead.get(f"/content/{TIP}")
    assert NOTE in page.text


async def test_words_that_changed_meanwhile_have_to_be_read_again(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    answer = await lead.post(f"/content/{TIP}/approve", words="0" * 64)
    assert answer.status_code == 409
    assert await verdict(office, TIP) is None
    assert words(office, TIP) in answer.text  # the form now names what is shown


@ONE_ENGINE
async def test_where_a_source_was_never_opened_the_officer_says_so(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    assert (await shelf()).unopened(UNOPENED)
    assert (await approve(lead, office, UNOPENED)).status_code == 400
    assert await verdict(office, UNOPENED) is None
    assert (await approve(lead, office, UNOPENED, compared="1")).status_code == 303
    assert await verdict(office, UNOPENED) == APPROVED


@ONE_ENGINE
@pytest.mark.parametrize(
    ("item", "who"),
    [
        (TIP, {Role.EDITOR, Role.STATION, Role.LEAD}),
        (CLINICAL, {Role.STATION, Role.LEAD}),
        (PROTECTION, {Role.LEAD}),
    ],
)
async def test_who_may_judge_depends_on_what_it_is_about(
    office: Office, item: str, who: set[Role]
) -> None:
    assert judges((await shelf()).entries[item]) == who
    for role in (Role.EDITOR, Role.STATION, Role.LEAD):
        officer = await office.officer(role, "20a")
        page = await officer.get(f"/content/{item}")
        assert page.status_code == 200  # all of them may read it
        assert (f"/content/{item}/approve" in page.text) == (role in who)
        expected = 303 if role in who else 404
        assert (await approve(officer, office, item, compared="1")).status_code == expected
        assert (await send_back(officer, office, item)).status_code == expected
        released = await officer.post(f"/content/{item}/release")
        assert released.status_code == expected


@pytest.mark.parametrize("act", ["release", "approve", "send-back"])
async def test_an_officer_who_has_looked_ends_the_task(office: Office, act: str) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    await office.db.write(call_wrong, office.area("20a"), 901, 902)
    assert await office.db.read(reactions.paused) == {TIP}
    form = {"words": words(office, TIP), "note": NOTE}
    assert (await lead.post(f"/content/{TIP}/{act}", **form)).status_code == 303
    assert await office.db.read(reactions.paused) == frozenset()
    assert await office.db.read(tasks.waiting, (), True) == []
    held = await office.db.read(reviews.sent_back, office.desk.library.hashes)
    assert held == ({TIP} if act == "send-back" else frozenset())


@ONE_ENGINE
async def test_what_does_not_exist_is_missing(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    for item in ("tip-nothing", "menu", "..%2f"):
        assert (await lead.get(f"/content/{item}")).status_code == 404
        for act in ("approve", "send-back", "release"):
            assert (await lead.post(f"/content/{item}/{act}")).status_code == 404


@ONE_ENGINE
async def test_every_item_has_a_page_that_says_when_and_why(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    books, seen = await shelf(), set[tuple[str, bool, bool]]()
    for entry in books.entries.values():
        plan = entry.schedule
        alike = (entry.kind, plan is not None and plan.on_day is not None, bool(entry.call))
        if alike in seen:
            continue
        seen.add(alike)
        page = await lead.get(f"/content/{entry.id}")
        assert page.status_code == 200, entry.id
        for fact in entry.facts:
            assert fact.source in page.text


@ONE_ENGINE
async def test_what_a_note_says_is_never_markup(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    await send_back(lead, office, TIP, "<script>alert(1)</script>")
    page = await lead.get(f"/content/{TIP}")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text


async def _entries() -> dict[str, Entry]:
    return dict((await shelf()).entries)


async def test_every_text_of_every_item_is_shown(library: Library) -> None:
    for item, entry in (await _entries()).items():
        shown = {one.name for one in previews(library, entry)}
        parts = set(library.texts[item].parts)
        inside = {"action", "signs", "do", "dont", "items", "disclaimer"}  # of the usual text
        assert parts - inside == shown, item


async def test_a_preview_reads_like_the_message(library: Library) -> None:
    entries = await _entries()
    usual, *_ = previews(library, entries[TIP])
    assert "{" not in usual.typed
    assert library.label("item.draft") not in usual.typed
    for item in ("rm-birthcert", "dg-burn"):
        for one in previews(library, entries[item]):
            assert "{" not in one.typed


async def test_a_title_in_a_preview_is_bold_and_markup_is_text(library: Library) -> None:
    entry = (await _entries())[TIP]
    usual, *_ = previews(library, entry)
    assert usual.text.startswith("<b>")
    evil = replace(library, labels={**library.labels, "goi.mother": "<i>mẹ</i>"})
    for one in previews(evil, entry):
        assert "<i>" not in one.text
