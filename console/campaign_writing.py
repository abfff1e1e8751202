"""Writing a campaign: its words, from nothing or from the content library."""

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from care.audience import Problem
from care.campaigns import (
    BODY_MOST,
    LABEL_MOST,
    OPTION_MOST,
    REPLY_MOST,
    TITLE_MOST,
    Draft,
    State,
)
from console import campaign_form as form
from console.campaign_finding import change, find, path_of
from console.campaign_templates import filled, offers, pictures
from console.scope import May
from console.web import Call, Page
from storage import campaign_steps, campaigns
from storage.campaigns import Campaign

LIMITS = {
    "title": TITLE_MOST,
    "body": BODY_MOST,
    "label": LABEL_MOST,
    "reply": REPLY_MOST,
    "option": OPTION_MOST,
}


async def new(call: Call) -> Response:
    """An empty form, or one filled from an item of the library."""
    library, item = call.desk.library, call.query.get("from", "")
    fields = form.empty()
    if item:
        words = filled(library, item)
        if words is None:
            return call.missing()
        fields |= words
    return _shown(call, fields)


async def offered(call: Call) -> Response:
    """What the library has to begin with."""
    typed = call.query.get("q", "")[:80]
    found = offers(call.desk.library, typed)
    return call.page("campaigns/offers.html", found=found, typed=typed)


async def create(call: Call) -> Response:
    fields = form.typed(call)
    known = pictures(call.desk.library)
    draft, problems = form.read_draft(call, fields, Draft("", ""), known)
    if problems:
        return _shown(call, fields, problems=problems)
    campaign_id = await call.write(campaign_steps.write, call.scope, draft, call.now)
    return call.go(path_of(campaign_id, "/audience"))


async def show(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    if campaign.state is not State.DRAFT:
        return call.go(path_of(campaign.id))
    saved = "saved" in call.query
    return _shown(call, form.fields_of(campaign.draft), campaign, saved=saved)


async def save(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    fields = form.typed(call)
    known = pictures(call.desk.library)
    draft, problems = form.read_draft(call, fields, campaign.draft, known)
    if problems:
        return _shown(call, fields, campaign, problems=problems)
    refused = await change(call, campaign, "campaign written", campaigns.save, draft)
    if refused == "changed":  # what was typed must not be lost over it
        return _shown(call, fields, campaign, changed=True)
    if refused:
        return call.go(path_of(campaign.id, f"?no={refused}"))
    onward = "/audience" if call.text("do") == "on" else "/write?saved"
    return call.go(path_of(campaign.id, onward))


def _shown(
    call: Call,
    fields: Mapping[str, str],
    campaign: Campaign | None = None,
    *,
    problems: Sequence[Problem] = (),
    changed: bool = False,
    saved: bool = False,
) -> Response:
    return call.page(
        "campaigns/write.html",
        400 if problems else 409 if changed else 200,
        campaign=campaign,
        typed=fields,
        problems={form.as_typed(problem) for problem in problems},
        changed=changed,
        saved=saved,
        pictures=pictures(call.desk.library),
        hosts=form.hosts_of(call),
        limits=LIMITS,
        buttons=form.BUTTONS,
        choices=form.CHOICES,
    )


PAGES = (
    Page("/campaigns/offers", offered, May.WRITE_CAMPAIGNS),
    Page("/campaigns/new", new, May.WRITE_CAMPAIGNS),
    Page("/campaigns/new", create, May.WRITE_CAMPAIGNS, "POST"),
    Page("/campaigns/{campaign:int}/write", show, May.WRITE_CAMPAIGNS),
    Page("/campaigns/{campaign:int}/write", save, May.WRITE_CAMPAIGNS, "POST"),
)
