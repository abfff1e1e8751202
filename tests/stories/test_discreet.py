"""After the exit not one word is left in the chat, from whatever way, on both messengers."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from bot.app import App
from care.discreet import is_discreet
from storage import taken_away
from storage.case_tables import discreet
from storage.database import Connection
from storage.tables import inbox, outbox
from tests.standins.bot_api import BotApi
from tests.stories.quiet import STAYS_THERE, WAYS, OnTelegram, OnTheWeb, Side, sensitive

EXITS = ("tap", "/x", "clock")


async def all_sides(app: App, api: BotApi, ways: Sequence[str]) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    for number, way in enumerate(ways):
        sides[f"telegram: {way}"] = OnTelegram(app, api, 500 + number)
        sides[f"webchat: {way}"] = await OnTheWeb.begins(app)
    await asyncio.gather(*(side.walks(name.partition(": ")[2]) for name, side in sides.items()))
    return sides


async def found(sides: dict[str, Side]) -> dict[str, list[str]]:
    return {name: sensitive(await side.transcript()) for name, side in sides.items()}


@pytest.mark.parametrize("how", EXITS)
async def test_no_word_is_left(hooked: App, api: BotApi, how: str) -> None:
    ways = [way for way in WAYS if how != "clock" or way != STAYS_THERE]
    sides = await all_sides(hooked, api, ways)
    assert all((await found(sides)).values()), await found(sides)  # they were there
    await asyncio.gather(*(side.leaves(how) for side in sides.values()))
    assert not any((await found(sides)).values()), await found(sides)
    await hooked.db.read(nothing_is_kept)


def nothing_is_kept(conn: Connection) -> None:
    """Neither what the messages were called nor a word of them, on either side."""
    rows = conn.execute(select(outbox.c.message, outbox.c.params, outbox.c.ref)).all()
    assert [row for row in rows if is_discreet(row.message) and (row.params or row.ref)] == []
    assert conn.execute(select(discreet).where(discreet.c.shown.is_(True))).all() == []
    bodies = conn.execute(select(inbox.c.body).where(inbox.c.body.is_not(None))).scalars()
    assert not any(word in body for body in bodies for word in ("đánh", "\\u0111\\u00e1nh"))


async def test_the_control_without_taking_away_the_words_stay(
    hooked: App, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken_away, "references", lambda *_: ())
    sides = await all_sides(hooked, api, tuple(WAYS))
    await asyncio.gather(*(side.leaves("tap") for side in sides.values()))
    assert all((await found(sides)).values()), await found(sides)


async def test_despair_does_not_go_by_itself(hooked: App, api: BotApi) -> None:
    sides = await all_sides(hooked, api, [STAYS_THERE])
    await asyncio.gather(*(side.leaves("clock") for side in sides.values()))
    assert all((await found(sides)).values())
    await asyncio.gather(*(side.leaves("x") for side in sides.values()))
    assert not any((await found(sides)).values())


async def test_delete_me_takes_the_messages_away_first(hooked: App, api: BotApi) -> None:
    side = OnTelegram(hooked, api, 77)
    for does, what in (("says", "/start"), ("taps", "consent.yes")):
        await side.does(does, what)
    before = sensitive(await side.transcript())
    await side.walks("a child is hurt")
    assert set(sensitive(await side.transcript())) > set(before)
    for does, what in (("says", "xóa dữ liệu của tôi"), ("taps", "privacy.delete-yes")):
        await side.does(does, what)
    assert sensitive(await side.transcript()) == before
