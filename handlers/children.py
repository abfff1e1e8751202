"""The children of a caregiver: nickname and taking one off; the routes of list and dates."""

from care.nicknames import MOST_CHARACTERS, clean_name
from care.parsing import parse_yes_no
from handlers import child_dates
from handlers.asking import elsewhere
from handlers.child_list import asked_child, cancel, drafted_child, one, overview
from handlers.routing import Handler
from handlers.turn import Answer, Turn, ask, done, say
from handlers.wording import name, wants_out
from storage import children, privacy


def ask_name(turn: Turn) -> Answer:
    child = asked_child(turn)
    if child is None:
        return overview(turn)
    buttons = ("children.no-name", "children.cancel") if child.nickname else ("children.cancel",)
    return ask("children.name", say("children/ask-name", *buttons, child=child), child=child.id)


def read_name(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None:
        return overview(turn)
    if wants_out(turn.text):
        return cancel(turn)
    several = len(turn.text.split()) > 1  # one word may be a name: "Tin", "Mời"
    if several and (leaving := elsewhere(turn)):
        return leaving
    nickname = clean_name(turn.text)
    if nickname is None:
        again = say("children/bad-name", "children.cancel", child=child, longest=MOST_CHARACTERS)
        return ask("children.name", again, **turn.draft)
    children.change(turn.conn, child, nickname=nickname)
    return done(say("children/named", "menu.children", "menu.today", child=child))


def no_name(turn: Turn) -> Answer:
    child = drafted_child(turn)
    if child is None or turn.conversation.step != "children.name":
        return overview(turn)
    children.change(turn.conn, child, nickname=None)
    return done(say("children/named", "menu.children", "menu.today", child=child))


def ask_remove(turn: Turn) -> Answer:
    child = asked_child(turn)
    if child is None:
        return overview(turn)
    shared = len(children.caregivers_of(turn.conn, child.id)) > 1
    buttons = ("children.remove-yes", "children.cancel")
    text = say("children/confirm-remove", *buttons, child=child, shared=shared)
    return ask("children.remove", text, child=child.id)


def read_remove(turn: Turn) -> Answer:
    """Only a plain yes takes the child off."""
    agrees = parse_yes_no(turn.text)
    if agrees:
        return remove(turn)
    if agrees is False or wants_out(turn.text):
        return cancel(turn)
    child = drafted_child(turn)
    if child is None:
        return overview(turn)
    text = say("children/please-confirm", "children.remove-yes", "children.cancel", child=child)
    return elsewhere(turn) or ask("children.remove", text, child=child.id)


def remove(turn: Turn) -> Answer:
    """Takes the child off this caregiver's list, with what waits; others keep theirs."""
    child = drafted_child(turn)
    if child is None or turn.conversation.step != "children.remove":
        return overview(turn)
    privacy.take_off(turn.conn, child.id, turn.caregiver.id, turn.now)
    called = name(turn.library, child)
    return done(say("children/removed", "menu.children", "menu.home", name=called))


ACTIONS: dict[str, Handler] = {
    "menu.children": overview,
    "children.open": one,
    "children.name": ask_name,
    "children.no-name": no_name,
    "children.remove": ask_remove,
    "children.remove-yes": remove,
    "children.cancel": cancel,
    **child_dates.ACTIONS,
}
STEPS: dict[str, Handler] = {
    "children.name": read_name,
    "children.remove": read_remove,
    **child_dates.STEPS,
}
