"""The process that is killed: the whole programme with its web chat, set up by the environment.

usage: inbound_child.py BREAK
"""

import asyncio
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bot.config import load
from bot.reception import Reception
from bot.running import run_all
from channels.base import Incoming

SOON = 0.02


def acknowledge_first() -> None:
    """What must turn the verdict red: 202 now, stored soon."""
    store = Reception.receive
    storing: set[asyncio.Task[None]] = set()

    async def later(reception: Reception, incoming: Sequence[Incoming]) -> None:
        await asyncio.sleep(SOON)
        await store(reception, incoming)

    async def receive(reception: Reception, incoming: Sequence[Incoming]) -> None:
        task = asyncio.create_task(later(reception, incoming))
        storing.add(task)
        task.add_done_callback(storing.discard)

    changed: Any = Reception
    changed.receive = receive


BREAKS: dict[str, Callable[[], None]] = {"none": lambda: None, "ack_first": acknowledge_first}


if __name__ == "__main__":
    BREAKS[sys.argv[1]]()
    settings = load()
    sys.exit(run_all(settings, "", settings.host, settings.port))
