"""Articles for the Zalo Official Account: prepared here, published by hand, confirmed here."""

from starlette.responses import Response

from care.campaigns import allowed_link
from console.campaign_finding import find, name_of, officer_name, place_name
from console.campaign_prints import words
from console.scope import May
from console.web import Call, Page
from storage import articles, audit
from storage.articles import Article
from storage.database import Connection

HOSTS = ("zalo.me",)


async def overview(call: Call) -> Response:
    found = await call.read(articles.listed, call.scope.areas)
    return call.page("articles/list.html", articles=found)


async def prepare(call: Call) -> Response:
    """From a campaign, in words for anybody."""
    campaign = await find(call)
    if campaign is None:
        return call.missing()
    place = await call.read(place_name, campaign.area_id)
    whole = words(call.desk.library, campaign.draft, place)
    lines = [*whole.paragraphs, *(f"{press.label}: {press.link}" for press in whole.links)]
    args = (campaign.area_id, campaign.id, call.officer.id, whole.title, "\n\n".join(lines))
    obj = name_of(campaign.id)
    article_id = await call.act("article prepared", obj, articles.prepare, *args, call.now)
    return call.go(f"/console/articles/{article_id}")


async def show(call: Call, problem: str | None = None) -> Response:
    article = await _find(call)
    if article is None:
        return call.missing()
    by = await call.read(officer_name, article.published_by)
    return call.page(
        "articles/show.html", 400 if problem else 200, article=article, by=by, problem=problem
    )


async def confirm(call: Call) -> Response:
    article = await _find(call)
    if article is None:
        return call.missing()
    address = call.text("address", articles.ADDRESS_MOST)
    if not allowed_link(address, HOSTS):
        return await show(call, "address")
    await call.write(_confirm, call, article, address)
    return call.go(f"/console/articles/{article.id}")


def _confirm(conn: Connection, call: Call, article: Article, address: str) -> None:
    if articles.confirm(conn, article.id, call.officer.id, address, call.now):
        audit.record(conn, call.actor, "article published", f"article:{article.id}", call.now)


async def _find(call: Call) -> Article | None:
    found = await call.read(articles.get, int(call.path["article"]))
    return found if found is not None and call.scope.holds(found.area_id) else None


PAGES = (
    Page("/articles", overview, May.WRITE_CAMPAIGNS),
    Page("/articles/{article:int}", show, May.WRITE_CAMPAIGNS),
    Page("/articles/{article:int}/published", confirm, May.WRITE_CAMPAIGNS, "POST"),
    Page("/campaigns/{campaign:int}/article", prepare, May.WRITE_CAMPAIGNS, "POST"),
)
