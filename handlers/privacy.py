"""What is kept about a person: said in words, handed out, deleted; consent to campaigns."""

import hashlib
import json
from typing import Any

from care.clock import local_day
from care.messages import Button
from care.parsing import parse_yes_no
from care.people import Child, ChildState
from content.ages import age
from handlers.asking import elsewhere
from handlers.menu import beside
from handlers.routing import Handler
from handlers.start import CAMPAIGNS, CONSENT_VERSION
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import wants_out
from storage import (
    areas,
    campaign_results,
    caregivers,
    children,
    duties,
    hamlets,
    measurements,
    milestones,
    privacy,
    taken_away,
    talks,
)

CONFIRM = "privacy.confirm-delete"
ASK_CAMPAIGNS = "privacy/ask-campaigns"


def known(turn: Turn) -> Answer:
    """Everything in words, so that nobody needs to read the export to know it."""
    person = turn.caregiver
    role = turn.library.label(f"role.{person.role.value}") if person.role else None
    return beside(
        turn,
        say(
            "privacy/known",
            "privacy.campaigns",
            "privacy.export",
            "privacy.delete",
            "menu.settings",
            "menu.home",
            role=role,
            lines=[_line(turn, child) for child in turn.living],
            lost=any(child.state is ChildState.LOST for child in turn.children),
            area=hamlets.place_name(turn.conn, person.area_id),
            frequency=person.frequency.value,
            minutes=person.send_minutes,
            consents=_consents(turn),
            addresses=privacy.address_count(turn.conn, person.id),
            messages=privacy.message_count(turn.conn, person.id),
            talked=len(talks.written(turn.conn, person.id)),
        ),
    )


def _line(turn: Turn, child: Child) -> dict[str, Any]:
    return {
        "name": child.nickname or turn.library.label("child.unnamed"),
        "on": str(child.born_on or child.due_on),
        "born": child.state is ChildState.BORN,
        "age": age(turn.library, child, turn.today),
        "weeks": child.gestation_weeks,
        "duties": len(duties.done(turn.conn, child.id)),
        "weighings": len(measurements.of_child(turn.conn, child.id)),
        "lists": len(milestones.of_child(turn.conn, child.id)),
    }


def _consents(turn: Turn) -> list[dict[str, Any]]:
    found = caregivers.consents_of(turn.conn, turn.caregiver.id)
    labels = turn.library.labels
    return [
        {
            "purpose": labels.get(f"purpose.{purpose}", purpose),
            "given": given,
            "on": local_day(at).isoformat(),
        }
        for purpose, (given, at) in found.items()
    ]


def export(turn: Turn) -> Answer:
    """The same as data that a machine can read."""
    text = json.dumps(_record(turn), ensure_ascii=False, indent=1)
    return beside(turn, say("privacy/export", "privacy.known", "menu.home", data=text))


def _record(turn: Turn) -> dict[str, Any]:
    person = turn.caregiver
    area = areas.get(turn.conn, person.area_id) if person.area_id is not None else None
    consents = caregivers.consents_of(turn.conn, person.id)
    return {
        "role": person.role.value if person.role else None,
        "state": person.state.value,
        "since": person.created_at.isoformat(timespec="seconds"),
        "frequency": person.frequency.value,
        "hour": f"{person.send_minutes // 60}:{person.send_minutes % 60:02}",
        "paused_until": str(person.paused_until) if person.paused_until else None,
        "area": area.code if area else None,
        "children": [_exported(turn, child) for child in turn.children],
        "consents": {
            purpose: {"given": given, "at": at.isoformat(timespec="seconds")}
            for purpose, (given, at) in consents.items()
        },
        "campaign_answers": [
            {"campaign": campaign, "choice": choice, "words": words}
            for campaign, choice, words in campaign_results.of_caregiver(turn.conn, person.id)
        ],
        "talks": [
            {"who": line.who, "at": line.at.isoformat(timespec="seconds"), "text": line.body}
            for line in talks.written(turn.conn, person.id)
        ],
        "addresses": privacy.address_count(turn.conn, person.id),
        "messages": privacy.message_count(turn.conn, person.id),
    }


def _exported(turn: Turn, child: Child) -> dict[str, Any]:
    values = {
        "state": child.state.value,
        "nickname": child.nickname,
        "born": str(child.born_on) if child.born_on else None,
        "due": str(child.due_on) if child.due_on else None,
        "weeks": child.gestation_weeks,
        "sex": child.sex or None,
        "duties": _duties(turn, child),
        "weighings": [
            {"day": str(m.day), "weight_g": m.sizes.weight_g, "height_mm": m.sizes.height_mm}
            for m in measurements.of_child(turn.conn, child.id)
        ],
        "milestones": {
            name: {key: sight.value for key, sight in answers.seen.items()}
            for name, answers in milestones.of_child(turn.conn, child.id).items()
        },
    }
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def _duties(turn: Turn, child: Child) -> dict[str, dict[str, str | None]]:
    told = duties.of_child(turn.conn, child.id)
    return {
        name: {"state": record.state.value, "day": str(record.day) if record.day else None}
        for name, record in sorted(told.items())
    }


def ask_delete(turn: Turn) -> Answer:
    shared = any(len(children.caregivers_of(turn.conn, c.id)) > 1 for c in turn.children)
    text = say("privacy/confirm-delete", "privacy.delete-yes", "menu.home", shared=shared)
    return ask(CONFIRM, text)


def read_delete(turn: Turn) -> Answer:
    """Only a plain yes deletes."""
    agrees = parse_yes_no(turn.text)
    if agrees:
        return delete(turn)
    if agrees is False or wants_out(turn.text):
        return done(say("privacy/kept", "privacy.known", "menu.home"))
    return elsewhere(turn) or ask_delete(turn)


def delete(turn: Turn) -> Answer:
    """Forgets everything; what stays is the address, so that this answer can go out."""
    if turn.conversation.step != CONFIRM:
        return ask_delete(turn)
    left = taken_away.left_in_chat(turn.conn, turn.contact.address_id)
    privacy.erase(turn.conn, turn.contact, turn.event.id, turn.now)
    if left:
        taken_away.add(turn.conn, turn.contact, turn.now, left, turn.now)
    return done(say("privacy/deleted"))


def campaigns(turn: Turn) -> Answer:
    """Takes the consent back at once, or shows what it would be for."""
    given, _ = caregivers.consents_of(turn.conn, turn.caregiver.id).get(CAMPAIGNS, (False, None))
    if not given:
        return beside(turn, say(ASK_CAMPAIGNS, "privacy.campaigns-yes", "menu.home"))
    _consent(turn, False)
    return beside(turn, say("privacy/campaigns-off", _again(turn), "menu.home"))


def campaigns_yes(turn: Turn) -> Answer:
    _consent(turn, True)
    return beside(turn, say("privacy/campaigns-on", _enough(turn), "menu.home"))


def _again(turn: Turn) -> Button:
    return Button("privacy.campaigns", turn.library.label("privacy.campaigns-again"))


def _enough(turn: Turn) -> Button:
    return Button("privacy.campaigns", turn.library.label("privacy.campaigns-enough"))


def _consent(turn: Turn, given: bool) -> None:
    words = turn.library.source(ASK_CAMPAIGNS)
    caregivers.record_consent(
        turn.conn,
        turn.caregiver.id,
        turn.contact.address_id,
        CAMPAIGNS,
        given,
        CONSENT_VERSION,
        hashlib.sha256(words.encode()).hexdigest(),
        turn.now,
    )


ACTIONS: dict[str, Handler] = {
    "privacy.known": known,
    "privacy.export": export,
    "privacy.delete": ask_delete,
    "privacy.delete-yes": delete,
    "privacy.campaigns": campaigns,
    "privacy.campaigns-yes": campaigns_yes,
}
STEPS: dict[str, Handler] = {CONFIRM: read_delete}
OPEN_ACTIONS = frozenset({"privacy.delete", "privacy.delete-yes"})  # also before consent
