"""Writing in a talk: answers, notes, and answers of the library to begin with."""

import asyncio
import html
import re
from datetime import datetime

import pytest
from sqlalchemy.engine import Connection

from care.messages import Address, EventKind
from care.talking import ANSWER_MOST
from console.scope import Role
from storage import caregivers, privacy, talks
from tests.console.desk import Office, OfficerAtDesk
from tests.console.parents import QUESTION, Parent, page_of, writes


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


async def test_notes_are_for_officers_only(
    office: Office, asked: Parent, lan: OfficerAtDesk, mai: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    assert await writes(lan, talk, "mẹ trẻ, ở một mình", "note") == 303
    assert await asked.hears() == []
    assert "mẹ trẻ, ở một mình" in await page_of(mai, f"/inbox/{talk}")
    assert (await asked.talk()).waiting_since is not None


async def test_what_is_too_long_or_empty_is_not_sent_and_not_lost(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    long = "a" * (ANSWER_MOST + 1)
    answer = await lan.post(f"/inbox/{talk}/write", text=long, do="send")
    assert answer.status_code == 400
    assert long in answer.text
    assert await writes(lan, talk, "  ") == 400
    assert await asked.hears() == []
    assert await writes(lan, talk, "a" * ANSWER_MOST) == 303
    assert await asked.hears() == ["talk/answer"]


async def test_a_button_pressed_twice_sends_once(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    for _ in range(2):
        assert await writes(lan, talk, "Chào chị") == 303
    assert await asked.hears() == ["talk/answer"]
    office.later(minutes=2)
    assert await writes(lan, talk, "Chào chị") == 303
    assert await asked.hears() == ["talk/answer"]


async def test_a_form_that_comes_several_times_at_once_sends_once(
    asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    assert await asyncio.gather(*(writes(lan, talk, "Chào chị") for _ in range(4))) == [303] * 4
    assert await asked.hears() == ["talk/answer"]


async def test_an_answer_of_the_library_is_found_and_picked_without_losing_words(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    form = {"text": "Chào chị,", "q": "ăn dặm"}
    found = await lan.post(f"/inbox/{talk}/write", **form, do="search")
    assert found.status_code == 200
    assert "Chào chị," in found.text
    assert 'value="pick-faq-solids-when"' in found.text
    picked = await lan.post(f"/inbox/{talk}/write", **form, do="pick-faq-solids-when")
    box = html.unescape(re.findall(r"<textarea[^>]*>(.*?)</textarea>", picked.text, re.DOTALL)[0])
    assert box.startswith("Chào chị,\n\n")
    assert "Bống" in box
    assert "{" not in box
    assert await asked.hears() == []
    none = await lan.post(f"/inbox/{talk}/write", text="x", q="zzzz qqqq", do="search")
    assert "Không có câu nào" in none.text


async def test_who_has_left_is_not_written_to(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    await asked.says("", EventKind.LEFT)
    answer = await lan.post(f"/inbox/{talk}/write", text="Chào chị", do="send")
    assert answer.status_code == 400
    assert "Tin chưa gửi" in answer.text
    assert await office.db.read(talks.written, asked.family.caregiver_id) == []


async def test_an_erased_family_leaves_no_word(
    office: Office, asked: Parent, lan: OfficerAtDesk
) -> None:
    await asked.says(QUESTION)
    talk = (await asked.talk()).id
    await lan.post(f"/inbox/{talk}/claim")
    await writes(lan, talk, "Chào chị")
    await office.db.write(_erase, asked.address, asked.office.now)
    listed = await page_of(lan, "/inbox")
    assert "Bống" not in listed
    assert await writes(lan, talk, "Chị ơi") == 303
    shown = await page_of(lan, f"/inbox/{talk}")
    assert QUESTION not in shown
    assert "Bống" not in shown


def _erase(conn: Connection, address: Address, now: datetime) -> None:
    contact = caregivers.find(conn, address)
    assert contact is not None
    privacy.erase(conn, contact, "event-1", now)
