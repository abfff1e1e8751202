"""The families of the sample commune: who they are, what they have been sent, what they told."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from bot import pushes
from bot.timeline import Book, Rehearsed
from care.age import conception_day
from care.choosing import Candidate
from care.clock import at_local
from care.duties import Record, Source, Told, window
from care.growth import Measure, Sizes
from care.immunisation import State as Dosing
from care.local import Local
from care.messages import Address
from care.milestones import Answers, Checklist, Seen, fitting, outcome
from care.people import CaregiverState, Child, ChildState, Frequency, Role
from care.reminding import shots_of
from channels.webchat.channel import ACCOUNT, NAME
from content.growth_tables import SEXES, standards
from content.library import Library
from handlers.start import CAMPAIGNS, CONSENT_VERSION, PROGRAMME
from storage import caregivers, children, decisions, measurements, milestones, outbox, sample, web
from storage import reactions as opinions
from storage.database import Connection

YEAR, WEEKS_KEPT, LIFE = 365, timedelta(days=60), 8 * 365 - 30
SEND_MINUTES = (7 * 60, 11 * 60 + 30, 19 * 60)
REACTED = timedelta(days=120)
GIVES = {"agrees": 0.9, "tells": 0.75, "weighs": 0.4, "ticks": 0.3, "reacts": 0.05}
STATES = {CaregiverState.ACTIVE: 95, CaregiverState.PAUSED: 3, CaregiverState.STOPPED: 2}
ROLES = {Role.MOTHER: 12, Role.FATHER: 4, Role.GRANDPARENT: 4, Role.KIN: 1}
FREQUENCIES = {Frequency.FEW: 1, Frequency.NORMAL: 6, Frequency.MANY: 1}
NO_CHANNEL, LOSS = 0.03, 0.007


@dataclass(slots=True)
class Family:
    """One caregiver; `kids` are columns of children, the ids come with `settle`."""

    number: int
    area_id: int
    joined: date
    kids: list[dict[str, Any]]
    caregiver_id: int = 0
    address_id: int = 0
    got: list[tuple[str, datetime]] = field(default_factory=list)  # items, the oldest first


def imagine(
    count: int, places: Sequence[int], nicknames: Sequence[str], today: date, chance: random.Random
) -> list[Family]:
    """In the order in which they joined."""
    found = []
    for number in range(count):
        kids = [_child(nicknames, today, chance)]
        if chance.random() < 0.2:
            kids.append(_child(nicknames, today, chance, born=True))
        begun = max(_begins(kid) for kid in kids)
        first = max(begun, today - timedelta(days=YEAR))
        joined = first + timedelta(days=chance.randrange(max(1, (today - first).days)))
        found.append(Family(number, chance.choice(places), joined, kids))
    return sorted(found, key=lambda family: family.joined)


def _child(
    nicknames: Sequence[str], today: date, chance: random.Random, *, born: bool = False
) -> dict[str, Any]:
    named = {"nickname": chance.choice(nicknames)}
    if not born and chance.random() < 0.14:
        due_on = today + timedelta(days=chance.randrange(1, 230))
        return {**named, "state": ChildState.EXPECTED, "due_on": due_on}
    days = chance.randrange(3, 3 * 365 if chance.random() < 0.65 else LIFE)
    child: dict[str, Any] = {
        **named,
        "state": ChildState.BORN,
        "born_on": today - timedelta(days=days),
        "precision": "day",
        "sex": chance.choice((*SEXES, None)),
    }
    if chance.random() < 0.08:
        child["gestation_weeks"] = chance.randrange(29, 37)
    if chance.random() < LOSS:
        child |= {"state": ChildState.LOST, "lost_on": today - timedelta(days=min(days, 40))}
    return child


def _begins(kid: dict[str, Any]) -> date:
    """The first day on which somebody can have told of it."""
    if kid["state"] is ChildState.EXPECTED:
        return conception_day(kid["due_on"]) + timedelta(days=28)
    born_on: date = kid["born_on"]
    return born_on


def settle(
    conn: Connection, family: Family, library: Library, local: Local, today: date, seed: int
) -> None:
    """Joins them on their day and gives them everything since: sent, told, weighed, looked at."""
    chance = random.Random(f"{seed} {family.number}")
    joined_at = at_local(family.joined, chance.randrange(8 * 60, 20 * 60))
    _join(conn, family, library, joined_at, chance)
    history: list[Any] = []
    frequency = _weighed(FREQUENCIES, chance)
    minutes = chance.choice(SEND_MINUTES)
    state = _weighed(STATES, chance)
    paused = today + timedelta(days=20) if state is CaregiverState.PAUSED else None
    for child in children.of_caregiver(conn, family.caregiver_id):
        if child.state is ChildState.LOST:
            state, paused = CaregiverState.PAUSED, None
            continue
        told = _told(conn, family, child, library, local, today, chance)
        lived = Rehearsed(
            library.openings,
            [child],
            frequency,
            family.joined,
            history,
            Book(library.rules, told, local),
        )
        lived.run(today - timedelta(days=1))
        history = lived.history
        _keep(conn, family, child, lived, minutes, today)
        if child.born_on is not None:
            _weigh(conn, family, child, today, chance)
            _look(conn, family, child, library, today, chance)
    _react(conn, family, today, chance)
    values = {"frequency": frequency, "send_minutes": minutes, "paused_until": paused}
    caregivers.change(conn, family.caregiver_id, state=state, **values)
    if chance.random() < NO_CHANNEL:
        gone = at_local(today - timedelta(days=chance.randrange(3, 60)), 9 * 60)
        caregivers.mark_gone(conn, family.address_id, max(gone, joined_at))


def _weighed(table: dict[Any, int], chance: random.Random) -> Any:
    return chance.choices(list(table), weights=list(table.values()))[0]


def _join(
    conn: Connection, family: Family, library: Library, now: datetime, chance: random.Random
) -> None:
    """Their web chat has a mailbox like any other, and nobody holds the token to it."""
    mailbox = hashlib.sha256(chance.randbytes(32)).hexdigest()[:32]
    web.open_session(conn, mailbox, now)
    contact = caregivers.open_contact(conn, Address(NAME, ACCOUNT, mailbox), now)
    family.caregiver_id, family.address_id = contact.caregiver.id, contact.address_id
    role = _weighed(ROLES, chance)
    caregivers.change(conn, family.caregiver_id, role=role, area_id=family.area_id, seen_at=now)
    shown = hashlib.sha256(library.source("start/welcome").encode()).hexdigest()
    for purpose, given in ((PROGRAMME, True), (CAMPAIGNS, chance.random() < GIVES["agrees"])):
        who = (family.caregiver_id, family.address_id)
        caregivers.record_consent(conn, *who, purpose, given, CONSENT_VERSION, shown, now)
    for kid in family.kids:
        children.add(conn, family.caregiver_id, family.joined, **kid)


def _told(
    conn: Connection,
    family: Family,
    child: Child,
    library: Library,
    local: Local,
    today: date,
    chance: random.Random,
) -> dict[str, Record]:
    """Most of what was due is done; of one family in four nothing is known."""
    if chance.random() > GIVES["tells"]:
        return {}
    spans = {
        duty.id: span
        for duty in library.duties.values()
        if not (duty.doses or duty.rounds or duty.only_where or duty.renews)
        and (span := window(duty, child, local))
    }
    days = {id_: (opens, due) for id_, (opens, due, _) in spans.items()}
    for dose, shot in shots_of(library.rules, child, {}, today, local).items():
        if shot.state not in (Dosing.NOT_HERE, Dosing.NOT_IN_FORCE) and child.born_on:
            planned = library.doses[dose].due.after(child.born_on)
            days[dose] = (planned, planned + timedelta(days=14))
    careful = chance.uniform(0.7, 1)
    told, rows = {}, []
    for id_, (opens, due) in days.items():
        day = opens + timedelta(days=chance.randrange(max(1, (due - opens).days)))
        if day < today and chance.random() < careful:
            source = Source.CARD if id_ in library.doses else Source.CAREGIVER
            told[id_] = Record(Told.DONE, day, source)
            at = at_local(max(day, family.joined), 20 * 60)
            rows.append((id_, told[id_], at))
    sample.tell(conn, child.id, family.caregiver_id, rows)
    return told


def _keep(
    conn: Connection, family: Family, child: Child, lived: Rehearsed, minutes: int, today: date
) -> None:
    """What was sent as messages, and lately also why something was not."""
    messages, kept = [], []
    way = f"{NAME}:{ACCOUNT}"
    for entry in lived.entries:
        opens, expires = entry.opening.opens_on(child), entry.opening.expires_on(child)
        if opens is None or expires is None:
            continue
        if entry.state == "sent":
            family.got.append((entry.opening.item.id, at_local(entry.on, minutes)))
            messages.append(
                pushes.row(
                    Candidate(child.id, entry.opening, opens, expires, None),
                    caregiver_id=family.caregiver_id,
                    address_id=family.address_id,
                    route=way,
                    send_minutes=minutes,
                    today=entry.on,
                )
            )
        elif entry.on > today - WEEKS_KEPT and entry.reason:
            why = (entry.state, entry.reason, entry.on)
            about = (entry.opening, child.id, family.caregiver_id)
            kept.append(decisions.decision(*about, opens, expires, *why))
    for (child_id, opening), (on, reason) in lived.waiting.items():
        opens, expires = opening.opens_on(child), opening.expires_on(child)
        if opens is not None and expires is not None and expires >= today:
            about = (opening, child_id, family.caregiver_id)
            why = (decisions.WAITING, reason.value, today)
            look = max(on, today)
            kept.append(decisions.decision(*about, opens, expires, *why, retry_on=look))
    outbox.add(conn, messages)
    decisions.record(conn, kept)


def _weigh(
    conn: Connection, family: Family, child: Child, today: date, chance: random.Random
) -> None:
    born_on = child.born_on or today
    if chance.random() > GIVES["weighs"] or (today - born_on).days > 5 * 365:
        return
    curves, z = standards(child.sex), max(-2.5, min(2.5, chance.gauss(0, 1)))
    day = max(family.joined, born_on + timedelta(days=2))
    while day < today:
        age = (day - born_on).days
        weight = curves[Measure.WEIGHT][0].value(age, z)
        height = curves[Measure.HEIGHT][0].value(age, z)
        if weight and height:
            sizes = Sizes(round(weight * 100) * 10, round(height * 10))
            now = at_local(day, 10 * 60)
            measurements.put(conn, child.id, day, sizes, family.caregiver_id, now)
        day += timedelta(days=chance.randrange(26, 70))
        z += chance.gauss(0, 0.15)


def _look(
    conn: Connection,
    family: Family,
    child: Child,
    library: Library,
    today: date,
    chance: random.Random,
) -> None:
    """The list of this age, answered within the last days."""
    fits: Checklist | None = fitting(library.openings, child, today)
    if fits is None or chance.random() > GIVES["ticks"]:
        return
    day = max(fits.first, family.joined, today - timedelta(days=chance.randrange(1, 13)))
    skills = library.skills.get(fits.id, ())
    seen = {skill.key: chance.choices(list(Seen), weights=(12, 1, 1))[0] for skill in skills}
    answers = Answers(seen, lost=False, worried=chance.random() < 0.03)
    again = Answers(seen, False, answers.worried, outcome(fits, answers, day).again_on)
    now = at_local(day, 20 * 60)
    milestones.put(conn, child.id, fits.id, again, family.caregiver_id, now)


def _react(conn: Connection, family: Family, today: date, chance: random.Random) -> None:
    since = at_local(today - REACTED, 0)
    for item, at in family.got:
        if at > since and chance.random() < GIVES["reacts"]:
            kind = opinions.DID if chance.random() < 0.7 else opinions.NOT_YET
            opinions.add(conn, family.caregiver_id, item, kind, at + timedelta(minutes=40))
