"""The page and the file of a child's book: who sees them, and what stands in them."""

import json
import re
import subprocess
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Engine

from care.people import ChildState
from content.library import Library
from storage import book_links, children
from tests import chromium
from tests.bot import full_book
from tests.bot.sites import LINE, Site, running
from tests.fakes import WatchedDatabase, a_family
from tests.virtual_time import NOW

TOKEN = "0123456789abcdef" * 2 + "01234567"
OLDEST = date(2018, 12, 20)
DAY = timedelta(days=1)


@pytest.fixture
def dialect() -> str:
    """Nothing here depends on the engine."""
    return "sqlite"


@pytest.fixture
async def site(
    db: WatchedDatabase, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    monkeypatch.setattr("bot.app.utc_now", lambda: NOW)
    async with running(db, library, tmp_path, PUBLIC_URL=LINE) as site:
        yield site


def opened(
    engine: Engine, library: Library, lives: timedelta = DAY, **values: Any
) -> tuple[int, int]:
    """A full book with an open link; ids of the child and the caregiver."""
    with engine.begin() as conn:
        me = a_family(conn).caregiver_id
        child_id = full_book.fills(conn, library, me, **values)
        book_links.put(conn, child_id, me, TOKEN, NOW + lives)
    return child_id, me


async def page(site: Site, path: str = f"/book/{TOKEN}") -> httpx.Response:
    return await site.client.get(path)


async def test_the_page_shows_every_part(site: Site, engine: Engine, library: Library) -> None:
    opened(engine, library)
    answer = await page(site)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for key in ("book.doses", "book.papers", "book.checkups", "book.growth", "book.coming"):
        assert library.label(key) in answer.text
    for key in ("duty.birth_registered", "dose.penta1", "book.milestones", "book.paper-first"):
        assert library.label(key) in answer.text
    assert full_book.NICKNAME in answer.text
    assert "20/05/2025" in answer.text
    assert answer.text.count("<svg") == 2  # the curve and the way back


async def test_nobody_keeps_it_and_it_loads_nothing(
    site: Site, engine: Engine, library: Library
) -> None:
    opened(engine, library)
    for path in (f"/book/{TOKEN}", f"/book/{TOKEN}.json", "/book/unknown"):
        answer = await page(site, path)
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["x-content-type-options"] == "nosniff"
    answer = await page(site)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in answer.text
    assert "<script" not in answer.text
    assert not re.search(r"\b(src|style)=", answer.text)
    assert nonce[1] not in (await page(site)).text


@pytest.mark.parametrize(
    "path",
    [
        "/book/",
        "/book/unknown",
        f"/book/{TOKEN[::-1]}",
        f"/book/{TOKEN[:-1]}",
        f"/book/{TOKEN}0",
        f"/book/{TOKEN.upper()}",
        f"/book/{TOKEN}.html",
        f"/book/{TOKEN[::-1]}.json",
        "/book/.json",
        "/book/%00",
        "/book/'%20OR%201=1",
    ],
)
async def test_a_forged_link_opens_nothing(
    site: Site, engine: Engine, library: Library, path: str
) -> None:
    opened(engine, library)
    answer = await page(site, path)
    assert answer.status_code == 404
    assert full_book.NICKNAME not in answer.text


async def test_an_expired_link_says_so_kindly(site: Site, engine: Engine, library: Library) -> None:
    opened(engine, library, -timedelta(seconds=1))
    for path in (f"/book/{TOKEN}", f"/book/{TOKEN}.json"):
        answer = await page(site, path)
        assert answer.status_code == 404
        assert full_book.NICKNAME not in answer.text
        assert "Trang này đã đóng." in answer.text


async def test_whose_child_it_no_longer_is_sees_nothing(
    site: Site, engine: Engine, library: Library
) -> None:
    child_id, me = opened(engine, library)
    with engine.begin() as conn:
        other = a_family(conn, chat="other").caregiver_id
        children.link(conn, child_id, other, full_book.TODAY)
        children.unlink(conn, child_id, me)
    assert (await page(site)).status_code == 404


async def test_after_a_loss_there_is_no_page(site: Site, engine: Engine, library: Library) -> None:
    child_id, _ = opened(engine, library)
    with engine.begin() as conn:
        kid = children.get(conn, child_id)
        assert kid is not None
        children.change(conn, kid, state=ChildState.LOST)
    assert (await page(site)).status_code == 404


async def test_while_the_database_is_away_it_says_so(
    site: Site, db: WatchedDatabase, engine: Engine, library: Library
) -> None:
    opened(engine, library)
    db.down = True
    answer = await page(site)
    db.down = False
    assert answer.status_code == 503
    assert library.label("book.down") in answer.text


async def test_a_nickname_is_words_and_nothing_else(
    site: Site, engine: Engine, library: Library
) -> None:
    opened(engine, library, nickname='<b>"Tí"</b>{{ w }}')
    answer = await page(site)
    assert "<b>" not in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "{{ w }}" in answer.text
    data = (await page(site, f"/book/{TOKEN}.json")).json()
    assert data["child"]["nickname"] == '<b>"Tí"</b>{{ w }}'


async def test_a_book_with_nothing_in_it_is_a_page_too(
    site: Site, engine: Engine, library: Library
) -> None:
    with engine.begin() as conn:
        family = a_family(conn)
        due_on = full_book.TODAY + 60 * DAY
        child_id = children.add(
            conn, family.caregiver_id, full_book.TODAY, state=ChildState.EXPECTED, due_on=due_on
        )
        book_links.put(conn, child_id, family.caregiver_id, TOKEN, NOW + DAY)
    answer = await page(site)
    assert answer.status_code == 200
    assert f"{due_on:%d/%m/%Y}" in answer.text
    assert answer.text.count("<svg") == 1
    data = (await page(site, f"/book/{TOKEN}.json")).json()
    assert (data["doses"], data["measurements"], data["milestones"]) == ([], [], [])


async def test_the_file_has_the_documented_form(
    site: Site, engine: Engine, library: Library
) -> None:
    opened(engine, library)
    answer = await page(site, f"/book/{TOKEN}.json")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-disposition"] == 'attachment; filename="so-cua-be.json"'
    data = answer.json()
    documented = _example()
    assert data["format"] == documented["format"] == "donghanh-book-1"
    assert _form(data) == _form(documented)
    assert data["child"]["born_on"] == "2025-05-20"
    assert data["measurements"][-1] == {
        "on": "2026-08-20", "weight_g": 10_450, "height_mm": 775, "lying": True
    }  # fmt: skip
    given = {dose["id"]: dose for dose in data["doses"]}["penta1"]
    assert (given["state"], given["given_on"]) == ("given", "2025-07-20")
    assert len(data["milestones"]) == full_book.LISTS


def _example() -> Any:
    """The one in the document."""
    text = Path("docs/child-book.md").read_text(encoding="utf-8")
    return json.loads(text.partition("```json\n")[2].partition("```")[0])


def _form(value: Any) -> Any:
    """Keys at every level, of lists those of the first entry."""
    if isinstance(value, dict):
        return {key: _form(part) for key, part in value.items()}
    return [_form(value[0])] if isinstance(value, list) else None


@pytest.mark.browser
@pytest.mark.skipif(chromium.find() is None, reason="no Chromium here")
@pytest.mark.parametrize("born_on", [full_book.BORN, OLDEST])
async def test_a_full_book_is_one_sheet(
    site: Site, engine: Engine, library: Library, tmp_path: Path, born_on: date
) -> None:
    opened(engine, library, born_on=born_on)
    html, pdf = tmp_path / "book.html", tmp_path / "book.pdf"
    html.write_text((await page(site)).text, encoding="utf-8")
    command = [chromium.find() or "", "--headless", "--no-sandbox", "--disable-gpu"]
    more = ["--no-pdf-header-footer", f"--print-to-pdf={pdf}", html.as_uri()]
    subprocess.run([*command, f"--user-data-dir={tmp_path}", *more], check=True, timeout=60)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes())) == 1
