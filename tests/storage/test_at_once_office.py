"""Officers, and the clock, who do something at the same moment: once is once."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from bot.first_day import first_officer, first_start
from console import login
from storage import (
    areas,
    articles,
    campaign_sending,
    campaigns,
    case_acts,
    cases,
    deadlines,
    hamlets,
    officer_chats,
    officers,
    talk_answers,
    talks,
)
from storage.areas import Area, AreaRow
from storage.officers import DISABLED, PASSWORD
from storage.tables import area_aliases
from storage.tables import areas as areas_table
from tests.storage.broadcasting import BEGUN, a_country, readers, rows_of, sent_out, set_rows
from tests.storage.casework import grow, report, viewer
from tests.storage.families import MINUTE, NOW, crossing, together
from tests.storage.places import planted
from tests.storage.talking import asked
from tests.storage.test_officers import an_officer

COUNTRY = AreaRow("VN", "", "country", "nước", "Việt Nam", ())


@pytest.fixture
def me(engine: Engine) -> int:
    with engine.begin() as conn:
        return an_officer(conn)


@pytest.fixture
def home(engine: Engine) -> Area:
    """A commune."""
    with engine.begin() as conn:
        found = areas.get(conn, planted(conn)["20a"])
    assert found is not None
    return found


def test_a_login_is_given_to_one(engine: Engine, second: Engine, me: int) -> None:
    with engine.begin() as conn:
        area = areas.by_code(conn, "VN")
    assert area is not None

    def add(conn: Connection) -> int | None:
        return officers.add(
            conn, login="lan", name="", role="", area_id=area.id, password_hash="", now=NOW
        )

    one, other = together(engine, second, add)
    assert (one is None, other is None) == (False, True)


def test_the_first_officer_is_made_by_one_of_two_processes(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        areas.import_rows(conn, [COUNTRY], NOW)
    made = together(engine, second, lambda conn: first_officer(conn, None, "hash"))
    assert made == (True, False)


def test_two_processes_that_start_on_an_empty_database_load_the_areas_once(
    engine: Engine, second: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "areas.csv"
    file.write_text(f"{','.join(areas.FIELDS)}\nVN,,country,nước,Việt Nam,\n", encoding="utf-8")
    assert together(engine, second, lambda conn: first_start(conn, file)) == (1, 0)


def test_a_way_in_is_gone_once(engine: Engine, second: Engine, me: int) -> None:
    with engine.begin() as conn:
        officers.open_session(conn, me, "token", PASSWORD, NOW)
    gone = together(engine, second, lambda conn: officers.end_half(conn, me, "token"))
    assert gone == (True, False)


def test_who_is_disabled_on_the_way_in_does_not_get_in(
    engine: Engine, second: Engine, me: int
) -> None:
    with engine.begin() as conn:
        officers.open_session(conn, me, "token", PASSWORD, NOW)
        before = officers.get(conn, me)
    assert before is not None
    crossing(
        engine,
        second,
        lambda conn: officers.disable(conn, me),
        lambda conn: login._renewed(conn, before, "hash", "token", "new", NOW),
    )
    with engine.begin() as conn:
        after = officers.get(conn, me)
    assert after is not None
    assert after.state == DISABLED


def test_who_is_disabled_meanwhile_has_no_chat(engine: Engine, second: Engine, me: int) -> None:
    with engine.begin() as conn:
        officers.change(conn, me, state=officers.ACTIVE)
        officer_chats.offer(conn, me, "ABCD2345", NOW)
    _, linked = crossing(
        engine,
        second,
        lambda conn: officers.disable(conn, me),
        lambda conn: officer_chats.take(conn, "ABCD2345", 9, NOW),
    )
    assert linked is None
    with engine.begin() as conn:
        after = officers.get(conn, me)
    assert after is not None
    assert (after.state, after.caregiver_id) == (DISABLED, None)


def test_the_usual_deadlines_become_the_units_own_once(
    engine: Engine, second: Engine, home: Area
) -> None:
    titles = ["hai", "một"]
    together(engine, second, lambda conn: deadlines.add(conn, home.id, titles.pop(), 3, 1))
    with engine.begin() as conn:
        assert len(deadlines.of_area(conn, home.id)) == len(deadlines.usual()) + 2


def test_a_name_is_given_to_one_hamlet(engine: Engine, second: Engine, home: Area) -> None:
    with engine.begin() as conn:
        ids = [hamlets.add(conn, home, "Xóm", name) for name in ("Một", "Hai")]
        found = [areas.get(conn, one or 0) for one in ids]
    waiting = [one for one in found if one is not None]
    named = together(
        engine, second, lambda conn: hamlets.rename(conn, waiting.pop(), "Xóm", "Ba", NOW)
    )
    assert named == (True, False)


def test_an_old_name_is_kept_once(engine: Engine, second: Engine, home: Area) -> None:
    with engine.begin() as conn:
        row = conn.execute(select(areas_table).where(areas_table.c.id == home.id)).one()
    together(engine, second, lambda conn: areas.keep_history(conn, row, NOW))
    with engine.begin() as conn:
        aliases = conn.execute(select(area_aliases.c.alias)).scalars().all()
    assert aliases == ["dong tam"]


def test_a_campaign_becomes_one_article(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        area = a_country(conn)
        campaign = sent_out(conn, area)
    one, other = together(
        engine, second, lambda conn: articles.prepare(conn, area, campaign, 1, "", "", NOW)
    )
    assert one == other


def test_what_is_tried_again_is_not_over(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        area = a_country(conn)
        readers(conn, 1)
        campaign = sent_out(conn, area)
        set_rows(conn, [row.id for row in rows_of(conn, campaign)], state="failed")
    again, over = crossing(
        engine,
        second,
        lambda conn: campaigns.retry(conn, campaign, BEGUN),
        lambda conn: campaign_sending.finish(conn, BEGUN),
    )
    assert (again, over) == (1, [])


def test_an_answer_that_is_sent_twice_at_once_is_one(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        talk = asked(conn)
        talks.claim(conn, talk.id, 7, NOW)

    def answer(conn: Connection) -> int | None:
        if talk_answers.is_said(conn, talk.id, 7, "chào", NOW - MINUTE):
            return None
        return talks.answer(conn, talk.id, 7, "chào", NOW)

    one, other = together(engine, second, answer)
    assert (one is None, other is None) == (False, True)


def test_what_is_added_while_a_case_is_closed_opens_it_again(
    engine: Engine, second: Engine
) -> None:
    with engine.begin() as conn:
        commune = grow(conn)["20a"]
        code, case = report(conn, commune)
        one, other = viewer(conn, commune, 7), viewer(conn, commune, 8)
        case_acts.ask_close(conn, one, case, "xong", NOW)

    def close(conn: Connection) -> None:
        held = cases.hold(conn, other, case.number)
        assert held is not None
        case_acts.close(conn, other, held, "xong", NOW)

    crossing(engine, second, close, lambda conn: cases.add_by_code(conn, code, "lại nữa", NOW))
    with engine.begin() as conn:
        after = cases.get(conn, case.id)
    assert after is not None
    assert (after.closed_at, after.waiting_since) == (None, NOW)


def test_who_is_shut_out_of_a_case_no_longer_acts_on_it(engine: Engine, second: Engine) -> None:
    with engine.begin() as conn:
        commune = grow(conn)["20a"]
        _, case = report(conn, commune)
        one, other = viewer(conn, commune, 7), viewer(conn, commune, 8)

    def shut_out(conn: Connection) -> None:
        held = cases.hold(conn, one, case.number)
        assert held is not None
        case_acts.exclude(conn, one, held, other.officer_id, "người nhà", NOW)

    _, seen = crossing(engine, second, shut_out, lambda conn: cases.hold(conn, other, case.number))
    assert seen is None
