"""How often, at what hour, pause, stop and start again."""

from datetime import timedelta
from typing import Any

from care.choosing import Reason
from care.messages import Button
from care.parsing import parse_hour
from care.people import CaregiverState, Frequency
from care.quiet_hours import QUIET_FROM, QUIET_UNTIL
from handlers.asking import elsewhere, tries
from handlers.menu import beside
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import label, wants_out
from storage import caregivers, decisions, hamlets, outbox, tombstones
from storage.tombstones import Kind

HOURS = (7 * 60, 11 * 60 + 30, 19 * 60)
PAUSES = (7, 14, 30)  # days
FREQUENCIES = {"settings.few": Frequency.FEW, "settings.normal": Frequency.NORMAL,
               "settings.many": Frequency.MANY}  # fmt: skip


def home(turn: Turn) -> Answer:
    person = turn.caregiver
    on_off = (
        ("settings.pause", "settings.stop")
        if person.state is CaregiverState.ACTIVE
        else ("settings.resume",)
    )
    return done(
        say(
            "settings/home",
            *(action for action, value in FREQUENCIES.items() if value is not person.frequency),
            "settings.hour",
            *on_off,
            "place.change",
            "messenger.list",
            "privacy.known",
            "menu.home",
            frequency=person.frequency.value,
            minutes=person.send_minutes,
            state=person.state.value,
            until=person.paused_until.isoformat() if person.paused_until else None,
            area=hamlets.place_name(turn.conn, person.area_id),
        )
    )


def few(turn: Turn) -> Answer:
    return _frequency(turn, Frequency.FEW)


def normal(turn: Turn) -> Answer:
    return _frequency(turn, Frequency.NORMAL)


def many(turn: Turn) -> Answer:
    return _frequency(turn, Frequency.MANY)


def _frequency(turn: Turn, frequency: Frequency) -> Answer:
    """Set at once; a running question goes on, because the word is understood inside it too."""
    caregivers.change(turn.conn, turn.caregiver.id, frequency=frequency)
    silent = turn.caregiver.state in (CaregiverState.STOPPED, CaregiverState.PAUSED)
    more = ("settings.resume", "menu.settings") if silent else ("menu.settings", "menu.home")
    text = say("settings/frequency", *more, frequency=frequency.value, silent=silent)
    return beside(turn, text)


def ask_hour(turn: Turn) -> Answer:
    return ask("settings.hour", say("settings/ask-hour", *_hours(), "menu.settings"))


def _hours() -> list[Button]:
    return [Button(f"settings.at:{m}", f"{m // 60}:{m % 60:02}") for m in HOURS]


def at(turn: Turn) -> Answer:
    wanted = argument(turn)
    found = next((m for m in HOURS if str(m) == wanted), None)
    return ask_hour(turn) if found is None else _set_hour(turn, found)


def read_hour(turn: Turn) -> Answer:
    if wants_out(turn.text):
        return home(turn)
    minutes = parse_hour(turn.text)
    if minutes is None:
        return elsewhere(turn) or _hour_again(turn, "settings/bad-hour")
    if not QUIET_UNTIL <= minutes < QUIET_FROM:
        return _hour_again(turn, "settings/quiet-hour", minutes=minutes)
    return _set_hour(turn, minutes)


def _hour_again(turn: Turn, message: str, **params: Any) -> Answer:
    times = tries(turn)
    again = say(message, *_hours(), "menu.settings", **params)
    return ask("settings.hour", again, tries=times)


def _set_hour(turn: Turn, minutes: int) -> Answer:
    caregivers.change(turn.conn, turn.caregiver.id, send_minutes=minutes)
    return done(say("settings/hour", "menu.settings", "menu.home", minutes=minutes))


def ask_pause(turn: Turn) -> Answer:
    if turn.caregiver.state is CaregiverState.STOPPED:
        return done(say("settings/stopped", "settings.resume", "menu.home"))
    buttons = [
        Button(f"settings.pause-for:{d}", label(turn.library, f"settings.days-{d}")) for d in PAUSES
    ]
    return done(say("settings/ask-pause", *buttons, "menu.settings"))


def pause(turn: Turn) -> Answer:
    """No push until that day; then they come again by themselves, and none is made up for."""
    days = next((d for d in PAUSES if str(d) == argument(turn)), None)
    if days is None or turn.caregiver.state is CaregiverState.STOPPED:
        return ask_pause(turn)
    until = turn.today + timedelta(days=days)
    me = turn.caregiver.id
    caregivers.change(turn.conn, me, state=CaregiverState.PAUSED, paused_until=until)
    _withdraw(turn, Reason.PAUSED)
    return done(say("settings/paused", "settings.resume", "menu.home", until=until.isoformat()))


def stop(turn: Turn) -> Answer:
    """At once and without a question. Before consent nothing was promised and nothing comes."""
    if turn.agreed:
        stop_all(turn, Reason.STOPPED)
    return done(say("settings/stopped", "settings.resume", "privacy.delete", "menu.home"))


def stop_all(turn: Turn, reason: Reason) -> None:
    """No unasked message for this caregiver any more; also used after a loss."""
    if not turn.agreed:
        return
    stopped = CaregiverState.STOPPED
    caregivers.change(turn.conn, turn.caregiver.id, state=stopped, paused_until=None)
    tombstones.of_caregiver(turn.conn, Kind.STOPPED, turn.caregiver.id, turn.now)
    _withdraw(turn, reason)


def _withdraw(turn: Turn, reason: Reason) -> None:
    me = turn.caregiver.id
    outbox.cancel_pushes(turn.conn, me, reason.value, turn.now)
    decisions.stop_waiting(turn.conn, reason.value, turn.today, caregiver_id=me)


def wake(turn: Turn) -> None:
    """Unasked messages go on, as this caregiver asked for."""
    active = CaregiverState.ACTIVE
    caregivers.change(turn.conn, turn.caregiver.id, state=active, paused_until=None)
    tombstones.of_caregiver(turn.conn, Kind.RESUMED, turn.caregiver.id, turn.now)


def resume(turn: Turn) -> Answer:
    """Active again from now on; what was missed stays missed."""
    wake(turn)
    buttons = ("menu.today", "menu.settings", "menu.home")
    return done(say("settings/resumed", *buttons, minutes=turn.caregiver.send_minutes))


ACTIONS: dict[str, Handler] = {
    "menu.settings": home,
    "settings.few": few,
    "settings.normal": normal,
    "settings.many": many,
    "settings.hour": ask_hour,
    "settings.at": at,
    "settings.pause": ask_pause,
    "settings.pause-for": pause,
    "settings.stop": stop,
    "settings.resume": resume,
}
STEPS: dict[str, Handler] = {"settings.hour": read_hour}
OPEN_ACTIONS = frozenset({"settings.stop"})  # also before consent
