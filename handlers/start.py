"""First contact: who the bot is, what it keeps, and consent per purpose.

Draft: `shown` (the texts the consent is about); `area`, `family` and `slip` (codes from the link
or from paper).
"""

import hashlib
import re
from datetime import timedelta
from typing import Any

from care.codes import SLIP_LENGTH, slip_in
from care.folding import fold
from care.messages import EventKind
from care.parsing import parse_yes_no
from care.people import CaregiverState
from handlers import family, registration, slips
from handlers.asking import MENU, elsewhere
from handlers.routing import Handler
from handlers.turn import Answer, Turn, aside, ask, done, say
from storage import areas, caregivers, hamlets, outbox

CONSENT_VERSION = 2  # grows when the words of welcome or details change in meaning
PROGRAMME, CAMPAIGNS = "programme", "campaigns"
STEP = "start.consent"
WELCOME, DETAILS, FULL = "start/welcome", "start/details", "start/full"
AGAIN = timedelta(days=1)

_ALL = ("consent.yes", "consent.both", "consent.more", "consent.no")
_AFTER_DETAILS = ("consent.yes", "consent.both", "consent.no")
_AREA = re.compile(r"x?(\d{1,16})|x([\w-]{1,16})", flags=re.ASCII)
_FAMILY = re.compile(r"g([A-Za-z0-9]{6})")
_SLIP = re.compile(rf"p([A-Za-z0-9]{{{SLIP_LENGTH}}})")
_CODES = ("area", "family", "slip")
_I = r"(?:(?:da|toi|em|minh|me|bo|ong|ba|chi|anh|co|chau) )?"
_AGREE = re.compile(rf"{_I}dong y(?: a| nhe| nha)?")
_BOTH = re.compile(
    rf"{_I}(?:dong y |ok |co )?(?:nhan )?ca (?:tin (?:cua )?xa|hai)(?: a| nhe| nha| nua)?"
)
_MORE = frozenset({"xem ky hon", "xem ky", "xem them", "xem", "chi tiet", "ky hon", "them"})


def start(turn: Turn) -> Answer:
    """START, and whatever comes from somebody who has not agreed."""
    if turn.full:
        return _no_place(turn)
    codes = _codes(turn)
    if turn.agreed:
        return _back(turn, codes)
    if turn.conversation.step == STEP and turn.event.kind is not EventKind.START:
        return _please_choose(turn)
    return ask(STEP, say(WELCOME, *_ALL), shown=[WELCOME], **codes)


def _no_place(turn: Turn) -> Answer:
    """Said once a day, not at every word: the month's messages are for those who are in."""
    told = outbox.last_of(turn.conn, FULL, turn.caregiver.id)
    if told is not None and turn.now - told < AGAIN:
        return Answer(keep=True)
    chat = f"{turn.office.home}/chat" if turn.office.home else ""
    return aside(say(FULL, chat=chat))


def _codes(turn: Turn) -> dict[str, Any]:
    """The commune or the family a link or a first text names; kept ones last until used."""
    found = {k: v for k, v in turn.draft.items() if k in _CODES}
    if turn.event.kind is EventKind.TEXT:
        return {**found, **_typed_code(turn.text)}
    if turn.event.kind is not EventKind.START:
        return found
    payload = turn.text.strip()
    if joining := _FAMILY.fullmatch(payload):
        found["family"] = joining[1].upper()
    elif slip := _SLIP.fullmatch(payload):
        found["slip"] = slip[1].upper()
    elif area := _AREA.fullmatch(payload):
        found["area"] = area[1] or area[2]
    return found


def _typed_code(text: str) -> dict[str, str]:
    if slip := slip_in(text) if family.is_joining(text) or len(text.split()) <= 2 else None:
        return {"slip": slip}
    code = family.code_in(text) if family.is_joining(text) else None
    return {"family": code} if code else {}


def _back(turn: Turn, codes: dict[str, str]) -> Answer:
    if "family" in codes:
        return family.join(turn, codes["family"])
    if "slip" in codes:
        return slips.join(turn, codes["slip"])
    _preset_area(turn, codes)
    if not turn.children:
        return registration.begin(turn)
    silent = turn.caregiver.state in (CaregiverState.STOPPED, CaregiverState.PAUSED)
    buttons = ("settings.resume", *MENU) if silent else MENU
    return done(say("start/welcome-back", *buttons, silent=silent))


def _please_choose(turn: Turn) -> Answer:
    return ask(STEP, say("start/please-choose", *_ALL), **_kept(turn), **_codes(turn))


def _kept(turn: Turn) -> dict[str, Any]:
    return {"shown": turn.draft.get("shown", [])}


def typed(turn: Turn) -> Answer:
    """Consent in words."""
    said = fold(turn.text)
    agrees = parse_yes_no(turn.text)
    if agrees is False:
        return refuse(turn)
    if _BOTH.fullmatch(said):
        return agree_both(turn)
    if agrees or _AGREE.fullmatch(said):
        return agree(turn)
    if said in _MORE:
        return details(turn)
    return elsewhere(turn) or _please_choose(turn)


def details(turn: Turn) -> Answer:
    """More to read before agreeing; what was read is part of the proof."""
    shown = [*turn.draft.get("shown", []), DETAILS]
    text = say(DETAILS, *_AFTER_DETAILS)
    return ask(STEP, text, shown=list(dict.fromkeys(shown)), **_codes(turn))


def agree(turn: Turn) -> Answer:
    return _agree(turn, campaigns=False)


def agree_both(turn: Turn) -> Answer:
    return _agree(turn, campaigns=True)


def _agree(turn: Turn, *, campaigns: bool) -> Answer:
    if turn.agreed:
        return _back(turn, {})
    shown = turn.draft.get("shown", [])
    if WELCOME not in shown:  # nobody agrees to words they were not shown
        return start(turn)
    _record(turn, PROGRAMME, True, shown)
    _record(turn, CAMPAIGNS, campaigns, shown)
    caregivers.change(turn.conn, turn.caregiver.id, state=CaregiverState.ACTIVE)
    codes = _codes(turn)
    _preset_area(turn, codes)
    return registration.begin(turn, code=codes.get("family"), slip=codes.get("slip"))


def refuse(turn: Turn) -> Answer:
    if turn.agreed:
        return _back(turn, {})
    shown = turn.draft.get("shown", [])
    if WELCOME in shown:
        _record(turn, PROGRAMME, False, shown)
    text = say("start/declined", "consent.yes", "consent.more", "menu.emergency")
    return ask(STEP, text, **_kept(turn), **_codes(turn))


def _record(turn: Turn, purpose: str, given: bool, shown: list[str]) -> None:
    words = "\n".join(turn.library.source(message) for message in shown)
    caregivers.record_consent(
        turn.conn,
        turn.caregiver.id,
        turn.contact.address_id,
        purpose,
        given,
        CONSENT_VERSION,
        hashlib.sha256(words.encode()).hexdigest(),
        turn.now,
    )


def _preset_area(turn: Turn, codes: dict[str, str]) -> None:
    """The commune or hamlet of the link, unless the family named one before."""
    if turn.caregiver.area_id is not None or "area" not in codes:
        return
    area = areas.by_code(turn.conn, codes["area"])
    if area is not None and area.level in ("commune", hamlets.LEVEL):
        caregivers.change(turn.conn, turn.caregiver.id, area_id=area.id)


ACTIONS: dict[str, Handler] = {
    "consent.yes": agree,
    "consent.both": agree_both,
    "consent.more": details,
    "consent.no": refuse,
}
STEPS: dict[str, Handler] = {STEP: typed}
