"""A country with two communes and a hamlet, for tests that need to know where somebody lives."""

from sqlalchemy.engine import Connection

from storage import areas
from storage.areas import AreaRow
from tests.storage.families import NOW

_ROWS = (
    AreaRow("VN", "", "country", "Nước", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "Tỉnh", "Lạng Sơn", ()),
    AreaRow("20a", "20", "commune", "Xã", "Đồng Tâm", ()),
    AreaRow("20a-1", "20a", "hamlet", "Thôn", "Nà Lầu", ()),
    AreaRow("20b", "20", "commune", "Xã", "Hữu Lũng", ()),
)


def planted(conn: Connection) -> dict[str, int]:
    """The id of each code."""
    areas.import_rows(conn, _ROWS, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in _ROWS}
    return {code: area.id for code, area in found.items() if area is not None}
