"""Codes on paper, as people type them."""

import random

import pytest

from care.codes import LETTERS, SLIP_LENGTH, slip_code, slip_in


def test_a_code_has_a_digit_and_nothing_that_is_mistaken() -> None:
    chance = random.Random(3)
    for _ in range(500):
        code = slip_code(chance.choice)
        assert len(code) == SLIP_LENGTH
        assert set(code) <= set(LETTERS)
        assert any(map(str.isdecimal, code))
        assert slip_in(code) == code


@pytest.mark.parametrize(
    "typed", ["tham gia abcd 2345", "ABCD2345", "Tham gia mã abcd2345 nhé", "mã: ABCD 2345."]
)
def test_it_is_found_in_what_people_type(typed: str) -> None:
    assert slip_in(typed) == "ABCD2345"


@pytest.mark.parametrize(
    "typed", ["thêm cháu bé", "tham gia ABC234", "cảm ơn nhiều", "sinh 2024", "ABCD23456", ""]
)
def test_other_words_are_no_code(typed: str) -> None:
    assert slip_in(typed) is None
