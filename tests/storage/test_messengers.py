"""Numbered menus, windows and their costs, tokens, and several messengers of one person."""

from datetime import date, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from care.numbered import LIVES
from care.people import CaregiverState
from care.windows import Way
from storage import caregivers, channel_tokens, children, claims, linking, menus, outbox, windows
from storage.channel_tokens import Pair
from storage.family_tables import caregivers as people
from storage.tables import outbox as outbox_table
from storage.zalo_tables import channel_tokens as token_table
from tests.storage.families import DAY, MINUTE, NOW, ROUTE, a_caregiver, a_child, a_row, address

OPTIONS = [("menu.today", "Tin hôm nay"), ("children.open:7", "Bống")]


# --- menus ---------------------------------------------------------------------------------------


def test_a_number_means_what_the_last_menu_of_that_chat_says(conn: Connection) -> None:
    one, two = a_caregiver(conn, "1"), a_caregiver(conn, "2")
    menus.put(conn, one.address_id, OPTIONS, NOW)
    assert menus.resolve(conn, one.address_id, "2", NOW) == "children.open:7"
    assert menus.resolve(conn, two.address_id, "2", NOW) is None
    menus.put(conn, one.address_id, OPTIONS[:1], NOW)
    assert menus.resolve(conn, one.address_id, "2", NOW) is None
    menus.put(conn, one.address_id, [], NOW)
    assert menus.resolve(conn, one.address_id, "1", NOW) is None


def test_an_old_menu_means_nothing_any_more(conn: Connection) -> None:
    one = a_caregiver(conn)
    menus.put(conn, one.address_id, OPTIONS, NOW)
    assert menus.resolve(conn, one.address_id, "1", NOW + LIVES) == "menu.today"
    assert menus.resolve(conn, one.address_id, "1", NOW + LIVES + MINUTE) is None
    menus.forget(conn, NOW + MINUTE)
    assert menus.resolve(conn, one.address_id, "1", NOW) is None


# --- windows -------------------------------------------------------------------------------------


def _claimed(conn: Connection, **values: object) -> int:
    outbox.add(conn, [a_row(**values)])
    row = claims.claim(conn, ROUTE, NOW, (), quiet=False)
    assert row is not None
    return row.id


def test_who_was_heard_when_is_known_by_address(conn: Connection) -> None:
    one = a_caregiver(conn)
    assert windows.heard_at(conn, one.address_id) is None
    windows.hear(conn, one.address_id, NOW)
    windows.hear(conn, one.address_id, NOW + DAY)
    assert windows.heard_at(conn, one.address_id) == NOW + DAY


def test_what_waits_for_a_word_of_the_person_goes_then_and_the_rest_does_not(
    conn: Connection,
) -> None:
    one = a_caregiver(conn)
    mine = {"address_id": one.address_id, "caregiver_id": one.caregiver.id}
    ids = []
    for n in range(3):
        ids.append(_claimed(conn, message=f"tip.{n}", **mine))
        windows.hold(conn, ids[-1])
    assert claims.claim(conn, ROUTE, NOW + MINUTE, (), quiet=False) is None
    assert [held.id for held in windows.held(conn, one.address_id)] == ids
    assert windows.waiting(conn, ROUTE) == {"tip": 3}
    windows.wake(conn, one.address_id, ids[:1], NOW + MINUTE, NOW + MINUTE)
    row = claims.claim(conn, ROUTE, NOW + MINUTE, (), quiet=False)
    assert row is not None
    assert row.id == ids[0]
    assert claims.claim(conn, ROUTE, NOW + MINUTE, (), quiet=False) is None
    query = select(outbox_table.c.state, outbox_table.c.reason).order_by(outbox_table.c.id)
    states = conn.execute(query).all()
    assert [tuple(state) for state in states[1:]] == [(outbox.CANCELLED, windows.MERGED)] * 2


def test_a_message_goes_to_another_messenger_and_not_to_both(conn: Connection) -> None:
    one = a_caregiver(conn)
    other = caregivers.open_contact(conn, address("9", "zalo-bot"), NOW)
    windows.hear(conn, other.address_id, NOW)
    linking.offer(conn, one.caregiver.id, "123456", NOW)
    assert linking.take(conn, "123456", other, NOW) == one.caregiver.id
    row = _claimed(conn, address_id=one.address_id, caregiver_id=one.caregiver.id)
    (there,) = windows.others(conn, one.caregiver.id, one.address_id)
    assert (there.route, there.heard_at) == ("zalo-bot:main", NOW)
    windows.move(conn, row, there, NOW)
    assert claims.claim(conn, ROUTE, NOW, (), quiet=False) is None
    moved = claims.claim(conn, "zalo-bot:main", NOW, (), quiet=False)
    assert moved is not None
    assert (moved.id, moved.address_id) == (row, other.address_id)


def test_costs_are_summed_by_month_way_and_law(conn: Connection) -> None:
    for n, (way, legal, price) in enumerate(
        [(Way.FREE, False, 0), (Way.PAID, True, 55), (Way.PAID, True, 55), (Way.PAID, False, 55)]
    ):
        windows.charge(conn, n, ROUTE, way, legal, price, NOW)
    windows.charge(conn, 9, ROUTE, Way.PAID, False, 55, NOW + 20 * DAY)
    found = {(s.way, s.legal): (s.messages, s.price) for s in windows.spent(conn, ROUTE, "2026-11")}
    assert found == {
        (Way.FREE, False): (1, 0),
        (Way.PAID, True): (2, 110),
        (Way.PAID, False): (1, 55),
    }
    assert windows.used(conn, ROUTE, "2026-11", Way.PAID) == (2, 1)
    assert windows.used(conn, "other:1", "2026-11", Way.PAID) == (0, 0)


# --- tokens --------------------------------------------------------------------------------------


def _pair(n: int) -> Pair:
    return Pair(f"access-{n}", f"refresh-{n}", NOW + DAY, NOW)


def test_only_one_of_two_new_pairs_replaces_the_old_one(conn: Connection) -> None:
    channel_tokens.put(conn, "oa", _pair(1))
    assert channel_tokens.replace(conn, "oa", _pair(1), _pair(2))
    assert not channel_tokens.replace(conn, "oa", _pair(1), _pair(3))
    assert channel_tokens.load(conn, "oa") == _pair(2)


def test_a_refused_pair_says_so_until_a_new_one_comes(conn: Connection) -> None:
    channel_tokens.put(conn, "oa", _pair(1))
    channel_tokens.refuse(conn, "oa", _pair(7))  # not this one
    found = channel_tokens.load(conn, "oa")
    assert found is not None
    assert found.state == channel_tokens.GOOD
    channel_tokens.refuse(conn, "oa", _pair(1))
    found = channel_tokens.load(conn, "oa")
    assert found is not None
    assert found.state == channel_tokens.REFUSED


def test_tokens_are_sealed(engine: Engine) -> None:
    with engine.begin() as conn:
        channel_tokens.put(conn, "oa", _pair(1))
    with engine.connect() as conn:
        raw = conn.exec_driver_sql("SELECT access, refresh FROM channel_tokens").one()
        assert b"access-1" not in bytes(raw[0])
        assert b"refresh-1" not in bytes(raw[1])
        assert conn.execute(select(token_table.c.access)).scalar_one() == "access-1"


def test_one_refresher_at_a_time_and_a_dead_one_holds_nobody_up_for_long(conn: Connection) -> None:
    lease = channel_tokens.take_lease(conn, "oa", NOW)
    assert lease is not None
    assert channel_tokens.take_lease(conn, "oa", NOW) is None
    channel_tokens.end_lease(conn, "oa", "another one's")
    assert channel_tokens.take_lease(conn, "oa", NOW) is None
    channel_tokens.end_lease(conn, "oa", lease)
    assert channel_tokens.take_lease(conn, "oa", NOW) is not None
    assert channel_tokens.take_lease(conn, "oa", NOW + channel_tokens.LEASE) is not None


def test_a_consent_is_used_once_by_who_began_it_and_in_time(conn: Connection) -> None:
    channel_tokens.begin_consent(conn, "state", "verifier", 7, NOW)
    assert channel_tokens.end_consent(conn, "other", 7, NOW) is None
    assert channel_tokens.end_consent(conn, "state", 8, NOW) is None
    late = NOW + channel_tokens.CONSENT_LIVES
    assert channel_tokens.end_consent(conn, "state", 7, late) is None
    assert channel_tokens.end_consent(conn, "state", 7, NOW) == "verifier"
    assert channel_tokens.end_consent(conn, "state", 7, NOW) is None


# --- several messengers --------------------------------------------------------------------------


def test_a_code_brings_a_messenger_and_what_it_knew_to_one_person(conn: Connection) -> None:
    one = a_caregiver(conn, "1")
    mine = a_child(conn, one.caregiver.id, date(2026, 1, 1))
    other = a_caregiver(conn, "2")
    theirs = a_child(conn, other.caregiver.id, date(2024, 1, 1))
    children.link(conn, mine, other.caregiver.id, date(2026, 1, 2))
    outbox.add(
        conn,
        [
            a_row(child_id=mine, caregiver_id=who.caregiver.id, address_id=who.address_id,
                  planned_on=date(2026, 11, 24))
            for who in (one, other)
        ],
    )  # fmt: skip
    linking.offer(conn, one.caregiver.id, "123456", NOW)
    assert linking.take(conn, "654321", other, NOW) is None
    assert linking.take(conn, "123456", other, NOW + MINUTE) == one.caregiver.id
    found = caregivers.by_address_id(conn, other.address_id)
    assert found is not None
    assert found.caregiver.id == one.caregiver.id
    kids = {child.id for child in children.of_caregiver(conn, one.caregiver.id)}
    assert kids == {mine, theirs}
    assert conn.execute(select(people.c.id)).scalars().all() == [one.caregiver.id]
    waiting = claims.claim(conn, ROUTE, NOW, (), quiet=False)
    assert waiting is not None
    assert waiting.caregiver_id == one.caregiver.id
    assert claims.claim(conn, ROUTE, NOW, (), quiet=False) is None
    assert linking.take(conn, "123456", other, NOW + MINUTE) is None  # once


def test_a_code_is_worth_nothing_after_15_minutes_or_after_a_new_one(conn: Connection) -> None:
    one, other = a_caregiver(conn, "1"), a_caregiver(conn, "2")
    linking.offer(conn, one.caregiver.id, "111111", NOW)
    linking.offer(conn, one.caregiver.id, "222222", NOW)
    assert linking.take(conn, "111111", other, NOW) is None
    assert linking.take(conn, "222222", other, NOW + linking.LIVES) is None


def test_the_chosen_messenger_gets_what_is_unasked(conn: Connection) -> None:
    one, other = a_caregiver(conn, "1"), caregivers.open_contact(conn, address("2"), NOW)
    linking.offer(conn, one.caregiver.id, "123456", NOW)
    linking.take(conn, "123456", other, NOW)
    assert [mine for mine, _ in linking.addresses_of(conn, one.caregiver.id)] == [
        one.address_id,
        other.address_id,
    ]
    assert linking.prefer(conn, one.caregiver.id, one.address_id)
    assert linking.preferred(conn, one.caregiver.id) == one.address_id
    to = caregivers.to_push(conn, one.caregiver.id)
    assert to is not None
    assert to.address_id == one.address_id
    stranger = a_caregiver(conn, "3", state=CaregiverState.ACTIVE)
    assert not linking.prefer(conn, stranger.caregiver.id, one.address_id)
    assert linking.prefer(conn, one.caregiver.id, None)
    assert linking.preferred(conn, one.caregiver.id) is None


def test_a_lease_and_a_window_do_not_depend_on_the_machine(conn: Connection) -> None:
    assert channel_tokens.take_lease(conn, "oa", NOW - timedelta(days=400)) is not None
    assert channel_tokens.take_lease(conn, "oa", NOW) is not None
