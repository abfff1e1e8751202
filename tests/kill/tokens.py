"""Kills a process that renews an account's tokens; then they work, or everybody hears of it.

A refresh token works once. Whoever dies between the answer and the store has lost the pair, and
nothing can bring it back but a person's consent; that must be said, and no second pair may go.

    python -m tests.kill.tokens
"""

import asyncio
import contextlib
import logging
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bench.people import Place, make_place
from bench.result import ROOT
from bot.clock import utc_now
from bot.messengers import Tokens, to_stored
from channels.zalo_oa import ZaloOA
from channels.zalo_oa.consent import App
from channels.zalo_oa.tokens import AGAIN, Pair
from storage import channel_tokens
from storage.database import open_database
from tests.channels.rigs import take_nothing
from tests.channels.token_store import pair_of
from tests.standins.loopback import Answer, Cut, Head, ReadBody
from tests.standins.zalo_oa import APP_ID, APP_SECRET, OA_ID, SECRET_KEY, ZaloOAApi

PHASES = ("made", "blocked", "asked", "answered", "anywhere")
LOST = ("made", "blocked")  # the server gave a pair, and surely nobody stored it
WHOLE = ("asked",)  # it gave none
MOST_RENEWALS = 20  # of one life
A_RENEWAL = 0.02  # seconds, about
PATIENCE = 60.0
TOKEN = "/v4/oa/access_token"
ROUND = channel_tokens.LEASE + timedelta(seconds=1)  # whoever starts again has waited so long


@dataclass(slots=True)
class Verdict:
    """`between` are deaths in a phase of LOST, `before` in one of WHOLE.

    `silent`: a pair was lost and nobody heard; `broken`: none was, and the tokens do not work.
    `gone` is the most pairs that one death cost.
    """

    kills: int
    renewals: int = 0
    between: int = 0
    before: int = 0
    working: int = 0
    told: int = 0
    silent: int = 0
    broken: int = 0
    gone: int = 0

    @property
    def kept(self) -> bool:
        whole = not self.silent and not self.broken and self.gone <= 1
        tried = self.between > 0 and self.before > 0
        return whole and tried and self.told >= self.between and self.working >= self.before

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.renewals} renewals; {self.between} kills surely between"
            f" answer and store, {self.before} surely before: {self.working} left tokens that"
            f" work, {self.told} asked for consent aloud, {self.silent} were silent,"
            f" {self.broken} broke what was stored, at most {self.gone} pairs lost by one"
        )


class Forgets(Tokens):
    """What must turn the verdict red: nobody hears that a pair was refused."""

    async def replace(self, account: str, old: Pair, new: Pair) -> bool:
        return not new.refused and await super().replace(account, old, new)


class Zalo(ZaloOAApi):
    """Says when a life must die. What it does then is the `phase`:

    asked: it makes no pair. made: it never sends it. blocked: it sends it when nobody can write to
    the file. answered, anywhere: it sends it.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(now=self.clock)
        self.place = place
        self.shift = timedelta()
        self.phase = ""
        self.wanted = 0
        self.now_is_it = asyncio.Event()
        self.died = asyncio.Event()
        self._blocker: sqlite3.Connection | None = None

    def clock(self) -> datetime:
        return utc_now() + self.shift

    @property
    def newest(self) -> str:
        return self.oauth.current.refresh if self.oauth.current else ""

    def expect(self, phase: str, renewals: int) -> None:
        self.phase, self.wanted = phase, self.oauth.renewals + renewals
        self.now_is_it.clear()
        self.died.clear()

    def over(self) -> None:
        self.phase = ""
        self.died.set()
        if self._blocker:
            self._blocker.close()
            self._blocker = None

    async def _respond(self, head: Head, read: ReadBody) -> Answer:
        due = head.path == TOKEN and self.phase and self.oauth.renewals + 1 >= self.wanted
        if due and self.phase == "asked":
            await self._death()
        answer = await super()._respond(head, read)
        if due and self.phase == "made":
            await self._death()
        if due and self.phase == "blocked" and not self._blocker:
            self._blocker = sqlite3.connect(self.place.path, isolation_level=None)
            self._blocker.execute("BEGIN IMMEDIATE")
        if due:
            self.now_is_it.set()
        return answer

    async def _death(self) -> None:
        self.now_is_it.set()
        await self.died.wait()
        raise Cut


class Errors(logging.Handler):
    """Counts them."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


@contextlib.contextmanager
def heard() -> Iterator[Errors]:
    log, errors = logging.getLogger("channels.zalo_oa"), Errors()
    log.addHandler(errors)
    try:
        yield errors
    finally:
        log.removeHandler(errors)


async def experiment(folder: Path, kills: int, *, broken: str = "none", seed: int = 1) -> Verdict:
    place, chance, verdict = make_place(folder), random.Random(seed), Verdict(kills)
    zalo = Zalo(place)
    async with zalo:
        await _consents(zalo)
        for n in range(kills):
            phase = PHASES[n % len(PHASES)]
            await _one_life(zalo, phase, broken, chance)
            zalo.shift += ROUND
            verdict.between += phase in LOST
            verdict.before += phase in WHOLE
            await _look(zalo, verdict, Forgets if broken == "forgets" else Tokens)
        verdict.renewals = zalo.oauth.renewals
    return verdict


async def _consents(zalo: Zalo) -> None:
    db = open_database(zalo.place.url, zalo.place.cipher)
    await db.write(channel_tokens.put, OA_ID, to_stored(pair_of(zalo)))
    await db.close()


async def _one_life(zalo: Zalo, phase: str, broken: str, chance: random.Random) -> None:
    zalo.expect(phase, chance.randint(1, MOST_RENEWALS))
    what = broken if broken == "every_second" else "none"
    given = (str(zalo.place.folder), zalo.url, str(zalo.shift.total_seconds()), what)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.kill.tokens_child", *given, cwd=ROOT
    )
    async with asyncio.timeout(PATIENCE):
        await zalo.now_is_it.wait()
    if phase in ("anywhere", "blocked"):
        await asyncio.sleep(A_RENEWAL * chance.random())
    if process.returncode is not None:
        raise RuntimeError(f"it ended by itself with {process.returncode}")
    process.send_signal(signal.SIGKILL)
    await process.wait()
    zalo.over()


async def _look(zalo: Zalo, verdict: Verdict, kind: type[Tokens]) -> None:
    """A new start: what an operator finds, and the consent that is asked for."""
    db = open_database(zalo.place.url, zalo.place.cipher)
    store, app = kind(db, zalo.clock), App(APP_ID, APP_SECRET, zalo.url)
    channel = ZaloOA(
        OA_ID,
        app=app,
        secret_key=SECRET_KEY,
        tokens=store,
        clock=zalo.clock,
        api_url=zalo.url,
    )
    await channel.start(take_nothing)
    try:
        with heard() as errors:
            health = await channel.check()
        trouble = await channel._keeper.trouble()
        found = await _stored(store)
        lost = _number(zalo.newest) - _number(found.refresh)
        verdict.gone = max(verdict.gone, lost)
        if lost:
            told = found.refused and health.detail == trouble == AGAIN and errors.count > 0
            verdict.told += told
            verdict.silent += not told
        else:
            works = health.ok and not trouble and await _renews(channel, store, zalo)
            verdict.working += works
            verdict.broken += not works
        if lost or not works:
            await db.write(channel_tokens.put, OA_ID, to_stored(pair_of(zalo)))
    finally:
        await channel.stop()
        await db.close()


async def _renews(channel: ZaloOA, store: Tokens, zalo: Zalo) -> bool:
    """Whether the tokens are good for more than what is left of their day."""
    before = zalo.oauth.renewals
    await channel._keeper.access(refused=(await _stored(store)).access)
    after = await _stored(store)
    once = zalo.oauth.renewals == before + 1
    return once and after.refresh == zalo.newest and zalo.oauth.accepts(after.access)


async def _stored(store: Tokens) -> Pair:
    found = await store.load(OA_ID)
    if found is None:
        raise LookupError("no pair at all")
    return found


def _number(refresh: str) -> int:
    """The stand-in counts the pairs that it makes."""
    return int(refresh.rpartition("-")[2])


def main() -> int:
    wrong = 0
    for broken, kills in (("none", 50), ("every_second", 12), ("forgets", 4)):
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="donghanh-kill-") as folder:
            verdict = asyncio.run(experiment(Path(folder), kills, broken=broken))
        right = verdict.kept is (broken == "none")
        wrong += not right
        word = "kept" if verdict.kept else "broken"
        expected = "as it must be" if right else "WRONG"
        seconds = time.monotonic() - started
        print(f"tokens, {broken}: {word}, {expected}. {verdict} [{seconds:.0f} s]", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
