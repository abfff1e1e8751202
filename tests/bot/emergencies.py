"""What every emergency answer must hold, and how fast it must be there."""

import contextlib
import re
import time
from collections.abc import Iterator

from tests.standins.bot_api import TOKEN, BotApi

CRY = "cứu với, con em bị co giật"
CALM = "bé nhà em hôm nay rất vui"
NUMBERS = ("115", "111", "113")
IN_TIME = 2.0


def telegram(api: BotApi) -> dict[str, str]:
    """Settings of a programme that uses the stand-in."""
    return {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url}


def has_numbers(text: str) -> bool:
    return all(re.search(rf"\b{number}\b", text) for number in NUMBERS)


@contextlib.contextmanager
def in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < IN_TIME
