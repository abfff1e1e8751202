"""`donghanh run` as a process of its own, in a folder and an environment that hold nothing else."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # to start, on a busy machine
DRAINING = 45.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Programme:
    """One installation: `folder` survives a stop, like the disk of a server."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, path: str = "/readyz", status: int = 200) -> None:
        """Returns when `path` answers with `status`."""
        self.launch()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise AssertionError(f"donghanh ended: {self.said}")
            try:
                if httpx.get(self.url + path, trust_env=False).status_code == status:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}: {self.said}")

    def launch(self) -> None:
        self._process = self.begin()

    def begin(self) -> "subprocess.Popen[bytes]":
        """A process on this folder; its words go to a file, so that no pipe fills up."""
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run", "--port", str(self.port)],
                cwd=self.folder,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": str(ROOT),
                    "PYTHONIOENCODING": "utf-8",
                    "DONGHANH_DATA_DIR": str(self.data),
                    **self._settings,
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def stop(self) -> int:
        """SIGTERM, as an operator's service manager does; returns the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(DRAINING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process = None

    @property
    def said(self) -> str:
        """Everything it wrote for the operator."""
        return self._log.read_text(encoding="utf-8") if self._log.exists() else ""

    @property
    def _log(self) -> Path:
        return self.folder / "said.txt"
