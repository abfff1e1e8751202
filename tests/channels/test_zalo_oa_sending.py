"""The Official Account: sending, its windows and prices, and the trap of government accounts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from care.messages import Button, Outbound
from channels.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    Permanent,
    QuotaExhausted,
    RecipientGone,
    RetryAfter,
    WindowClosed,
)
from channels.markup import utf16_len
from channels.wire import Reply
from channels.zalo_oa.consent import App
from channels.zalo_oa.errors import NotThisApi, TokenInvalid, classify
from tests.channels.rigs import PICTURE, take_nothing
from tests.channels.rigs_zalo import ZaloOARig
from tests.channels.token_store import pair_of
from tests.standins import bot_api_faults as faults
from tests.standins.zalo_oa import TEMPLATE, V2, V3, says

CODES = {
    TokenInvalid: (-216, -220, -124),
    RetryAfter: (-32,),
    RecipientGone: (-213, -217, -218, -227, -244, -114, -118, -119, -139, -140, -141),
    WindowClosed: (-230, -232, -234, -133),
    QuotaExhausted: (-211, -144, -147, -1441),
    ChannelMisconfigured: (-204, -205, -209, -212, -219, -221, -223, -224, -240, -320, -321),
    NotThisApi: (-235,),
    Permanent: (-201, -210, -233, -248, -999, -1, 7),
}


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[ZaloOARig]:
    (tmp_path / "tre.png").write_bytes(PICTURE)
    rig = ZaloOARig(tmp_path)
    async with rig.running():
        yield rig


def out(text: str, **more: Any) -> Outbound:
    return Outbound(text, "tests/message", **more)


@pytest.mark.parametrize(
    ("kind", "code"), [(kind, code) for kind, codes in CODES.items() for code in codes]
)
def test_each_code_has_its_error(kind: type[Exception], code: int) -> None:
    assert type(classify(Reply(200, {"error": code, "message": "canary"}))) is kind
    assert type(classify(Reply(400, {"error": code}))) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, OutcomeUnknown),
        (302, OutcomeUnknown),
        (401, TokenInvalid),
        (404, Permanent),
        (429, RetryAfter),
        (500, OutcomeUnknown),
    ],
)
def test_an_answer_without_a_code_is_judged_by_its_status(
    status: int, kind: type[Exception]
) -> None:
    assert type(classify(Reply(status, {}))) is kind
    assert type(classify(Reply(status, {"error": True}))) is kind
    assert type(classify(Reply(502, {"error": 0}))) is OutcomeUnknown


def test_an_unknown_code_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    classify(Reply(200, {"error": -987, "message": "canary"}))
    assert "-987" in caplog.text
    assert "canary" not in caplog.text


async def test_windows_and_their_prices(rig: ZaloOARig) -> None:
    rig.api.paid_left = 1
    assert rig.channel.caps.windows is not None
    assert (await rig.channel.send(rig.to, out("một"), "1")).cost == 0
    rig.api.time += timedelta(hours=47, minutes=59)
    rig.store.pair = pair_of(rig.api)
    assert (await rig.channel.send(rig.to, out("hai"), "2")).cost == 0
    rig.api.time += timedelta(minutes=1)
    assert (await rig.channel.send(rig.to, out("ba"), "3")).cost == 55
    with pytest.raises(QuotaExhausted):
        await rig.channel.send(rig.to, out("bốn"), "4")
    rig.api.time += timedelta(days=5)
    rig.store.pair = pair_of(rig.api)
    with pytest.raises(WindowClosed):
        await rig.channel.send(rig.to, out("năm"), "5")
    rig.person.writes("chào")
    assert (await rig.channel.send(rig.to, out("năm"), "5")).cost == 0


async def test_a_long_text_costs_as_many_messages_as_it_takes(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=50)
    rig.store.pair = pair_of(rig.api)
    text = "\n\n".join(f"Đoạn {n} " + "👶🏽" * 300 for n in range(5))
    receipt = await rig.channel.send(rig.to, out(text), "1")
    parts = [sent.text for sent in rig.api.sent]
    assert " ".join(parts).split() == text.split()
    assert max(map(utf16_len, parts)) <= 2000
    assert receipt.cost == 55 * len(parts)


async def test_a_template_goes_in_place_of_the_text(rig: ZaloOARig) -> None:
    rig.api.templates["t-7"] = {"ten", "ngay"}
    rig.api.time += timedelta(days=30)
    rig.store.pair = pair_of(rig.api)
    data = {"ten": "Bé Na", "ngay": "24/12"}
    receipt = await rig.channel.send(rig.to, out("Hẹn", template=("t-7", data)), "1")
    assert await rig.channel.send(rig.to, out("Hẹn", template=("t-7", data)), "1") == receipt
    assert [(sent.path, sent.template) for sent in rig.api.sent] == [(TEMPLATE, ("t-7", data))]
    assert (receipt.cost, bool(receipt.ref)) == (200, True)
    with pytest.raises(Permanent):
        await rig.channel.send(rig.to, out("Hẹn", template=("t-8", data)), "2")


async def test_five_buttons_and_the_links_that_find_no_room(rig: ZaloOARig) -> None:
    choices = tuple(Button(f"menu:{n}", f"Mục {n}") for n in range(4))
    links = (
        Button("", "Gọi", url="tel:115"),
        Button("", "Trang", url="https://example.org/"),
        Button("", "Gọi công an", url="tel:113"),
    )
    await rig.channel.send(rig.to, out("Chọn", buttons=choices + links), "1")
    [sent] = rig.api.sent
    assert [kind for kind, _, _ in sent.buttons] == ["oa.query.hide"] * 4 + ["oa.open.phone"]
    assert sent.text == "Chọn\n\nTrang: https://example.org/\n\nGọi công an: 113"
    assert rig.person.taps("Mục 2")["message"]["text"] == "#dh:menu:2"


async def test_a_picture_that_zalo_does_not_take_does_not_cost_the_words(rig: ZaloOARig) -> None:
    picture = out("Bé bú mẹ", image="tre.png", alt="Mẹ cho bé bú")
    await rig.channel.send(rig.to, picture, "1")
    rig.api.script(says(-201))
    await rig.channel.send(rig.to, picture, "2")
    assert [(sent.text, bool(sent.photo)) for sent in rig.api.sent] == [
        ("Bé bú mẹ", True),
        ("Bé bú mẹ", False),
    ]


# --- government accounts ----------------------------------------------------------------------


async def test_a_government_account_turns_to_the_old_api_and_stays(rig: ZaloOARig) -> None:
    rig.api.government = True
    for number in range(3):
        await rig.channel.send(rig.to, out("chào"), str(number))
    assert (len(rig.api.called(V3)), len(rig.api.called(V2))) == (1, 3)
    assert (await rig.channel.check()).detail == f"government, {V2}"


async def test_an_account_that_may_use_neither_api_is_misconfigured(rig: ZaloOARig) -> None:
    rig.api.government = rig.api.v2_closed = True
    for number in range(2):
        with pytest.raises(ChannelMisconfigured) as raised:
            await rig.channel.send(rig.to, out("chào"), str(number))
        assert raised.value.reason == "Zalo says -235"
    assert (len(rig.api.called(V3)), len(rig.api.called(V2))) == (2, 2)


@pytest.mark.parametrize("which", ["v3", "v2"])
async def test_a_fixed_api_is_kept(rig: ZaloOARig, which: Any) -> None:
    rig.api.government = True
    channel = rig.made(rig.api.url, api=which)
    await channel.start(take_nothing)
    if which == "v3":
        with pytest.raises(ChannelMisconfigured):
            await channel.send(rig.to, out("chào"), "1")
    else:
        await channel.send(rig.to, out("chào"), "1")
    assert len(rig.api.called(V2)) == (which == "v2")
    await channel.stop()


async def test_haste_is_told(rig: ZaloOARig) -> None:
    rig.api.a_minute = 1
    await rig.channel.send(rig.to, out("một"), "1")
    with pytest.raises(RetryAfter) as raised:
        await rig.channel.send(rig.to, out("hai"), "2")
    assert (raised.value.seconds, raised.value.scope) == (60, "all")
    assert rig.made(rig.api.url, a_minute=120).caps.rate == 2


async def test_a_strange_address_and_a_late_answer(rig: ZaloOARig) -> None:
    with pytest.raises(Permanent):
        await rig.channel.send(type(rig.to)("zalo-oa", "1", "../x"), out("x"), "1")
    slow = rig.made(rig.api.url, timeout=0.05)
    await slow.start(take_nothing)
    rig.api.script(faults.delayed(0.3))
    with pytest.raises(OutcomeUnknown):
        await slow.send(rig.to, out("muộn"), "2")
    await slow.stop()
    assert [sent.text for sent in rig.api.sent] == ["muộn"]


@pytest.mark.parametrize(
    "wrong",
    [{"secret_key": ""}, {"oa_id": "x1"}, {"app": App("", "s")}, {"app": App("1", "")}],
    ids=["key", "account", "app id", "app secret"],
)
async def test_no_start_without_what_a_webhook_needs(wrong: dict[str, Any]) -> None:
    channel = ZaloOARig().made("http://127.0.0.1:9", **wrong)
    with pytest.raises(ChannelMisconfigured):
        await channel.start(take_nothing)
    await channel.stop()
