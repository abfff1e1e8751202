"""The console behind its own HTTP, in this process, and officers who have logged in already.

    async def test_…(office: Office) -> None:
        lead = await office.officer(Role.LEAD, "20a")
        answer = await lead.get("/campaigns")
        answer = await lead.post("/campaigns/write", title="…")
        families = await office.families(3, "20a1", "20a2")

The fixture `office` is in tests/console/conftest.py.
"""

import functools
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import pyotp
from starlette.applications import Starlette

from care.windows import Windows
from console.app import console_routes
from console.messengers import Messenger, NoTokens, Official
from console.passwords import hash_now
from console.scope import Role
from console.web import Desk, cookie_name
from content.library import Library
from storage import areas, caregivers, officers
from storage.areas import AreaRow
from storage.channel_tokens import Pair
from storage.database import Connection, Database
from storage.officers import ACTIVE, FULL
from tests import fakes
from tests.fakes import Family

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 09:00 in Viet Nam
LINE = "http://desk.example"
PASSWORD = "ba con ngan hai cai le"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of every officer, as their phones know it
# A country, two provinces, communes and hamlets: enough for "below", "beside" and "outside".
AREAS = (
    AreaRow("VN", "", "country", "quốc gia", "Việt Nam", ()),
    AreaRow("20", "VN", "province", "tỉnh", "Lạng Sơn", ()),
    AreaRow("20a", "20", "commune", "xã", "Đồng Tâm", ()),
    AreaRow("20a1", "20a", "hamlet", "thôn", "Nà Lầu", ()),
    AreaRow("20a2", "20a", "hamlet", "thôn", "Khuổi Kéo", ()),
    AreaRow("20b", "20", "commune", "xã", "Hữu Lũng", ()),
    AreaRow("20b1", "20b", "hamlet", "thôn", "Đồng Mỏ", ()),
    AreaRow("46", "VN", "province", "tỉnh", "Quảng Trị", ()),
    AreaRow("46a", "46", "commune", "xã", "Cửa Việt", ()),
)
ROOT = "20a"  # what this installation serves
OA, ZALO = "1234567890", "https://oauth.zalo.example"
OA_ROUTE, BOT_ROUTE = f"zalo-oa:{OA}", "zalo-bot:42"
GOOD_CODE, AWAY_CODE = "good", "away"
MESSENGERS = (
    Messenger(BOT_ROUTE, lambda: "token refused", audience=50, month_quota=3_000),
    Messenger(OA_ROUTE, lambda: None, windows=Windows(), paid=500, reserve=200, templates=100),
)
_numbers = itertools.count(1)


class OfficerAtDesk:
    """One officer's browser: `get` and `post` take paths below /console."""

    def __init__(self, officer_id: int, client: httpx.AsyncClient, token: str, csrf: str) -> None:
        self.id = officer_id
        self.client = client
        self.token = token
        self.csrf = csrf

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.client.get(f"/console{path}", params=query or None)

    async def post(self, path: str, /, **form: Any) -> httpx.Response:
        """A list sends the field several times."""
        return await self.client.post(f"/console{path}", data={"csrf": self.csrf, **form})


class Office:
    """The pages over one database. `now` may be moved by the test; `woken` counts wake-ups."""

    def __init__(
        self, db: Database, library: Library, stack: AsyncExitStack, line: str = LINE
    ) -> None:
        self.db = db
        self.now = NOW
        self.woken = 0
        self.ids: dict[str, int] = {}
        self._stack = stack
        self.consents: list[tuple[str, str]] = []  # code and verifier of every exchange
        self.desk = Desk(
            db,
            library,
            lambda: self.now,
            line,
            self._wake,
            root_area=ROOT,
            messengers=MESSENGERS,
            official=Official(OA, OA_ROUTE, ZALO, _permission, self._exchange),
        )
        self.app = Starlette(routes=console_routes(self.desk))

    def _wake(self) -> None:
        self.woken += 1

    async def _exchange(self, code: str, verifier: str, now: datetime) -> Pair:
        self.consents.append((code, verifier))
        if code != GOOD_CODE:
            raise NoTokens(away=code == AWAY_CODE)
        return Pair("access", "refresh", now + timedelta(hours=25), now)

    def area(self, code: str) -> int:
        return self.ids[code]

    async def officer(
        self, role: Role, area: str, name: str = "Cán bộ", stepped_up: bool = True
    ) -> OfficerAtDesk:
        """Somebody with a full session; `area` is a code of AREAS."""
        token = secrets.token_urlsafe(16)
        args = (role, self.ids[area], name, token, self.now, stepped_up)
        officer_id, csrf = await self.db.write(_open, *args)
        client = await self.browser()
        client.cookies.set(cookie_name(self.desk), token, "desk.example")
        return OfficerAtDesk(officer_id, client, token, csrf)

    async def browser(self) -> httpx.AsyncClient:
        """Somebody who has not logged in."""
        transport = httpx.ASGITransport(self.app)
        client = httpx.AsyncClient(transport=transport, base_url=self.desk.public_url)
        return await self._stack.enter_async_context(client)

    async def families(self, count: int, *codes: str, **child: Any) -> list[Family]:
        """Mothers with one child each, shared out among areas (none: they have not said where).

        `child` are columns of children: `born_on`, `nickname`, `state`, …
        """
        areas = [self.ids[code] for code in codes] or [None]
        return await self.db.write(_families, count, areas, child)

    def code(self) -> str:
        """What every officer's phone shows now."""
        return pyotp.TOTP(TOTP).at(self.now)

    def later(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def _families(
    conn: Connection, count: int, areas: list[int | None], child: dict[str, Any]
) -> list[Family]:
    made = []
    for number in range(count):
        chat = f"family-{next(_numbers)}"
        made.append(fakes.a_family(conn, chat, fakes.OTHER_ROUTE, **child))
        caregivers.change(conn, made[-1].caregiver_id, area_id=areas[number % len(areas)])
    return made


@functools.cache
def password_hash() -> str:
    """Of PASSWORD; made once, it takes a while."""
    return hash_now(PASSWORD)


def _open(
    conn: Connection, role: Role, area_id: int, name: str, token: str, now: datetime, up: bool
) -> tuple[int, str]:
    login = f"{role.value}{next(_numbers)}"
    officer_id = officers.add(
        conn,
        login=login,
        name=name,
        role=role,
        area_id=area_id,
        password_hash=password_hash(),
        now=now,
    )
    assert officer_id is not None
    officers.change(conn, officer_id, state=ACTIVE, totp=TOTP)
    officers.open_session(conn, officer_id, token, FULL, now)
    if up:
        officers.change_session(conn, token, stepped_up_at=now)
    return officer_id, officers.csrf(conn, token)


def _permission(back: str, state: str, verifier: str) -> str:
    return f"{ZALO}/v4/oa/permission?{urlencode({'redirect_uri': back, 'state': state})}"


def grow_areas(conn: Connection) -> dict[str, int]:
    """Plants AREAS; returns the id of each code."""
    areas.import_rows(conn, AREAS, NOW)
    found = {row.code: areas.by_code(conn, row.code) for row in AREAS}
    return {code: area.id for code, area in found.items() if area is not None}


@asynccontextmanager
async def open_office(db: Database, library: Library, line: str = LINE) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        office = Office(db, library, stack, line)
        office.ids = await db.write(grow_areas)
        yield office
