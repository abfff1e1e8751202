"""A campaign for those without a phone: read out, on a poster, as a short message."""

import math
import re
import unicodedata
from dataclasses import dataclass

import segno
from starlette.responses import Response

from care.campaigns import Draft, Press, fill
from console.campaign_finding import find, place_name
from console.scope import May
from console.web import Call, Page
from content.library import Library
from storage.campaigns import Campaign

WORDS_A_MINUTE = 120  # read out slowly, over a loudspeaker
ALONE, PART = 160, 153  # characters of one short message, and of each of several
_SPOKEN_GAPS = re.compile(r"\n\s*\n")
_SAME = str.maketrans({"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-"})


@dataclass(frozen=True, slots=True)
class Words:
    """A campaign for anybody: no name of a child, no name of a reader."""

    title: str
    paragraphs: list[str]
    links: list[Press]

    @property
    def minutes(self) -> int:
        count = sum(len(paragraph.split()) for paragraph in [self.title, *self.paragraphs])
        return max(1, math.ceil(count / WORDS_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Short:
    text: str

    @property
    def parts(self) -> int:
        length = len(self.text)
        return 1 if length <= ALONE else math.ceil(length / PART)


def words(library: Library, draft: Draft, place: str) -> Words:
    values = {
        "ten_be": library.label("be.one"),
        "goi": library.label("campaign.everyone"),
        "tram": library.label("tram.default"),
        "thon": place,
    }
    body = fill(draft.body, values).replace("**", "")
    paragraphs = [part.strip() for part in _SPOKEN_GAPS.split(body) if part.strip()]
    links = [press for press in draft.buttons if press.link]
    return Words(fill(draft.title, values), paragraphs, links)


def short(whole: Words) -> Short:
    """One line without accents: letters with accents make a short message three times as dear."""
    said = " ".join([f"{whole.title}.", *whole.paragraphs])
    said = " ".join(said.split()).replace("..", ".").replace("?.", "?").replace("!.", "!")
    return Short(bare(said))


def bare(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.translate(_SAME).replace("…", "..."))
    return apart.encode("ascii", "ignore").decode()


async def script(call: Call) -> Response:
    return await _shown(call, "campaigns/script.html")


async def poster(call: Call) -> Response:
    return await _shown(call, "campaigns/poster.html")


async def sms(call: Call) -> Response:
    return await _shown(call, "campaigns/sms.html")


async def _shown(call: Call, page: str) -> Response:
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    place = await call.read(place_name, campaign.area_id)
    whole = words(call.desk.library, campaign.draft, place)
    return call.page(
        page,
        campaign=campaign,
        place=place,
        words=whole,
        short=short(whole),
        chat=_chat(call),
        code=_code(call),
        alt=_alt(call.desk.library, campaign),
    )


def _chat(call: Call) -> str:
    return f"{call.desk.public_url}/chat" if call.desk.public_url else ""


def _code(call: Call) -> str:
    """The way to the chat as a square to scan; "" where nobody said how it is reached."""
    chat = _chat(call)
    return segno.make(chat, error="m").svg_data_uri(scale=6, border=2) if chat else ""


def _alt(library: Library, campaign: Campaign) -> str:
    picture = campaign.draft.picture
    found = (text.alt for text in library.texts.values() if text.image == picture)
    return next((alt for alt in found if alt), "")


_ONE = "/campaigns/{campaign:int}"
PAGES = (
    Page(f"{_ONE}/script", script, May.WRITE_CAMPAIGNS),
    Page(f"{_ONE}/poster", poster, May.WRITE_CAMPAIGNS),
    Page(f"{_ONE}/sms", sms, May.WRITE_CAMPAIGNS),
)
