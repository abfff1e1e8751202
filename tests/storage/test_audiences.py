"""Audiences: the count, the list and the rows are one thing, whatever an officer chooses.

`CAMPAIGN_FAMILIES=50000` runs it on that many families.
"""

import os
import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Connection

from care.age import full_months, gestation_days
from care.audience import Audience, Stands
from care.campaigns import Draft
from care.duties import TO_DO, State
from care.people import CaregiverState, Child, ChildState, Role
from care.reminding import standing_of
from storage import area_settings, audiences, campaign_results, campaign_sending, campaigns, duties
from storage import areas as units
from storage import children as kids
from storage.audiences import Aim, Left
from storage.caregivers import record_consent
from storage.family_tables import care_links, caregivers, children, consents
from storage.tables import outbox
from tests.storage.crowds import NOW, RULES, TODAY, area_ids, settle, some_audience
from tests.storage.families import a_caregiver, a_child

FAMILIES = int(os.environ.get("CAMPAIGN_FAMILIES", "2000"))
AUDIENCES = 200
BIG = FAMILIES > 2000
EVERYBODY = Audience()


class Plain:
    """The same question answered one caregiver at a time, without SQL."""

    def __init__(self, conn: Connection, earlier: int) -> None:
        self.conn = conn
        self.people = conn.execute(select(caregivers).order_by(caregivers.c.id)).all()
        self.kids: dict[int, list[Child]] = {}
        every = {child.id: child for child in kids.where(conn, children.c.id > 0)}
        for link in conn.execute(select(care_links).order_by(care_links.c.child_id)):
            self.kids.setdefault(link.caregiver_id, []).append(every[link.child_id])
        self.agreed = {
            row.caregiver_id: row.given
            for row in conn.execute(select(consents).order_by(consents.c.id))
            if row.purpose == "campaigns"
        }
        self.told = duties.of_children(conn, sorted(every))
        got = select(outbox.c.caregiver_id).where(outbox.c.message == f"campaign:{earlier}")
        self.got = set(conn.execute(got.where(outbox.c.state == "sent")).scalars())
        self.answered = {
            row.caregiver_id
            for row in [r for _, r in campaign_results.results(conn, earlier, limit=10**6)]
            if row.answered_at is not None
        }

    def sort(self, aim: Aim) -> tuple[dict[int, tuple[int, ...]], Counter[str]]:
        """Who gets it and the children it is about; why the others do not."""
        get: dict[int, tuple[int, ...]] = {}
        why: Counter[str] = Counter()
        below = {
            "areas": self._below(aim.audience.areas),
            "without": self._below(aim.audience.without),
        }
        for person in self.people:
            reason = self._reason(aim, person, below)
            if reason is None:
                about = self._about(aim, person, (ChildState.BORN, ChildState.EXPECTED))
                get[person.id] = tuple(about) if aim.audience.about_children else ()
            else:
                why[reason] += 1
        return get, why

    def _below(self, ids: tuple[int, ...]) -> set[int]:
        return {one for area in ids for one in units.below(self.conn, area)}

    def _reason(self, aim: Aim, person: Any, below: dict[str, set[int]]) -> str | None:
        wanted, place = aim.audience, person.area_id
        if person.state == CaregiverState.NEW or not (aim.everywhere or place in aim.areas):
            return "out of scope"
        if wanted.areas and place not in below["areas"]:
            return "others"
        if place in below["without"] or (wanted.roles and person.role not in wanted.roles):
            return "others"
        if wanted.answered is not None and person.id not in self.answered:
            return "others"
        if wanted.silent is not None and (person.id not in self.got or person.id in self.answered):
            return "others"
        living = self._about(aim, person, (ChildState.BORN, ChildState.EXPECTED))
        lost = self._about(aim, person, (ChildState.LOST,))
        if wanted.about_children and not living and not lost:
            return "others"
        if person.state == CaregiverState.STOPPED:
            return Left.STOPPED
        if lost and not living:
            return Left.LOSS
        if person.state == CaregiverState.PAUSED:
            return Left.PAUSED
        if person.address_id is None:
            return Left.NO_CHANNEL
        return None if self.agreed.get(person.id) else Left.NO_CONSENT

    def _about(self, aim: Aim, person: Any, states: tuple[ChildState, ...]) -> list[int]:
        mine = self.kids.get(person.id, [])
        return [c.id for c in mine if c.state in states and self._fits(aim, person, c)]

    def _fits(self, aim: Aim, person: Any, child: Child) -> bool:
        wanted = aim.audience
        if wanted.months or wanted.weeks:
            ages = []
            if wanted.months and child.born_on:
                low, high = wanted.months
                ages.append(low <= full_months(child.born_on, aim.today) <= high)
            if wanted.weeks and child.due_on and not child.born_on:
                low, high = wanted.weeks
                ages.append(low <= gestation_days(child.due_on, aim.today) // 7 <= high)
            if not any(ages):
                return False
        if wanted.duty is None:
            return True
        duty = RULES.duties.get(wanted.duty)
        if duty is None:
            return False
        alive = ChildState.BORN if child.born_on else ChildState.EXPECTED
        values = {name: getattr(child, name) for name in Child.__slots__}
        living = (
            child if child.state is not ChildState.LOST else Child(**{**values, "state": alive})
        )
        place = area_settings.of_area(self.conn, person.area_id)
        told = self.told.get(child.id, {})
        state = standing_of(RULES, duty, living, told, aim.today, place).state
        if wanted.stands is Stands.TO_DO:
            return state in TO_DO
        return state is (State.OPEN if wanted.stands is Stands.OPEN else State.OVERDUE)


def rows_made(conn: Connection, aim: Aim, area_id: int) -> dict[int, tuple[int, ...]]:
    """The campaign goes its whole way; whom it made rows for, with the children they name."""
    draft = Draft("Cân bé", "Mời {goi} đưa {ten_be} đến {tram}.", audience=aim.audience)
    campaign_id = campaigns.create(conn, area_id, 1, draft, NOW)
    counted = campaigns.submit(conn, campaign_id, 1, RULES, NOW, alone_most=10**6).counted
    begun = NOW + timedelta(minutes=10)
    campaign_sending.begin(conn, campaign_id, None, alone_most=10**6)
    goes_on = True
    while goes_on:
        campaign = campaigns.get(conn, campaign_id)
        assert campaign is not None
        day = campaign_sending.day_of(campaign, begun)
        batch = audiences.people(
            conn, campaigns.aim_of(conn, campaign, RULES, day), campaign.cursor, 300
        )
        goes_on, _ = campaign_sending.store(conn, campaign, batch, begun, begun)
    rows = conn.execute(select(outbox).where(outbox.c.message == f"campaign:{campaign_id}")).all()
    assert counted == len(rows) == campaign_results.progress(conn, campaign_id).total
    return {row.caregiver_id: tuple(row.params.get("children", ())) for row in rows}


@pytest.fixture
def earlier(conn: Connection) -> int:
    """A crowd, and a campaign that some of it got and some answered."""
    chance = random.Random(5)
    areas = settle(conn, FAMILIES, chance)
    draft = Draft("Hỏi", "Mời trả lời")
    campaign_id = campaigns.create(conn, areas["VN"], 1, draft, NOW)
    campaigns.submit(conn, campaign_id, 1, RULES, NOW, alone_most=10**6)
    campaign_sending.begin(conn, campaign_id, None, alone_most=10**6)
    campaign = campaigns.get(conn, campaign_id)
    assert campaign is not None
    aim = campaigns.aim_of(conn, campaign, RULES, TODAY)
    batch = audiences.people(conn, aim, 0, 10**6)
    campaign_sending.store(conn, campaign, batch, NOW, NOW)
    for person in batch.people:
        dice = chance.random()
        if dice < 0.6:
            mine = (outbox.c.caregiver_id == person.caregiver_id, outbox.c.slot > 0)
            conn.execute(outbox.update().where(*mine).values(state="sent"))
        if dice < 0.3:
            campaign_results.put_answer(conn, campaign_id, person.caregiver_id, 1, None, NOW)
    return campaign_id


@pytest.mark.timeout(3600 if BIG else 120)
def test_the_count_the_list_and_the_rows_are_one(conn: Connection, earlier: int) -> None:
    chance, areas, plain = random.Random(11), area_ids(conn), Plain(conn, earlier)
    reached: Counter[str] = Counter()
    for _ in range(AUDIENCES):
        root = chance.choice(("VN", "20", "06001", "06001-1"))
        scope = frozenset(units.below(conn, areas[root]))
        audience = some_audience(chance, areas, earlier)
        aim = Aim(audience, scope, root == "VN", TODAY, RULES)
        get, why = plain.sort(aim)
        count = audiences.count(conn, aim)
        listed = {p.caregiver_id: p.children for p in audiences.everyone(conn, aim)}
        made = rows_made(conn, aim, areas[root])
        assert listed == made == get, audience
        assert list(listed) == sorted(listed)
        assert count.get == len(get), audience
        others, out = why.pop("others", 0), why.pop("out of scope", 0)
        assert dict(count.left) == {Left(name): n for name, n in why.items()}, audience
        assert count.others == others
        assert count.everybody == len(plain.people) - out
        assert count.get + sum(count.left.values()) + count.others == count.everybody
        reached.update({"some": count.get > 0, **{left: n > 0 for left, n in count.left.items()}})
    assert reached["some"] > AUDIENCES / 4
    assert all(reached[left] > 5 for left in Left if left is not Left.QUOTA)


def aimed(conn: Connection, audience: Audience = EVERYBODY, today: date = TODAY) -> list[int]:
    aim = Aim(audience, frozenset(), True, today, RULES)
    found = [person.caregiver_id for person in audiences.everyone(conn, aim)]
    assert len(found) == audiences.count(conn, aim).get
    return found


def somebody(conn: Connection, chat: str, **values: Any) -> int:
    """Active, reached, and agreed to news of the commune."""
    contact = a_caregiver(conn, chat, **values)
    agree(conn, contact.caregiver.id, contact.address_id)
    return contact.caregiver.id


def agree(conn: Connection, caregiver_id: int, address_id: int, given: bool = True) -> None:
    consent = (caregiver_id, address_id, "campaigns", given, 1, "0", NOW)
    record_consent(conn, *consent)


def test_ages_are_of_the_day_it_is_sent(conn: Connection) -> None:
    mother = somebody(conn, "1")
    a_child(conn, mother, date(2026, 5, 31))
    six = Audience(months=(6, 35))
    assert aimed(conn, six, date(2026, 11, 29)) == []
    assert aimed(conn, six, date(2026, 11, 30)) == [mother]
    assert aimed(conn, six, date(2029, 5, 30)) == [mother]
    assert aimed(conn, six, date(2029, 5, 31)) == []


def test_a_preterm_child_has_its_real_age(conn: Connection) -> None:
    mother = somebody(conn, "1")
    a_child(conn, mother, date(2026, 5, 24), gestation_weeks=28)
    assert aimed(conn, Audience(months=(6, 6))) == [mother]


def test_several_children_are_one_message_that_names_those_that_fit(conn: Connection) -> None:
    mother = somebody(conn, "1")
    small = [a_child(conn, mother, date(2026, 1, 5)) for _ in range(2)]
    a_child(conn, mother, date(2020, 1, 5))
    aim = Aim(Audience(months=(6, 35)), frozenset(), True, TODAY)
    assert [p.children for p in audiences.everyone(conn, aim)] == [tuple(small)]


def test_only_the_last_word_of_a_consent_counts(conn: Connection) -> None:
    contact = a_caregiver(conn, "1")
    me = contact.caregiver.id
    assert aimed(conn) == []
    for given in (True, False, True):
        agree(conn, me, contact.address_id, given)
        assert aimed(conn) == ([me] if given else [])


def test_a_lost_child_is_a_reason_and_never_a_message(conn: Connection) -> None:
    mother = somebody(conn, "1", role=Role.MOTHER)
    lost = a_child(conn, mother, date(2026, 1, 5))
    child = kids.get(conn, lost)
    assert child is not None
    kids.change(conn, child, state=ChildState.LOST, lost_on=TODAY)
    for audience in (Audience(), Audience(months=(0, 35))):
        aim = Aim(audience, frozenset(), True, TODAY)
        assert audiences.count(conn, aim).left == {Left.LOSS: 1}
        assert list(audiences.everyone(conn, aim)) == []
    a_child(conn, mother, date(2020, 1, 5))
    assert aimed(conn) == [mother]
    assert aimed(conn, Audience(months=(0, 35))) == []


def test_an_officer_reaches_nobody_outside(conn: Connection) -> None:
    areas = settle(conn, 0, random.Random(1))
    here, there = areas["06001-1"], areas["06002-1"]
    mine, nobody = somebody(conn, "1", area_id=here), somebody(conn, "2", area_id=there)
    homeless = somebody(conn, "3")
    scope = frozenset(units.below(conn, areas["06001"]))
    for audience in (Audience(), Audience(areas=(areas["VN"],)), Audience(areas=(here, there))):
        aim = Aim(audience, scope, False, TODAY)
        assert [p.caregiver_id for p in audiences.everyone(conn, aim)] == [mine]
        assert audiences.count(conn, aim).everybody == 1
    assert aimed(conn) == [mine, nobody, homeless]
    assert aimed(conn, Audience(without=(areas["06001"],))) == [nobody, homeless]
