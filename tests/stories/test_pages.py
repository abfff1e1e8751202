"""The pages people open: the numbers are on them, and nothing comes from anywhere else."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from content.library import Library
from tests.stories.running import Programme

PAGES = ("/", "/chat")


class Outline(HTMLParser):
    """Elements with their attributes, and the words that can be seen."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def client(programme: Programme) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=programme.url, trust_env=False) as client:
        yield client


@pytest.fixture(params=PAGES)
def page(client: httpx.Client, request: Any) -> httpx.Response:
    answer = client.get(request.param)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer


def test_every_emergency_number_can_be_dialled(page: httpx.Response, library: Library) -> None:
    dialled = {attributes["href"] for attributes in Outline(page.text).of("a")}
    for number in library.numbers.values():
        assert f"tel:{number.number.replace(' ', '')}" in dialled
    assert {"tel:115", "tel:111", "tel:113", "tel:114"} <= dialled


def test_page_says_its_language_and_its_name(page: httpx.Response) -> None:
    outline = Outline(page.text)
    assert outline.of("html") == [{"lang": "vi"}]
    assert "<title>Đồng Hành" in page.text
    assert len(outline.of("h1")) == 1
    assert any(meta.get("name") == "viewport" for meta in outline.of("meta"))


def test_nothing_comes_from_elsewhere(page: httpx.Response) -> None:
    used = [
        value or ""
        for _, attributes in Outline(page.text).elements
        for name, value in attributes.items()
        if name in ("href", "src", "action")
    ]
    assert used
    assert all(re.match(r"(/(?!/)|#|tel:)", address) for address in used)
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_every_link_of_a_page_leads_somewhere(page: httpx.Response, client: httpx.Client) -> None:
    outline = Outline(page.text)
    for attributes in [*outline.of("a"), *outline.of("link"), *outline.of("script")]:
        address = attributes.get("href") or attributes.get("src") or ""
        if address.startswith("/"):
            assert client.get(address).status_code == 200, address
        elif len(address) > 1 and address.startswith("#"):
            assert f'id="{address[1:]}"' in page.text


def test_home_leads_to_the_chat_in_the_words_of_families(client: httpx.Client) -> None:
    outline = Outline(client.get("/").text)
    assert any(attributes["href"] == "/chat" for attributes in outline.of("a"))
    assert "115" in outline.words


@pytest.mark.parametrize("path", ["/media/none.webp", "/media/", "/nothing", "/chat/none.js"])
def test_what_is_not_there_is_said_so_calmly(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text
    assert client.get("/readyz").status_code == 200


def test_probes_answer(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"ok": True, "problems": {}}
    assert client.get("/readyz").json() == {"ready": True}
    assert "python_info" in client.get("/metrics").text


def test_metrics_name_no_family(client: httpx.Client) -> None:
    token = client.post("/api/chat/sessions").json()["session"]
    client.post(
        "/api/chat/messages",
        json={"id": "1", "text": "canary"},
        headers={"Authorization": f"Bearer {token}"},
    )
    said = client.get("/metrics").text
    assert token not in said
    assert "canary" not in said
