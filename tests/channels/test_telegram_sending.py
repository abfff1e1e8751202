"""Telegram: parts, pictures, edits, buttons, markup and errors."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
    TimedOut,
)

from care.messages import Button, Outbound
from channels.base import Receipt
from channels.errors import (
    ChannelError,
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    RecipientGone,
    RetryAfter,
    Transient,
)
from channels.telegram import Telegram
from channels.telegram.errors import FloodError, classify
from channels.telegram.text import keyboard, pages
from tests.channels.rigs import PICTURE, TelegramRig, take_nothing
from tests.channels.test_conformance import long_text
from tests.standins import bot_api_faults as faults


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[TelegramRig]:
    media = tmp_path / "media"
    media.mkdir()
    (media / "tre.png").write_bytes(PICTURE)
    (tmp_path / "khoa.txt").write_bytes(b"secret")
    rig = TelegramRig(media)
    async with rig.running():
        yield rig


async def send(rig: TelegramRig, text: str, key: str = "1", **more: Any) -> Receipt:
    return await rig.channel.send(rig.to, Outbound(text, "tests/message", **more), key)


def reference(rig: TelegramRig, last: int = 1) -> str:
    """Of a message of so many parts."""
    return ",".join(str(sent.message_id) for sent in rig.api.sent[-last:])


# --- parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut_at", [0, 1, 2])
async def test_after_a_cut_only_unacknowledged_parts_are_sent(
    rig: TelegramRig, cut_at: int
) -> None:
    text = long_text(40)
    whole = pages(text, None)
    assert len(whole) == 3
    for _ in range(cut_at):
        rig.api.script(faults.delayed(0))
    rig.api.script(faults.CUT_BEFORE)
    with pytest.raises(OutcomeUnknown):
        await send(rig, text)
    assert len(rig.api.sent) == cut_at
    receipt = await send(rig, text)
    assert [sent.text for sent in rig.api.sent] == whole
    assert receipt.ref == reference(rig, 3)


async def test_a_part_that_arrived_unseen_comes_twice_the_others_once(rig: TelegramRig) -> None:
    whole = pages(long_text(40), None)
    rig.api.script(faults.delayed(0))
    rig.api.script(faults.CUT_AFTER)
    with pytest.raises(OutcomeUnknown):
        await send(rig, long_text(40))
    await send(rig, long_text(40))
    assert [sent.text for sent in rig.api.sent] == [whole[0], whole[1], whole[1], whole[2]]


async def test_parts_keep_the_pace_of_one_chat_and_sound_once(rig: TelegramRig) -> None:
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)

    channel: Telegram = rig.made(rig.api.url, sleep=nap)
    await channel.start(take_nothing)
    await channel.send(rig.to, Outbound(long_text(40), "tests/message"), "1")
    await channel.stop()
    assert naps == [1.0, 1.0]
    assert [sent.silent for sent in rig.api.sent] == [False, True, True]


async def test_what_was_sent_is_remembered_for_a_bounded_number_of_keys(rig: TelegramRig) -> None:
    for number in range(1005):
        rig.channel._sender._arrived_of(str(number))
    assert len(rig.channel._sender._arrived) == 1000


# --- pictures ---------------------------------------------------------------------------------


async def test_a_picture_is_uploaded_once(rig: TelegramRig) -> None:
    for key in ("1", "2", "3"):
        await send(rig, "Bú mẹ", key, image="tre.png")
    uploads = [sent.upload for sent in rig.api.sent]
    assert uploads[0] is not None
    assert (uploads[0].filename, uploads[0].content) == ("tre.png", PICTURE)
    assert uploads[1:] == [None, None]
    assert len({sent.photo for sent in rig.api.sent}) == 1


async def test_a_forgotten_picture_is_uploaded_again(rig: TelegramRig) -> None:
    await send(rig, "Bú mẹ", "1", image="tre.png")
    rig.api.files.clear()
    await send(rig, "Bú mẹ", "2", image="tre.png")
    assert [bool(sent.upload) for sent in rig.api.sent] == [True, True]


async def test_a_drawn_picture_is_uploaded_each_time(rig: TelegramRig) -> None:
    for key in ("1", "2"):
        await send(rig, "Bé nặng 7,2 kg", key, picture=PICTURE)
    uploads = [sent.upload for sent in rig.api.sent]
    assert [upload.content for upload in uploads if upload] == [PICTURE, PICTURE]
    assert rig.channel._sender._files == {}


async def test_a_long_caption_follows_the_picture(rig: TelegramRig) -> None:
    text = "chăm con " * 200
    receipt = await send(rig, text, image="tre.png", buttons=(Button("a", "Ừ"),))
    photo, words = rig.api.sent
    assert (photo.text, photo.buttons, bool(photo.photo)) == ("", [], True)
    assert (words.text, words.buttons) == (text.strip(), [("a", "Ừ")])
    assert receipt.ref == reference(rig, 2)


async def test_caption_limit_counts_what_is_seen(rig: TelegramRig) -> None:
    await send(rig, "**" + "đ" * 1022 + "👶" * 1 + "**", image="tre.png")
    [photo] = rig.api.sent
    assert photo.text == "đ" * 1022 + "👶"


@pytest.mark.parametrize("name", ["mất.png", "../khoa.txt", "/etc/hostname"])
async def test_only_files_of_the_media_folder_are_sent(rig: TelegramRig, name: str) -> None:
    await send(rig, "chữ", image=name)
    assert [(sent.text, sent.photo) for sent in rig.api.sent] == [("chữ", None)]


async def test_a_missing_picture_without_text_gives_its_description(rig: TelegramRig) -> None:
    await send(rig, "", image="mất.png", alt="Mẹ cho bé bú")
    assert rig.api.sent[0].text == "Mẹ cho bé bú"


async def test_nothing_to_say_is_permanent(rig: TelegramRig) -> None:
    with pytest.raises(Permanent, match="empty message"):
        await send(rig, " \n ")


# --- edits ------------------------------------------------------------------------------------


async def test_an_edit_that_changes_nothing_is_done(rig: TelegramRig) -> None:
    first = await send(rig, "như cũ", "1")
    assert await send(rig, "như cũ", "2", edit=first.ref) == first
    assert len(rig.api.sent) == 1


@pytest.mark.parametrize("words", ["message can't be edited", "message to edit not found"])
async def test_what_cannot_be_edited_is_sent_anew(rig: TelegramRig, words: str) -> None:
    first = await send(rig, "cũ", "1")
    rig.api.script(faults.refused(400, f"Bad Request: {words}"), methods=("editMessageText",))
    second = await send(rig, "mới", "2", edit=first.ref)
    assert second.ref != first.ref
    assert rig.api.sent[-1].method == "sendMessage"


async def test_the_text_of_a_picture_is_answered_anew(rig: TelegramRig) -> None:
    first = await send(rig, "ảnh", "1", image="tre.png")
    await send(rig, "chữ", "2", edit=first.ref)
    assert [sent.method for sent in rig.api.sent] == ["sendPhoto", "sendMessage"]


async def test_a_long_edit_goes_on_below(rig: TelegramRig) -> None:
    first = await send(rig, "ngắn", "1")
    last = await send(rig, long_text(20), "2", edit=first.ref, buttons=(Button("a", "Ừ"),))
    methods = [sent.method for sent in rig.api.sent]
    assert methods == ["sendMessage", "editMessageText", "sendMessage"]
    assert [len(sent.buttons) for sent in rig.api.sent] == [0, 0, 1]
    assert last.ref == reference(rig, 2)


# --- buttons and markup -----------------------------------------------------------------------


async def test_a_long_button_id_never_leaves(rig: TelegramRig) -> None:
    calls = len(rig.api.calls)
    with pytest.raises(Permanent, match="button id too long"):
        await send(rig, "chọn", buttons=(Button("é" * 33, "Dài"),))
    assert len(rig.api.calls) == calls
    await send(rig, "chọn", buttons=(Button("é" * 32, "Vừa"),))
    assert rig.api.sent[0].buttons == [("é" * 32, "Vừa")]


async def test_too_many_buttons_never_leave(rig: TelegramRig) -> None:
    with pytest.raises(Permanent, match="too many buttons"):
        await send(rig, "chọn", buttons=tuple(Button(str(n), "x") for n in range(101)))


def test_short_labels_share_a_row() -> None:
    labels = ["Có", "Không", "Để mình xem lại đã", "Sau", "Thôi", "Khác"]
    markup = keyboard([Button(label, label) for label in labels])
    assert markup is not None
    rows = [[key.text for key in row] for row in markup.inline_keyboard]
    assert rows == [["Có", "Không"], ["Để mình xem lại đã"], ["Sau", "Thôi"], ["Khác"]]


def test_links_other_than_https_are_left_out() -> None:
    buttons = [Button("", "Gọi", url="tel:115"), Button("", "x", url="javascript:x")]
    assert keyboard(buttons) is None


@pytest.mark.parametrize(
    ("text", "title", "shown"),
    [
        ("Tiêu đề\nThân", "Tiêu đề", "<b>Tiêu đề</b>\nThân"),
        ("Thân", "Tiêu đề", "Thân"),
        ("A **b** <c> & d", None, "A <b>b</b> &lt;c&gt; &amp; d"),
        ("Sốt < 38° & **ho**\nx", "Sốt < 38° & **ho**", "<b>Sốt &lt; 38° &amp; ho</b>\nx"),
        ("2 ** 3", None, "2 ** 3"),
        ("nửa \ud83d", None, "nửa \ufffd"),
    ],
)
def test_markup(text: str, title: str | None, shown: str) -> None:
    assert pages(text, title) == [shown]


def test_bold_runs_survive_a_cut() -> None:
    text = "a " * 1500 + "**" + "b " * 1500 + "c**" + " d" * 200
    first, second = pages(text, None)
    assert first.startswith("a a")
    assert first.endswith("b</b>")
    assert second.startswith("<b>b b")
    assert second.endswith("c</b>" + " d" * 200)


async def test_previews_are_off(rig: TelegramRig) -> None:
    await send(rig, "https://example.org")
    assert rig.api.called("sendMessage")[0]["link_preview_options"] == '{"is_disabled": true}'


# --- errors -----------------------------------------------------------------------------------


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


CLASSES: list[tuple[Exception, type[ChannelError]]] = [
    (caused(NetworkError("x"), httpx.ConnectError("x")), Transient),
    (caused(TimedOut(), httpx.ConnectTimeout("x")), Transient),
    (caused(TimedOut(), httpx.PoolTimeout("x")), Transient),
    (caused(TimedOut(), httpx.ReadTimeout("x")), OutcomeUnknown),
    (caused(TimedOut(), httpx.WriteTimeout("x")), OutcomeUnknown),
    (caused(NetworkError("x"), httpx.ReadError("x")), OutcomeUnknown),
    (caused(NetworkError("x"), httpx.WriteError("x")), OutcomeUnknown),
    (caused(NetworkError("x"), httpx.RemoteProtocolError("x")), OutcomeUnknown),
    (NetworkError("Bad Gateway"), OutcomeUnknown),
    (TelegramError("unreadable answer"), OutcomeUnknown),
    (KeyError("result"), OutcomeUnknown),
    (BadRequest("Bad Request: chat not found"), RecipientGone),
    (BadRequest("Bad Request: BUTTON_DATA_INVALID"), Permanent),
    (BadRequest("Bad Request: anything"), Permanent),
    (ChatMigrated(-100), Permanent),
    (Forbidden("Forbidden: bot was blocked by the user"), RecipientGone),
    (InvalidToken("x"), ChannelMisconfigured),
    (EndPointNotFound("x"), ChannelMisconfigured),
    (Conflict("x"), ChannelMisconfigured),
    (FloodError(3), RetryAfter),
]


@pytest.mark.parametrize(("error", "wanted"), CLASSES)
def test_every_error_has_its_class(error: Exception, wanted: type[ChannelError]) -> None:
    assert type(classify(error)) is wanted


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (faults.Fault(body=b'{"ok":false}'), OutcomeUnknown),
        (faults.Fault(body=b'{"ok":true,"result":true}'), OutcomeUnknown),
        (faults.Fault(body=b"<html>"), OutcomeUnknown),
        (faults.Fault(status=429, body=b"<html>"), RetryAfter),
        (faults.Fault(status=413, body=b"<html>"), Permanent),
        (faults.Fault(status=403, body=b"<html>"), RecipientGone),
        (faults.Fault(status=504, body=b""), OutcomeUnknown),
    ],
)
async def test_odd_answers(
    rig: TelegramRig, fault: faults.Fault, wanted: type[ChannelError]
) -> None:
    rig.api.script(fault)
    with pytest.raises(wanted):
        await send(rig, "chào")


async def test_a_late_answer_may_have_arrived(rig: TelegramRig) -> None:
    channel = rig.made(rig.api.url, timeout=0.5)
    await channel.start(take_nothing)
    rig.api.script(faults.delayed(1.5))
    with pytest.raises(OutcomeUnknown):
        await channel.send(rig.to, Outbound("chậm", "tests/message"), "1")
    await channel.stop()
    assert len(rig.api.sent) == 1


async def test_a_chat_that_is_no_number_is_permanent(rig: TelegramRig) -> None:
    with pytest.raises(Permanent, match="not a chat id"):
        await rig.channel.send(replace(rig.to, chat_id="@kenh"), Outbound("x", "m"), "1")
