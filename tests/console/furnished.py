"""A unit with one of everything that officers see, for tests of every page at once."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import update

from care.audience import Audience
from care.campaigns import Asks, Draft, Press, Question, State
from care.messages import Kind
from care.roster import Entry
from care.services import Field
from care.windows import Way
from console.scope import Role
from console.web import Page
from storage import (
    area_settings,
    areas,
    articles,
    campaign_results,
    campaigns,
    caregivers,
    children,
    deadlines,
    hamlets,
    services,
    slips,
    surveys,
    talks,
    tasks,
    templates,
    windows,
)
from storage.audiences import CAMPAIGNS
from storage.console_tables import campaigns as campaigns_table
from storage.database import Connection
from storage.tables import outbox as outbox_table
from storage.templates import Template
from tests import fakes
from tests.console import casework
from tests.console.desk import OA_ROUTE, ROOT, Office, OfficerAtDesk

ITEM, REMINDER, DUTY = "tip-d0242", "rm-birthcert", "birth_registered"
LATER = timedelta(hours=1)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Furnished:
    """`named`: what stands for each name in the path of a page, one after the other.

    `lead` answers one of the talks.
    """

    named: Mapping[str, Sequence[int | str]]
    lead: OfficerAtDesk

    def paths(self, page: Page) -> list[str]:
        """Every address of a page that there is something for."""
        found = [page.path]
        for name in re.findall(r"\{(\w+)(?::\w+)?\}", page.path):
            found = [
                re.sub(rf"\{{{name}(:\w+)?\}}", str(value), path)
                for path in found
                for value in self.named[name]
            ]
        return found


async def furnish(office: Office, code: str, words: str = "Bống") -> Furnished:
    """`words` is every name and every text that people wrote."""
    lead = await office.officer(Role.LEAD, code, name=words[:80])
    keeper = await office.officer(Role.PROTECTION, code, name=words[:80])
    named = await office.db.write(_furnish, office, code, words, lead.id)
    numbers = await office.db.write(casework.furnish, office, code, words, keeper.id)
    return Furnished({**named, "number": numbers}, lead)


def _furnish(
    conn: Connection, office: Office, code: str, words: str, by: int
) -> dict[str, list[int | str]]:
    n = next(_numbers)
    area_id, now = office.area(code), office.now
    today = now.date()
    family = fakes.a_family(
        conn, f"furnished-{n}", fakes.OTHER_ROUTE, nickname=words[:60], born_on=fakes.BORN
    )
    who = (family.caregiver_id, family.address_id)
    caregivers.change(conn, family.caregiver_id, area_id=area_id)
    caregivers.record_consent(conn, *who, CAMPAIGNS, True, 1, "x", now)
    the_other, the_third = (_another(conn, family, area_id, f"other-{n}-{m}") for m in (1, 2))
    sent = fakes.a_message(conn, family, kind=Kind.TIP, not_before=now, expires_at=now + LATER)
    _outbox(conn, sent, state="sent", at=now - LATER)
    failed = fakes.a_message(conn, family, kind=Kind.TIP, message="tip-d0200")
    _outbox(conn, failed, state="failed", reason="RecipientGone", at=now - LATER)
    fakes.a_message(conn, family, kind=Kind.REMINDER, message="rm-birthcert", not_before=now)

    made = _campaigns(conn, office, area_id, words, by, family)
    waiting, mine, over = _talks(conn, office, area_id, words, by, [who, the_other, the_third])
    surveys.put(conn, over, the_third[0], 1, now)
    surveys.add_words(conn, over, the_third[0], words)
    tasks.open_once(conn, tasks.WRONG, ITEM, area_id, now)
    deadlines.add(conn, area_id, words[: deadlines.LONGEST_TITLE], today.month, 28)
    session = {"days": [5], "place": words[:60], "time": "7:30"}
    area_settings.put(conn, area_id, "vaccine_session", session, f"officer:{by}", now)
    commune = areas.get(conn, area_id)
    if commune is not None and commune.level == "commune":
        hamlets.add(conn, commune, "thôn", words[:60])
    helping = _services(conn, area_id, words, by, today)
    entry = Entry(1, words[:60], fakes.BORN, words[:60], words[:60])
    batch = f"{code}x{n}"
    slips.make(conn, [(entry, area_id)], batch, by, now)
    low = tasks.waiting(conn, {area_id}, False, tasks.LOW_SCORE)[0]
    done = made[State.DONE]
    paid_for = Template(REMINDER, "12345", {"ten": "ten_be", "han": "han"}, 200)
    templates.put(conn, OA_ROUTE, paid_for)
    if code == ROOT:  # who reads what an account costs reads all of it
        for number, way in enumerate((Way.FREE, Way.PAID, Way.TEMPLATE)):
            windows.charge(conn, n * 10 + number, OA_ROUTE, way, True, number * 55, now)
    article = articles.prepare(conn, area_id, done, by, words[:100], words, now)
    return {
        "article": [article],
        "campaign": [
            made[state] for state in (State.DRAFT, State.WAITING, State.SENDING, State.DONE)
        ],
        "talk": [waiting, mine, over],
        "family": [family.caregiver_id],
        "officer": [by],
        "task": [low.id],
        "area": [area_id],
        "item": [ITEM],
        "duty": [DUTY],
        "batch": [batch],
        "service": helping,
    }


def _services(conn: Connection, area_id: int, words: str, by: int, today: date) -> list[int | str]:
    """One that is open, one that is closed."""
    told = (words[:160], "0205 000 115", words[:200], words[:120])
    fields = (Field.PROTECTION, Field.HEALTH)
    made: list[int | str] = [
        services.add(conn, area_id, field, *told, by=by, today=today) for field in fields
    ]
    services.close(conn, int(made[1]), today)
    return made


def _another(conn: Connection, family: fakes.Family, area_id: int, chat: str) -> tuple[int, int]:
    """Somebody else who cares for the child: caregiver and address."""
    contact = fakes.a_caregiver(conn, chat, fakes.OTHER_ROUTE)
    caregivers.change(conn, contact.caregiver.id, area_id=area_id)
    children.link(conn, family.child_id, contact.caregiver.id, fakes.TODAY)
    return contact.caregiver.id, contact.address_id


def _talks(
    conn: Connection,
    office: Office,
    area_id: int,
    words: str,
    by: int,
    people: Sequence[tuple[int, int]],
) -> list[int]:
    """One that waits, one that `by` answers, one that is over."""
    now, made = office.now, []
    for caregiver_id, address_id in people:
        talk = talks.ask(conn, caregiver_id, address_id, area_id, now - LATER)
        talks.hear(conn, talk.id, address_id, words, now - LATER)
        made.append(talk.id)
    for talk_id in made[1:]:
        talks.claim(conn, talk_id, by, now)
        talks.note(conn, talk_id, by, words, now)
        talks.answer(conn, talk_id, by, words, now)
    talks.close(conn, made[2], by, now)
    return made


def _outbox(conn: Connection, row_id: int, **values: Any) -> None:
    conn.execute(update(outbox_table).where(outbox_table.c.id == row_id).values(**values))


def _campaigns(
    conn: Connection, office: Office, area_id: int, words: str, by: int, family: fakes.Family
) -> dict[State, int]:
    """One in every state; those that are sent have answers, in words where they are over."""
    poll = Question(Asks.POLL, words[:200], (words[:40], "Không"))
    press = Press(words[:20], words)
    made = {}
    for state in State:
        asked = Question(Asks.OPEN, words[:200]) if state is State.DONE else poll
        draft = Draft(words[:100], words, Audience(), question=asked, buttons=(press,))
        made[state] = campaigns.create(conn, area_id, by, draft, office.now)
        values = {"state": state.value}
        if state is not State.DRAFT:
            values |= {"counted": 1, "submitted_at": office.now, "approved_by": by}
        which = campaigns_table.c.id == made[state]
        conn.execute(update(campaigns_table).where(which).values(**values))
    for state in (State.SENDING, State.DONE):
        message = campaigns.message_of(made[state])
        row = fakes.a_message(conn, family, kind=Kind.CAMPAIGN, message=message, child_id=None)
        _outbox(conn, row, state="sent", at=office.now)
        said = (1, None) if state is State.SENDING else (None, words)
        campaign_results.put_answer(conn, made[state], family.caregiver_id, *said, office.now)
    return made
