"""A family asks for a person: what it writes goes to the officers, and the bot keeps quiet.

It still answers cries for help, news of harm and the commands to stop or to see the menu, and comes
back when the talk is over or nobody has said anything for a day. What tells of harm is not passed
on: an officer may be the one it is about.
"""

from collections.abc import Sequence
from datetime import timedelta

from care.messages import EventKind
from care.talking import Hours, is_open
from care.understanding import BEREAVEMENT
from handlers import emergency, harm, loss
from handlers.item_buttons import calls
from handlers.menu import beside
from handlers.reading import discloses, reading
from handlers.routing import Handler, command_of, in_words, talking
from handlers.turn import Answer, Turn, aside, done, say
from storage import area_settings, areas, surveys, talks
from storage.areas import Area

OPEN, CLOSE = "talk.open", "talk.close"
IN_A_ROW = 3  # days that are told as "from … to …"
AFTER_GOODBYE = timedelta(seconds=1)


def ask(turn: Turn) -> Answer:
    """The button, or words such as "gặp cán bộ"."""
    area = _area(turn)
    area_id = area.id if area else None
    known = talks.of_caregiver(turn.conn, turn.caregiver.id) is not None
    talks.ask(turn.conn, turn.caregiver.id, turn.contact.address_id, area_id, turn.now)
    hours = area_settings.of_area(turn.conn, area_id).talk_hours
    return done(
        say(
            "talk/opened",
            CLOSE,
            *calls(turn.library, "cap_cuu", "tre_em"),
            where=f"{area.kind.lower()} {area.name}" if area and area.parent_id else None,
            days=_days(turn, hours.days),
            hours=_hours(turn, hours),
            open=is_open(hours, turn.now),
            known=known,
        )
    )


def _area(turn: Turn) -> Area | None:
    """Whose officers read: the family's commune, else where this installation works."""
    found = areas.get(turn.conn, turn.caregiver.area_id) if turn.caregiver.area_id else turn.root
    if found is not None and found.level == "hamlet" and found.parent_id is not None:
        return areas.get(turn.conn, found.parent_id)
    return found


def _days(turn: Turn, days: Sequence[int]) -> str:
    """ "thứ 2 đến thứ 6", or one by one."""
    names = [turn.library.label(f"talk.day-{day}") for day in days]
    if len(days) >= IN_A_ROW and days[-1] - days[0] == len(days) - 1:
        return f"{names[0]} {turn.library.label('talk.to')} {names[-1]}"
    return ", ".join(names)


def _hours(turn: Turn, hours: Hours) -> str:
    to = turn.library.label("talk.to")
    spans = (f"{_clock(first)} {to} {_clock(last)}" for first, last in hours.spans)
    return ", ".join(spans)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def heard(turn: Turn) -> Answer:
    """Whatever comes while people talk."""
    if turn.event.kind is not EventKind.TEXT:
        return Answer(keep=True) if turn.text == "sticker" else aside(say("talk/media"))
    if in_words(turn) == CLOSE:
        return close(turn)
    if not in_words(turn) and discloses(turn):
        return _apart(turn)
    _pass_on(turn)
    if command_of(turn) == "loss.report":
        return loss.report(turn)
    found = reading(turn)
    if found is not None and found.route == BEREAVEMENT:  # nothing must come after a loss
        return aside(say("questions/loss", "loss.report", "harm.no"))
    return Answer(keep=True)


def _apart(turn: Turn) -> Answer:
    answer = harm.answer(turn)
    says = (*answer.says, say("talk/apart"))
    return Answer(says, keep=True, sensitive=answer.sensitive)


def in_emergency(turn: Turn) -> Answer:
    """The numbers, as always; that somebody is ill or hurt the officer may know."""
    answer = emergency.answer(turn)
    told = turn.event.kind is EventKind.TEXT and emergency.is_medical(turn)
    if told and talking(turn) and not discloses(turn):
        _pass_on(turn)
    return answer


def _pass_on(turn: Turn) -> None:
    talk = talks.quiet(turn.conn, turn.caregiver.id, turn.now)
    if talk is not None:
        talks.hear(turn.conn, talk.id, turn.contact.address_id, turn.text, turn.now)


def close(turn: Turn) -> Answer:
    """The family has what it needs; the bot answers again."""
    talk = talks.of_caregiver(turn.conn, turn.caregiver.id)
    if talk is None:
        return beside(turn, say("talk/none", OPEN, "menu.home"))
    talks.leave(turn.conn, talk.id, turn.now)
    if talk.answered_at is not None:
        surveys.ask(turn.conn, talk.id, turn.now + AFTER_GOODBYE)
    return beside(turn, say("talk/closed", OPEN, "menu.home"))


ACTIONS: dict[str, Handler] = {OPEN: ask, CLOSE: close}
STEPS: dict[str, Handler] = {}
