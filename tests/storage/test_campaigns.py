"""From a draft to approval, and every way to stop what was approved."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from care.audience import Audience, BadAudience
from care.campaigns import Asks, Draft, NotAllowed, Press, Question, State
from care.messages import Kind, Lane
from care.people import Role
from care.reminding import Rules
from storage import campaign_sending, campaigns, caregivers
from storage.campaigns import Campaign
from tests.storage.broadcasting import (
    AUTHOR,
    BEGUN,
    EVERYBODY,
    GOOD,
    SECOND,
    THIRD,
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
from tests.storage.families import DAY, MINUTE, a_caregiver, together

NONE = Rules()


@pytest.fixture
def home(conn: Connection) -> int:
    return a_country(conn)


def handed_in(conn: Connection, home: int, draft: Draft = GOOD, alone_most: int = 0) -> Campaign:
    campaign_id = campaigns.create(conn, home, AUTHOR, draft, NOW)
    return campaigns.submit(conn, campaign_id, AUTHOR, NONE, NOW, alone_most)


def refused(what: str, f: Callable[..., Any], *args: Any) -> None:
    with pytest.raises(NotAllowed) as caught:
        f(*args)
    assert caught.value.what == what


def test_everything_an_officer_wrote_is_kept(conn: Connection, home: int) -> None:
    draft = Draft(
        "Uống vitamin A",
        "Mời {goi}",
        Audience(months=(6, 35), roles=(Role.MOTHER,)),
        alert=True,
        picture="tips/a.png",
        buttons=(Press("Lịch", "7 giờ"), Press("Đọc", None, "https://moh.gov.vn"), Press("Vâng")),
        question=Question(Asks.POLL, "Đi không?", ("Có", "Không")),
        valid_hours=24,
        starts_at=NOW + DAY,
        yearly=True,
        late_until=(NOW + 3 * DAY).date(),
    )
    campaign_id = campaigns.create(conn, home, AUTHOR, draft, NOW)
    assert seen(conn, campaign_id).draft == draft
    changed = replace(draft, title="Khác", question=Question(Asks.SCORE, "Thế nào?"))
    campaigns.save(conn, campaign_id, changed)
    again = seen(conn, campaign_id)
    assert (again.draft, again.version) == (changed, 2)


def test_an_audience_that_could_not_be_read_again_is_not_stored(
    conn: Connection, home: int
) -> None:
    with pytest.raises(BadAudience):
        campaigns.create(conn, home, AUTHOR, replace(GOOD, audience=Audience(months=(9, 1))), NOW)


def test_a_small_one_needs_nobody_else_and_a_large_one_does(conn: Connection, home: int) -> None:
    readers(conn, 3)
    small = handed_in(conn, home, alone_most=3)
    assert (small.state, small.counted, small.approved_by) == (State.APPROVED, 3, AUTHOR)
    large = handed_in(conn, home, alone_most=2)
    assert (large.state, large.approved_by, large.held_until) == (State.WAITING, None, None)
    refused("author", campaigns.approve, conn, large.id, AUTHOR, NOW)
    assert campaigns.approve(conn, large.id, SECOND, NOW).state is State.APPROVED
    assert seen(conn, large.id).held_until == NOW + 10 * MINUTE
    refused("state", campaigns.approve, conn, large.id, THIRD, NOW)


def test_an_alert_always_needs_two_others(conn: Connection, home: int) -> None:
    alert = handed_in(conn, home, replace(GOOD, alert=True), EVERYBODY)
    assert alert.state is State.WAITING
    refused("author", campaigns.approve, conn, alert.id, AUTHOR, NOW)
    assert campaigns.approve(conn, alert.id, SECOND, NOW).state is State.WAITING
    refused("twice", campaigns.approve, conn, alert.id, SECOND, NOW)
    assert campaign_sending.due(conn, NOW + DAY) == []
    ready = campaigns.approve(conn, alert.id, THIRD, NOW)
    assert (ready.state, ready.may_go, ready.agreed) == (State.APPROVED, True, 2)


def test_words_change_only_in_a_draft_and_approval_is_of_one_version(
    conn: Connection, home: int
) -> None:
    readers(conn, 1)
    waiting = handed_in(conn, home)
    refused("state", campaigns.save, conn, waiting.id, GOOD)
    campaigns.approve(conn, waiting.id, SECOND, NOW)
    refused("state", campaigns.save, conn, waiting.id, GOOD)
    campaigns.undo(conn, waiting.id, NOW + 9 * MINUTE)
    campaigns.save(conn, waiting.id, replace(GOOD, body="Khác"))
    draft = seen(conn, waiting.id)
    assert (draft.state, draft.version, draft.approved_by) == (State.DRAFT, 2, None)
    assert draft.held_until is draft.begins_at is None


def test_whoever_hands_it_in_is_its_author(conn: Connection, home: int) -> None:
    readers(conn, 1)
    campaign_id = campaigns.create(conn, home, AUTHOR, GOOD, NOW)
    campaigns.submit(conn, campaign_id, SECOND, NONE, NOW, 0)
    refused("author", campaigns.approve, conn, campaign_id, SECOND, NOW)
    assert campaigns.approve(conn, campaign_id, AUTHOR, NOW).state is State.APPROVED


def test_it_may_be_taken_back_till_it_starts(conn: Connection, home: int) -> None:
    first, later = approved(conn, home), approved(conn, home, replace(GOOD, starts_at=NOW + DAY))
    assert campaign_sending.due(conn, BEGUN - MINUTE) == []
    assert [c.id for c in campaign_sending.due(conn, BEGUN)] == [first]
    refused("late", campaigns.undo, conn, first, BEGUN)
    campaigns.undo(conn, later, NOW + DAY - MINUTE)
    assert campaign_sending.begin(conn, later, None) is State.DRAFT  # the tick came too late
    campaign_sending.begin(conn, first, None, EVERYBODY)
    refused("late", campaigns.undo, conn, first, NOW)


def test_what_is_sent_back_begins_anew(conn: Connection, home: int) -> None:
    alert = handed_in(conn, home, replace(GOOD, alert=True))
    campaigns.approve(conn, alert.id, SECOND, NOW)
    campaigns.send_back(conn, alert.id)
    assert seen(conn, alert.id).approved_by is None
    campaigns.submit(conn, alert.id, AUTHOR, NONE, NOW)
    campaigns.approve(conn, alert.id, SECOND, NOW)
    assert seen(conn, alert.id).state is State.WAITING


def test_one_that_has_grown_waits_for_a_second_officer(conn: Connection, home: int) -> None:
    readers(conn, 2)
    campaign = handed_in(conn, home, alone_most=2)
    assert campaign_sending.begin(conn, campaign.id, 3, 2) is State.WAITING
    grown = seen(conn, campaign.id)
    assert (grown.counted, grown.approved_by, grown.held_until) == (3, None, None)
    campaigns.approve(conn, campaign.id, SECOND, NOW)
    assert campaign_sending.begin(conn, campaign.id, 4, 2) is State.SENDING


def test_every_change_that_may_not_follow_is_refused(conn: Connection, home: int) -> None:
    allowed = {
        State.DRAFT: {"submit", "cancel", "save"},
        State.WAITING: {"approve", "send_back", "cancel"},
        State.APPROVED: {"undo", "cancel"},
        State.SENDING: {"pause", "cancel", "retry"},
        State.PAUSED: {"resume", "cancel"},
        State.DONE: {"retry"},
        State.CANCELLED: set(),
    }
    acts: dict[str, Callable[[int], Any]] = {
        "save": lambda id_: campaigns.save(conn, id_, GOOD),
        "submit": lambda id_: campaigns.submit(conn, id_, AUTHOR, NONE, NOW),
        "approve": lambda id_: campaigns.approve(conn, id_, SECOND, NOW),
        "send_back": lambda id_: campaigns.send_back(conn, id_),
        "undo": lambda id_: campaigns.undo(conn, id_, NOW),
        "pause": lambda id_: campaigns.pause(conn, id_, NOW),
        "resume": lambda id_: campaigns.resume(conn, id_, NOW),
        "cancel": lambda id_: campaigns.cancel(conn, id_, NOW),
        "retry": lambda id_: campaigns.retry(conn, id_, NOW),
    }
    for state, may in allowed.items():
        for name, act in acts.items():
            campaign_id = _in_state(conn, home, state)
            if name in may:
                act(campaign_id)
            else:
                with pytest.raises(NotAllowed):
                    act(campaign_id)
                assert seen(conn, campaign_id).state is state
    refused("gone", campaigns.pause, conn, 10**6, NOW)


def _in_state(conn: Connection, home: int, state: State) -> int:
    if state is State.WAITING:
        return handed_in(conn, home, replace(GOOD, alert=True)).id
    if state is State.DRAFT:
        return campaigns.create(conn, home, AUTHOR, GOOD, NOW)
    campaign_id = approved(conn, home)
    if state is not State.APPROVED:
        campaign_sending.begin(conn, campaign_id, None, EVERYBODY)
    if state is State.PAUSED:
        campaigns.pause(conn, campaign_id, NOW)
    if state is State.DONE:
        a_batch(conn, campaign_id)
        campaign_sending.finish(conn, BEGUN)
    if state is State.CANCELLED:
        campaigns.cancel(conn, campaign_id, NOW)
    return campaign_id


def test_two_officers_at_once_are_one_approval_each(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        home = a_country(conn)
        readers(conn, 1)
        campaign_id = handed_in(conn, home).id

    def approve(conn: Connection) -> str:
        try:
            return campaigns.approve(conn, campaign_id, SECOND, NOW).state.value
        except NotAllowed as error:
            return error.what

    assert sorted(together(engine, second, approve)) == ["approved", "state"]


def test_a_pause_holds_back_what_waits_and_a_resume_lets_it_go(conn: Connection, home: int) -> None:
    readers(conn, 4)
    campaign_id = sent_out(conn, home)
    first = rows_of(conn, campaign_id)[0]
    set_rows(conn, [first.id], state="sent")
    campaigns.pause(conn, campaign_id, BEGUN)
    waiting = [row for row in rows_of(conn, campaign_id) if row.state == "pending"]
    assert len(waiting) == 3
    assert all(row.not_before == row.expires_at for row in waiting)
    assert a_batch(conn, campaign_id) == (False, 0)
    campaigns.resume(conn, campaign_id, BEGUN + MINUTE)
    waiting = [row for row in rows_of(conn, campaign_id) if row.state == "pending"]
    assert [row.not_before for row in waiting] == [BEGUN + MINUTE] * 3
    assert adds_up(conn, campaign_id).sent == 1


def test_the_rest_is_cancelled_and_nothing_follows(conn: Connection, home: int) -> None:
    readers(conn, 5)
    campaign_id = begun(conn, home)
    assert a_batch(conn, campaign_id, people=3) == (True, 3)
    set_rows(conn, [rows_of(conn, campaign_id)[0].id], state="sent")
    assert campaigns.cancel(conn, campaign_id, BEGUN) == 2
    assert a_batch(conn, campaign_id) == (False, 0)
    told = adds_up(conn, campaign_id)
    assert (told.sent, told.cancelled, told.waiting, told.total) == (1, 2, 0, 3)


def test_only_what_failed_is_tried_again_where_people_are_now(conn: Connection, home: int) -> None:
    people = readers(conn, 5)
    campaign_id = sent_out(conn, home)
    rows = rows_of(conn, campaign_id)
    for row, state in zip(rows, ("sent", "failed", "expired", "unknown", "failed"), strict=True):
        set_rows(conn, [row.id], state=state, attempts=3, reason="x")
    assert campaign_sending.finish(conn, BEGUN) == [campaign_id]
    caregivers.use_address(conn, people[1], 99, "webchat:local")
    caregivers.change(conn, people[4], address_id=None, route=None)
    assert campaigns.retry(conn, campaign_id, BEGUN + DAY) == 2
    after = rows_of(conn, campaign_id)
    assert [row.state for row in after] == ["sent", "pending", "pending", "unknown", "failed"]
    again = after[1]
    assert (again.address_id, again.route) == (99, "webchat:local")
    assert (again.attempts, again.reason, again.not_before) == (0, None, BEGUN + DAY)
    assert again.expires_at == BEGUN + 3 * DAY
    assert seen(conn, campaign_id).state is State.SENDING
    assert adds_up(conn, campaign_id).total == 5


def test_retrying_nothing_leaves_it_done(conn: Connection, home: int) -> None:
    campaign_id = sent_out(conn, home)
    campaign_sending.finish(conn, BEGUN)
    assert campaigns.retry(conn, campaign_id, BEGUN) == 0
    assert seen(conn, campaign_id).state is State.DONE


def test_rows_are_of_their_kind_and_version(conn: Connection, home: int) -> None:
    readers(conn, 1)
    plain = sent_out(conn, home)
    alert = handed_in(conn, home, replace(GOOD, alert=True))
    for officer in (SECOND, THIRD):
        campaigns.approve(conn, alert.id, officer, NOW)
    campaign_sending.begin(conn, alert.id, None)
    a_batch(conn, alert.id)
    (one,), (other,) = rows_of(conn, plain), rows_of(conn, alert.id)
    assert (one.kind, one.lane, one.child_id, one.slot) == (Kind.CAMPAIGN, Lane.CAMPAIGN, 0, 1)
    assert (other.kind, other.lane) == (Kind.ALERT, Lane.ALERT)
    assert Lane.REPLY < Lane.ALERT < Lane.REMINDER


def test_a_copy_is_a_draft_without_a_date(conn: Connection, home: int) -> None:
    old = approved(conn, home, replace(GOOD, starts_at=NOW + DAY, yearly=True))
    new = seen(conn, campaigns.copy(conn, old, SECOND, NOW))
    assert (new.state, new.officer_id, new.draft) == (State.DRAFT, SECOND, GOOD)


def test_a_test_goes_to_one_chat_and_counts_nowhere(conn: Connection, home: int) -> None:
    me = a_caregiver(conn, "officer").caregiver.id
    campaign_id = campaigns.create(conn, home, AUTHOR, GOOD, NOW)
    assert campaigns.send_test(conn, campaign_id, me, NOW)
    assert campaigns.send_test(conn, campaign_id, me, NOW)
    rows = rows_of(conn, campaign_id)
    assert [(row.slot, row.lane) for row in rows] == [(-1, Lane.REPLY), (-2, Lane.REPLY)]
    assert adds_up(conn, campaign_id).total == 0
    assert not campaigns.send_test(conn, campaign_id, 10**6, NOW)


def test_lists_are_of_the_areas_asked_for_the_newest_first(conn: Connection, home: int) -> None:
    ids = [campaigns.create(conn, home, AUTHOR, GOOD, NOW + timedelta(n)) for n in range(3)]
    campaigns.cancel(conn, ids[0], NOW)
    assert [c.id for c in campaigns.listed(conn, [home])] == ids[::-1]
    assert [c.id for c in campaigns.listed(conn, [home], before=ids[2], limit=1)] == [ids[1]]
    assert [c.id for c in campaigns.listed(conn, [home], [State.CANCELLED])] == [ids[0]]
    assert campaigns.listed(conn, [home + 1]) == []
    assert campaigns.tally(conn, [home]) == {State.DRAFT: 2, State.CANCELLED: 1}


@pytest.mark.parametrize(
    ("message", "found"),
    [("campaign:7", 7), ("campaign:", None), ("campaign:x", None), ("tip-7", None)],
)
def test_messages_of_campaigns_are_told_from_others(message: str, found: int | None) -> None:
    assert campaigns.id_of(message) == found
