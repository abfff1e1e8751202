"""Messages of campaigns: whether one may still go, and its words for one reader."""

from dataclasses import replace

from care.campaigns import State
from care.folding import fold
from care.messages import Outbound
from care.people import Caregiver, CaregiverState, Child, ChildState
from content.campaign_words import outbound, reply, sample
from content.library import Library
from content.render import Reader, RenderError
from storage import areas, campaigns, caregivers, hamlets
from storage.audiences import CAMPAIGNS
from storage.campaigns import WITHDRAWN, Campaign
from storage.claims import Row
from storage.database import Connection

PAUSED = "campaign paused"  # the row waits on
LIVING = (ChildState.BORN, ChildState.EXPECTED)
UNDER_WAY = (State.SENDING, State.PAUSED, State.DONE)


def unwanted(conn: Connection, row: Row, caregiver: Caregiver, mine: list[Child]) -> str | None:
    """Why a message of a campaign must not go after all, or PAUSED."""
    campaign = _of(conn, row)
    if campaign is None or campaign.state is State.CANCELLED:
        return WITHDRAWN
    if campaign.state not in UNDER_WAY or not campaign.may_go:
        return "not approved"
    if caregiver.state is not CaregiverState.ACTIVE:
        return caregiver.state.value
    given, _ = caregivers.consents_of(conn, caregiver.id).get(CAMPAIGNS, (False, None))
    if not given:
        return "no consent"
    return _bereft(row, mine) or (PAUSED if campaign.state is State.PAUSED else None)


def _of(conn: Connection, row: Row) -> Campaign | None:
    campaign_id = campaigns.id_of(row.message)
    return campaigns.get(conn, campaign_id) if campaign_id is not None else None


def _bereft(row: Row, mine: list[Child]) -> str | None:
    """The children it is about are gone; without any named, every child of this caregiver."""
    named = row.params.get("children")
    about = [c for c in mine if named is None or c.id in named]
    if any(c.state in LIVING for c in about):
        return None
    if any(c.state is ChildState.LOST for c in about):
        return ChildState.LOST.value
    return "not linked" if named is not None else None


def spoken(row: Row, mine: list[Child]) -> list[Child]:
    """Whom {ten_be} names: the children that fit, else all."""
    named = row.params.get("children")
    return [c for c in mine if c.state in LIVING and (named is None or c.id in named)]


def words(
    conn: Connection, library: Library, row: Row, caregiver: Caregiver, reader: Reader
) -> Outbound:
    """The campaign, or what one of its buttons answers. Raises RenderError."""
    campaign = _of(conn, row)
    if campaign is None:
        raise RenderError(f"{row.message}: no such campaign")
    if row.params.get("preview"):  # to an officer who looks at it before it goes
        area = areas.get(conn, campaign.area_id)
        return sample(library, campaign.id, campaign.draft, area.name if area else "")
    places = _places(conn, library, caregiver)
    press = row.params.get("press")
    if press is not None:
        return reply(library, campaign.id, campaign.draft, press, reader, *places)
    out = outbound(library, campaign.id, campaign.draft, reader, *places)
    return replace(out, silent=row.resends > 0)


def _places(conn: Connection, library: Library, caregiver: Caregiver) -> tuple[str, str]:
    """The station and the hamlet, "" where nobody told."""
    commune = hamlets.commune_of(conn, caregiver.area_id)
    tram = f"{library.label('tram.of')} {commune.name}" if commune else ""
    area = areas.get(conn, caregiver.area_id) if caregiver.area_id is not None else None
    if area is None or area.level != hamlets.LEVEL:
        return tram, ""
    named = fold(area.name).startswith(fold(area.kind))
    return tram, area.name if named else f"{area.kind.lower()} {area.name}"
