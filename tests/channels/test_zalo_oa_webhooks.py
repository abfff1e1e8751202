"""The Official Account's webhooks: signatures, both forms of them, and what is an event."""

import json
import logging
import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from care.messages import Event, EventKind
from channels.errors import Forged, Malformed
from channels.zalo_oa.parse import Ignored
from channels.zalo_oa.signature import Signature
from tests.channels.rigs import NOON
from tests.channels.rigs_zalo import ZaloOARig
from tests.standins.zalo_oa_people import HEADER, signature

VECTOR = (
    b'{"app_id":"360846524940903967","event_name":"user_send_text","timestamp":"1700000000000"}'
)
VECTOR_MAC = "14455c046eb8d13daa0c56ee58a5ba225422f9fc541d781cd3221738eca1a488"


@pytest.fixture
def rig() -> ZaloOARig:
    return ZaloOARig()


def read(rig: ZaloOARig, body: dict[str, Any]) -> list[Event]:
    raw = json.dumps(body, ensure_ascii=False).encode()
    return [each.event for each in rig.channel.parse(rig.headers_of(raw), raw, NOON)]


def test_the_published_vector_fits() -> None:
    proof = Signature("360846524940903967", "1", "oa-secret")
    proof.check({"x-zevent-signature": f"mac={VECTOR_MAC}"}, VECTOR)
    with pytest.raises(Forged):
        proof.check({"x-zevent-signature": f"mac={VECTOR_MAC}"}, VECTOR.replace(b"text", b"link"))


@pytest.mark.parametrize("first", ["app id", "oa id"])
def test_both_forms_of_signature_are_known_and_named_once(
    rig: ZaloOARig, first: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    raw = json.dumps(rig.person.writes("canary")).encode()
    for _ in range(3):
        assert len(rig.channel.parse({HEADER: signature(raw, first)}, raw, NOON)) == 1
    assert caplog.text.count(f"signatures begin with the {first}") == 1


def test_ten_thousand_altered_webhooks_give_nothing(rig: ZaloOARig) -> None:
    chance = random.Random(7)
    honest = [body for _, _, body in rig.bodies()]
    for _ in range(10_000):
        raw = chance.choice(honest)
        mac = signature(raw, chance.choice(["app id", "oa id"]))
        if chance.random() < 0.5:
            at = chance.randrange(len(raw))
            changed = raw[:at] + bytes([raw[at] ^ chance.randrange(1, 256)]) + raw[at + 1 :]
        else:
            changed, at = raw, chance.randrange(4, len(mac))
            mac = mac[:at] + chr(ord(mac[at]) ^ chance.randrange(1, 16)) + mac[at + 1 :]
        with pytest.raises(Forged):
            rig.channel.parse({HEADER: mac}, changed, NOON)
    assert all(rig.channel.parse(rig.headers_of(raw), raw, NOON) for raw in honest)


def test_a_timestamp_within_the_text_changes_nothing(rig: ZaloOARig) -> None:
    sly = rig.person.sends("text", text='"timestamp":"1"', timestamp="5")
    assert [event.text for event in read(rig, sly)] == ['"timestamp":"1"']


def test_another_key_another_account_and_no_header_are_forged(rig: ZaloOARig) -> None:
    raw = json.dumps(rig.person.writes("x")).encode()
    for headers in ({}, {HEADER: ""}, {HEADER: signature(raw, key="other")}):
        with pytest.raises(Forged):
            rig.channel.parse(headers, raw, NOON)
    keyless = rig.made("http://127.0.0.1:9", secret_key="")
    with pytest.raises(Forged):
        keyless.parse({HEADER: signature(raw, key="")}, raw, NOON)


def test_the_unsigned_probe_is_taken_and_nothing_else_unsigned(rig: ZaloOARig) -> None:
    assert rig.channel.parse({}, b"{}", NOON) == []
    assert rig.channel.parse({}, b" {}\n", NOON) == []
    for raw in (b"{ }", b"[]", b"", b'{"event_name":"follow"}'):
        with pytest.raises(Forged):
            rig.channel.parse({}, raw, NOON)


def test_a_signed_body_that_is_senseless_is_malformed(rig: ZaloOARig) -> None:
    for body in ({"event_name": "user_send_text"}, {"event_name": "follow"}, {"event_name": 1}):
        with pytest.raises(Malformed):
            read(rig, body)


def test_following_starts_and_unfollowing_leaves(rig: ZaloOARig) -> None:
    [start], [left] = read(rig, rig.person.follows()), read(rig, rig.person.unfollows())
    assert (start.kind, start.text, start.address) == (EventKind.START, "", rig.to)
    assert (left.kind, left.address) == (EventKind.LEFT, rig.to)
    assert start.id.startswith(f"follow:{rig.to.chat_id}:")


def test_a_typed_button_is_a_choice_too_and_a_bare_mark_is_text(rig: ZaloOARig) -> None:
    [choice] = read(rig, rig.person.writes("#dh:delete:yes"))
    assert (choice.kind, choice.text) == (EventKind.CHOICE, "delete:yes")
    [text] = read(rig, rig.person.writes("#dh:"))
    assert text.kind is EventKind.TEXT


def test_a_retry_has_the_id_of_the_first(rig: ZaloOARig) -> None:
    body = rig.person.writes("một lần")
    raw = json.dumps(body).encode()
    retry = {**rig.headers_of(raw), "num_retry": "2"}
    [again] = rig.channel.parse(retry, raw, NOON)
    assert [again.event] == read(rig, json.loads(raw))


def _ms(when: datetime) -> str:
    return str(int(when.timestamp() * 1000))


@pytest.mark.parametrize("when", [_ms(NOON - timedelta(days=19)), "1700000000", "", "hôm qua"])
def test_a_late_retry_and_a_time_of_another_form_are_heard(rig: ZaloOARig, when: str) -> None:
    assert len(read(rig, {**rig.person.writes("muộn"), "timestamp": when})) == 1


def test_what_is_no_event_is_counted(rig: ZaloOARig) -> None:
    person = rig.person
    other = {**person.writes("x"), "recipient": {"id": "1"}}
    bodies = [
        (Ignored.ECHO, person.echo("máy gửi")),
        (Ignored.BY_HAND, person.echo("cán bộ gửi", admin_id="a1")),
        (Ignored.ANONYMOUS, person.anonymous("khách")),
        (Ignored.GROUP, person.event("user_send_group_text", text="nhóm")),
        (Ignored.OTHER_ACCOUNT, other),
        (Ignored.NOT_NEEDED, person.event("user_seen_message")),
        (Ignored.NOT_NEEDED, person.event("user_submit_info", text="canary")),
        (Ignored.OLD, {**person.writes("cũ"), "timestamp": _ms(NOON - timedelta(days=21))}),
    ]
    for _, body in bodies:
        assert read(rig, body) == []
        with pytest.raises(Malformed):
            rig.channel.revive(json.dumps(body).encode(), NOON)
    assert rig.channel.ignored[Ignored.BY_HAND] == 1
    assert rig.channel.ignored[Ignored.NOT_NEEDED] == 2
    assert set(rig.channel.ignored) == set(Ignored)


def test_ids_fit_the_database_however_long(rig: ZaloOARig) -> None:
    body = rig.person.writes("x")
    body["message"]["msg_id"] = "9" * 100
    [event] = read(rig, body)
    assert len(event.id) <= 100
