"""Somebody in front of the console: a browser that fills in what is on its page."""

import html
import re
from typing import Any

import httpx

from console.scope import Role
from storage import audit, officers
from storage.database import Connection
from tests.console.desk import PASSWORD, TOTP, Office, password_hash

LOGIN = "tram.dongtam"
RECOVERY = "01234567-89abcdef"


class Visitor:
    """`sends` fills in the form of the page it saw last, hidden fields and all."""

    def __init__(self, office: Office, client: httpx.AsyncClient) -> None:
        self.office = office
        self.client = client
        self.page = ""

    async def opens(self, path: str) -> httpx.Response:
        return self._seen(await self.client.get(f"/console{path}"))

    async def sends(self, path: str, **fields: Any) -> httpx.Response:
        found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', self.page)
        hidden = {name: html.unescape(value) for name, value in found}
        return self._seen(await self.client.post(f"/console{path}", data={**hidden, **fields}))

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if answer.status_code != 303:
            self.page = answer.text
        return answer

    async def gives_password(self, login: str = LOGIN, password: str = PASSWORD) -> httpx.Response:
        await self.opens("/login")
        return await self.sends("/login", login=login, password=password)

    async def gives_code(self, code: str | None = None) -> httpx.Response:
        await self.opens("/code")
        return await self.sends("/code", code=code or self.office.code())

    async def comes_in(self, login: str = LOGIN, password: str = PASSWORD) -> httpx.Response:
        assert leads(await self.gives_password(login, password)) == "/console/code"
        return await self.gives_code()

    def closes_the_window(self) -> None:
        """What lasts is the cookie with an age."""
        for cookie in list(self.client.cookies.jar):
            if cookie.discard:
                self.client.cookies.jar.clear(cookie.domain, cookie.path, cookie.name)

    async def is_inside(self) -> bool:
        return (await self.client.get("/console/own")).status_code == 200

    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self.client.cookies.jar}


async def visitor(office: Office) -> Visitor:
    return Visitor(office, await office.browser())


def leads(answer: httpx.Response) -> str:
    """The path a redirect goes to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def account(office: Office, login: str = LOGIN, *, new: bool = False, **values: Any) -> int:
    """An officer of the station; `new`: who has not been in yet. The password is PASSWORD."""
    return await office.db.write(_account, office, login, new, values)


def _account(
    conn: Connection, office: Office, login: str, new: bool, values: dict[str, Any]
) -> int:
    officer_id = officers.add(
        conn,
        login=login,
        name="Cán bộ trạm",
        role=Role.STATION,
        area_id=office.area("20a"),
        password_hash=password_hash(),
        now=office.now,
    )
    assert officer_id is not None
    if not new:
        values = {"state": officers.ACTIVE, "totp": TOTP, **values}
    if values:
        officers.change(conn, officer_id, **values)
    return officer_id


async def told(office: Office) -> list[str]:
    """What the trail says, the oldest first."""
    lines = await office.db.read(audit.lines, None, 500)
    return [f"{line.actor} {line.action}" for line in reversed(lines) if line.actor != "operator"]
