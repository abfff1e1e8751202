"""Kills a campaign while its rows are made and sent; then everybody must have got it.

After every death the rows and the cursor are compared: a batch is there whole, or not at all.
"""

import asyncio
import random
from collections import Counter as Counted
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert

from bench.people import Place, make_place, settle
from bot.clock import utc_now
from care.audience import Audience
from care.campaigns import START_DELAY, Draft
from care.clock import at_local, local_day
from care.messages import Address
from content.library import load
from storage import areas, campaign_results, campaigns
from storage.areas import AreaRow
from storage.audiences import CAMPAIGNS
from storage.campaign_results import Progress
from storage.family_tables import consents
from tests.kill.campaign_child import ANYBODY, SOON
from tests.kill.counting import Counter
from tests.kill.outbound import NOON, PATIENCE, Run, Verdict, ask, judge, states_of
from tests.kill.outbound_child import ACCOUNT, NAME

AUTHOR = 1
MAKING = 0.5  # the share of deaths while rows are still made, as long as there are any to make
MOMENT = 0.02  # seconds, some batches
DRAFT = Draft(
    "Uống vitamin A",
    "Mời {goi} đưa {ten_be} đến {tram} uống vitamin A.",
    Audience(months=(0, 95)),
)


@dataclass(slots=True)
class Campaigned:
    """`torn` are deaths after which rows and cursor did not fit; `early` those amid the making.

    `untrue` are deaths after which the sums were wrong, or more was called sent than had arrived.
    """

    verdict: Verdict
    torn: int = 0
    untrue: int = 0
    early: int = 0
    doubled: int = 0  # people with more than one row

    @property
    def kept(self) -> bool:
        settled = self.verdict.states == {"sent": self.verdict.rows}
        wrong = self.torn + self.untrue + self.doubled
        return self.verdict.kept and settled and not wrong

    def __str__(self) -> str:
        return (
            f"{self.verdict}; {self.early} deaths while rows were made, {self.torn} left a torn"
            f" batch and {self.untrue} wrong sums, {self.doubled} people with two rows"
        )


async def experiment(
    folder: Path,
    people: int,
    kills: int,
    *,
    on_the_way: float = 0.003,
    broken: str = "none",
    seed: int = 1,
) -> Campaigned:
    """Takes a campaign from its approval through `kills` deaths to its end."""
    place = make_place(folder)
    now = utc_now()
    shift = (at_local(local_day(now), NOON) - now).total_seconds()
    _fill(place, people)
    counter = Counter(folder / "socket")
    await counter.start()
    arguments = [str(folder), str(counter.socket), str(shift), str(on_the_way), broken]
    run = _Run(place, counter, arguments, random.Random(seed), people // (kills + 2))
    sending, found = [], Campaigned(Verdict(people, kills))
    for _ in range(kills):
        sending.append(await run.one_life())
        cursor, made = _standing(place)
        found.early += cursor is not None
        found.torn += made != (people if cursor is None else cursor)
        told = _told(place)
        arrived = len({row for _, row in counter.arrived})
        adds_up = told.sent + told.failed + told.cancelled + told.waiting == made
        found.untrue += not adds_up or told.sent > arrived
    await run.last_life()
    await counter.stop()
    found.verdict = judge(people, counter.arrived, sending, states_of(place))
    rows = Counted(row for _, row in ask(place, "SELECT 'row', caregiver_id FROM outbox"))
    found.doubled = sum(number > 1 for number in rows.values())
    return found


def _fill(place: Place, people: int) -> None:
    """Everybody agreed; their ids count up from 1, so the cursor tells how many were looked at."""
    everyone = [Address(NAME, ACCOUNT, f"chat-{n}") for n in range(people)]
    now = at_local(local_day(utc_now()), NOON)
    before = now - START_DELAY
    engine = place.engine()
    with engine.connect() as conn, conn.begin():
        settle(conn, everyone, local_day(now), before)
        agreed = {"purpose": CAMPAIGNS, "given": True, "version": 1, "text_hash": "0", "at": before}
        conn.execute(insert(consents), [{"caregiver_id": n + 1, **agreed} for n in range(people)])
        areas.import_rows(conn, [AreaRow("VN", "", "country", "Nước", "Việt Nam", ())], before)
        country = areas.by_code(conn, "VN")
        campaign_id = campaigns.create(conn, country.id if country else 0, AUTHOR, DRAFT, before)
        campaigns.submit(conn, campaign_id, AUTHOR, load().rules, before, ANYBODY)
    engine.dispose()


def _standing(place: Place) -> tuple[int | None, int]:
    """The cursor, None when everybody was looked at; and how many rows there are."""
    ((_, cursor),) = ask(
        place, "SELECT 'at', CASE WHEN expanded_at IS NULL THEN cursor END FROM campaigns"
    )
    ((_, made),) = ask(place, "SELECT 'rows', count(*) FROM outbox")
    return cursor, made


def _told(place: Place) -> Progress:
    """What officers would be told."""
    engine = place.engine()
    with engine.connect() as conn:
        told = campaign_results.progress(conn, 1)
    engine.dispose()
    return told


class _Run(Run):
    child = "tests.kill.campaign_child"
    at_once = False

    async def into_the_work(self) -> None:
        """Till some more rows are made, or till some more messages have arrived."""
        cursor, made = _standing(self.place)
        self.at_once = cursor is not None and (not made or self.chance.random() < MAKING)
        if not self.at_once:
            await super().into_the_work()
            return
        enough = made + self.chance.randint(1, 2 * self.messages_a_life)
        async with asyncio.timeout(PATIENCE):
            while cursor is not None and made < enough:
                await asyncio.sleep(0.002)
                cursor, made = _standing(self.place)

    async def into(self, phase: str) -> None:
        if self.at_once:
            longest = MOMENT if self.arguments[-1] == "none" else SOON
            await asyncio.sleep(longest * self.chance.random())
        else:
            await super().into(phase)

    def goes_on(self) -> bool:
        ((state, _),) = ask(self.place, "SELECT state, 1 FROM campaigns")
        return state != "done"
