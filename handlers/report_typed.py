"""The code of a report, as people type it."""

import re

from care.folding import fold

LONGEST = 60
_TYPED = re.compile(r"(?:(?:ma|ma so|so|so ma) )?(\d{14,18})")  # also a digit too few or too many


def case_code_in(text: str) -> str | None:
    """Digits in a message that is nothing else, however they are grouped."""
    if len(text) > LONGEST:
        return None
    found = _TYPED.fullmatch(re.sub(r"(?<=\d) (?=\d)", "", fold(text)))
    return found[1] if found else None
