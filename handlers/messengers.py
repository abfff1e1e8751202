"""One person on several messengers: a short code brings the second one; one of them gets the tips.

Typed on the new messenger: "nối máy 123456". Whoever has the code gets the whole account, so it
lives for 15 minutes, works once, and the messenger where it was made hears of it.
"""

from care.codes import LINK_DIGITS, link_code_in
from care.messages import Button
from handlers.routing import Handler, argument
from handlers.turn import Answer, Turn, aside, done, say
from storage import caregivers, discreet, linking

MOST_TRIES = 5


def show(turn: Turn) -> Answer:
    """Where this person can be reached, and which of it gets what is unasked."""
    mine = linking.addresses_of(turn.conn, turn.caregiver.id)
    chosen = linking.preferred(turn.conn, turn.caregiver.id)
    buttons: list[str | Button] = [
        Button(f"messenger.use:{address_id}", _name(turn, way))
        for address_id, way in mine
        if address_id != chosen and len(mine) > 1
    ]
    if chosen is not None:
        buttons.append("messenger.any")
    names = [
        {"name": _name(turn, way), "here": address_id == turn.contact.address_id,
         "chosen": address_id == chosen}
        for address_id, way in mine
    ]  # fmt: skip
    return done(say("messengers/list", *buttons, "messenger.offer", "menu.home", mine=names))


def _name(turn: Turn, way: str) -> str:
    return turn.library.label(f"channel.{way.partition(':')[0]}")


def offer(turn: Turn) -> Answer:
    code = "".join(turn.chance.choice("0123456789") for _ in range(LINK_DIGITS))
    linking.offer(turn.conn, turn.caregiver.id, code, turn.now)
    minutes = int(linking.LIVES.total_seconds()) // 60
    return done(say("messengers/offer", "menu.home", code=code, minutes=minutes))


def take(turn: Turn) -> Answer:
    """Before consent too: it is the consent of the same person that counts."""
    code, hour = link_code_in(turn.text), f"{turn.now:%Y-%m-%dT%H}"
    times = discreet.count(turn.conn, "link", turn.contact.address_id, hour, turn.now)
    known = code is not None and times <= MOST_TRIES
    if not known or linking.take(turn.conn, code or "", turn.contact, turn.now) is None:
        return aside(say("messengers/bad-code"))
    return done(say("messengers/linked", "messenger.list", "menu.home"))


def use(turn: Turn) -> Answer:
    given = argument(turn)
    wanted = int(given) if given.isdecimal() and len(given) < 16 else None
    if wanted is None or not linking.prefer(turn.conn, turn.caregiver.id, wanted):
        return show(turn)
    found = caregivers.by_address_id(turn.conn, wanted)
    way = caregivers.route(found.address) if found else ""
    return done(say("messengers/chosen", "messenger.list", "menu.home", name=_name(turn, way)))


def use_any(turn: Turn) -> Answer:
    linking.prefer(turn.conn, turn.caregiver.id, None)
    return show(turn)


ACTIONS: dict[str, Handler] = {
    "messenger.list": show,
    "messenger.offer": offer,
    "messenger.use": use,
    "messenger.any": use_any,
}
STEPS: dict[str, Handler] = {}
