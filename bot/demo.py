"""`donghanh demo`: the programme with a sample commune, on a database that is thrown away.

Only here the officers' door asks for no code. Messages go to web chats of this database; there is
no other messenger, whatever the settings say.
"""

import contextlib
import dataclasses
import os
import random
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot import demo_help, demo_office, demo_people
from bot.app import App
from bot.clock import utc_now
from bot.config import Settings
from bot.planner import PLANNED, Programme, plan
from bot.running import FAILED, Refused, listen, open_or_refuse, run_loop
from bot.serving import serve
from care.clock import at_local, local_day
from console.app import ROLE_NAMES
from console.passwords import hash_now
from console.scope import Role
from content.library import ContentBroken, Library
from content.library import load as load_library
from storage import area_settings, marks, sample
from storage.database import Connection, Database

DATA = Path(__file__).parent.parent / "data" / "demo"
FAMILIES = 400
SEED = 1
PASSWORD = "xa-mau-xa-mau"  # noqa: S105 - of made-up officers over made-up families


def run_demo(settings: Settings, host: str, port: int) -> int:
    """Runs until told to stop; then the folder is gone."""
    os.umask(0o077)
    signal.signal(signal.SIGTERM, _leave)  # while it is made; then `serve` takes it
    settings = dataclasses.replace(settings, host=host, port=port)
    try:
        with throw_away(settings) as given, listen(given) as listening:
            library = load_library(language=given.language)
            return 0 if run_loop(_serve(given, library, listening)) else FAILED
    except Refused as error:
        print(error, file=sys.stderr)
        return error.code
    except ContentBroken as error:
        print("\n".join(str(problem) for problem in error.problems), file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 0


def _leave(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def throw_away(settings: Settings) -> Iterator[Settings]:
    """The same with a folder of its own, and no way to anybody."""
    with tempfile.TemporaryDirectory(prefix="donghanh-demo-") as folder:
        data = Path(folder)
        yield dataclasses.replace(
            settings,
            data_dir=data,
            database_url=f"sqlite:///{data}/demo.db",
            key_file=data / "key",
            public_url="",
            root_area=demo_office.PROVINCE,
            telegram_token="",
            telegram_webhook_secret="",
        )


async def _serve(settings: Settings, library: Library, listening: socket.socket) -> bool:
    print("Making a sample commune; it takes half a minute.", flush=True)
    opened = open_or_refuse(settings)
    try:
        app = await make(settings, opened.db, library, FAMILIES)
        print(f"The password of every officer is {PASSWORD}; no code is asked for.")
        for role in Role:
            print(f"  {demo_office.login_of(role):<18} {ROLE_NAMES[role]}", flush=True)
        return await serve(app, listening)
    finally:
        await opened.close()


async def make(
    settings: Settings, db: Database, library: Library, families: int, seed: int = SEED
) -> App:
    """Fills an empty database; the programme over it says on every page that it is a sample."""
    now = utc_now()
    words: dict[str, Any] = yaml.safe_load((DATA / "words.yaml").read_text(encoding="utf-8"))
    nicknames = (DATA / "nicknames.txt").read_text(encoding="utf-8").split("\n")
    await _fill(db, library, words, [name for name in nicknames if name], families, seed, now)
    return App(settings, db, library, sample=True)


async def _fill(
    db: Database,
    library: Library,
    words: dict[str, Any],
    nicknames: list[str],
    count: int,
    seed: int,
    now: datetime,
) -> None:
    chance, today = random.Random(seed), local_day(now)
    begun = now - timedelta(days=demo_people.YEAR + 1)
    office = await db.write(demo_office.open_office, words, hash_now(PASSWORD), begun)
    local = await db.read(area_settings.of_area, office.commune)
    families = demo_people.imagine(count, office.hamlets, nicknames, today, chance)
    coming = list(words["finished"])
    for family in families:
        while coming and family.joined > today - timedelta(days=coming[0]["days_ago"]):
            await _campaign(db, office, library, coming.pop(0), now, chance)
        await db.write(demo_people.settle, family, library, local, today, seed)
    for told in coming:
        await _campaign(db, office, library, told, now, chance)
    await db.write(_finish, office, library, words, families, nicknames, now, chance)
    programme = Programme.of(library.openings, library.items, library.rules, library.hashes)
    await plan(db, programme, today)
    await db.write(sample.deliver, now)  # what was for this morning


async def _campaign(
    db: Database,
    office: demo_office.Office,
    library: Library,
    told: dict[str, Any],
    now: datetime,
    chance: random.Random,
) -> None:
    at = at_local(local_day(now) - timedelta(days=told["days_ago"]), 9 * 60)
    await db.write(demo_office.run, office, told, library, at, chance)


def _finish(
    conn: Connection,
    office: demo_office.Office,
    library: Library,
    words: dict[str, Any],
    families: list[demo_people.Family],
    nicknames: list[str],
    now: datetime,
    chance: random.Random,
) -> None:
    """What officers find today; all before it counts as planned."""
    today = local_day(now)
    hour = timedelta(hours=1)
    demo_office.write(conn, office, words["waiting"], library, now - 3 * hour, hand_in=True)
    demo_office.write(conn, office, words["draft"], library, now - 2 * hour, hand_in=False)
    for number, told in enumerate(words["talks"]):
        ago = timedelta(days=number) if told["state"] == "closed" else hour / (number + 1)
        at = now - ago - hour / 2
        demo_office.talk(conn, office, told, families[number], library, at)
    demo_office.feedback(conn, office, families, library, now)
    demo_office.review(conn, office, library, now)
    demo_help.directory(conn, office, words, now)
    demo_help.reports(conn, office, words, now, chance)
    demo_office.invite(conn, office, words, families, nicknames, today, now, chance)
    marks.put(conn, PLANNED, (today - timedelta(days=1)).isoformat())
