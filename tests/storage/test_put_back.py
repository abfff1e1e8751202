"""After a restore nothing goes by itself that may have been sent since the copy was made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from care.campaigns import Draft, State
from care.discreet import GONE
from care.messages import Kind
from storage import audit, campaign_sending, campaigns, claims, inbox, outbox, windows
from storage.console_tables import officer_sessions, officers
from storage.copy_lines import Header
from storage.put_back import Settled, settle
from storage.tables import inbox as inbox_table
from tests.storage.broadcasting import (
    BEGUN,
    GOOD,
    a_country,
    approved,
    begun,
    readers,
    rows_of,
    seen,
    sent_out,
)
from tests.storage.families import DAY, MINUTE, NOW, a_caregiver, a_push, a_row, address
from tests.storage.messages import claim, claimed, row_of, states

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(hours=6)
HEADER = Header("0007", NOW, "sqlite", 0)


def back(conn: Connection, now: Any = LATER) -> Settled:
    return settle(conn, (), HEADER, now)


@pytest.fixture
def waiting(conn: Connection) -> Connection:
    """A message of every class that waited when the copy was made, and two for later."""
    family = a_caregiver(conn)
    mine = {"caregiver_id": family.caregiver.id, "address_id": family.address_id}
    long = {**mine, "expires_at": LATER + DAY}
    outbox.add(
        conn,
        [
            a_push("tip", **long, child_id=1),
            a_push("reminder", **long, child_id=2, kind=Kind.REMINDER),
            a_row("reply", **long, kind=Kind.REPLY),
            a_row("help", **long, kind=Kind.EMERGENCY),
            a_row("guidance/steps", **long, kind=Kind.REPLY, params={"name": "Bống"}),
            a_push("tonight", **long, child_id=3, not_before=LATER + HOUR),
            a_row(GONE, **long, kind=Kind.REPLY),
        ],
    )
    return conn


def test_what_waited_is_not_sent_by_itself(waiting: Connection) -> None:
    assert back(waiting).dropped == 5
    assert claimed(waiting, now=LATER) == [GONE]  # taking away twice is taking away
    assert {row_of(waiting, name).reason for name in ("tip", "reply", "help")} == {"restored"}
    assert row_of(waiting, "guidance/steps").params == {}


def test_without_it_all_of_them_would_go(waiting: Connection) -> None:
    """The control."""
    assert sorted(claimed(waiting, now=LATER)) == sorted(
        ["tip", "reminder", "reply", "help", "guidance/steps", GONE]
    )


def test_what_was_for_later_than_now_goes_then(waiting: Connection) -> None:
    back(waiting)
    assert "tonight" in claimed(waiting, now=LATER + HOUR)


def test_what_was_under_way_is_not_tried_again(waiting: Connection) -> None:
    assert claim(waiting) is not None
    under_way = [name for name, state in states(waiting).items() if state == outbox.SENDING]
    back(waiting)
    assert states(waiting)[under_way[0]] == outbox.UNKNOWN
    assert claims.sending(waiting, "telegram:main") == []


def test_what_waits_for_the_person_to_write_does_not_go_when_they_do(conn: Connection) -> None:
    family = a_caregiver(conn)
    outbox.add(conn, [a_row("held", address_id=family.address_id, expires_at=LATER + DAY)])
    row = claim(conn)
    assert row is not None
    windows.hold(conn, row.id)
    assert len(windows.held(conn, family.address_id)) == 1  # the control
    back(conn)
    assert windows.held(conn, family.address_id) == []


def test_what_families_wrote_before_the_copy_is_not_answered_after_it(conn: Connection) -> None:
    inbox.add(conn, [inbox.Arrival("e1", address("1"), "chào")], NOW)
    assert inbox.counts(conn)["new"] == 1
    back(conn)
    assert inbox.counts(conn).get("new", 0) == 0
    assert conn.execute(select(inbox_table.c.error)).scalar_one() == "restored"


# --- campaigns -----------------------------------------------------------------------------------


def test_a_campaign_that_ran_goes_on_when_an_officer_says_so(conn: Connection) -> None:
    home = a_country(conn)
    readers(conn, 2, area_id=home)
    campaign_id = sent_out(conn, home)
    half_way = begun(conn, home)
    assert back(conn).campaigns == 2
    assert seen(conn, campaign_id).state is seen(conn, half_way).state is State.PAUSED
    assert campaign_sending.running(conn, LATER) == []
    assert claimed(conn, now=LATER) == []
    campaigns.resume(conn, campaign_id, LATER)
    assert len(claimed(conn, now=LATER)) == len(rows_of(conn, campaign_id)) == 2


def test_one_whose_time_came_since_is_handed_in_again(conn: Connection) -> None:
    home = a_country(conn)
    missed = approved(conn, home)
    ahead = approved(conn, home, replace(GOOD, starts_at=LATER + DAY))
    assert back(conn).campaigns == 1
    assert seen(conn, missed).state is State.DRAFT
    assert seen(conn, ahead).state is State.APPROVED
    assert campaign_sending.due(conn, LATER) == []
    assert [c.id for c in campaign_sending.due(conn, LATER + DAY)] == [ahead]


def test_without_it_both_would_go(conn: Connection) -> None:
    """The control."""
    home = a_country(conn)
    readers(conn, 2, area_id=home)
    sent_out(conn, home, Draft("Cân bé", "Mời cả nhà đến trạm."))
    approved(conn, home)
    assert len(claimed(conn, now=BEGUN + MINUTE)) == 2
    assert len(campaign_sending.due(conn, LATER)) == 1


# --- officers ------------------------------------------------------------------------------------


def test_officers_have_to_come_in_again_and_the_trail_says_why(conn: Connection) -> None:
    session = {"token_hash": "x", "officer_id": 1, "stage": "full", "created_at": NOW}
    home = a_country(conn)
    an_officer(conn, home)
    conn.execute(insert(officer_sessions).values(**session, seen_at=NOW))
    back(conn)
    assert conn.execute(select(officer_sessions)).all() == []
    line = audit.lines(conn, None, 1)[0]
    assert (line.actor, line.action, line.detail) == ("operator", "restored", NOW.isoformat())


def an_officer(conn: Connection, area_id: int) -> None:
    row = {"id": 1, "login": "lan", "name": "Lan", "role": "lead", "area_id": area_id}
    more = {"state": "active", "password_hash": "x", "totp_step": 0, "failures": 0}
    conn.execute(insert(officers).values(**row, **more, created_at=NOW))
