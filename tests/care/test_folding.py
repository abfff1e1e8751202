import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import folding

FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đường Nguyễn Huệ", "duong nguyen hue"),
        ("đ Đ ð Ð", "d d d d"),
        ("ẰẲẴẶ ềểễệ ốồổỗộ úùủũụ ứừửữự ỳýỷỹỵ", "aaaa eeee ooooo uuuuu uuuuu yyyyy"),
        (unicodedata.normalize("NFD", "Bé bị xâm hại"), "be bi xam hai"),
        ("X.Â.M h.ạ.i", "xam hai"),
        ("t.ự t·ử", "tu tu"),
        ("TP.HCM, Q.1", "tp hcm q 1"),
        ("sinh 12.3.2026", "sinh 12 3 2026"),
        ("xâ\u200bm h\u200dại", "xam hai"),
        ("\u202exâm\u202c", "xam"),
        ("xâ\x00m\ud800 hại", "xam hai"),
        ("a\tb\r\nc\x0bd\u2028e", "a b c d e"),
        ("đi... chơi?! (không)", "di choi khong"),
        ("ＨＯ １２", "ho 12"),
        ("٣ ០៩", "3 09"),
        ("1️⃣ ❤️ " + FAMILY, "1"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_folding_leaves_bare_words(typed: str, folded: str) -> None:
    assert folding.fold(typed) == folded


def test_other_scripts_keep_their_letters() -> None:
    assert folding.fold("ខ្មែរ, 한국") == "ខ្មែរ 한국"


@given(st.text())
def test_folding_twice_changes_nothing(typed: str) -> None:
    once = folding.fold(typed)
    assert folding.fold(once) == once


@given(st.text())
def test_composed_and_decomposed_text_fold_alike(typed: str) -> None:
    composed, apart = (unicodedata.normalize(form, typed) for form in ("NFC", "NFD"))
    assert folding.fold(composed) == folding.fold(apart)


@given(st.text(st.characters(codec=None)))
def test_folded_text_can_always_be_written_to_a_file(typed: str) -> None:
    folding.fold(typed).encode()
    folding.clean(typed).encode()


def test_words_are_the_folded_words() -> None:
    assert folding.words("Bé  bị SỐT, 39 độ!") == ("be", "bi", "sot", "39", "do")
    assert folding.words(" … ") == ()


@pytest.mark.parametrize(
    "piece", ["a", "đ ", "a.", "\u0301", "\u0301\u0316", "\u0344", "\u200d", "\ufdfa", ". "]
)
def test_a_megabyte_is_folded_in_bounded_size(piece: str) -> None:
    huge = piece * (1_000_000 // len(piece))
    assert len(folding.fold(huge)) <= folding.FOLD_LIMIT
    # Quadratic work on a megabyte would not return within the test run.
    folding.clean(huge)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Bé An  ", "Bé An"),
        (unicodedata.normalize("NFD", "Bé Ân"), "Bé Ân"),
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("một\u2028hai", "một\nhai"),
        ("một\thai", "một hai"),
        ("a\u200bb\u200cc\u200dd\u2060e\ufefff", "abcdef"),
        ("\u202eabc\u202c\u2066d\u2069\u061c", "abcd"),
        ("a\x00b\x1bc\x7fd\x9fe", "abcde"),
        ("a\ud800b\udfffc", "abc"),
        (FAMILY, FAMILY),
        ("👩🏽\u200d⚕️ và 🏳️\u200d🌈", "👩🏽\u200d⚕️ và 🏳️\u200d🌈"),
        ("👩\u200d", "👩"),
        ("x\u200d👩", "x👩"),
        ("👩\u200d\x00👩", "👩👩"),
        ("\u3164\u2800", ""),
    ],
)
def test_cleaning_keeps_what_the_writer_saw(typed: str, stored: str) -> None:
    assert folding.clean(typed) == stored


@given(st.text(st.characters(codec=None)))
def test_clean_text_is_composed_and_has_no_control_but_line_ends(typed: str) -> None:
    stored = folding.clean(typed)
    assert unicodedata.is_normalized("NFC", stored)
    assert not {unicodedata.category(char) for char in stored.replace("\n", "")} & {"Cc", "Cs"}
    assert folding.clean(stored) == stored


def test_a_pile_of_marks_is_cut_to_what_can_be_sorted_quickly() -> None:
    assert len(folding.clean("a" + "\u0316" * 1_000)) == 1 + folding.MARKS_LIMIT
