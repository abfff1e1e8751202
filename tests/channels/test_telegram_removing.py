"""Taking messages out of a chat on Telegram: those of both sides, and what it keeps."""

from collections.abc import AsyncIterator

import pytest

from care.messages import Outbound
from channels.errors import OutcomeUnknown, RecipientGone, RetryAfter, Transient
from tests.channels.rigs import TelegramRig
from tests.standins import bot_api_faults as faults
from tests.standins.bot_api_rules import DELETABLE, DELETED_AT_ONCE

METHODS = ("deleteMessages",)


@pytest.fixture
async def rig() -> AsyncIterator[TelegramRig]:
    rig = TelegramRig()
    async with rig.running():
        yield rig


async def said(rig: TelegramRig, text: str) -> str:
    receipt = await rig.channel.send(rig.to, Outbound(text, "m"), text)
    assert receipt.ref
    return receipt.ref


def wrote(rig: TelegramRig, text: str) -> str:
    return str(rig.person.message(text=text)["message_id"])


async def remove(rig: TelegramRig, *refs: str) -> None:
    await rig.channel.send(rig.to, Outbound("Tin đã cũ.", "m", remove=refs), "remove")


def time_passes(rig: TelegramRig, seconds: float) -> None:
    before = rig.api.now
    rig.api.now = lambda: before() + seconds


async def test_messages_of_both_sides_go_in_one_call(rig: TelegramRig) -> None:
    mine, theirs, stays = wrote(rig, "lời kể"), await said(rig, "gọi 111"), await said(rig, "menu")
    await remove(rig, mine, theirs)
    assert rig.api.stands_in(rig.to.chat_id) == ["menu"]
    assert len(rig.api.called("deleteMessages")) == 1
    await remove(rig, mine, theirs)
    assert rig.api.stands_in(rig.to.chat_id) == ["menu"]
    assert stays


async def test_many_go_in_groups(rig: TelegramRig) -> None:
    refs = [wrote(rig, f"lời {n}") for n in range(2 * DELETED_AT_ONCE + 1)]
    await remove(rig, *refs)
    assert rig.api.stands_in(rig.to.chat_id) == []
    assert len(rig.api.called("deleteMessages")) == 3


async def test_what_is_too_old_is_emptied_and_the_rest_goes(rig: TelegramRig) -> None:
    """What the person wrote then can neither be deleted nor changed: no error."""
    old, mine = await said(rig, "gọi 111"), wrote(rig, "lời kể cũ")
    time_passes(rig, DELETABLE + 1)
    fresh, new = await said(rig, "gọi 113"), wrote(rig, "lời kể mới")
    await remove(rig, old, mine, fresh, new)
    assert rig.api.stands_in(rig.to.chat_id) == ["Tin đã cũ.", "lời kể cũ"]
    await remove(rig, old, mine, fresh, new)  # again: the old one looks like that already
    assert rig.api.stands_in(rig.to.chat_id) == ["Tin đã cũ.", "lời kể cũ"]


async def test_the_control_a_message_of_two_days_is_not_old(rig: TelegramRig) -> None:
    ref = await said(rig, "gọi 111")
    time_passes(rig, DELETABLE - 60)
    await remove(rig, ref)
    assert rig.api.stands_in(rig.to.chat_id) == []


async def test_another_chat_loses_nothing(rig: TelegramRig) -> None:
    neighbour = rig.api.person(88)
    neighbour.message(text="của nhà bên")
    await remove(rig, str(neighbour.last))
    assert rig.api.stands_in(88) == ["của nhà bên"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.BLOCKED, RecipientGone),
        (faults.too_many(7), RetryAfter),
        (faults.CUT_AFTER, OutcomeUnknown),
        (faults.BAD_GATEWAY, OutcomeUnknown),
    ],
)
async def test_trouble_is_told_so_that_it_is_tried_again(
    rig: TelegramRig, fault: faults.Fault, error: type[Exception]
) -> None:
    ref = await said(rig, "gọi 111")
    rig.api.script(fault, methods=METHODS)
    with pytest.raises(error):
        await remove(rig, ref)
    await remove(rig, ref)
    assert rig.api.stands_in(rig.to.chat_id) == []


async def test_no_connection_is_told_too(rig: TelegramRig) -> None:
    ref = await said(rig, "gọi 111")
    await rig.api.stop()
    with pytest.raises(Transient):
        await remove(rig, ref)


async def test_references_that_are_none_cost_no_call(rig: TelegramRig) -> None:
    await remove(rig, "me:7f", "key:99")
    assert rig.api.called("deleteMessages") == []
