"""What was not understood, not text, changed, out of date, or a goodbye."""

from care.choosing import Reason
from care.messages import EventKind
from handlers import campaigns, loss, questions, slips
from handlers.turn import Answer, Turn, aside, done, say
from storage import caregivers, outbox

BUTTONS = ("menu.home", "menu.today", "menu.danger", "menu.emergency")


def unknown(turn: Turn) -> Answer:
    """A question, or honestly not understood. After news of a loss it is only listened to."""
    if loss.is_open(turn):
        return loss.listen(turn)
    if chosen := campaigns.typed(turn):
        return chosen
    if answered := slips.typed_alone(turn) or questions.answer(turn):
        return answered
    return done(say("fallback/unknown", *BUTTONS))


def media(turn: Turn) -> Answer:
    """Pictures and voices are neither looked at nor kept."""
    if turn.event.kind is not EventKind.MEDIA:
        return aside(say("fallback/unsupported", *BUTTONS))
    if turn.text == "sticker":
        return aside(say("fallback/sticker", "menu.home"))
    return aside(say("fallback/media", "menu.home", "menu.emergency", kind=turn.text))


def edited(_turn: Turn) -> Answer:
    return aside(say("fallback/edited", "menu.home"))


def stale(turn: Turn) -> Answer:
    """A button of a question that is over; a question still open goes on."""
    if turn.conversation.step is not None:
        return aside(say("fallback/stale-waiting", "menu.home"))
    return aside(say("fallback/stale", *BUTTONS))


def left(turn: Turn) -> Answer:
    """The person blocked the bot: no answer, and what waits goes elsewhere or not at all."""
    address_id = turn.contact.address_id
    caregivers.mark_gone(turn.conn, address_id, turn.now)
    outbox.reroute(turn.conn, turn.caregiver.id, address_id)
    outbox.cancel_address(turn.conn, address_id, Reason.NO_CHANNEL.value, turn.now)
    return Answer(keep=True)
