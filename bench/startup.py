"""From exec to the first healthy answer, and the memory by then, against importing the stack."""

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bench.result import ROOT, Result, median, result

REPEATS = 5
PATIENCE = 30.0
STACK = (
    "telegram.ext, uvicorn, uvloop, httptools, starlette.applications, sqlalchemy.ext.asyncio, "
    "aiosqlite, jinja2, apscheduler.schedulers.asyncio"
)


def run(*, quick: bool = False) -> Iterator[Result]:
    with tempfile.TemporaryDirectory(prefix="donghanh-bench-") as folder:
        first, _ = _start(Path(folder))  # migrates and loads the administrative units
        ours, floors = [], []
        for _ in range(1 if quick else REPEATS):
            floors.append(_imports())
            ours.append(_start(Path(folder)))
    yield result(
        "startup",
        median([took for took, _ in ours]),
        "s",
        median([took for took, _ in floors]),
        first_start_s=round(first, 2),
    )
    yield result(
        "startup/memory",
        median([peak for _, peak in ours]),
        "MiB",
        median([peak for _, peak in floors]),
    )


def _start(folder: Path) -> tuple[float, float]:
    """Seconds and peak MiB of `donghanh run` until /healthz says 200."""
    port = _free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")},
        "DONGHANH_DATA_DIR": str(folder),
        "DONGHANH_PORT": str(port),
        "DONGHANH_LOG_LEVEL": "ERROR",
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not _healthy(port):
            if time.perf_counter() - started > PATIENCE or process.poll() is not None:
                raise RuntimeError("the programme does not start")
            time.sleep(0.005)
        return time.perf_counter() - started, _peak(process.pid)
    finally:
        process.terminate()
        process.wait()


def _imports() -> tuple[float, float]:
    """Seconds and peak MiB of a process that imports the stack and ends."""
    code = f"import {STACK}\nprint(open('/proc/self/status').read())"
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return time.perf_counter() - started, _peak_in(done.stdout)


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _healthy(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def _peak(pid: int) -> float:
    return _peak_in(Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace"))


def _peak_in(status: str) -> float:
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
