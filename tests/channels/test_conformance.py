"""What every channel must do, run over all of them. See `rigs.py` for adding one."""

import copy
import functools
import json
import logging
import random
import traceback
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.messages import Button, EventKind, Outbound
from channels.errors import ChannelError, Forged, Malformed, RetryAfter
from channels.markup import utf16_len
from tests.channels.rigs import FAULTS, NOON, PICTURE, RIGS, Rig, Shown

every_channel = pytest.mark.parametrize("rig", RIGS, indirect=True)
every_name = pytest.mark.parametrize("name", RIGS)
every_fault = pytest.mark.parametrize(("rig", "fault"), FAULTS, indirect=["rig"])
BUTTONS = (Button("menu:1", "Tiêm chủng"), Button("menu:2", "Hỏi đáp"))


@pytest.fixture
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    (tmp_path / "tre.png").write_bytes(PICTURE)
    rig = RIGS[request.param](tmp_path)
    async with rig.running():
        yield rig


@functools.cache
def offline(name: str) -> Rig:
    """For reading only; made once, because a client takes long to make."""
    return RIGS[name]()


def out(text: str, **more: Any) -> Outbound:
    return Outbound(text, "tests/message", **more)


def long_text(paragraphs: int = 60) -> str:
    return "\n\n".join(f"Đoạn {n}: " + "chăm sóc trẻ nhỏ " * 14 for n in range(paragraphs)).strip()


@every_channel
async def test_text_arrives_and_has_a_reference(rig: Rig) -> None:
    receipt = await rig.channel.send(rig.to, out("Chào chị, bé khỏe không?"), "1")
    assert rig.shown() == [Shown("Chào chị, bé khỏe không?")]
    assert receipt.ref


@every_channel
async def test_two_messages_have_two_references_in_order(rig: Rig) -> None:
    first = await rig.channel.send(rig.to, out("một"), "1")
    second = await rig.channel.send(rig.to, out("hai"), "2")
    assert first.ref != second.ref
    assert [shown.text for shown in rig.shown()] == ["một", "hai"]


@every_channel
async def test_title_stands_out(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Lịch tiêm\nThứ Ba ở trạm", title="Lịch tiêm"), "1")
    [shown] = rig.shown()
    assert shown.text == "Lịch tiêm\nThứ Ba ở trạm"
    assert shown.bold == ("Lịch tiêm",)


@every_channel
async def test_bold_marks_are_not_seen(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Gọi **115** ngay & đừng <chờ>"), "1")
    bold = ("115",) if "bold" in rig.shows else ()
    assert rig.shown() == [Shown("Gọi 115 ngay & đừng <chờ>", bold=bold)]


@every_channel
async def test_buttons_come_in_order(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Chọn nhé", buttons=BUTTONS), "1")
    [shown] = rig.shown()
    assert shown.buttons == (("menu:1", "Tiêm chủng"), ("menu:2", "Hỏi đáp"))


@every_channel
async def test_no_buttons_is_fine(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Cảm ơn chị", buttons=()), "1")
    assert rig.shown() == [Shown("Cảm ơn chị")]


@every_channel
async def test_links_are_kept_and_phone_links_where_possible(rig: Rig) -> None:
    page = Button("", "Trang", url="https://example.org/a?b=1&c=2")
    phone = Button("", "Gọi", url="tel:115")
    await rig.channel.send(rig.to, out("Liên hệ", buttons=(phone, page)), "1")
    links = [link for link, _ in rig.shown()[0].buttons]
    wanted = [phone.url, page.url] if rig.channel.caps.tel_links else [page.url]
    assert links == wanted


@every_channel
async def test_long_text_comes_in_order_with_buttons_at_the_end(rig: Rig) -> None:
    text = long_text()
    receipt = await rig.channel.send(rig.to, out(text, buttons=BUTTONS), "1")
    shown = rig.shown()
    assert (len(shown) > 1) == (utf16_len(text) > rig.channel.caps.text_max)
    assert " ".join(part.text for part in shown).split() == text.split()
    assert all(utf16_len(part.text) <= rig.channel.caps.text_max for part in shown)
    assert [bool(part.buttons) for part in shown] == [False] * (len(shown) - 1) + [True]
    assert receipt.ref


@every_channel
async def test_an_edit_replaces_the_message(rig: Rig) -> None:
    first = await rig.channel.send(rig.to, out("Bé mấy tháng?", buttons=BUTTONS), "1")
    again = await rig.channel.send(rig.to, out("Bé 6 tháng ✓", edit=first.ref), "2")
    wanted = [Shown("Bé 6 tháng ✓")]
    if not rig.channel.caps.edits:
        wanted.insert(0, Shown("Bé mấy tháng?", buttons=rig.shown()[0].buttons))
    assert rig.shown() == wanted
    assert again.ref is None or not rig.channel.caps.edits or again.ref == first.ref


@every_channel
async def test_an_edit_of_an_unknown_message_is_sent_anew(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Nút đã cũ", edit="987654"), "1")
    assert [shown.text for shown in rig.shown()] == ["Nút đã cũ"]


@every_channel
async def test_a_photo_carries_its_text(rig: Rig) -> None:
    picture = out("Bé bú mẹ", image="tre.png", alt="Mẹ cho bé bú", buttons=BUTTONS)
    receipt = await rig.channel.send(rig.to, picture, "1")
    [shown] = rig.shown()
    assert (shown.text, shown.photo) == ("Bé bú mẹ", rig.channel.caps.photos)
    assert len(shown.buttons) == 2
    assert receipt.ref


@every_channel
async def test_a_picture_drawn_for_the_message_is_shown_like_a_photo(rig: Rig) -> None:
    drawn = out("Bé nặng 7,2 kg", picture=PICTURE, alt="Biểu đồ cân nặng", buttons=BUTTONS)
    receipt = await rig.channel.send(rig.to, drawn, "1")
    again = await rig.channel.send(rig.to, out("Bé nặng 7,3 kg", picture=PICTURE), "2")
    assert [(shown.text, shown.photo) for shown in rig.shown()] == [
        ("Bé nặng 7,2 kg", rig.channel.caps.photos),
        ("Bé nặng 7,3 kg", rig.channel.caps.photos),
    ]
    assert len(rig.shown()[0].buttons) == 2
    assert receipt.ref
    assert again.ref


@every_channel
async def test_a_missing_photo_does_not_cost_the_text(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Bé bú mẹ", image="mất.png", alt="Mẹ cho bé bú"), "1")
    assert rig.shown() == [Shown("Bé bú mẹ")]


@every_channel
@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 🇻🇳 👶🏽 1️⃣",
        unicodedata.normalize("NFD", "Trẻ sơ sinh bị sốt cao, khó thở"),
        "&amp; <b>không</b> > \"x\" 'y' \\ %s {0} $a",
        "dòng một\ndòng hai\n\n- ba\n- bốn",
    ],
)
async def test_every_letter_arrives(rig: Rig, text: str) -> None:
    await rig.channel.send(rig.to, out(text), "1")
    [shown] = rig.shown()
    assert unicodedata.normalize("NFC", shown.text) == unicodedata.normalize("NFC", text)


@every_channel
async def test_a_silent_message_makes_no_sound(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Đêm rồi", silent=True), "1")
    assert rig.shown() == [Shown("Đêm rồi", silent="silence" in rig.shows)]


@every_fault
async def test_each_fault_has_its_error(rig: Rig, fault: str) -> None:
    await rig.fail(fault)
    with pytest.raises(rig.faults[fault]) as raised:
        await rig.channel.send(rig.to, out("Chào"), "1")
    assert type(raised.value).__mro__[1] is ChannelError
    assert bool(rig.shown()) == (fault in rig.arrives_in_spite)
    if isinstance(raised.value, RetryAfter):
        assert raised.value.seconds == 7


@every_channel
async def test_a_key_that_was_acknowledged_is_not_sent_twice(rig: Rig) -> None:
    first = await rig.channel.send(rig.to, out("một lần"), "1")
    again = await rig.channel.send(rig.to, out("một lần"), "1")
    assert first == again
    assert len(rig.shown()) == 1


@every_channel
async def test_check_and_seen_say_no_message(rig: Rig) -> None:
    assert (await rig.channel.check()).ok
    for kind, _, body in rig.bodies():
        if kind is EventKind.CHOICE:
            await rig.channel.seen(rig.channel.parse(rig.headers, body, NOON)[0].event)
    assert rig.shown() == []


@every_name
def test_bodies_are_read_and_revived_alike(name: str) -> None:
    rig = offline(name)
    for kind, text, body in rig.bodies():
        [incoming] = rig.channel.parse(rig.headers, body, NOON)
        event = incoming.event
        assert (event.kind, event.text, event.address, event.at) == (kind, text, rig.to, NOON)
        assert rig.channel.revive(incoming.raw, NOON) == event
        assert (event.tap is not None) == (kind is EventKind.CHOICE)


@every_name
def test_bodies_have_ids_of_their_own(name: str) -> None:
    rig = offline(name)
    events = [rig.channel.parse(rig.headers, body, NOON)[0].event for _, _, body in rig.bodies()]
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("name", [name for name, rig in RIGS.items() if "proof" in rig.shows])
def test_a_hundred_forged_requests_are_refused(name: str) -> None:
    rig = offline(name)
    chance = random.Random(1)
    body = rig.bodies()[0][2]
    for _ in range(100):
        forged = {key: _forged(value, chance) for key, value in rig.headers.items()}
        with pytest.raises(Forged):
            rig.channel.parse(chance.choice([forged, {}, {"x": "y"}]), body, NOON)
        with pytest.raises(Forged):
            rig.channel.parse(forged, b"{not read", NOON)


def _forged(secret: str, chance: random.Random) -> str:
    at = chance.randrange(len(secret))
    return chance.choice(
        ["", secret[:at], secret + "x", secret.upper(), secret[:at] + "é" + secret[at:], "\ud800"]
    )


JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from([2**63, -1, 10**40, "\ud800", "\0", "private", "/start", "kicked"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def mutated(body: Any, data: st.DataObject) -> Any:
    """Replaces, removes or nests one value somewhere in `body`."""
    holder, key = _somewhere(body, data)
    how = data.draw(st.sampled_from(["replace", "remove", "nest"]))
    if how == "remove":
        del holder[key]
    else:
        holder[key] = data.draw(JUNK) if how == "replace" else [holder[key]]
    return body


def _somewhere(body: Any, data: st.DataObject) -> tuple[Any, Any]:
    places = []
    waiting = [body]
    while waiting:
        holder = waiting.pop()
        keys = holder if isinstance(holder, dict) else range(len(holder))
        for key in list(keys):
            places.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    return places[data.draw(st.integers(0, len(places) - 1))]


@every_name
@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_mutated_bodies_are_read_or_malformed(name: str, data: st.DataObject) -> None:
    rig = offline(name)
    bodies = [json.loads(body) for _, _, body in rig.bodies()]
    body = copy.deepcopy(data.draw(st.sampled_from(bodies)))
    for _ in range(data.draw(st.integers(1, 3))):
        if body:
            body = mutated(body, data)
    read_or_malformed(rig, json.dumps(body).encode())


@every_name
@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=40) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_any_bytes_are_read_or_malformed(name: str, body: bytes) -> None:
    read_or_malformed(offline(name), body)


@every_name
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 500_000, b"1" * 9000, b" " * 2_000_000],
    ids=["empty", "cut", "list", "null", "not text", "deep", "number", "large"],
)
def test_senseless_bodies_are_malformed(name: str, body: bytes) -> None:
    rig = offline(name)
    with pytest.raises(Malformed):
        rig.channel.parse(rig.headers, body, NOON)


def read_or_malformed(rig: Rig, body: bytes) -> None:
    try:
        incoming = rig.channel.parse(rig.headers, body, NOON)
    except Malformed:
        return
    for each in incoming:
        event = each.event
        assert rig.channel.revive(each.raw, NOON) == event
        for text in (event.id, event.text, event.address.chat_id, event.ref or "", event.tap or ""):
            text.encode()  # a lone half of a character would break the database later
            assert "\0" not in text


@every_fault
async def test_nothing_secret_in_logs_or_errors(
    rig: Rig, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    await rig.channel.send(rig.to, out("canary text"), "1")
    for body in [*(body for _, _, body in rig.bodies()), b"{canary", b'{"update_id": "canary"}']:
        for headers in (rig.headers, dict.fromkeys(rig.headers, "canary")):
            try:
                for incoming in rig.channel.parse(headers, body, NOON):
                    await rig.channel.seen(incoming.event)
            except (Forged, Malformed) as error:
                said += traceback.format_exception(error)
    await rig.fail(fault)
    with pytest.raises(ChannelError) as raised:
        await rig.channel.send(rig.to, out("canary text"), "2")
    said += traceback.format_exception(raised.value)
    said += [raised.value.reason, (await rig.channel.check()).detail, caplog.text]
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
    for line in "".join(said).splitlines():
        if not line.startswith("    "):  # a source line of this test, shown by the traceback
            assert not [canary for canary in rig.canaries if canary in line]


@every_channel
async def test_stopped_means_not_sent(rig: Rig) -> None:
    await rig.channel.stop_receiving()
    await rig.channel.send(rig.to, out("vẫn gửi được"), "1")
    await rig.channel.stop()
    with pytest.raises(ChannelError):
        await rig.channel.send(rig.to, out("không"), "2")
    assert not (await rig.channel.check()).ok
    assert len(rig.shown()) == 1
