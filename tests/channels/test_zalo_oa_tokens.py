"""The Official Account's tokens: renewed by one, stored before use, never lost in silence."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from care.messages import Outbound
from channels import wire
from channels.errors import ChannelMisconfigured, OutcomeUnknown, Transient
from channels.zalo_oa import ZaloOA
from channels.zalo_oa.consent import App, from_code, permission_link, refreshed
from channels.zalo_oa.tokens import Pair
from tests.channels.rigs import take_nothing
from tests.channels.rigs_zalo import ZaloOARig
from tests.standins import bot_api_faults as faults
from tests.standins.zalo_oa import APP_ID, APP_SECRET, OA_ID, says

OUT = Outbound("chào", "tests/message")
TOKEN = frozenset({"/v4/oa/access_token"})


@pytest.fixture
async def rig() -> AsyncIterator[ZaloOARig]:
    rig = ZaloOARig()
    async with rig.running():
        yield rig


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with wire.client(5) as client:
        yield client


async def another(rig: ZaloOARig) -> ZaloOA:
    channel = rig.made(rig.api.url)
    await channel.start(take_nothing)
    return channel


async def send(rig: ZaloOARig, key: str, channel: ZaloOA | None = None) -> None:
    await (channel or rig.channel).send(rig.to, OUT, key)


async def test_a_fresh_token_is_used_as_it_is(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=24, minutes=49)
    await send(rig, "1")
    assert rig.api.oauth.renewals == 0


async def test_ten_minutes_before_its_end_it_is_renewed_and_stored_first(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=24, minutes=51)
    stored_when_used = []
    accepts = rig.api.oauth.accepts

    def watched(access: str) -> bool:
        stored_when_used.append(rig.store.pair is not None and rig.store.pair.access == access)
        return accepts(access)

    rig.api.oauth.accepts = watched  # type: ignore[method-assign]  # to see the order
    await send(rig, "1")
    await send(rig, "2")
    assert rig.api.oauth.renewals == 1
    assert stored_when_used == [True, True]
    assert rig.store.pair is not None
    assert rig.store.pair.refreshed_at == rig.api.time


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_refused_token_is_renewed_once(rig: ZaloOARig, code: int) -> None:
    rig.api.script(says(code))
    await send(rig, "1")
    assert rig.api.oauth.renewals == 1
    rig.api.script(says(code), times=9)
    with pytest.raises(ChannelMisconfigured):
        await send(rig, "2")
    assert rig.api.oauth.renewals == 2


async def test_many_sends_at_once_renew_once(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=25)
    await asyncio.gather(*(send(rig, str(n)) for n in range(20)))
    assert rig.api.oauth.renewals == 1
    assert len(rig.api.sent) == 20


async def test_a_second_process_that_waited_takes_the_new_pair(rig: ZaloOARig) -> None:
    second = await another(rig)
    await send(rig, "0")
    await send(rig, "0b", second)
    rig.api.time += timedelta(hours=25)
    await asyncio.gather(send(rig, "1"), send(rig, "2", second))
    assert rig.api.oauth.renewals == 1
    rig.api.script(says(-216))  # the one renews for a reason of its own; the other learns of it
    await send(rig, "3")
    await send(rig, "4", second)
    assert rig.api.oauth.renewals == 2
    assert len(rig.api.sent) == 6
    await second.stop()


async def test_a_pair_that_could_not_be_stored_is_not_used_and_not_lost(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=25)
    rig.store.away = True
    for key in ("1", "2"):
        with pytest.raises(Transient) as raised:
            await send(rig, key)
        assert raised.value.__context__ is None
    assert rig.api.sent == []
    rig.store.away = False
    await send(rig, "1")
    assert rig.api.oauth.renewals == 1
    assert (await rig.channel.check()).ok


async def test_a_cancelled_send_does_not_lose_the_answer(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=25)
    rig.api.script(faults.delayed(0.05), paths=TOKEN)
    sending = asyncio.create_task(send(rig, "1"))
    while not rig.api.called("/v4/oa/access_token"):
        await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await rig.channel.stop()
    current = rig.api.oauth.current
    assert current is not None
    assert rig.store.pair is not None
    assert (rig.store.pair.access, rig.store.pair.refresh) == (current.access, current.refresh)


async def test_death_between_answer_and_store_raises_a_clear_alarm(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=25)
    assert rig.store.pair is not None
    rig.api.oauth.token(
        APP_SECRET,
        {
            "app_id": APP_ID,
            "grant_type": "refresh_token",
            "refresh_token": rig.store.pair.refresh,
        },
    )  # the answer went to a process that is no more
    with pytest.raises(ChannelMisconfigured) as raised:
        await send(rig, "1")
    assert raised.value.reason == "consent is needed again"
    assert rig.store.pair.refused
    health = await rig.channel.check()
    assert (health.ok, health.detail) == (False, "consent is needed again")


async def test_a_cut_while_renewing_is_not_taken_for_a_sent_message(rig: ZaloOARig) -> None:
    rig.api.time += timedelta(hours=25)
    rig.api.script(faults.CUT_BEFORE, paths=TOKEN)
    with pytest.raises(Transient):
        await send(rig, "1")
    await send(rig, "1")
    assert len(rig.api.sent) == 1


async def test_check_warns_long_before_the_tokens_die(rig: ZaloOARig) -> None:
    assert (await rig.channel.check()).ok
    assert rig.store.pair is not None
    long_ago = rig.api.time - timedelta(days=61)
    rig.store.pair = replace(rig.store.pair, refreshed_at=long_ago)
    health = await rig.channel.check()
    assert (health.ok, health.detail) == (False, "tokens were last renewed 61 days ago")


async def test_without_a_consent_nothing_goes(rig: ZaloOARig) -> None:
    rig.store.pair = None
    channel = await another(rig)
    assert (await channel.check()).detail == "consent is needed"
    with pytest.raises(ChannelMisconfigured):
        await send(rig, "1", channel)
    await channel.stop()


# --- consent ----------------------------------------------------------------------------------


async def consented(client: httpx.AsyncClient, app: App, verifier: str) -> str:
    link = permission_link(app, "https://example.org/back", "state-1", verifier)
    answer = await client.get(link)
    back = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (back["oa_id"], back["state"]) == ([OA_ID], ["state-1"])
    return back["code"][0]


async def test_a_consent_brings_a_pair_once(rig: ZaloOARig, client: httpx.AsyncClient) -> None:
    app, verifier = App(APP_ID, APP_SECRET, rig.api.url), secrets.token_urlsafe(32)
    assert len(verifier) == 43
    code = await consented(client, app, verifier)
    pair = await from_code(client, app, code, verifier, rig.api.time)
    assert pair.expires_at - pair.refreshed_at == timedelta(hours=25)
    assert rig.api.oauth.accepts(pair.access)
    with pytest.raises(ChannelMisconfigured):
        await from_code(client, app, code, verifier, rig.api.time)


@pytest.mark.parametrize("wrong", ["verifier", "late", "secret"])
async def test_a_wrong_exchange_brings_nothing(
    rig: ZaloOARig, client: httpx.AsyncClient, wrong: str
) -> None:
    app, verifier = App(APP_ID, APP_SECRET, rig.api.url), secrets.token_urlsafe(32)
    code = await consented(client, app, verifier)
    rig.api.time += timedelta(minutes=10 if wrong == "late" else 0)
    said = secrets.token_urlsafe(32) if wrong == "verifier" else verifier
    used = replace(app, secret="other") if wrong == "secret" else app
    with pytest.raises(ChannelMisconfigured) as raised:
        await from_code(client, used, code, said, rig.api.time)
    assert code not in str(raised.value)


async def test_a_used_refresh_token_is_refused(rig: ZaloOARig, client: httpx.AsyncClient) -> None:
    app = App(APP_ID, APP_SECRET, rig.api.url)
    old = rig.store.pair
    assert isinstance(old, Pair)
    new = await refreshed(client, app, old.refresh, rig.api.time)
    assert not rig.api.oauth.accepts(old.access)
    with pytest.raises(ChannelMisconfigured):
        await refreshed(client, app, old.refresh, rig.api.time)
    rig.api.script(faults.BAD_GATEWAY, paths=TOKEN)
    with pytest.raises(OutcomeUnknown):
        await refreshed(client, app, new.refresh, rig.api.time)
    assert "canary" not in repr(new)
    assert APP_SECRET not in repr(app)
