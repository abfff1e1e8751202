"""Whom a campaign written in the chat is for: a few plain choices; finer ones are on the pages."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from care.audience import EVERYBODY, WEEKS_MOST, Audience
from care.messages import Say
from handlers.officer_desk import MENU, At, button, meant, nothing, refused, settled, take
from handlers.turn import Answer, Turn, say
from storage import areas, campaign_steps
from storage.areas import Area
from storage.campaigns import Campaign

CHOICES: Mapping[str, Audience] = {
    "all": EVERYBODY,
    "0-5": Audience(months=(0, 5)),
    "6-35": Audience(months=(6, 35)),
    "36-71": Audience(months=(36, 71)),
    "72-95": Audience(months=(72, 95)),
    "pregnant": Audience(weeks=(0, WEEKS_MOST)),
}
EVERYWHERE = "all"
FEW = 8  # units that fit below a message
Then = Callable[[Turn, At, Campaign], Answer]


def ask_who(turn: Turn, campaign: Campaign) -> Say:
    ways = [
        button("officer.who-is", campaign, name, turn.library.label(f"officer.who-{name}"))
        for name in CHOICES
    ]
    return say("officer/who", *ways, MENU)


def took_who(turn: Turn, at: At, then: Then) -> Answer:
    """The units that were chosen stay; then the unit, where there are few to choose from."""
    campaign, seen, name = meant(turn, at)
    if campaign is None or name not in CHOICES:
        return nothing(turn)
    old = campaign.draft.audience
    chosen = replace(CHOICES[name], areas=old.areas, without=old.without)
    return _kept(turn, at, campaign, seen, chosen, _ask_where if _units(turn, campaign) else then)


def _units(turn: Turn, campaign: Campaign) -> list[Area]:
    """Right below the campaign's own unit; none where they are many."""
    tree = areas.tree(turn.conn, campaign.area_id)
    below = [area for area in tree if area.parent_id == campaign.area_id]
    return below if len(below) <= FEW else []


def _ask_where(turn: Turn, _at: At, campaign: Campaign) -> Answer:
    whole = turn.library.label("officer.where-all")
    ways = [button("officer.where-is", campaign, EVERYWHERE, whole)]
    ways += [
        button("officer.where-is", campaign, str(area.id), area.name)
        for area in _units(turn, campaign)
    ]
    place = place_name(turn, campaign.area_id)
    return settled(turn, say("officer/where", *ways, MENU, place=place))


def took_where(turn: Turn, at: At, then: Then) -> Answer:
    campaign, seen, name = meant(turn, at)
    if campaign is None:
        return nothing(turn)
    known = {str(area.id): area.id for area in _units(turn, campaign)}
    if name != EVERYWHERE and name not in known:
        return nothing(turn)
    within = () if name == EVERYWHERE else (known[name],)
    chosen = replace(campaign.draft.audience, areas=within, without=())
    return _kept(turn, at, campaign, seen, chosen, then)


def _kept(
    turn: Turn, at: At, campaign: Campaign, seen: int | None, audience: Audience, then: Then
) -> Answer:
    keep = campaign_steps.keep_audience
    if no := take(turn, at, "audience chosen", campaign.id, seen, keep, audience):
        return refused(turn, campaign.id, no)
    changed = campaign_steps.find(turn.conn, at.scope, campaign.id)
    return nothing(turn) if changed is None else then(turn, at, changed)


def who_of(turn: Turn, campaign: Campaign) -> str:
    """In the words of the buttons; what the pages alone can choose has a word of its own."""
    people = replace(campaign.draft.audience, areas=(), without=())
    name = next((name for name, one in CHOICES.items() if one == people), "other")
    return turn.library.label(f"officer.who-{name}")


def where_of(turn: Turn, campaign: Campaign) -> str:
    chosen = campaign.draft.audience.areas or (campaign.area_id,)
    return ", ".join(place_name(turn, area_id) for area_id in chosen)


def place_name(turn: Turn, area_id: int) -> str:
    area = areas.get(turn.conn, area_id)
    return area.name if area is not None else ""
