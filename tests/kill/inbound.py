"""Kills the programme while people write; then every acknowledged message must have had its effect.

Each person writes a few messages, the next one when the last is acknowledged; what was not is
written again with the same id, as the page does.
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.people import Place, make_place
from bench.result import ROOT
from bot.clock import utc_now
from channels.webchat.channel import ACCOUNT, NAME, chat_id_of
from storage import web

WRITERS = 8
MESSAGES = ("xin chào", "xem kỹ hơn", "đồng ý")
LONGEST_LIFE = 2.0  # seconds of writing before a kill
PATIENCE = 60.0


@dataclass(slots=True)
class Verdict:
    """`lost` and `double` count answers; `open` are events acknowledged and not handled."""

    kills: int
    acknowledged: int = 0
    missing: int = 0
    open: int = 0
    lost: int = 0
    double: int = 0
    answers: int = 0  # that one undisturbed person gets; none would prove nothing

    @property
    def kept(self) -> bool:
        broken = self.missing or self.open or self.lost or self.double
        return bool(self.answers) and not broken

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} messages acknowledged: {self.missing} not in"
            f" the inbox, {self.open} not handled, {self.lost} answers lost, {self.double} twice"
        )


async def experiment(folder: Path, kills: int, *, broken: str = "none", seed: int = 1) -> Verdict:
    place = make_place(folder)
    tokens = [f"token-of-person-{n:06}" for n in range(200 + kills * 150)]
    _open_sessions(place, tokens)
    server = _Server(place, broken)
    people = _People(server.url, tokens)
    await server.start()
    await people.writes(tokens[0])  # undisturbed: what the answers should be
    writing = [asyncio.create_task(people.keep_writing()) for _ in range(WRITERS)]
    chance = random.Random(seed)
    for _ in range(kills):
        await asyncio.sleep(LONGEST_LIFE * chance.random())
        await server.kill()
        await server.start()
    people.stopping = True
    await asyncio.gather(*writing)
    await _all_handled(place)
    await server.kill()
    await people.close()
    return judge(place, kills, people.acknowledged)


def _open_sessions(place: Place, tokens: list[str]) -> None:
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        for token in tokens:
            web.open_session(conn, chat_id_of(token), utc_now())
    engine.dispose()


class _Server:
    def __init__(self, place: Place, broken: str) -> None:
        with contextlib.closing(socket.socket()) as one:
            one.bind(("127.0.0.1", 0))
            self.port = one.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._broken = broken
        self._environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("DONGHANH_")},
            "DONGHANH_DATA_DIR": str(place.folder),
            "DONGHANH_DATABASE_URL": place.url,
            "DONGHANH_PORT": str(self.port),
            "DONGHANH_LOG_LEVEL": "ERROR",
        }
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Returns when it takes connections."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.kill.inbound_child",
            self._broken,
            cwd=ROOT,
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.close()
                    return
                if self._process.returncode is not None:
                    raise RuntimeError(f"the programme ended with {self._process.returncode}")
                await asyncio.sleep(0.01)

    async def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


class _People:
    def __init__(self, url: str, tokens: list[str]) -> None:
        self.acknowledged: dict[str, list[str]] = {}  # by chat, in order
        self.stopping = False
        self._tokens: Iterator[str] = iter(tokens[1:])
        self._client = httpx.AsyncClient(base_url=url, trust_env=False, timeout=10)

    async def close(self) -> None:
        await self._client.aclose()

    async def keep_writing(self) -> None:
        while not self.stopping:
            await self.writes(next(self._tokens))

    async def writes(self, token: str) -> None:
        """All messages of one person, each until it is acknowledged."""
        mine = self.acknowledged.setdefault(chat_id_of(token), [])
        for n, text in enumerate(MESSAGES):
            while not await self._posted(token, {"id": f"m{n}", "text": text}):
                await asyncio.sleep(0.1)
            mine.append(f"m{n}")

    async def _posted(self, token: str, body: dict[str, str]) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        try:
            answer = await self._client.post("/api/chat/messages", json=body, headers=headers)
        except httpx.TransportError:
            return False
        if answer.status_code not in (202, 503):
            raise AssertionError(f"the chat answered {answer.status_code}: {answer.text}")
        return answer.status_code == 202


async def _all_handled(place: Place) -> None:
    """Waits until nothing moves any more."""
    async with asyncio.timeout(PATIENCE):
        while _ask(place, "SELECT id FROM inbox WHERE state = 'new'") or _ask(
            place, "SELECT id FROM outbox WHERE state IN ('pending', 'sending')"
        ):
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)


def judge(place: Place, kills: int, acknowledged: dict[str, list[str]]) -> Verdict:
    """The first person was not disturbed; everybody else must have got the same answers."""
    verdict = Verdict(kills, sum(map(len, acknowledged.values())))
    inbox = dict(_ask(place, "SELECT event_id, state FROM inbox"))
    answers: dict[str, list[str]] = {}
    for chat_hash, message in _ask(
        place,
        "SELECT a.chat_hash, o.message FROM outbox o JOIN addresses a ON a.id = o.address_id"
        " ORDER BY o.id",
    ):
        answers.setdefault(chat_hash, []).append(message)
    steps = dict(
        _ask(
            place,
            "SELECT a.chat_hash, c.nonce FROM conversations c"
            " JOIN addresses a ON a.id = c.address_id",
        )
    )
    expected = None
    for chat, ids in acknowledged.items():
        states = [inbox.get(f"{chat[:12]}:{one}") for one in ids]
        verdict.missing += states.count(None)
        verdict.open += sum(state not in (None, "done") for state in states)
        hashed = place.cipher.blind(NAME, ACCOUNT, chat)
        got = Counter([*answers.get(hashed, []), *["step"] * steps.get(hashed, 0)])
        if expected is None:
            expected = got
            verdict.answers = got.total()
        verdict.lost += sum((expected - got).values())
        verdict.double += sum((got - expected).values())
    return verdict


def _ask(place: Place, question: str) -> list[tuple[str, str]]:
    with contextlib.closing(sqlite3.connect(f"file:{place.path}?mode=ro", uri=True)) as conn:
        return conn.execute(question).fetchall()
