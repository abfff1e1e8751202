"""The forms of campaigns: what is typed is shown again as it was, and what is wrong is told."""

import html
import itertools
import random
from html.parser import HTMLParser

import pytest

from care.campaigns import Asks
from console.scope import Role
from tests.console.campaigning import found, written
from tests.console.desk import Office

pytestmark = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)

SHARP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    '<iframe srcdoc="<script>alert(1)</script>">',
    '<a href="javascript:alert(1)">x</a>',
    "<style>@import url(//x)</style>",
    "\u202e<b>\u2066x",
    "%3Cscript%3E",
    "<svg/onload=alert`1`>",
    "<math><mtext></form><form action=//x>",
)  # fmt: skip
ENDINGS = ("", " tin", '"', "'", ">", " {ten_be}", " {goi}", "\n", " **đậm**", "<")
PAYLOADS = [a + b for a, b in itertools.product(SHARP, ENDINGS)]
FIELDS = ("title", "body", "label_1", "reply_1", "link_1", "asked", "option_1", "option_2")
FIELDS += ("valid_hours", "starts_on", "starts_at", "late_until", "picture", "ask")


async def test_two_hundred_hostile_words_are_shown_as_words(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    assert len(PAYLOADS) == 200
    chance = random.Random(5)
    stored = 0
    for payload in PAYLOADS:
        names = chance.sample(FIELDS, 4)
        form = {"title": "Tin", "body": "Lời", "valid_hours": "48"} | dict.fromkeys(names, payload)
        answer = await officer.post("/campaigns/new", **form)
        assert answer.status_code in (303, 400), payload
        _holds_no_markup(answer.text, payload)
        if answer.status_code == 303:
            stored += 1
    # Words alone are allowed to hold anything: what they do on the pages is looked at below.
    for payload in SHARP:
        form = {"title": f"A {payload}", "body": f"B {payload}", "ask": "poll", "asked": payload}
        form |= {"option_1": "Có", "option_2": payload[:38], "valid_hours": "48"}
        answer = await officer.post("/campaigns/new", **form)
        if answer.status_code != 303:
            continue
        stored += 1
        here = answer.headers["location"].removeprefix("/console").removesuffix("/audience")
        pages = ("", "/write", "/audience", "/count", "/preview", "/script", "/poster", "/sms")
        for page in pages:
            shown = await officer.get(f"{here}{page}")
            assert shown.status_code == 200, f"{page}: {payload}"
            _holds_no_markup(shown.text, payload)
    assert stored >= 15
    _holds_no_markup((await officer.get("/campaigns")).text, "list")


class _Elements(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag in ("script", "iframe", "style", "math", "object") or "style" in names:
            self.bad.append(tag)
        if any(name.startswith("on") for name in names):
            self.bad.append(f"{tag} {sorted(names)}")
        leads = [value or "" for name, value in attrs if name in ("href", "src", "action")]
        if any(":" in lead.partition("/")[0] and lead[:5] != "data:" for lead in leads):
            self.bad.append(f"{tag} {leads}")


def _holds_no_markup(page: str, payload: str) -> None:
    reader = _Elements()
    reader.feed(page)
    assert not reader.bad, (payload, reader.bad)


async def test_what_was_typed_stands_there_again(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    form = {"title": 'Tin "hay" <b>', "body": "Lời {la}\n\n&amp; dòng", "valid_hours": "0"}
    answer = await officer.post("/campaigns/new", **form)
    assert answer.status_code == 400
    text = html.unescape(answer.text)
    assert 'value="Tin "hay" <b>"' in text
    assert "Lời {la}\n\n&amp; dòng</textarea>" in text
    assert 'id="body-wrong"' in answer.text
    assert 'id="valid_hours-wrong"' in answer.text


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("title", {"title": ""}),
        ("title", {"title": "a" * 121}),
        ("body", {"body": ""}),
        ("body", {"body": "a" * 1501}),
        ("body", {"body": "Xem {mat_khau}"}),
        ("body", {"body": "Xem http://xau.example/a"}),
        ("picture", {"picture": "../../key"}),
        ("picture", {"picture": "tips/khong-co.png"}),
        ("buttons", {"label_1": "a" * 21}),
        ("buttons", {"label_1": "Xem", "link_1": "https://xau.example"}),
        ("buttons", {"label_1": "Xem", "link_1": "javascript:alert(1)"}),
        ("buttons", {"reply_1": "Cảm ơn"}),
        ("buttons", {"label_1": "Xem", "label_2": "Xem"}),
        ("question", {"ask": "poll", "option_1": "Có", "option_2": "Không"}),
        ("question", {"ask": "vote", "asked": "Sao?"}),
        ("options", {"ask": "poll", "asked": "Sao?", "option_1": "Có"}),
        ("options", {"ask": "poll", "asked": "Sao?", "option_1": "Có", "option_2": "Có"}),
        ("valid_hours", {"valid_hours": "337"}),
        ("valid_hours", {"valid_hours": "-1"}),
        ("valid_hours", {"valid_hours": "²"}),
        ("starts_at", {"starts_on": "2026-02-30"}),
        ("starts_at", {"starts_on": "2026-11-01"}),
        ("starts_at", {"starts_at": "08:00"}),
        ("starts_at", {"starts_on": "2026-12-01", "starts_at": "25:00"}),
        ("starts_at", {"yearly": "1"}),
        ("late_until", {"late_until": "hôm qua"}),
        ("late_until", {"late_until": "2026-11-01"}),
        ("late_until", {"starts_on": "2026-12-10", "late_until": "2026-12-01"}),
    ],
)
async def test_what_is_wrong_is_told_beside_its_field(
    office: Office, field: str, form: dict[str, str]
) -> None:
    officer = await office.officer(Role.STATION, "20a")
    usual = {"title": "Tin", "body": "Lời", "valid_hours": "48"}
    answer = await officer.post("/campaigns/new", **{**usual, **form})
    assert answer.status_code == 400
    assert f'id="{field}-wrong"' in answer.text
    assert "Chỗ này chưa đúng" not in answer.text


async def test_everything_that_can_be_written_is_kept(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    number = await written(
        officer,
        picture="danger/dg-burn.png",
        alert="1",
        yearly="1",
        label_1="Đồng ý",
        reply_1="Cảm ơn {goi}",
        label_2="Xem thêm",
        link_2="http://desk.example/chat".replace("http:", "https:"),
        ask="score",
        asked="Buổi khám thế nào?",
        option_1="bỏ",
        starts_on="2026-12-01",
        starts_at="09:30",
        late_until="2026-12-20",
    )
    draft = (await found(office, number)).draft
    assert (draft.alert, draft.yearly, draft.picture) == (True, True, "danger/dg-burn.png")
    assert [press.label for press in draft.buttons] == ["Đồng ý", "Xem thêm"]
    assert draft.question is not None
    assert (draft.question.kind, draft.question.options) == (Asks.SCORE, ())
    assert draft.starts_at is not None
    assert draft.starts_at.isoformat() == "2026-12-01T02:30:00+00:00"
    page = await officer.get(f"/campaigns/{number}/write")
    for part in ('value="2026-12-01"', 'value="09:30"', 'value="2026-12-20"', "Cảm ơn {goi}"):
        assert part in page.text
    assert "34 trên" not in page.text
    assert f"{len(draft.title)} trên 120 ký tự" in page.text


async def test_an_item_of_the_library_fills_the_form(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    offers = await officer.get("/campaigns/offers")
    assert "/console/campaigns/new?from=ss-vita12" in offers.text
    assert "tip-d" not in offers.text
    found_tips = await officer.get("/campaigns/offers", q="rua tay")
    assert "from=tip-d" in found_tips.text
    page = await officer.get("/campaigns/new", **{"from": "ss-vita12"})
    assert "vitamin A" in page.text
    assert "{be}" not in page.text
    for unknown in ("dg-burn", "../x", "ss-none"):
        assert (await officer.get("/campaigns/new", **{"from": unknown})).status_code == 404


async def test_every_offer_can_be_saved_once_it_is_short_enough(office: Office) -> None:
    officer = await office.officer(Role.STATION, "20a")
    from console.campaign_templates import KINDS, filled

    library = office.desk.library
    items = [i for i in library.items if library.meta[i].kind in KINDS]
    for item in random.Random(3).sample(items, 40):
        fields = filled(library, item)
        assert fields is not None, item
        answer = await officer.post("/campaigns/new", valid_hours="48", **fields)
        assert answer.status_code == 303, item
