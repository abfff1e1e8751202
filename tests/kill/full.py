"""Every kill experiment at full size: `python -m tests.kill.full`. Takes some minutes.

One line each; the exit code is 1 when a promise was broken or a sabotage went unnoticed.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from tests.kill import campaign, cases, inbound, outbound

Experiment = Callable[[Path], Coroutine[Any, Any, Any]]

EXPERIMENTS: dict[str, tuple[Experiment, bool]] = {
    "outbound": (lambda folder: outbound.experiment(folder, 10_000, 200), True),
    "outbound, slow network": (
        lambda folder: outbound.experiment(folder, 4_000, 50, on_the_way=0.02),
        True,
    ),
    "outbound, marked before it is sent": (
        lambda folder: outbound.experiment(folder, 2_000, 20, on_the_way=0.02, broken="mark_first"),
        False,
    ),
    "campaign": (lambda folder: campaign.experiment(folder, 2_000, 20), True),
    "campaign, cursor before its rows": (
        lambda folder: campaign.experiment(folder, 1_000, 10, broken="cursor_first"),
        False,
    ),
    "cases": (lambda folder: cases.experiment(folder, 500), True),
    "cases, the line in a second transaction": (
        lambda folder: cases.experiment(folder, 20, broken="line_after"),
        False,
    ),
    "inbound": (lambda folder: inbound.experiment(folder, 100), True),
    "inbound, acknowledged before it is stored": (
        lambda folder: inbound.experiment(folder, 10, broken="ack_first"),
        False,
    ),
}


def main() -> int:
    wrong = 0
    for name, (experiment, promised) in EXPERIMENTS.items():
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="donghanh-kill-") as folder:
            verdict = asyncio.run(experiment(Path(folder)))
        right = verdict.kept is promised
        wrong += not right
        word = "kept" if verdict.kept else "broken"
        expected = "as it must be" if right else "WRONG"
        seconds = time.monotonic() - started
        print(f"{name}: {word}, {expected}. {verdict} [{seconds:.0f} s]", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
