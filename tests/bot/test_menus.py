"""A message with more buttons than the messenger has."""

from dataclasses import replace

from bot.menus import fitted, is_numbered
from care.messages import Button, Outbound
from channels.webchat.channel import WebChat

NONE = replace(WebChat.caps, buttons=0)
FIVE = replace(WebChat.caps, buttons=5)
CALL = Button("call", "Gọi 111", "tel:111")
LINK = Button("book", "Mở sổ", "https://x.vn/b")
ASK = "Trả lời bằng số:"


def _out(*buttons: Button) -> Outbound:
    return Outbound("Chào", "menu/home", buttons=buttons)


def _choices(count: int) -> list[Button]:
    return [Button(f"a.{n}", f"Mục {n}") for n in range(1, count + 1)]


def test_what_fits_stays_as_it_is() -> None:
    out = _out(*_choices(4), CALL)
    assert fitted(FIVE, out, ASK) == (out, [])


def test_without_buttons_choices_are_numbered_and_links_are_lines() -> None:
    out, options = fitted(NONE, _out(*_choices(2), CALL, LINK), ASK)
    assert out.buttons == ()
    assert out.text == (
        "Chào\n\nGọi 111\n\nMở sổ: https://x.vn/b\n\nTrả lời bằng số:\n1. Mục 1\n2. Mục 2"
    )
    assert options == [("a.1", "Mục 1"), ("a.2", "Mục 2")]


def test_more_choices_than_buttons_are_all_numbered_and_links_stay() -> None:
    out, options = fitted(FIVE, _out(*_choices(6), CALL), ASK)
    assert out.buttons == (CALL,)
    assert len(options) == 6
    assert "6. Mục 6" in out.text


def test_many_links_and_few_choices_lose_no_choice() -> None:
    links = [replace(LINK, id=f"l{n}", url=f"https://x.vn/{n}") for n in range(6)]
    out, options = fitted(FIVE, _out(*links), ASK)
    assert len(out.buttons) == 5
    assert options == []
    assert "https://x.vn/5" in out.text


def test_is_numbered_says_what_becomes_of_the_choices() -> None:
    for caps in (NONE, FIVE):
        for choices in range(1, 8):
            for links in range(8):
                out = _out(*_choices(choices), *[LINK] * links)
                assert is_numbered(caps, out.buttons) == bool(fitted(caps, out, ASK)[1])
    assert is_numbered(NONE, ())
    assert not is_numbered(FIVE, ())


def test_a_message_without_buttons_is_left_alone() -> None:
    assert fitted(NONE, _out(), ASK) == (_out(), [])
