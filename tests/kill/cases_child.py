"""Starts lives that work on cases, and kills each after a while; prints what was torn.

A life is a fork of this process: its start takes no time, so it dies amid its work.

usage: cases_child.py FOLDER KILLS BREAK SEED
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.clock import utc_now
from care.cases import Case, Danger, NotAllowed
from storage import areas, case_acts, case_files, case_history, cases
from storage.case_tables import cases as table
from storage.cases import Viewer
from storage.crypto import Cipher, read_key
from storage.database import open_database, sync_engine
from tests.kill.cases import torn

LONGEST_LIFE = 0.2  # seconds
WORKERS = 3
SOON = 0.005
Line = tuple[Any, ...]
Do = Callable[[Connection, Viewer, Case], Any]


def _facts(conn: Connection, me: Viewer, case: Case) -> None:
    now = utc_now()
    case_acts.change_facts(conn, me, case, {"notes": now.isoformat()}, now)


ACTS: list[Do] = [
    lambda conn, me, case: case_acts.take(conn, me, case, utc_now()),
    lambda conn, me, case: case_acts.hand_back(conn, me, case, "x", utc_now()),
    lambda conn, me, case: case_acts.assess(conn, me, case, Danger.LOW, "x", utc_now()),
    lambda conn, me, case: case_acts.plan(conn, me, case, "x", utc_now()),
    lambda conn, me, case: case_acts.add_step(conn, me, case, "x", None, utc_now()),
    lambda conn, me, case: case_acts.support(conn, me, case, "x", utc_now()),
    lambda conn, me, case: case_acts.refer(conn, me, case, 1, True, "", utc_now()),
    lambda conn, me, case: case_acts.ask_close(conn, me, case, "x", utc_now()),
    lambda conn, me, case: case_acts.refuse_close(conn, me, case, "x", utc_now()),
    _facts,
]


class LineAfter:
    """What must turn the verdict red: the line of an act is a transaction of its own."""

    def __init__(self, db: Any) -> None:
        self._db = db
        self._append: Any = case_history.append
        self._lines: list[Line] = []
        changed: Any = case_history
        changed.append = lambda conn, *line: self._lines.append(line)

    async def read(self, f: Any, /, *args: Any) -> Any:
        return await self._db.read(f, *args)

    async def write(self, f: Any, /, *args: Any) -> Any:
        lines, outcome = await self._db.write(self._without, f, args)
        await asyncio.sleep(SOON)
        for line in lines:
            await self._db.write(self._append, *line)
        return outcome

    def _without(self, conn: Connection, f: Any, args: Any) -> tuple[list[Line], Any]:
        self._lines = []
        outcome = f(conn, *args)
        return self._lines, outcome


def _act(conn: Connection, officer_id: int, number: str, do: Do | None) -> str:
    """Does something; of a read, what the officer saw."""
    commune = areas.by_code(conn, "20a")
    if commune is None:
        raise LookupError("20a")
    me = Viewer(officer_id, commune.id, frozenset(areas.below(conn, commune.id)), 2)
    case = cases.find(conn, me, number)
    if case is None:
        raise LookupError(number)
    if do is not None:
        do(conn, me, case)
        return ""
    now = utc_now()
    case_files.read(conn, me, case, now)
    return f"{case.id} {now.isoformat()}\n"


def _numbers(conn: Connection) -> list[str]:
    return list(conn.execute(select(table.c.number)).scalars())


async def life(folder: Path, key: Cipher, broken: str, chance: random.Random) -> None:
    """Works until it is killed; what an officer saw is written down outside the database."""
    db: Any = open_database(f"sqlite:///{folder}/bench.db", key)
    if broken == "line_after":
        db = LineAfter(db)
    numbers = await db.read(_numbers)
    shown = os.open(folder / "shown", os.O_WRONLY | os.O_APPEND)

    async def work(officer_id: int) -> None:
        while True:
            do = chance.choice([None, *ACTS])
            try:
                seen = await db.write(_act, officer_id, chance.choice(numbers), do)
            except NotAllowed:
                continue
            os.write(shown, seen.encode())

    await asyncio.gather(*(work(n) for n in range(1, WORKERS + 1)))


def main(folder: Path, kills: int, broken: str, seed: int) -> None:
    key, chance = read_key(folder / "key"), random.Random(seed)
    (folder / "shown").touch()
    apart = 0
    for n in range(kills):
        pid = os.fork()
        if pid == 0:
            asyncio.run(life(folder, key, broken, random.Random(f"{seed} {n}")))
            os._exit(1)
        time.sleep(LONGEST_LIFE * chance.random())
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        engine = sync_engine(f"sqlite:///{folder}/bench.db", key)
        with engine.connect() as conn, conn.begin():
            apart += torn(conn)
        engine.dispose()
    print(json.dumps({"torn": apart}))


if __name__ == "__main__":
    where, times, what, number = sys.argv[1:]
    main(Path(where), int(times), what, int(number))
