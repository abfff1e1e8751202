"""Talks of families, and an area tree to see them from."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from storage import areas, talks
from storage.areas import AreaRow
from storage.console_tables import talks as talks_table
from storage.talks import Talk
from tests.storage.families import NOW, a_caregiver

LAN, MAI = 1, 2
TREE = (
    AreaRow("VN", "", "country", "quốc gia", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "tỉnh", "Lạng Sơn", ()),
    AreaRow("20a", "20", "commune", "xã", "Đồng Tâm", ()),
    AreaRow("20b", "20", "commune", "xã", "Hữu Lũng", ()),
    AreaRow("46", "VN", "province", "tỉnh", "Quảng Trị", ()),
)


def grown(conn: Connection) -> dict[str, int]:
    areas.import_rows(conn, TREE, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in TREE}
    return {code: area.id for code, area in found.items() if area is not None}


def asked(conn: Connection, area: int | None = None, chat: str = "1", at: datetime = NOW) -> Talk:
    contact = a_caregiver(conn, chat, area_id=area)
    return talks.ask(conn, contact.caregiver.id, contact.address_id, area, at)


def again(conn: Connection, talk: Talk) -> Talk:
    row = conn.execute(select(talks_table).where(talks_table.c.id == talk.id)).one()
    return talks.read(row)


def told(conn: Connection, talk: Talk) -> list[tuple[str, str]]:
    return [(line.who, line.body) for line in talks.lines(conn, talk.id)]
