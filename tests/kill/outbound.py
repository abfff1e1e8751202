"""Kills a broadcast again and again, then counts what arrived: none lost, few twice, all known."""

import asyncio
import contextlib
import random
import signal
import sqlite3
import sys
from collections import Counter as Counted
from dataclasses import dataclass, field
from pathlib import Path

from bench.people import Place, make_place, queue_campaign, settle
from bench.result import ROOT
from bot.clock import utc_now
from bot.delivery import IN_FLIGHT
from care.clock import at_local, local_day
from care.messages import Address
from content.library import load
from tests.kill.counting import Counter
from tests.kill.outbound_child import ACCOUNT, NAME

NOON = 12 * 60
PHASES = ("anywhere", "anywhere", "arrived", "answered", "starting")
STARTS = 1.5  # seconds within which a new process is certainly at work
PATIENCE = 120.0
PATIENCE_A_LIFE = 10.0


@dataclass(slots=True)
class Verdict:
    """`strays` are second copies of rows that were not `sending` when a process died."""

    rows: int
    kills: int
    lost: int = 0
    duplicates: int = 0
    most_a_kill: int = 0
    strays: int = 0
    most_sending: int = 0
    states: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> bool:
        few = self.most_a_kill <= IN_FLIGHT and self.most_sending <= IN_FLIGHT
        return self.lost == 0 and self.strays == 0 and few

    def __str__(self) -> str:
        return (
            f"{self.rows} rows, {self.kills} kills: {self.lost} lost, {self.duplicates} twice"
            f" (at most {self.most_a_kill} a kill, {self.strays} not among the rows `sending`,"
            f" of which there were at most {self.most_sending}); rows now: {self.states}"
        )


async def experiment(
    folder: Path,
    rows: int,
    kills: int,
    *,
    on_the_way: float = 0.003,
    broken: str = "none",
    seed: int = 1,
) -> Verdict:
    """Runs a broadcast of `rows` through `kills` deaths and to its end."""
    place = make_place(folder)
    now = utc_now()
    shift = (at_local(local_day(now), NOON) - now).total_seconds()
    _fill(place, rows)
    counter = Counter(folder / "socket")
    await counter.start()
    arguments = [str(folder), str(counter.socket), str(shift), str(on_the_way), broken]
    run = Run(place, counter, arguments, random.Random(seed), rows // (kills + 2))
    sending = [await run.one_life() for _ in range(kills)]
    await run.last_life()
    await counter.stop()
    return judge(rows, counter.arrived, sending, states_of(place))


def _fill(place: Place, rows: int) -> None:
    library = load()
    message = min(i for i, item in library.items.items() if item.kind == "tip")
    people = [Address(NAME, ACCOUNT, f"chat-{n}") for n in range(rows)]
    now = at_local(local_day(utc_now()), NOON)
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        settle(conn, people, local_day(now), now)
        queue_campaign(conn, people, message, now)
    engine.dispose()


class Run:
    """A sender that is started and killed; `child` is the module it is."""

    child = "tests.kill.outbound_child"

    def __init__(
        self,
        place: Place,
        counter: Counter,
        arguments: list[str],
        chance: random.Random,
        messages_a_life: int,
    ) -> None:
        self.place = place
        self.counter = counter
        self.arguments = arguments
        self.chance = chance
        self.messages_a_life = messages_a_life

    async def one_life(self) -> set[int]:
        """Starts, kills at some moment of some phase; the rows found `sending` afterwards."""
        process = await self._start()
        phase = self.chance.choice(PHASES)
        if phase == "starting":
            await asyncio.sleep(STARTS * self.chance.random())
        else:
            await self.into_the_work()
            await self.into(phase)
        await self._kill(process)
        return _sending(self.place)

    async def into_the_work(self) -> None:
        enough = len(self.counter.arrived) + self.chance.randint(1, 2 * self.messages_a_life)
        with contextlib.suppress(TimeoutError):  # a sabotaged sender may have none left
            await self.counter.until(lambda count: count >= enough, patience=5)

    async def into(self, phase: str) -> None:
        if phase == "anywhere":
            await asyncio.sleep(0.02 * self.chance.random())
        elif phase == "arrived":
            self.counter.silent = True
            enough = len(self.counter.arrived) + self.chance.randint(1, IN_FLIGHT)
            with contextlib.suppress(TimeoutError):  # others may have been answered just before
                await self.counter.until(lambda count: count >= enough, patience=0.5)

    async def last_life(self) -> None:
        process = await self._start()
        async with asyncio.timeout(PATIENCE):
            while self.goes_on():
                await asyncio.sleep(0.1)
        await self._kill(process)

    def goes_on(self) -> bool:
        return bool({"pending", "sending"} & set(states_of(self.place)))

    async def _start(self) -> asyncio.subprocess.Process:
        self.counter.life += 1
        self.counter.silent = False
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", self.child, *self.arguments, cwd=ROOT
        )

    async def _kill(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            raise RuntimeError(f"the sender ended by itself with {process.returncode}")
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await self.counter.settled()


def judge(
    rows: int, arrived: list[tuple[int, int]], sending: list[set[int]], states: dict[str, int]
) -> Verdict:
    """Charges every second copy to a kill that found its row `sending` and came before it."""
    charged: Counted[int] = Counted()
    kills_of = {
        row: [k for k, ids in enumerate(sending, 1) if row in ids] for row in range(rows + 1)
    }
    seen: set[int] = set()
    duplicates = strays = 0
    for life, row in arrived:
        if row not in seen:
            seen.add(row)
            continue
        duplicates += 1
        kill = next((k for k in kills_of[row] if k < life), None)
        if kill is None:
            strays += 1
        else:
            kills_of[row].remove(kill)
            charged[kill] += 1
    return Verdict(
        rows,
        len(sending),
        lost=rows - len(seen),
        duplicates=duplicates,
        most_a_kill=max(charged.values(), default=0),
        strays=strays,
        most_sending=max(map(len, sending), default=0),
        states=states,
    )


def ask(place: Place, question: str) -> list[tuple[str, int]]:
    with contextlib.closing(sqlite3.connect(f"file:{place.path}?mode=ro", uri=True)) as conn:
        return conn.execute(question).fetchall()


def _sending(place: Place) -> set[int]:
    rows = ask(place, "SELECT state, id FROM outbox WHERE state = 'sending'")
    return {row for _, row in rows}


def states_of(place: Place) -> dict[str, int]:
    return dict(ask(place, "SELECT state, count(*) FROM outbox GROUP BY state"))
