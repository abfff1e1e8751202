"""Whom a campaign is for, chosen with boxes and numbers; and the count with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from care.audience import (
    MONTHS_MOST,
    WEEKS_MOST,
    Audience,
    BadAudience,
    Problem,
    Stands,
    read,
)
from care.campaigns import State, approvals_needed
from care.people import Role as Caring
from console.campaign_finding import (
    change,
    find,
    number,
    offered,
    path_of,
    place_name,
)
from console.campaign_form import as_typed
from console.pictures import bars
from console.scope import May
from console.web import Call, Page
from content.library import Library
from storage import areas, campaign_steps, campaigns
from storage.areas import Area
from storage.audiences import Count, Left
from storage.campaigns import Campaign
from storage.database import Connection

EARLIER_MOST = 40
RANGES = {"months": MONTHS_MOST, "weeks": WEEKS_MOST}


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from."""

    tree: list[Area]  # of the campaign's unit, itself first
    earlier: list[Campaign]  # that people got before


async def show(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    if campaign.state is not State.DRAFT:
        return call.go(path_of(campaign.id))
    choices = await call.read(_choices, call, campaign)
    return _shown(call, campaign, choices, _fields(campaign.draft.audience))


async def save(call: Call) -> Response:
    """`do`: find (more units to choose from, nothing is stored), on, or save."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    choices = await call.read(_choices, call, campaign)
    fields = _typed(call)
    if call.text("do") == "find":
        return _shown(call, campaign, choices, fields)
    audience, problems = _read(fields, choices, call.desk.library)
    if problems:
        return _shown(call, campaign, choices, fields, problems)
    keep = campaign_steps.keep_audience
    refused = await change(call, campaign, "audience chosen", keep, audience)
    if refused:
        return call.go(path_of(campaign.id, f"?no={refused}"))
    return call.go(path_of(campaign.id, "/count"))


def _choices(conn: Connection, call: Call, campaign: Campaign) -> Choices:
    begun = (State.SENDING, State.PAUSED, State.DONE, State.CANCELLED)
    earlier = campaigns.listed(conn, call.scope.areas, begun, EARLIER_MOST)
    return Choices(areas.tree(conn, campaign.area_id), earlier)


def _fields(audience: Audience) -> dict[str, Any]:
    found: dict[str, Any] = {
        "areas": set(audience.areas),
        "without": set(audience.without),
        "roles": {role.value for role in audience.roles},
        "duty": audience.duty or "",
        "stands": audience.stands.value,
        "answered": str(audience.answered or ""),
        "silent": str(audience.silent or ""),
        "q": "",
    }
    for name in RANGES:
        low, high = getattr(audience, name) or ("", "")
        found[f"{name}_from"], found[f"{name}_to"] = str(low), str(high)
    return found


def _typed(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: call.text(name, 40) for name in ("duty", "stands", "answered", "silent", "q")
    }
    for name in ("areas", "without"):
        given = [number(str(value)) for value in call.form.getlist(name)]
        found[name] = {value if value is not None else 0 for value in given}
    found["roles"] = {str(value) for value in call.form.getlist("roles")}
    for name in RANGES:
        found |= {end: call.text(end, 12) for end in (f"{name}_from", f"{name}_to")}
    return found


def _read(
    fields: Mapping[str, Any], choices: Choices, library: Library
) -> tuple[Audience, list[Problem]]:
    problems: list[Problem] = []
    given: dict[str, Any] = {
        "areas": sorted(fields["areas"]),
        "without": sorted(fields["without"]),
        "roles": sorted(fields["roles"]),
    }
    for name, most in RANGES.items():
        given[name] = _range(name, fields[f"{name}_from"], fields[f"{name}_to"], most, problems)
    if fields["duty"]:
        given["duty"] = fields["duty"]
        given["stands"] = fields["stands"] or Stands.TO_DO.value
        if fields["duty"] not in library.duties:
            problems.append(Problem("duty", "unknown"))
    known = {campaign.id for campaign in choices.earlier}
    for name in ("answered", "silent"):
        if fields[name]:
            given[name] = number(fields[name])
            if given[name] not in known:
                problems.append(Problem(name, "unknown"))
    here = {area.id for area in choices.tree}
    problems += [
        Problem(name, "unknown") for name in ("areas", "without") if not fields[name] <= here
    ]
    try:
        audience = read({name: value for name, value in given.items() if value is not None})
    except BadAudience as bad:
        return Audience(), list(dict.fromkeys([*problems, *bad.problems]))
    return audience, problems


def _range(name: str, low: str, high: str, most: int, problems: list[Problem]) -> list[int] | None:
    """One end alone stands for "from" or "up to"."""
    if not low and not high:
        return None
    ends = [number(low) if low else 0, number(high) if high else most]
    if any(end is None for end in ends):
        problems.append(Problem(name, "type"))
        return None
    return [end for end in ends if end is not None]


def _shown(
    call: Call,
    campaign: Campaign,
    choices: Choices,
    fields: Mapping[str, Any],
    problems: Sequence[Problem] = (),
) -> Response:
    chosen = fields["areas"] | fields["without"]
    return call.page(
        "campaigns/audience.html",
        400 if problems else 200,
        campaign=campaign,
        typed=fields,
        places=offered(choices.tree, campaign.area_id, chosen, fields["q"]),
        many=len(choices.tree),
        place=choices.tree[0].name if choices.tree else "",
        earlier=choices.earlier,
        duties=_duties(call.desk.library),
        roles=list(Caring),
        stands=list(Stands),
        most=RANGES,
        problems={as_typed(problem) for problem in problems},
    )


def _duties(library: Library) -> list[tuple[str, str, int | None]]:
    """(id, its label, the age in months from which it opens; None in pregnancy)."""
    return [
        (id_, library.label(f"duty.{id_}"), None if duty.pregnancy else duty.opens.months)
        for id_, duty in library.duties.items()
    ]


async def count(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    counted, place = await call.read(_count, call, campaign)
    left = [(reason, counted.left.get(reason, 0)) for reason in Left if counted.left.get(reason)]
    draft = campaign.draft
    return call.page(
        "campaigns/count.html",
        campaign=campaign,
        counted=counted,
        left=left,
        day=campaigns.planned_day(campaign, call.now),
        approvals=approvals_needed(draft.alert, counted.get, call.desk.alone_most),
        place=place,
        bars=bars,
    )


def _count(conn: Connection, call: Call, campaign: Campaign) -> tuple[Count, str]:
    rules, quotas = call.desk.library.rules, call.desk.quotas
    counted = campaign_steps.count(conn, campaign, rules, call.now, quotas)
    return counted, place_name(conn, campaign.area_id)


PAGES = (
    Page("/campaigns/{campaign:int}/audience", show, May.WRITE_CAMPAIGNS),
    Page("/campaigns/{campaign:int}/audience", save, May.WRITE_CAMPAIGNS, "POST"),
    Page("/campaigns/{campaign:int}/count", count, May.WRITE_CAMPAIGNS),
)
