"""Codes that people read aloud, copy from paper or type: nothing in them is mistaken."""

import re
from collections.abc import Callable

from care.folding import fold

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
SLIP_LENGTH = 8  # a family's own code has 6, so nobody mistakes one for the other

_HALF = SLIP_LENGTH // 2
_SLIP = re.compile(rf"(?<![A-Z0-9])([{LETTERS}]{{{_HALF}}}) ?([{LETTERS}]{{{_HALF}}})(?![A-Z0-9])")


def slip_code(choose: Callable[[str], str]) -> str:
    """A new code; one digit at least, so that no two words are ever taken for one."""
    code = "".join(choose(LETTERS) for _ in range(SLIP_LENGTH))
    return code if _has_digit(code) else slip_code(choose)


def slip_in(text: str) -> str | None:
    """The code of an invitation slip in what was typed: "tham gia ABCD 2345", or the code alone."""
    found = (halves[1] + halves[2] for halves in _SLIP.finditer(fold(text).upper()))
    return next(filter(_has_digit, found), None)


def _has_digit(code: str) -> bool:
    return any(map(str.isdecimal, code))


LINK_DIGITS = 6
_LINKING = re.compile(rf"noi may (\d{{{LINK_DIGITS}}})")


def link_code_in(text: str) -> str | None:
    """The code of "nối máy 123 456", in a message that is nothing else."""
    found = _LINKING.fullmatch(re.sub(r"(\d) (?=\d)", r"\1", fold(text)))
    return found[1] if found else None


_CASE_LONGEST = 60
_CASE = re.compile(r"(?:(?:ma|ma so|so|so ma) )?(\d{14,18})")  # also a digit too few or too many


def case_code_in(text: str) -> str | None:
    """The code of a report, in a message that is nothing else, however it is grouped."""
    if len(text) > _CASE_LONGEST:
        return None
    found = _CASE.fullmatch(re.sub(r"(?<=\d) (?=\d)", "", fold(text)))
    return found[1] if found else None
