"""An officer is disabled: what the officer was about to send waits for others."""

import pytest
from sqlalchemy.engine import Connection

from care.campaigns import State
from care.reminding import Rules
from storage import audit, campaign_leaving, campaign_sending, campaigns, officers
from storage.outbox import PENDING
from tests.storage.broadcasting import (
    AUTHOR,
    BEGUN,
    EVERYBODY,
    GOOD,
    SECOND,
    a_country,
    approved,
    begun,
    readers,
    rows_of,
    seen,
    sent_out,
)
from tests.storage.crowds import NOW


@pytest.fixture
def home(conn: Connection) -> int:
    return a_country(conn)


def waiting(conn: Connection, home: int, author: int = AUTHOR) -> int:
    campaign_id = campaigns.create(conn, home, author, GOOD, NOW)
    campaigns.submit(conn, campaign_id, author, Rules(), NOW, -1)
    return campaign_id


def leaves(conn: Connection) -> list[tuple[str, str, str, str | None]]:
    """What the trail says of it, oldest first."""
    before = len(audit.lines(conn, None, 100))
    campaign_leaving.disable(conn, AUTHOR, "officer:9", BEGUN)
    lines = audit.lines(conn, None, 100)
    new = reversed(lines[: len(lines) - before])
    return [(line.actor, line.action, line.object, line.detail) for line in new]


def test_what_has_not_begun_becomes_a_draft(conn: Connection, home: int) -> None:
    readers(conn, 1, area_id=home)
    one, other = waiting(conn, home), approved(conn, home)
    told = leaves(conn)
    for campaign_id in (one, other):
        found = seen(conn, campaign_id)
        assert (found.state, found.approved_by, found.held_until) == (State.DRAFT, None, None)
        assert not found.may_go
    detail = campaign_leaving.LEFT
    assert told == [
        ("officer:9", "account disabled", f"officer:{AUTHOR}", None),
        ("officer:9", "campaign taken back", f"campaign:{one}", detail),
        ("officer:9", "campaign taken back", f"campaign:{other}", detail),
    ]
    campaign_sending.begin(conn, other, None, EVERYBODY)
    assert seen(conn, other).state is State.DRAFT


def test_what_runs_is_paused_and_can_be_resumed_by_others(conn: Connection, home: int) -> None:
    readers(conn, 2, area_id=home)
    campaign_id = sent_out(conn, home)
    told = leaves(conn)
    assert seen(conn, campaign_id).state is State.PAUSED
    held = [row for row in rows_of(conn, campaign_id) if row.state == PENDING]
    assert len(held) == 2
    assert all(row.not_before == row.expires_at for row in held)
    assert told[1:] == [
        ("officer:9", "campaign paused", f"campaign:{campaign_id}", campaign_leaving.LEFT)
    ]
    campaigns.resume(conn, campaign_id, BEGUN)
    assert seen(conn, campaign_id).state is State.SENDING


def test_others_and_what_is_over_stay_as_they_are(conn: Connection, home: int) -> None:
    readers(conn, 1, area_id=home)
    of_another = waiting(conn, home, SECOND)
    draft = campaigns.create(conn, home, AUTHOR, GOOD, NOW)
    paused, over = begun(conn, home), begun(conn, home)
    campaigns.pause(conn, paused, BEGUN)
    campaigns.cancel(conn, over, BEGUN)
    before = [seen(conn, one) for one in (of_another, draft, paused, over)]
    assert len(leaves(conn)) == 1
    assert [seen(conn, campaign.id) for campaign in before] == before


def test_the_account_itself_ends(conn: Connection, home: int) -> None:
    made = officers.add(
        conn, login="lan", name="Lan", role="station", area_id=home, password_hash="x", now=NOW
    )
    assert made is not None
    officers.change(conn, made, state=officers.ACTIVE, caregiver_id=readers(conn, 1)[0])
    campaign_leaving.disable(conn, made, "operator", NOW)
    found = officers.get(conn, made)
    assert found is not None
    assert (found.state, found.caregiver_id) == (officers.DISABLED, None)
