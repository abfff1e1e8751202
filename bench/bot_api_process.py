"""The strict Bot API stand-in in a process of its own, and the handle its parent holds."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.result import ROOT
from tests.standins.bot_api import BotApi


class BotApiProcess:
    """`url` is where it listens; `stats` is everything it has accepted and refused so far."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.url = url
        self._process = process

    def stats(self) -> dict[str, Any]:
        """`sent`: (chat, moment) of every accepted message; `refused`: status codes."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the stand-in has no pipes")
        self._process.stdin.write("stats\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))


@contextmanager
def bot_api(rate: int, latency: float) -> Iterator[BotApiProcess]:
    command = [sys.executable, "-m", "bench.bot_api_process", str(rate), str(latency)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield BotApiProcess(
                process, process.stdout.readline().strip() if process.stdout else ""
            )
        finally:
            process.kill()


async def serve(rate: int, latency: float) -> None:
    api = BotApi(rate=rate)
    api.latency = latency
    loop = asyncio.get_running_loop()
    async with api:
        print(api.url, flush=True)
        while await loop.run_in_executor(None, sys.stdin.readline):
            sent = [(one.chat, one.at) for one in api.sent]
            refused = [one.status for one in api.refused]
            print(json.dumps({"sent": sent, "refused": refused}), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
