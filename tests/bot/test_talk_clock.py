"""What time does to talks: they climb, fall silent, the bot comes back, officers are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.compose import Dropped, Ready, prepare
from bot.rendering import Compose
from bot.talk_clock import tick
from care.messages import Kind
from care.people import CaregiverState
from care.talking import QUIET
from channels.webchat.channel import WebChat
from content.library import Library
from storage import area_settings, caregivers, officers, talk_queue, talks
from storage.console_tables import talks as talks_table
from storage.tables import outbox
from storage.talk_queue import View
from storage.talks import CLAIMED, CLOSED, EVENT, WAITING, Talk
from tests import fakes
from tests.console.desk import NOW, grow_areas
from tests.fakes import WatchedDatabase

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVENING = NOW + 9 * HOUR  # 18:00 of a Tuesday


@dataclass
class Place:
    """The commune 20a and everybody in it."""

    db: WatchedDatabase
    ids: dict[str, int]

    async def officer(self, login: str, area: str, role: str = "station") -> tuple[int, int]:
        """An officer with a chat; both ids."""
        made: tuple[int, int] = await self.db.write(_officer, login, self.ids[area], role)
        return made

    async def asks(self, chat: str = "mother", at: datetime = NOW, area: str | None = "20a") -> int:
        made: int = await self.db.write(_ask, chat, self.ids[area] if area else None, at)
        return made

    async def talk(self, talk_id: int) -> Talk:
        found: Talk = await self.db.read(_talk, talk_id)
        return found

    async def events(self, talk_id: int) -> list[str]:
        lines = await self.db.read(talks.lines, talk_id)
        return [line.body for line in lines if line.who == EVENT]

    async def news(self, caregiver_id: int) -> list[datetime]:
        """When this officer is told that work waits."""
        rows = await self.db.read(_rows, "officer/news", caregiver_id)
        return [row.not_before for row in rows]

    async def back(self, talk_id: int) -> list[Any]:
        talk = await self.talk(talk_id)
        found: list[Any] = await self.db.read(_rows, "talk/back", talk.caregiver_id)
        return found


def _officer(conn: Connection, login: str, area_id: int, role: str) -> tuple[int, int]:
    made = officers.add(
        conn, login=login, name=login, role=role, area_id=area_id, password_hash="x", now=NOW
    )
    assert made is not None
    me = fakes.a_caregiver(conn, f"chat of {login}").caregiver.id
    officers.change(conn, made, state=officers.ACTIVE, caregiver_id=me)
    return made, me


def _ask(conn: Connection, chat: str, area_id: int | None, at: datetime) -> int:
    contact = fakes.a_caregiver(conn, chat)
    return talks.ask(conn, contact.caregiver.id, contact.address_id, area_id, at).id


def _talk(conn: Connection, talk_id: int) -> Talk:
    return talks.read(conn.execute(select(talks_table).where(talks_table.c.id == talk_id)).one())


def _rows(conn: Connection, message: str, caregiver_id: int) -> list[Any]:
    mine = (outbox.c.message == message, outbox.c.caregiver_id == caregiver_id)
    return list(conn.execute(select(outbox).where(*mine).order_by(outbox.c.id)))


@pytest.fixture
async def place(db: WatchedDatabase) -> Place:
    return Place(db, await db.write(grow_areas))


async def test_nothing_waits_and_nothing_is_written(place: Place) -> None:
    await place.officer("lan", "20a")
    place.db.calls.clear()
    assert await tick(place.db, NOW) == 0
    assert place.db.calls == ["look"]


async def test_a_talk_climbs_after_an_hour_of_office_hours(place: Place) -> None:
    for area in ("20a", "20", "VN"):
        await place.officer(f"in{area}", area)
    talk = await place.asks()
    await tick(place.db, NOW + 59 * MINUTE)
    assert (await place.talk(talk)).level == 0
    await tick(place.db, NOW + 60 * MINUTE)
    assert (await place.talk(talk)).level == 1
    await tick(place.db, NOW + 119 * MINUTE)
    assert (await place.talk(talk)).level == 1
    await tick(place.db, NOW + 120 * MINUTE)
    assert (await place.talk(talk)).level == 2
    await tick(place.db, NOW + DAY)
    assert (await place.talk(talk)).level == 2  # nobody is above the country
    assert await place.events(talk) == ["climbed", "climbed"]


async def test_nights_and_weekends_do_not_count(place: Place) -> None:
    await place.officer("lan", "20a")
    await place.officer("mai", "20")
    talk = await place.asks(at=NOW + 3 * DAY + 9 * HOUR)  # Friday, 18:00
    await tick(place.db, NOW + 6 * DAY - HOUR)  # Monday, 8:00
    assert (await place.talk(talk)).level == 0
    await tick(place.db, NOW + 6 * DAY)
    assert (await place.talk(talk)).level == 1


async def test_an_area_sets_how_long_families_wait(place: Place) -> None:
    await place.officer("lan", "20a")
    await place.officer("mai", "20")
    talk = await place.asks()
    await place.db.write(area_settings.put, place.ids["20"], "talk_wait", 10, "operator", NOW)
    await tick(place.db, NOW + 10 * MINUTE)
    assert (await place.talk(talk)).level == 1


async def test_a_claimed_talk_without_an_answer_returns_to_the_queue(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    await place.officer("mai", "20")
    talk = await place.asks()
    await place.db.write(talks.claim, talk, lan, NOW + 50 * MINUTE)
    await tick(place.db, NOW + 60 * MINUTE)
    assert (await place.talk(talk)).state == CLAIMED  # the claim has its own hour
    await tick(place.db, NOW + 110 * MINUTE)
    now = await place.talk(talk)
    assert (now.state, now.officer_id, now.level) == (WAITING, None, 1)
    seen = await place.db.read(talk_queue.get, View(0, place.ids["20"]), talk)
    assert seen is not None


async def test_at_the_top_it_returns_to_the_queue_all_the_same(place: Place) -> None:
    lan, _ = await place.officer("lan", "VN")
    talk = await place.asks(area=None)
    await place.db.write(talks.claim, talk, lan, NOW)
    await tick(place.db, NOW + HOUR)
    assert (await place.talk(talk)).state == WAITING
    assert await place.events(talk) == ["claimed", "returned"]


async def test_where_nobody_can_answer_it_climbs_at_once(place: Place) -> None:
    await place.officer("school", "20a", "school")
    await place.officer("mai", "20")
    talk = await place.asks()
    await tick(place.db, NOW)
    assert (await place.talk(talk)).level == 1


async def test_a_talk_of_an_officer_who_left_returns_to_the_queue(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    await place.officer("hoa", "20a")
    talk = await place.asks()
    await place.db.write(talks.claim, talk, lan, NOW)
    await place.db.write(officers.disable, lan)
    await tick(place.db, NOW + MINUTE)
    now = await place.talk(talk)
    assert (now.state, now.level) == (WAITING, 0)


async def test_an_answered_talk_closes_after_a_day_and_asks_how_it_was(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    talk = await place.asks()
    await place.db.write(talks.claim, talk, lan, NOW)
    await place.db.write(talks.answer, talk, lan, "chào chị", NOW)
    await tick(place.db, NOW + QUIET - MINUTE)
    assert (await place.talk(talk)).state == CLAIMED
    await tick(place.db, NOW + QUIET)
    now = await place.talk(talk)
    assert now.state == CLOSED
    assert await place.back(talk) == []
    assert len(await place.db.read(_rows, "surveys/talk", now.caregiver_id)) == 1


async def test_the_bot_says_that_it_is_back_when_nobody_answered(place: Place) -> None:
    talk = await place.asks(at=EVENING + 4 * HOUR)  # 22:00
    late = EVENING + 4 * HOUR + QUIET
    assert await tick(place.db, late) == 1
    (row,) = await place.back(talk)
    assert row.not_before == late + 9 * HOUR  # not at night
    assert await tick(place.db, late + HOUR) == 0
    assert (await place.talk(talk)).waiting_since == EVENING + 4 * HOUR  # it waits on


async def test_who_stopped_or_has_gone_is_not_written_to(place: Place) -> None:
    one, two = await place.asks("one"), await place.asks("two")
    who = (await place.talk(one)).caregiver_id
    await place.db.write(_stop, who)
    await place.db.write(caregivers.mark_gone, (await place.talk(two)).address_id, NOW)
    assert await tick(place.db, NOW + QUIET) == 0
    assert (await place.talk(one)).quiet_until is None
    assert (await place.talk(two)).quiet_until is None


def _stop(conn: Connection, caregiver_id: int) -> None:
    caregivers.change(conn, caregiver_id, state=CaregiverState.STOPPED)


async def test_officers_of_the_area_are_told_once_that_work_waits(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    _, mai = await place.officer("mai", "20")
    _, beside = await place.officer("beside", "20b")
    _, school = await place.officer("school", "20a", "school")
    await place.asks()
    for minutes in (0, 1, 20, 50):
        await tick(place.db, NOW + minutes * MINUTE)
    assert [len(await place.news(who)) for who in (lan, mai, beside, school)] == [1, 0, 0, 0]
    await tick(place.db, NOW + 60 * MINUTE)  # climbs
    await tick(place.db, NOW + 61 * MINUTE)
    assert [len(await place.news(who)) for who in (lan, mai, beside, school)] == [2, 1, 0, 0]


async def test_several_talks_at_once_are_one_notice(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    for minute in range(9):
        await place.asks(f"mother {minute}", NOW + minute * MINUTE)
        await tick(place.db, NOW + minute * MINUTE)
    assert await place.news(lan) == [NOW]
    await tick(place.db, NOW + 10 * MINUTE)
    assert len(await place.news(lan)) == 2


async def test_the_notice_waits_for_the_morning_and_names_nobody(place: Place) -> None:
    _, lan = await place.officer("lan", "20a")
    await place.asks(at=EVENING + 4 * HOUR)
    await tick(place.db, EVENING + 4 * HOUR)
    await tick(place.db, EVENING + 5 * HOUR)
    assert await place.news(lan) == [NOW + DAY - 2 * HOUR]  # 7:00
    (row,) = await place.db.read(_rows, "officer/news", lan)
    assert (row.kind, row.params, row.child_id) == ("notice", {}, None)


async def test_a_claimed_talk_is_no_news(place: Place) -> None:
    lan, _ = await place.officer("lan", "20a")
    _, hoa = await place.officer("hoa", "20a")
    talk = await place.asks()
    await place.db.write(talks.claim, talk, lan, NOW)
    assert await tick(place.db, NOW) == 0
    assert await place.news(hoa) == []


async def test_a_disabled_officer_hears_nothing(place: Place) -> None:
    lan, chat = await place.officer("lan", "20a")
    await place.db.write(officers.disable, lan)
    await place.asks()
    await tick(place.db, NOW)
    assert await place.news(chat) == []


@pytest.mark.parametrize("kind", [Kind.TIP, Kind.REMINDER, Kind.CAMPAIGN])
def test_what_comes_unasked_waits_while_people_talk(
    conn: Connection, library: Library, kind: Kind
) -> None:
    family, compose = fakes.a_family(conn), Compose(library, WebChat.caps)
    row = fakes.a_message(conn, family, kind=kind)
    talks.ask(conn, family.caregiver_id, family.address_id, None, NOW)
    assert isinstance(prepare(conn, compose, fakes.ROUTE, NOW, ()), Dropped)
    assert fakes.a_row(conn, row).state == "pending"
    reply = fakes.a_message(conn, family)
    answered = prepare(conn, compose, fakes.ROUTE, NOW, ())
    assert isinstance(answered, Ready)
    assert answered.row.id == reply
    found = prepare(conn, compose, fakes.ROUTE, NOW + QUIET, ())
    assert isinstance(found, Ready)
    assert found.row.id == row
