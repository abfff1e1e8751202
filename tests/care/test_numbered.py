"""What people type to choose from a numbered menu."""

import pytest

from care.numbered import chosen, lines

OPTIONS = [("menu.today", "Tin hôm nay"), ("menu.home", "Về đầu"), ("children.list", "Bé của tôi")]


def test_a_menu_is_a_line_for_each_choice() -> None:
    assert lines(OPTIONS) == "1. Tin hôm nay\n2. Về đầu\n3. Bé của tôi"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2", "menu.home"),
        ("2.", "menu.home"),
        (" 2 ) ", "menu.home"),
        ("số 2", "menu.home"),
        ("chọn 2", "menu.home"),
        ("hai", "menu.home"),
        ("Hai", "menu.home"),
        ("về đầu", "menu.home"),
        ("VE DAU", "menu.home"),
        ("be cua toi", "children.list"),
        ("3", "children.list"),
        ("ba", "children.list"),
    ],
)
def test_the_number_the_word_and_the_label_choose(typed: str, meant: str) -> None:
    assert chosen(typed, OPTIONS) == meant


@pytest.mark.parametrize("typed", ["0", "4", "22", "bốn", "", "😀", "hai bé", "2 bé", "về", "1.2"])
def test_everything_else_is_no_choice(typed: str) -> None:
    assert chosen(typed, OPTIONS) is None


def test_where_a_number_means_something_else_only_the_label_chooses() -> None:
    assert lines(OPTIONS[:2], bare=True) == "- Tin hôm nay\n- Về đầu"
    for typed in ("1", "2.", "số 2", "hai"):
        assert chosen(typed, OPTIONS, bare=True) is None
    assert chosen("ve dau", OPTIONS, bare=True) == "menu.home"


def test_a_label_that_is_a_number_word_means_itself() -> None:
    assert chosen("hai", [("a", "Ba"), ("b", "Một"), ("c", "Hai")]) == "c"
