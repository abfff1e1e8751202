"""A conversation on a fresh database with the real content."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from content.library import Library
from storage.areas import Area, by_code, import_rows, read_file
from storage.crypto import make_key
from storage.database import sync_engine
from storage.schema import prepare
from tests.handlers.conversation import Conversation

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
AREAS = """code,parent_code,level,kind,name,aliases
VN,,country,Nước,Việt Nam,
20,VN,province,Tỉnh,Lạng Sơn,
01,VN,province,Thành phố,Hà Nội,hn
06001,20,commune,Xã,Đồng Tâm,
06002,20,commune,Xã,Đồng Mỏ,
06003,01,commune,Phường,Đồng Tâm,
06004,01,commune,Phường,Ba Đình,
"""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path}/test.db"
    make_key(tmp_path / "key")
    cipher = prepare(url, tmp_path / "key")
    engine = sync_engine(url, cipher)
    file = tmp_path / "areas.csv"
    file.write_text(AREAS, encoding="utf-8")
    with engine.connect() as conn, conn.begin():
        import_rows(conn, read_file(file), NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def root(engine: Engine) -> Area | None:
    """Where the installation works; override it in a test module for another place."""
    return None


@pytest.fixture
def chat(engine: Engine, library: Library, root: Area | None) -> Conversation:
    return Conversation(engine, library, NOW, root)


@pytest.fixture
def another(engine: Engine, library: Library, root: Area | None) -> Callable[[str], Conversation]:
    """A second person."""
    return lambda chat_id: Conversation(engine, library, NOW, root, chat_id)


@pytest.fixture
def commune(engine: Engine) -> Area:
    with engine.connect() as conn:
        area = by_code(conn, "06001")
    assert area is not None
    return area
