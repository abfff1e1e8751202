"""A messenger that takes only so many messages a month: who gets it, who is told to be left out."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from care.audience import Audience
from care.reminding import Rules
from storage import audiences, campaign_results, campaign_sending, campaigns, quotas
from storage.audiences import Aim, Left
from storage.family_tables import caregivers
from storage.outbox import CANCELLED, FAILED, SENT, UNKNOWN
from tests.storage.broadcasting import (
    AUTHOR,
    BEGUN,
    EVERYBODY,
    GOOD,
    a_country,
    readers,
    rows_of,
    seen,
    sent_out,
    set_rows,
)
from tests.storage.crowds import NOW, RULES, TODAY
from tests.storage.families import a_child

ROUTE, OTHER = "telegram:main", "zalo:oa"
NEXT_MONTH = date(2026, 12, 1)


def aim(most: int, today: date = TODAY, audience: Audience = GOOD.audience) -> Aim:
    return Aim(audience, frozenset(), True, today, Rules(), {ROUTE: most})


def reached(conn: Connection, aimed: Aim) -> list[int]:
    """As listed; the count says the same."""
    found = [person.caregiver_id for person in audiences.everyone(conn, aimed)]
    assert len(found) == audiences.count(conn, aimed).get
    return found


def move(conn: Connection, ids: list[int], route: str) -> None:
    conn.execute(caregivers.update().where(caregivers.c.id.in_(ids)).values(route=route))


@pytest.fixture
def people(conn: Connection) -> list[int]:
    """Six on a messenger with a quota."""
    found = readers(conn, 6)
    move(conn, found, ROUTE)
    return found


def test_the_first_get_it_and_the_others_are_counted_with_the_reason(
    conn: Connection, people: list[int]
) -> None:
    assert reached(conn, aim(4)) == people[:4]
    assert audiences.count(conn, aim(4)).left == {Left.QUOTA: 2}
    assert reached(conn, aim(0)) == []
    assert audiences.count(conn, aim(0)).meant == 6


def test_without_a_quota_or_with_room_everybody_gets_it(
    conn: Connection, people: list[int]
) -> None:
    """The control."""
    for aimed in (aim(6), Aim(GOOD.audience, frozenset(), True, TODAY)):
        assert reached(conn, aimed) == people
        assert audiences.count(conn, aimed).left == {}


def test_only_people_of_that_account_are_left_out(conn: Connection, people: list[int]) -> None:
    move(conn, people[::2], OTHER)
    assert reached(conn, aim(1)) == sorted([people[1], *people[::2]])


def test_another_reason_comes_first_and_uses_nothing_up(
    conn: Connection, people: list[int]
) -> None:
    conn.execute(caregivers.update().where(caregivers.c.id == people[0]).values(state="stopped"))
    assert reached(conn, aim(4)) == people[1:5]
    assert audiences.count(conn, aim(4)).left == {Left.STOPPED: 1, Left.QUOTA: 1}


def test_pages_share_what_is_left(
    conn: Connection, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audiences, "AT_ONCE", 2)
    assert reached(conn, aim(3)) == people[:3]


@pytest.mark.parametrize(
    ("state", "at", "counts"),
    [
        (SENT, NOW, True),
        (UNKNOWN, NOW, True),
        (SENT, datetime.fromisoformat("2026-10-31T17:00:00+00:00"), True),  # midnight here
        (SENT, datetime.fromisoformat("2026-10-31T16:59:59+00:00"), False),
        (SENT, datetime.fromisoformat("2026-11-30T17:00:00+00:00"), False),
        (FAILED, NOW, False),
        (CANCELLED, NOW, False),
        ("sending", NOW, True),
        ("pending", NOW, True),
    ],
)
def test_what_went_out_this_month_or_will_is_taken_off(
    conn: Connection, people: list[int], state: str, at: datetime, counts: bool
) -> None:
    rows = rows_of(conn, sent_out(conn, a_country(conn)))
    set_rows(conn, [row.id for row in rows], state=state, at=at, route=ROUTE)
    free = quotas.left(conn, {ROUTE: 10, OTHER: 5}, TODAY)
    assert free == {ROUTE: 10 - 6 * counts, OTHER: 5}


def test_what_waits_for_next_month_is_not_of_this_one(conn: Connection, people: list[int]) -> None:
    rows = rows_of(conn, sent_out(conn, a_country(conn)))
    set_rows(conn, [row.id for row in rows], route=ROUTE, not_before=NOW + timedelta(days=10))
    assert quotas.left(conn, {ROUTE: 10}, TODAY) == {ROUTE: 10}
    assert quotas.left(conn, {ROUTE: 10}, NEXT_MONTH) == {ROUTE: 4}


def test_a_campaign_makes_as_many_rows_as_it_counted(conn: Connection, people: list[int]) -> None:
    limits = {ROUTE: 4}
    campaign_id = campaigns.create(conn, a_country(conn), AUTHOR, GOOD, NOW)
    args: tuple[Any, ...] = (AUTHOR, Rules(), NOW, EVERYBODY, limits)
    assert campaigns.submit(conn, campaign_id, *args).counted == 4
    campaign_sending.begin(conn, campaign_id, None, EVERYBODY)
    more = True
    while more:
        campaign = seen(conn, campaign_id)
        day = campaign_sending.day_of(campaign, BEGUN)
        aimed = campaigns.aim_of(conn, campaign, Rules(), day, limits)
        found = audiences.people(conn, aimed, campaign.cursor, 3)
        more, _ = campaign_sending.store(conn, campaign, found, BEGUN, BEGUN)
    assert [row.caregiver_id for row in rows_of(conn, campaign_id)] == people[:4]
    assert campaign_results.progress(conn, campaign_id).total == 4


def test_with_a_duty_the_count_and_the_list_agree_too(conn: Connection, people: list[int]) -> None:
    for person in people[1:]:
        a_child(conn, person, TODAY - timedelta(days=10))
    aimed = replace(aim(3, audience=Audience(duty="papers")), rules=RULES)
    assert reached(conn, aimed) == people[1:4]
    assert audiences.count(conn, aimed).left == {Left.QUOTA: 2}
