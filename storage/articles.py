"""Articles that an officer publishes by hand, where only they reach everybody at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from storage.console_tables import campaigns
from storage.zalo_tables import articles

TITLE_MOST, BODY_MOST, ADDRESS_MOST = 120, 20_000, 300


@dataclass(frozen=True, slots=True)
class Article:
    id: int
    area_id: int
    campaign_id: int | None
    officer_id: int
    title: str
    body: str
    prepared_at: datetime
    published_at: datetime | None
    published_by: int | None
    address: str | None


def prepare(
    conn: Connection,
    area_id: int,
    campaign_id: int | None,
    officer_id: int,
    title: str,
    body: str,
    now: datetime,
) -> int:
    """One a campaign: a second call gives the first one back."""
    if campaign_id is not None:
        one = select(campaigns.c.id).where(campaigns.c.id == campaign_id)
        conn.execute(one.with_for_update(key_share=True))
        same = select(articles.c.id).where(articles.c.campaign_id == campaign_id)
        found: int | None = conn.execute(same).scalar()
        if found is not None:
            return found
    result = conn.execute(
        insert(articles).values(
            area_id=area_id,
            campaign_id=campaign_id,
            officer_id=officer_id,
            title=title[:TITLE_MOST],
            body=body[:BODY_MOST],
            prepared_at=now,
        )
    )
    article_id: int = (result.inserted_primary_key or [0])[0]
    return article_id


def get(conn: Connection, article_id: int) -> Article | None:
    row = conn.execute(select(articles).where(articles.c.id == article_id)).first()
    return Article(**row._asdict()) if row else None


def listed(conn: Connection, areas: Collection[int], most: int = 100) -> list[Article]:
    """Those that wait to be published first, then the newest."""
    query = select(articles).where(articles.c.area_id.in_(areas))
    query = query.order_by(articles.c.published_at.is_not(None), articles.c.id.desc())
    return [Article(**row._asdict()) for row in conn.execute(query.limit(most))]


def confirm(
    conn: Connection, article_id: int, officer_id: int, address: str, now: datetime
) -> bool:
    """It stands there now; False when somebody said so before."""
    waiting = (articles.c.id == article_id, articles.c.published_at.is_(None))
    said = update(articles).where(*waiting)
    values = {"published_at": now, "published_by": officer_id, "address": address[:ADDRESS_MOST]}
    return conn.execute(said.values(**values)).rowcount == 1
