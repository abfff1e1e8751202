"""The audit trail as officers read it."""

import ast
from collections.abc import Iterator

import pytest

from console.app import PAGES
from console.render import HERE, said
from console.scope import Role
from storage import audit
from tests.console.desk import Office
from tests.console.furnished import furnish
from tests.console.routes import allowed

ONE_ENGINE = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
NOTING = {"act", "noted", "record", "change", "step", "_changed", "_turned", "_noted", "table"}
NOTING |= {"_failed", "_half_in", "_arrived", "_note"}


def _acts() -> Iterator[str]:
    """Words that the pages give to the trail."""
    for path in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                for given in node.args if name in NOTING else ():
                    if isinstance(given, ast.Constant) and isinstance(given.value, str):
                        yield given.value


def test_every_act_has_words() -> None:
    told, things = said("trail_said.html", "did"), said("trail_said.html", "things")
    acts = {act for act in _acts() if act[:1].isalpha() and act.partition(":")[0] not in things}
    assert len(acts) > 40
    assert acts - told.keys() == set()


@ONE_ENGINE
async def test_what_was_read_stands_in_the_trail(office: Office) -> None:
    own = await furnish(office, "20a", "Bống")
    for page in PAGES:
        if page.method == "GET" and allowed(page, Role.LEAD):
            for path in own.paths(page):
                await own.lead.get(path)
    lines = await office.db.read(audit.lines, None, 999, [f"officer:{own.lead.id}"])
    noted = {(line.action, line.object.partition(":")[0]) for line in lines}
    assert {
        ("family read", "caregiver"),
        ("talk read", "talk"),
        ("overdue list read", "duty"),
        ("campaign people read", "campaign"),
        ("campaign answers read", "campaign"),
        ("slips read", "batch"),
        ("slips printed", "batch"),
    } <= noted
    assert "Bống" not in repr([(line.action, line.object, line.detail) for line in lines])
    page = (await own.lead.get("/trail")).text
    assert f"<strong>Bống</strong> xem gia đình {own.named['family'][0]}" in page


@ONE_ENGINE
async def test_the_trail_is_read_page_by_page(office: Office) -> None:
    lead = await office.officer(Role.LEAD, "20a")
    for _ in range(120):
        await lead.get("/accounts")
    first = (await lead.get("/trail")).text
    assert first.count("<li data-act") == 100
    before = first.rpartition("?before=")[2].partition('"')[0]
    assert (await lead.get("/trail", before=before)).text.count("<li data-act") == 20
    for odd in ("x", "-1", "9" * 40, "١"):
        assert (await lead.get("/trail", before=odd)).status_code == 200
