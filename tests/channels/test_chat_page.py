"""Static checks of the web chat page: what its content security policy and its readers rely on."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

PAGE = Path(__file__).parents[2] / "channels" / "webchat" / "page"
SERVED = {f"/chat/{name}" for name in ("chat.css", "chat.js", "icon.svg", "manifest.webmanifest")}
NUMBERS = "<!-- numbers -->"
VOID = {"meta", "link", "img", "br", "hr", "input", "path"}

Attributes = dict[str, str | None]


class Outline(HTMLParser):
    """The elements in order, each with its attributes, the tags around it and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes, tuple[str, ...]]] = []
        self.texts: list[str] = []
        self.comments: list[tuple[str, tuple[str, ...]]] = []
        self._open: list[tuple[str, int]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), self._around()))
        self.texts.append("")
        if tag not in VOID:
            self._open.append((tag, len(self.texts) - 1))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop()[0] == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        for _, index in self._open:
            self.texts[index] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append((f"<!--{data}-->", self._around()))

    def _around(self) -> tuple[str, ...]:
        return tuple(tag for tag, _ in self._open)


def read(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page() -> Outline:
    return Outline(read("chat.html"))


def test_nothing_runs_inline(page: Outline) -> None:
    for (tag, attributes, _), text in zip(page.elements, page.texts, strict=True):
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert not any((value or "").startswith("javascript:") for value in attributes.values())
        if tag == "script":
            assert attributes["type"] == "module"
            assert text.strip() == ""


def test_every_file_is_served_by_the_channel_itself(page: Outline) -> None:
    used = {
        value
        for _, attributes, _ in page.elements
        for name, value in attributes.items()
        if name in {"src", "href"} and value and not value.startswith("#")
    }
    assert used == SERVED
    assert all((PAGE / Path(address).name).is_file() for address in used)


@pytest.mark.parametrize("name", ["chat.html", "chat.css", "chat.js", "manifest.webmanifest"])
def test_no_address_of_another_host(name: str) -> None:
    assert not re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", read(name), re.IGNORECASE)
    assert "@import" not in read(name)


def test_emergency_numbers_are_placed_by_the_server(page: Outline) -> None:
    places = [around for comment, around in page.comments if comment == NUMBERS]
    assert [around[-1] for around in places] == ["ul", "ul"]
    assert any("dialog" in around for around in places)
    assert any("noscript" in around for around in places)
    assert not re.search(r"\b11[1-5]\b|1900 \d", read("chat.html") + read("chat.js"))


def test_emergency_sheet_opens_without_the_script(page: Outline) -> None:
    opener = next(attributes for _, attributes, _ in page.elements if attributes.get("id") == "sos")
    assert opener["href"] == "#emergency"
    assert any(
        tag == "dialog" and attributes.get("id") == "emergency" and attributes["aria-labelledby"]
        for tag, attributes, _ in page.elements
    )


def test_every_control_has_a_name(page: Outline) -> None:
    labelled = {attributes.get("for") for tag, attributes, _ in page.elements if tag == "label"}
    for (tag, attributes, _), text in zip(page.elements, page.texts, strict=True):
        if tag in {"button", "a"}:
            assert attributes.get("aria-label") or text.strip(), attributes
        if tag in {"textarea", "input", "select"}:
            assert attributes.get("id") in labelled, attributes
        if tag == "img":
            assert "alt" in attributes
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true"


def test_what_is_typed_never_becomes_part_of_an_address(page: Outline) -> None:
    for tag, attributes, _ in page.elements:
        if tag in {"form", "textarea"}:
            assert not {"action", "name"} & attributes.keys()


def test_conversation_is_a_polite_vietnamese_log(page: Outline) -> None:
    assert page.elements[0] == ("html", {"lang": "vi"}, ())
    logs = [attributes for _, attributes, _ in page.elements if attributes.get("role") == "log"]
    assert [log["aria-live"] for log in logs] == ["polite"]
    assert any(attributes.get("role") == "status" for _, attributes, _ in page.elements)


def test_script_finds_every_part_it_uses(page: Outline) -> None:
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"\bpage\.(\w+)", read("chat.js"))) <= set(ids)


def test_script_never_writes_markup() -> None:
    script = read("chat.js")
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert word not in script
    assert len(script.splitlines()) < 420


def test_vietnamese_words_stand_at_the_top_of_the_script_only() -> None:
    labels, _, rest = read("chat.js").partition("\n};\n")
    assert "const L = {" in labels
    words = re.findall(r'"([^"\n]*[À-ỹ][^"\n]*)"', rest)
    assert not words
    unused = [name for name in re.findall(r"(\w+): \"", labels) if f"L.{name}" not in rest]
    assert set(unused) <= {"bot", "me", "note"}  # reached by the sender's name


def test_style_serves_dark_rooms_calm_eyes_and_keyboards() -> None:
    style = read("chat.css")
    for needed in (
        "prefers-color-scheme: dark",
        "prefers-reduced-motion: reduce",
        "env(safe-area-inset-bottom)",
        "100dvh",
        ":focus-visible",
    ):
        assert needed in style
    assert "url(" not in style


def test_manifest_and_icon() -> None:
    manifest = json.loads(read("manifest.webmanifest"))
    assert manifest["name"] == "Đồng Hành"
    assert manifest["lang"] == "vi"
    assert manifest["start_url"] == manifest["scope"] == "/chat"
    assert {icon["src"] for icon in manifest["icons"]} <= SERVED
    icon = ET.fromstring(read("icon.svg"))  # noqa: S314  our own file
    assert icon.tag == "{http://www.w3.org/2000/svg}svg"
