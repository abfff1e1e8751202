"""The picture of growth on its way: drawn when the message is, and never at the cost of words."""

from datetime import date

import pytest
from sqlalchemy.engine import Connection

from bot.rendering import Compose, words
from care.growth import Sizes
from care.messages import Kind, Outbound
from channels.webchat.channel import WebChat, to_body
from content import growth_chart
from content.library import Library
from storage import caregivers, children, claims, measurements
from tests.fakes import Family, a_family, a_message
from tests.virtual_time import NOW

DAY = date(2026, 11, 20)


@pytest.fixture
def mother(conn: Connection) -> Family:
    family = a_family(conn)
    child = children.get(conn, family.child_id)
    assert child is not None
    children.change(conn, child, sex="girl")
    measurements.put(conn, child.id, DAY, Sizes(7200), family.caregiver_id, NOW)
    return family


def shown(conn: Connection, library: Library, family: Family, growth: str) -> Outbound:
    params = {"growth": growth, "child": family.child_id, "height": False}
    row_id = a_message(conn, family, kind=Kind.REPLY, message="growth/see", params=params)
    row = claims.claimed(conn, row_id)
    contact = caregivers.by_address_id(conn, family.address_id)
    assert contact is not None
    mine = children.of_caregiver(conn, family.caregiver_id)
    return words(conn, Compose(library, WebChat.caps), row, contact.caregiver, mine, NOW)


def test_it_is_drawn_from_what_is_known_then(
    conn: Connection, library: Library, mother: Family
) -> None:
    first = shown(conn, library, mother, "weight")
    assert first.picture is not None
    assert first.picture.startswith(b"\x89PNG")
    assert first.alt == library.label("growth.alt-weight")
    measurements.put(conn, mother.child_id, DAY, Sizes(7900), mother.caregiver_id, NOW)
    assert shown(conn, library, mother, "weight").picture != first.picture


def test_what_was_taken_away_meanwhile_leaves_the_words(
    conn: Connection, library: Library, mother: Family
) -> None:
    out = shown(conn, library, mother, "height")
    assert (out.picture, out.alt) == (None, None)
    assert out.text


def test_a_picture_that_cannot_be_drawn_leaves_the_words(
    conn: Connection, library: Library, mother: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(svg: str) -> bytes:
        raise ValueError(svg)

    monkeypatch.setattr(growth_chart, "png", broken)
    out = shown(conn, library, mother, "weight")
    assert (out.picture, bool(out.text)) == (None, True)


def test_logs_of_a_message_do_not_hold_the_picture(
    conn: Connection, library: Library, mother: Family
) -> None:
    assert "PNG" not in repr(shown(conn, library, mother, "weight"))


async def test_the_web_chat_carries_it_in_the_line(
    conn: Connection, library: Library, mother: Family
) -> None:
    out = shown(conn, library, mother, "weight")
    lines = {}

    class Mailbox:
        async def append(self, chat_id: str, key: str, body: dict[str, object]) -> int:
            lines[key] = body
            return 1

    channel = WebChat(Mailbox(), lambda: NOW)
    await channel.start(lambda _: None)  # type: ignore[arg-type, return-value]  # nothing comes in
    contact = caregivers.by_address_id(conn, mother.address_id)
    assert contact is not None
    await channel.send(contact.address, out, "1")
    [body] = lines.values()
    assert str(body["image"]).startswith("data:image/png;base64,iVBOR")
    assert body["alt"] == out.alt
    assert to_body(out, None)["image"] is None
