"""What every channel must do, run over all of them. See `rigs.py` for adding one."""

import logging
import traceback
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from care.messages import Button, EventKind, Outbound
from channels.base import NO_REF
from channels.errors import ChannelError, Forged, Malformed, Permanent, RetryAfter
from channels.markup import utf16_len
from tests.channels.every_rig import FAULTS, RIGS
from tests.channels.rigs import NOON, PICTURE, Rig, Shown

every_channel = pytest.mark.parametrize("rig", RIGS, indirect=True)
every_fault = pytest.mark.parametrize(("rig", "fault"), FAULTS, indirect=["rig"])
BUTTONS = (Button("menu:1", "Tiêm chủng"), Button("menu:2", "Hỏi đáp"))


@pytest.fixture
async def rig(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Rig]:
    (tmp_path / "tre.png").write_bytes(PICTURE)
    rig = RIGS[request.param](tmp_path)
    async with rig.running():
        yield rig


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
    assert shown.bold == (("Lịch tiêm",) if "title" in rig.shows else ())


@every_channel
async def test_bold_marks_are_not_seen(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Gọi **115** ngay & đừng <chờ>"), "1")
    bold = ("115",) if "bold" in rig.shows else ()
    assert rig.shown() == [Shown("Gọi 115 ngay & đừng <chờ>", bold=bold)]


@every_channel
async def test_buttons_come_in_order(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Chọn nhé", buttons=BUTTONS), "1")
    [shown] = rig.shown()
    wanted = (("menu:1", "Tiêm chủng"), ("menu:2", "Hỏi đáp"))
    assert shown.buttons == wanted[: rig.channel.caps.buttons]


@every_channel
async def test_no_buttons_is_fine(rig: Rig) -> None:
    await rig.channel.send(rig.to, out("Cảm ơn chị", buttons=()), "1")
    assert rig.shown() == [Shown("Cảm ơn chị")]


@every_channel
async def test_links_are_kept_and_phone_links_where_possible(rig: Rig) -> None:
    page = Button("", "Trang", url="https://example.org/a?b=1&c=2")
    phone = Button("", "Gọi", url="tel:115")
    await rig.channel.send(rig.to, out("Liên hệ", buttons=(phone, page)), "1")
    [shown] = rig.shown()
    if not rig.channel.caps.buttons:
        assert shown.text == "Liên hệ\n\nGọi: 115\nTrang: https://example.org/a?b=1&c=2"
        return
    wanted = [phone.url, page.url] if rig.channel.caps.tel_links else [page.url]
    assert [link for link, _ in shown.buttons] == wanted


@every_channel
async def test_long_text_comes_in_order_with_buttons_at_the_end(rig: Rig) -> None:
    text = long_text()
    receipt = await rig.channel.send(rig.to, out(text, buttons=BUTTONS), "1")
    shown = rig.shown()
    assert (len(shown) > 1) == (utf16_len(text) > rig.channel.caps.text_max)
    assert " ".join(part.text for part in shown).split() == text.split()
    assert all(utf16_len(part.text) <= rig.channel.caps.text_max for part in shown)
    last = rig.channel.caps.buttons > 0
    assert [bool(part.buttons) for part in shown] == [False] * (len(shown) - 1) + [last]
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
async def test_what_is_taken_away_is_seen_no_more(rig: Rig) -> None:
    """Whole messages, however many parts, edited or not; the others stay."""
    first = await rig.channel.send(rig.to, out("Chuyện khó nói", buttons=BUTTONS), "1")
    again = await rig.channel.send(rig.to, out("Chuyện khác", edit=first.ref), "2")
    await rig.channel.send(rig.to, out("Tin hôm nay"), "3")
    long = await rig.channel.send(rig.to, out(long_text(9), image="tre.png"), "4")
    before = rig.shown()
    refs = tuple(ref for ref in (first.ref, again.ref, long.ref) if ref)
    goes = out("Tin đã cũ.", remove=(*refs, "987654", "no reference"))
    if not rig.channel.caps.deletes:
        with pytest.raises(Permanent):
            await rig.channel.send(rig.to, goes, "5")
        assert rig.shown() == before
        return
    await rig.channel.send(rig.to, goes, "5")
    assert rig.shown() == [Shown("Tin hôm nay")]
    await rig.channel.send(rig.to, goes, "5")  # as after a crash
    assert rig.shown() == [Shown("Tin hôm nay")]


@every_channel
async def test_a_message_without_a_reference_is_taken_away_by_its_key(rig: Rig) -> None:
    if rig.channel.caps.deletes:
        await rig.channel.send(rig.to, out("Chuyện khó nói"), "1")
        await rig.channel.send(rig.to, out("", remove=(f"{NO_REF}1", f"{NO_REF}7")), "2")
        assert rig.shown() == []


@every_channel
async def test_a_photo_carries_its_text(rig: Rig) -> None:
    picture = out("Bé bú mẹ", image="tre.png", alt="Mẹ cho bé bú")
    receipt = await rig.channel.send(rig.to, picture, "1")
    assert rig.shown() == [Shown("Bé bú mẹ", photo=rig.channel.caps.photos)]
    assert receipt.ref


@every_channel
async def test_a_photo_does_not_cost_the_buttons(rig: Rig) -> None:
    picture = out("Bé bú mẹ", image="tre.png", alt="Mẹ cho bé bú", buttons=BUTTONS)
    await rig.channel.send(rig.to, picture, "1")
    shown = rig.shown()
    assert any(part.photo for part in shown) == rig.channel.caps.photos
    assert shown[-1].text == "Bé bú mẹ"
    assert len(shown[-1].buttons) == min(2, rig.channel.caps.buttons)


@every_channel
async def test_a_picture_drawn_for_the_message_is_shown_like_a_photo(rig: Rig) -> None:
    drawn = out("Bé nặng 7,2 kg", picture=PICTURE, alt="Biểu đồ cân nặng", buttons=BUTTONS)
    receipt = await rig.channel.send(rig.to, drawn, "1")
    again = await rig.channel.send(rig.to, out("Bé nặng 7,3 kg", picture=PICTURE), "2")
    shows = rig.channel.caps.photos and "drawn" in rig.shows
    assert [(shown.text, shown.photo) for shown in rig.shown()] == [
        ("Bé nặng 7,2 kg", shows),
        ("Bé nặng 7,3 kg", shows),
    ]
    assert len(rig.shown()[0].buttons) == min(2, rig.channel.caps.buttons)
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
        assert raised.value.seconds == rig.pause


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
            headers = rig.headers_of(body)
            await rig.channel.seen(rig.channel.parse(headers, body, NOON)[0].event)
    assert rig.shown() == []


@every_fault
async def test_nothing_secret_in_logs_or_errors(
    rig: Rig, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    await rig.channel.send(rig.to, out("canary text"), "1")
    for body in [*(body for _, _, body in rig.bodies()), b"{canary", b'{"update_id": "canary"}']:
        honest = rig.headers_of(body)
        for headers in (honest, dict.fromkeys(honest, "canary")):
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
