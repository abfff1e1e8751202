"""Rows of a campaign: a batch and its cursor together, and never one twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from care.audience import Audience
from care.campaigns import State
from care.reminding import Rules
from storage import audiences, campaign_sending, campaigns, outbox
from storage.outbox import expire
from tests.storage.broadcasting import (
    AUTHOR,
    BEGUN,
    EVERYBODY,
    GOOD,
    a_batch,
    a_country,
    adds_up,
    approved,
    begun,
    readers,
    rows_of,
    seen,
    sent_out,
    set_rows,
)
from tests.storage.crowds import NOW
from tests.storage.families import DAY, MINUTE, a_child, a_row, together

HOUR = timedelta(hours=1)


@pytest.fixture
def home(conn: Connection) -> int:
    return a_country(conn)


def receivers(conn: Connection, campaign_id: int) -> list[int]:
    return [row.caregiver_id for row in rows_of(conn, campaign_id)]


def test_batches_follow_each_other_and_end(conn: Connection, home: int) -> None:
    people = readers(conn, 7)
    campaign_id = begun(conn, home)
    assert [a_batch(conn, campaign_id, 3) for _ in range(3)] == [(True, 3), (True, 3), (False, 1)]
    assert receivers(conn, campaign_id) == people
    ended = seen(conn, campaign_id)
    assert (ended.cursor, ended.expanded_at) == (0, BEGUN)
    assert campaign_sending.running(conn, BEGUN) == []


def test_a_batch_that_died_leaves_nothing_and_is_made_again(engine: Engine) -> None:
    with engine.begin() as conn:
        home = a_country(conn)
        people = readers(conn, 9)
        campaign_id = begun(conn, home)
    for attempt in range(8):  # the last one finds nobody any more
        try:
            with engine.begin() as conn:
                a_batch(conn, campaign_id, 3)
                if attempt % 2 == 0:
                    raise RuntimeError("killed before the commit")
        except RuntimeError:
            pass
        with engine.connect() as conn:
            rows = receivers(conn, campaign_id)
            assert rows == people[: len(rows)]
            adds_up(conn, campaign_id)
    with engine.connect() as conn:
        assert receivers(conn, campaign_id) == people
        assert seen(conn, campaign_id).expanded_at == BEGUN


def test_two_who_expand_the_same_batch_make_it_once(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        home = a_country(conn)
        people = readers(conn, 4)
        campaign_id = begun(conn, home)
        campaign = seen(conn, campaign_id)
        aim = campaigns.aim_of(conn, campaign, Rules(), NOW.date())
        found = audiences.people(conn, aim, 0, 2)

    def make(conn: Connection) -> int:
        return campaign_sending.store(conn, campaign, found, NOW, NOW)[1]

    assert sorted(together(engine, second, make)) == [0, 2]
    with engine.connect() as conn:
        assert receivers(conn, campaign_id) == people[:2]


def test_rows_live_as_long_as_the_officer_said(conn: Connection, home: int) -> None:
    readers(conn, 1)
    campaign_id = sent_out(conn, home, replace(GOOD, valid_hours=5))
    (row,) = rows_of(conn, campaign_id)
    assert (row.not_before, row.expires_at) == (BEGUN, BEGUN + 5 * HOUR)
    assert expire(conn, BEGUN + 6 * HOUR) == 1
    assert adds_up(conn, campaign_id).expired == 1


def test_ages_are_of_the_day_it_was_planned_for(conn: Connection, home: int) -> None:
    (mother,) = readers(conn, 1)
    child = a_child(conn, mother, date(2026, 5, 25))
    draft = replace(GOOD, audience=Audience(months=(6, 35)))
    assert receivers(conn, sent_out(conn, home, draft)) == []  # today it is five months old
    tomorrow = replace(draft, starts_at=NOW + DAY)
    campaign_id = approved(conn, home, tomorrow)
    assert seen(conn, campaign_id).counted == 1
    campaign_sending.begin(conn, campaign_id, None, EVERYBODY)
    a_batch(conn, campaign_id, now=NOW + DAY)
    assert [row.params for row in rows_of(conn, campaign_id)] == [{"children": [child]}]


def test_it_is_done_when_the_last_message_is_settled(conn: Connection, home: int) -> None:
    readers(conn, 2)
    campaign_id = sent_out(conn, home)
    first, last = (row.id for row in rows_of(conn, campaign_id))
    set_rows(conn, [first], state="sent")
    for state in ("pending", "sending"):
        set_rows(conn, [last], state=state)
        assert campaign_sending.finish(conn, BEGUN) == []
    set_rows(conn, [last], state="failed")
    assert campaign_sending.finish(conn, BEGUN + MINUTE) == [campaign_id]
    done = seen(conn, campaign_id)
    assert (done.state, done.finished_at) == (State.DONE, BEGUN + MINUTE)
    assert campaign_sending.finish(conn, BEGUN + MINUTE) == []


def test_one_that_is_not_expanded_is_never_done(conn: Connection, home: int) -> None:
    readers(conn, 4)
    campaign_id = begun(conn, home)
    assert campaign_sending.finish(conn, BEGUN) == []
    a_batch(conn, campaign_id, 2)
    set_rows(conn, [row.id for row in rows_of(conn, campaign_id)], state="sent")
    assert campaign_sending.finish(conn, BEGUN) == []


def test_whoever_comes_later_gets_it_till_the_day_that_was_set(conn: Connection, home: int) -> None:
    (early,) = readers(conn, 1)
    draft = replace(GOOD, late_until=(NOW + 2 * DAY).date())
    campaign_id = sent_out(conn, home, draft)
    set_rows(conn, [row.id for row in rows_of(conn, campaign_id)], state="sent")
    assert campaign_sending.finish(conn, BEGUN) == []
    (late,) = readers(conn, 1, area_id=home)
    assert campaign_sending.running(conn, BEGUN + 59 * MINUTE) == []
    assert [c.id for c in campaign_sending.running(conn, BEGUN + HOUR)] == [campaign_id]
    later = BEGUN + HOUR
    assert a_batch(conn, campaign_id, now=later) == (False, 1)
    assert receivers(conn, campaign_id) == [early, late]
    row = rows_of(conn, campaign_id)[1]
    assert (row.not_before, row.expires_at) == (later, later + 48 * HOUR)
    set_rows(conn, [row.id], state="sent")
    assert campaign_sending.finish(conn, NOW + 2 * DAY) == []
    assert campaign_sending.finish(conn, NOW + 3 * DAY) == [campaign_id]
    assert campaign_sending.running(conn, NOW + 3 * DAY) == []


def test_late_ones_go_on_where_a_crash_cut_them_off(conn: Connection, home: int) -> None:
    readers(conn, 3)
    campaign_id = sent_out(conn, home, replace(GOOD, late_until=(NOW + 2 * DAY).date()))
    readers(conn, 3, area_id=home)
    assert a_batch(conn, campaign_id, 4, BEGUN + HOUR) == (True, 1)
    assert [c.cursor for c in campaign_sending.running(conn, BEGUN + HOUR)] != [0]
    assert a_batch(conn, campaign_id, 4, BEGUN + HOUR) == (False, 2)
    assert len(rows_of(conn, campaign_id)) == 6


def test_alerts_are_expanded_before_what_began_earlier(conn: Connection, home: int) -> None:
    first, second = begun(conn, home), begun(conn, home)
    alert = campaigns.create(conn, home, AUTHOR, replace(GOOD, alert=True), NOW)
    campaigns.submit(conn, alert, AUTHOR, Rules(), NOW)
    for officer in (2, 3):
        campaigns.approve(conn, alert, officer, NOW + HOUR)
    campaign_sending.begin(conn, alert, None)
    assert [c.id for c in campaign_sending.running(conn, NOW + DAY)] == [alert, first, second]


def test_a_yearly_one_leaves_a_draft_a_month_before_its_next_date(
    conn: Connection, home: int
) -> None:
    draft = replace(GOOD, starts_at=NOW + DAY, yearly=True)
    campaign_id = sent_out(conn, home, draft)
    campaign_sending.finish(conn, NOW + 2 * DAY)
    assert campaign_sending.copy_yearly(conn, NOW + 300 * DAY) == []
    (next_one,) = campaign_sending.copy_yearly(conn, NOW + 340 * DAY)
    assert campaign_sending.copy_yearly(conn, NOW + 340 * DAY) == []
    new = seen(conn, next_one)
    assert (new.state, new.parent_id) == (State.DRAFT, campaign_id)
    assert new.draft == replace(draft, starts_at=NOW.replace(year=2027) + DAY)
    once = sent_out(conn, home)
    campaign_sending.finish(conn, NOW + DAY)
    assert seen(conn, once).state is State.DONE
    assert campaign_sending.copy_yearly(conn, NOW + 700 * DAY) == []


def test_a_new_one_joins_the_queue_of_campaigns_where_it_stands(
    conn: Connection, home: int
) -> None:
    assert campaign_sending.oldest_waiting(conn) is None
    outbox.add(conn, [a_row("tip", not_before=NOW - DAY)])
    assert campaign_sending.oldest_waiting(conn) is None
    readers(conn, 2)
    campaign_id = sent_out(conn, home)
    assert campaign_sending.oldest_waiting(conn) == BEGUN
    set_rows(conn, [row.id for row in rows_of(conn, campaign_id)], state="sent")
    assert campaign_sending.oldest_waiting(conn) is None
