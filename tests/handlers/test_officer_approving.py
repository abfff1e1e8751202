"""An officer approves, takes back, pauses and resumes campaigns in the own chat."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from care.campaigns import Draft, State
from care.discreet import GONE
from care.scope import Role
from handlers.turn import Office
from storage import campaigns, conversations, inbox
from storage.campaign_rows import change
from storage.inbox import Arrival
from storage.tables import outbox as outbox_table
from tests.handlers import families
from tests.handlers.conversation import Conversation
from tests.handlers.officers import Desk, code_of, desk, engine, handed_in, opens, writes

__all__ = ["desk", "engine"]
ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


def approves(chat: Conversation) -> None:
    opens(chat)
    chat.taps("officer.to-approve")
    chat.taps("officer.open")
    chat.taps("officer.approve")
    chat.sees("officer/ask-code")
    chat.now += timedelta(seconds=60)  # a code counts once, whoever uses it
    chat.says(code_of(chat))


def test_above_the_size_another_officer_approves(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    handed_in(desk, author)
    assert desk.newest().state is State.WAITING
    approves(lead)
    lead.sees("officer/did", "officer/approved")
    made = desk.newest()
    assert (made.state, made.approved_by) == (State.APPROVED, desk.officer(lead))
    assert desk.acts()[-4:] == [
        "stepped up",
        "campaign handed in",
        "stepped up",
        "campaign approved",
    ]


@ONE_ENGINE
def test_nobody_approves_the_own_campaign(desk: Desk) -> None:
    author = desk.chat("mai", Role.LEAD)
    handed_in(desk, author)
    assert "officer.approve" not in {b.partition(":")[0] for b in author.buttons}
    made = desk.newest()
    author.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    author.sees("officer/refused")
    assert desk.newest().state is State.WAITING


@ONE_ENGINE
def test_who_may_not_approve_on_the_pages_may_not_here(desk: Desk) -> None:
    author, other = desk.chat("lan", Role.STATION), desk.chat("hoa", Role.CHILD)
    made = handed_in(desk, author)
    other.taps_exactly(f"officer.open:{made.id}")
    assert "officer/waiting" in other.seen
    assert not any(b.startswith("officer.approve") for b in other.buttons)
    other.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    assert other.seen[0].startswith("fallback/stale")
    assert desk.newest().state is State.WAITING


@ONE_ENGINE
def test_a_campaign_of_another_area_does_not_exist(desk: Desk) -> None:
    desk.reaches(1)
    chat, far = desk.chat("lan", Role.STATION), desk.chat("hoa", Role.LEAD, "06002")
    opens(chat)
    writes(chat)
    made = desk.newest()
    for action in ("open", "preview", "hand-in", "title", "who", "pause", "send-back"):
        far.taps_exactly(f"officer.{action}:{made.id}:{made.version}")
        assert far.seen[0].startswith("fallback/stale")
    assert desk.newest() == made


def test_an_alert_needs_two_others(desk: Desk) -> None:
    desk.reaches(1)
    author, first = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    second = desk.chat("thu", Role.LEAD)
    number = desk.writes(author, Draft("Lũ về", "Nhà mình lên chỗ cao.", alert=True)).id
    author.taps_exactly(f"officer.hand-in:{number}:1")
    author.sees("officer/did", "officer/waiting")
    approves(first)
    first.sees("officer/did", "officer/waiting")
    assert desk.newest().state is State.WAITING
    first.taps_exactly(f"officer.approve:{number}:1")
    first.sees("officer/refused")
    approves(second)
    second.sees("officer/did", "officer/approved")
    assert desk.newest().state is State.APPROVED


def test_a_changed_campaign_is_refused_kindly(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    made = handed_in(desk, author)
    opens(lead)
    lead.taps("officer.to-approve")
    lead.taps("officer.open")
    desk.changes(made)
    lead.taps("officer.approve")
    lead.sees("officer/refused")
    assert desk.newest().state is State.WAITING


@ONE_ENGINE
def test_changed_between_the_button_and_the_code(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    made = handed_in(desk, author)
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    desk.changes(made)
    lead.says(code_of(lead))
    lead.sees("officer/refused")
    assert desk.newest().state is State.WAITING


def test_a_code_counts_once_and_wrong_ones_make_the_next_wait(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    made = handed_in(desk, author)
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    for _ in range(3):
        lead.says("000000")
        lead.sees("officer/wrong-code")
    before = lead.now
    lead.now -= timedelta(seconds=5)  # at once: it has to wait
    lead.says(code_of(lead))
    lead.sees("officer/wrong-code")
    assert lead.now == before
    assert desk.newest().state is State.WAITING
    lead.now += timedelta(seconds=30)
    right = code_of(lead)
    lead.says(right)
    lead.sees("officer/did", "officer/approved")
    assert desk.acts()[-5:-2] == ["code failed"] * 3
    lead.taps("officer.undo")
    made = desk.newest()
    with desk.engine.begin() as conn:
        campaigns.submit(conn, made.id, made.officer_id, lead.library.rules, lead.now, 0)
    lead.now -= timedelta(seconds=10)  # the same code is still shown
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    lead.says(right)
    lead.sees("officer/wrong-code")
    assert desk.newest().state is State.WAITING


def test_the_typed_code_does_not_stay(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    made = handed_in(desk, author)
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    typed, event, me = code_of(lead), "c1", families.me(lead).address_id
    with desk.engine.begin() as conn:
        inbox.add(conn, [Arrival(event, lead.address, typed)], lead.now)
    lead.says_as(event, typed)
    lead.sees("officer/did", "officer/approved")
    with desk.engine.connect() as conn:
        row = inbox.next_ones(conn, ())[0]
        assert inbox.body(conn, row.id) is None
        assert typed not in str(conversations.get(conn, me))
        gone = select(outbox_table.c.params).where(outbox_table.c.message == GONE)
        assert conn.execute(gone).scalars().all() == [{"own": [event]}]


@ONE_ENGINE
def test_a_wrong_code_is_not_kept_in_the_draft(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    made = handed_in(desk, author)
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    lead.says("135790")
    me = families.me(lead).address_id
    with desk.engine.connect() as conn:
        found = conversations.get(conn, me)
    assert found.step == "officer.code"
    assert "135790" not in str(found.draft)


@ONE_ENGINE
def test_the_sample_asks_for_no_code(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    handed_in(desk, author)
    lead.office = Office(sample=True)
    made = desk.newest()
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    lead.sees("officer/did", "officer/approved")


@ONE_ENGINE
def test_without_a_phone_set_up_nothing_is_approved(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    handed_in(desk, author)
    desk.sets(lead, totp=None)
    made = desk.newest()
    lead.taps_exactly(f"officer.approve:{made.id}:{made.version}")
    lead.sees("officer/no-code")
    assert desk.newest().state is State.WAITING


@ONE_ENGINE
def test_sent_back_it_is_a_draft_again(desk: Desk) -> None:
    author, lead = desk.chat("lan", Role.STATION), desk.chat("mai", Role.LEAD)
    handed_in(desk, author)
    opens(lead)
    lead.taps("officer.to-approve")
    lead.taps("officer.open")
    lead.taps("officer.send-back")
    lead.sees("officer/did", "officer/draft")
    assert desk.newest().state is State.DRAFT
    opens(author)
    author.taps("officer.drafts")
    author.taps("officer.open")
    author.sees("officer/draft")


def test_one_that_runs_is_paused_and_resumed(desk: Desk) -> None:
    desk.reaches(1)
    chat = desk.chat("lan", Role.STATION)
    opens(chat)
    writes(chat)
    made = desk.newest()
    with desk.engine.begin() as conn:
        campaigns.submit(conn, made.id, made.officer_id, chat.library.rules, chat.now)
        approved = campaigns.locked(conn, made.id)
        change(conn, approved, State.SENDING)
    opens(chat)
    chat.taps("officer.running")
    chat.taps("officer.open")
    chat.sees("officer/running")
    chat.taps("officer.pause")
    chat.sees("officer/did", "officer/running")
    assert desk.newest().state is State.PAUSED
    chat.taps("officer.resume")
    chat.sees("officer/did", "officer/running")
    assert desk.newest().state is State.SENDING
    assert desk.acts()[-2:] == ["campaign paused", "campaign resumed"]
