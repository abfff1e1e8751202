"""A campaign as each channel will show it, and once to the officer's own chat."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response

from care.messages import Outbound
from console.campaign_finding import find, name_of, path_of, place_name
from console.campaign_prints import Short, short, words
from console.previews import bold
from console.scope import May
from console.web import Call, Page
from content.campaign_words import sample
from storage import campaigns


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` as chats with buttons show it; `numbered` where buttons are typed as numbers."""

    out: Outbound
    text: Markup
    numbered: Markup


async def preview(call: Call) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    place = await call.read(place_name, campaign.area_id)
    library = call.desk.library
    out = sample(library, campaign.id, campaign.draft, place)
    plain: Short = short(words(library, campaign.draft, place))
    return call.page(
        "campaigns/preview.html",
        campaign=campaign,
        shown=Shown(out, _with_title(out), bold(numbered(out))),
        plain=plain,
        linked=call.officer.caregiver_id is not None,
        tested=call.query.get("test", ""),
    )


def _with_title(out: Outbound) -> Markup:
    """The title stands out, as in chats that know more than plain text."""
    rest = out.text.removeprefix(out.title or "")
    return Markup("<b>{}</b>").format(out.title or "") + bold(rest)


def numbered(out: Outbound) -> str:
    """Where a messenger has no buttons: a number a choice, a link written out.

    The choices of a poll have their numbers in the text already.
    """
    told = set(out.text.splitlines())
    lines = [
        f"{n}. {button.label}" + (f": {button.url}" if button.url else "")
        for n, button in enumerate(out.buttons, 1)
    ]
    more = [line for line in lines if line not in told]
    return "\n".join([out.text, *([""] if more else []), *more])


async def test(call: Call) -> Response:
    """To the chat the officer has linked; families get nothing."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    linked = call.officer.caregiver_id
    if linked is None:
        return call.go(path_of(campaign.id, "/preview?test=unlinked"))
    args = (campaign.id, linked, call.now)
    sent = await call.act("campaign tested", name_of(campaign.id), campaigns.send_test, *args)
    call.desk.wake()
    return call.go(path_of(campaign.id, f"/preview?test={'sent' if sent else 'unlinked'}"))


PAGES = (
    Page("/campaigns/{campaign:int}/preview", preview, May.WRITE_CAMPAIGNS),
    Page("/campaigns/{campaign:int}/test", test, May.WRITE_CAMPAIGNS, "POST"),
)
