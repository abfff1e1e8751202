"""The officers of the sample commune and their work: campaigns, talks, tasks, slips, reviews."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.demo_people import Family
from care.audience import Audience
from care.campaigns import Asks, Draft, Question
from care.clock import local_day
from care.folding import fold
from care.roster import Entry
from console.app import ROLE_NAMES
from console.scope import Role
from content.library import Library
from storage import (
    area_settings,
    areas,
    audiences,
    audit,
    campaign_results,
    campaign_sending,
    campaigns,
    claims,
    deadlines,
    hamlets,
    officers,
    reactions,
    reviews,
    sample,
    slips,
    surveys,
    talk_answers,
    talks,
    tasks,
)
from storage.areas import AreaRow
from storage.database import Connection

PROVINCE, COMMUNE = "demo", "demo-xa"  # no official code has letters
ANYBODY = -1  # people an officer may write to alone: even one more needs a second officer
ANSWERS, FAILED = 0.6, 2
HOUR = timedelta(hours=1)
OWN_HAMLET = Role.UNION  # sees a part of the commune only
Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Office:
    commune: int
    hamlets: Sequence[int]
    officers: Mapping[Role, int]


def login_of(role: Role) -> str:
    return fold(ROLE_NAMES[role]).replace(" ", "")


def open_office(conn: Connection, words: Words, password_hash: str, now: datetime) -> Office:
    """The places, one officer of each role, and what the commune has set."""
    rows = [
        AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
        AreaRow(PROVINCE, "VN", "province", "Tỉnh", words["province"], ()),
        AreaRow(COMMUNE, PROVINCE, "commune", "Xã", words["commune"], ()),
    ]
    areas.import_rows(conn, rows, now)
    province, commune = areas.by_code(conn, PROVINCE), areas.by_code(conn, COMMUNE)
    if province is None or commune is None:
        raise LookupError("the sample commune is not there")
    below = [hamlets.add(conn, commune, "Thôn", name) or 0 for name in words["hamlets"]]
    people = {}
    for role in Role:
        at_home = {Role.ADMIN: province.id, OWN_HAMLET: below[0]}.get(role, commune.id)
        people[role] = _officer(conn, role, at_home, password_hash, now)
    area_settings.set_home(conn, province.id)
    by = f"officer:{people[Role.STATION]}"
    area_settings.put(conn, commune.id, "vaccine_session", words["session"], by, now)
    deadlines.mark(conn, commune.id, "u0", local_day(now).year, done=True)
    return Office(commune.id, below, people)


def _officer(conn: Connection, role: Role, area_id: int, password_hash: str, now: datetime) -> int:
    made = officers.add(
        conn,
        login=login_of(role),
        name=ROLE_NAMES[role],
        role=role,
        area_id=area_id,
        password_hash=password_hash,
        now=now,
    )
    if made is None:
        raise LookupError("a login of the demo is taken")
    officers.change(conn, made, state=officers.ACTIVE)
    return made


def draft_of(told: Words) -> Draft:
    asked, months = told.get("question"), told.get("months")
    question = None
    if asked:
        question = Question(Asks(asked["kind"]), asked["asked"], tuple(asked.get("options", ())))
    audience = Audience(months=(months[0], months[1]) if months else None)
    return Draft(told["title"], told["body"], audience, question=question)


def write(
    conn: Connection, office: Office, told: Words, library: Library, now: datetime, *, hand_in: bool
) -> int:
    """A draft of the station, or one that waits for the lead."""
    author = office.officers[Role.STATION]
    made = campaigns.create(conn, office.commune, author, draft_of(told), now)
    _note(conn, author, "campaign written", f"campaign:{made}", now)
    if hand_in:
        campaigns.submit(conn, made, author, library.rules, now, ANYBODY)
        _note(conn, author, "campaign handed in", f"campaign:{made}", now)
    return made


def run(
    conn: Connection,
    office: Office,
    told: Words,
    library: Library,
    at: datetime,
    chance: random.Random,
) -> None:
    """A campaign from its first word to its last answer, to those who are there."""
    made = write(conn, office, told, library, at - HOUR, hand_in=True)
    campaigns.approve(conn, made, office.officers[Role.LEAD], at - HOUR / 2)
    _note(conn, office.officers[Role.LEAD], "campaign approved", f"campaign:{made}", at)
    campaign_sending.begin(conn, made, None)
    more = True
    while more:
        campaign = campaigns.get(conn, made)
        if campaign is None:
            raise LookupError("a campaign of the demo is not there")
        aim = campaigns.aim_of(conn, campaign, library.rules, local_day(at))
        found = audiences.people(conn, aim, campaign.cursor)
        more, _ = campaign_sending.store(conn, campaign, found, at, at)
    sample.deliver(conn, at)
    results = campaign_results.results(conn, made, limit=10_000)
    for row, _ in results[:: len(results) // FAILED][1:FAILED] if len(results) > 20 else ():
        claims.settle(conn, row, "failed", at, reason="gone")
    for _, result in results:
        if result.caregiver_id is not None and chance.random() < ANSWERS:
            choice = 1 + chance.choices(range(len(told["weights"])), weights=told["weights"])[0]
            when = at + timedelta(minutes=chance.randrange(5, 10 * 60))
            campaign_results.put_answer(conn, made, result.caregiver_id, choice, None, when)
            if told["question"]["kind"] == Asks.SCORE:
                ref = f"campaign:{made}"
                tasks.low_score(conn, ref, choice, result.area_id, when)
    campaign_sending.finish(conn, at + HOUR)


def talk(
    conn: Connection,
    office: Office,
    told: Words,
    family: Family,
    library: Library,
    at: datetime,
) -> None:
    """One conversation, a line every few minutes."""
    station = office.officers[Role.STATION]
    opened = talks.ask(conn, family.caregiver_id, family.address_id, office.commune, at)
    for number, line in enumerate(told["lines"]):
        who, _, text = line.partition(": ")
        now = at + timedelta(minutes=4 * (number + 1))
        if who == "f":
            talks.hear(conn, opened.id, family.address_id, text, now)
            if number == 0 and told["state"] != talks.WAITING:
                talks.claim(conn, opened.id, station, now + timedelta(minutes=2))
        elif who == "n":
            talks.note(conn, opened.id, station, text, now)
        else:
            line_id = talks.answer(conn, opened.id, station, text, now) or 0
            label = library.label(f"talk.who-{Role.STATION}")
            params = {"who": label, "text": text, "buttons": [["talk.close", None, None]]}
            talk_answers.put(conn, opened, talk_answers.ANSWER, params, now, line_id)
    if told["state"] == talks.CLOSED:
        over = at + HOUR
        talks.close(conn, opened.id, station, over)
        surveys.put(conn, opened.id, family.caregiver_id, told["score"], over + HOUR)
        if "words" in told:
            surveys.add_words(conn, opened.id, family.caregiver_id, told["words"])


def feedback(
    conn: Connection, office: Office, families: Sequence[Family], library: Library, now: datetime
) -> None:
    """Two items that readers call wrong, one of them held back; questions nobody could answer."""
    told = now - timedelta(days=2)
    times = (reactions.PAUSES, 1)
    wrong: list[str] = []
    for item in sorted({item for family in families for item, _ in family.got}):
        readers = [family for family in families if any(item == got for got, _ in family.got)]
        if len(wrong) < len(times) and len(readers) >= times[len(wrong)]:
            for family in readers[: times[len(wrong)]]:
                reactions.add(conn, family.caregiver_id, item, reactions.WRONG, told)
            tasks.open_once(conn, tasks.WRONG, item, office.commune, told)
            wrong.append(item)
    for near in sorted(library.answers)[:5]:
        reactions.miss(conn, local_day(told), near)


def review(conn: Connection, office: Office, library: Library, now: datetime) -> None:
    """Some items are approved, one was sent back."""
    editor = office.officers[Role.EDITOR]
    for number, item in enumerate(sorted(library.hashes)[:31]):
        status = reviews.APPROVED if number else reviews.SENT_BACK
        when = now - timedelta(days=number + 1)
        reviews.put(conn, item, library.hashes[item], status, None, editor, when)


def invite(
    conn: Connection,
    office: Office,
    words: Words,
    families: Sequence[Family],
    nicknames: Sequence[str],
    today: date,
    now: datetime,
    chance: random.Random,
) -> None:
    """The list of a class of four-year-olds; a few families have come with their slip."""
    entries = []
    for number, name in enumerate(chance.sample(nicknames, 24), start=2):
        born_on = today - timedelta(days=chance.randrange(4 * 365, 5 * 365))
        entries.append((Entry(number, name, born_on, words["class"], ""), office.commune))
    batch = f"{chance.getrandbits(64):016x}"
    made = now - timedelta(days=12)
    school = office.officers[Role.SCHOOL]
    slips.make(conn, entries, batch, school, made)
    _note(conn, school, "slips made", f"batch:{batch}", made)
    printed = slips.of_batch(conn, batch, [office.commune], everywhere=False)
    for slip, family in zip(printed[:6], families[-6:], strict=False):
        slips.use(conn, slip.id, family.caregiver_id, made + timedelta(days=2))


def _note(conn: Connection, officer: int, action: str, what: str, now: datetime) -> None:
    audit.record(conn, f"officer:{officer}", action, what, now)
