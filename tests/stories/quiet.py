"""Ways into a dialogue that must leave no trace, on two messengers, and whether one is left."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import yaml
from sqlalchemy import func, select, update

from bot import discreet_clock
from bot.app import App
from bot.clock import utc_now
from care.discreet import STAYS
from care.folding import accented
from care.messages import Address
from channels.webchat.channel import chat_id_of
from content.library import ROOT
from storage import caregivers
from storage.case_tables import discreet
from storage.database import Connection
from storage.tables import inbox, outbox
from tests.standins.bot_api import BotApi
from tests.stories.telegram import ACCOUNT, PATIENCE

Step = tuple[str, str]  # "says" words, "taps" a button that is seen, "opens" one of elsewhere
HURT = "đứa bé bên nhà bị bố trói lại đánh"
WAYS: dict[str, list[Step]] = {
    "a child is hurt": [("says", HURT), ("taps", "danger.open:dg-cp")],
    "no, something else": [("says", HURT), ("taps", "harm.no")],
    "at home": [("says", "chồng em hay đánh em trước mặt con")],
    "a cry": [("says", "bố đang đánh con cứu với")],
    "a report": [
        ("says", "diều giấy"),
        ("taps", "report.safe:yes"),
        ("taps", "report.now:yes"),
        ("taps", "report.go"),
        ("says", "nó bị đánh, em muốn báo cáo công an"),
        ("taps", "report.skip:child"),
        ("says", "nhà cuối ngõ, bạo lực lâu rồi"),
    ],
    "a report that is sent": [
        ("says", HURT),
        ("taps", "report.begin"),
        ("taps", "report.safe:yes"),
        ("taps", "report.now:no"),
        ("says", "nó bị đánh"),
        ("taps", "report.review"),
        ("taps", "report.send"),
    ],
    "reading": [
        ("says", "diều giấy"),
        ("opens", "guidance.home"),
        ("taps", "guidance.open:what"),
        ("taps", "guidance.home"),
        ("taps", "guidance.near"),
    ],
    "despair": [("says", "em mệt quá không muốn sống nữa"), ("taps", "danger.open:dg-mh")],
}
STAYS_THERE = "despair"  # does not go by itself


def sensitive(transcript: list[str]) -> list[str]:
    """The words of content/wordlists.yaml that stand in it."""
    words = yaml.safe_load((ROOT / "wordlists.yaml").read_text("utf-8"))["sensitive"]
    whole = f" {accented(' '.join(transcript))} "
    return [word for word in words if f" {accented(word)} " in whole]


class Side:
    """One person on one messenger of the running programme."""

    def __init__(self, app: App, address: Address) -> None:
        self.app = app
        self.address = address

    async def walks(self, way: str) -> None:
        for does, what in WAYS[way]:
            await self.does(does, what)

    async def does(self, does: str, what: str) -> None:
        await {"says": self.says, "taps": self.taps, "opens": self.opens}[does](what)
        await self.rests()

    async def leaves(self, how: str) -> None:
        if how == "clock":
            await self.app.db.write(_long_ago, self.address)
            await discreet_clock.tick(self.app.db, utc_now())
            self.app.wake_delivery()
            await self.rests()
        else:
            await self.does(*(("taps", "report.exit") if how == "tap" else ("says", how)))

    async def rests(self) -> None:
        """All that came in is answered, and every answer is on its way."""
        async with asyncio.timeout(PATIENCE):
            while not await self.app.db.read(_rests, self.address):
                await asyncio.sleep(0.02)

    async def says(self, text: str) -> None:
        raise NotImplementedError

    async def taps(self, action: str) -> None:
        raise NotImplementedError

    async def opens(self, action: str) -> None:
        raise NotImplementedError

    async def transcript(self) -> list[str]:
        raise NotImplementedError


class OnTelegram(Side):
    def __init__(self, app: App, api: BotApi, chat_id: int) -> None:
        super().__init__(app, Address("telegram", ACCOUNT, str(chat_id)))
        self.api = api
        self.person = api.person(chat_id)

    async def says(self, text: str) -> None:
        await self.person.writes(text)

    async def taps(self, action: str) -> None:
        there = (one for key, one in self.api.messages.items() if key[0] == self.address.chat_id)
        newest = sorted(there, key=lambda one: -one.message_id)
        seen = [(button, one.message_id) for one in newest for button, _ in one.buttons]
        await self.person.taps(*_with(action, seen))

    async def opens(self, action: str) -> None:
        await self.person.taps(action, max(one.message_id for one in self.person.received))

    async def transcript(self) -> list[str]:
        """Words and labels of both sides, as they stand in the chat now."""
        chat = self.address.chat_id
        there = [one for key, one in self.api.messages.items() if key[0] == chat]
        labels = [label for one in there for _, label in one.buttons]
        return [*self.api.stands_in(chat), *labels]


class OnTheWeb(Side):
    def __init__(self, app: App, token: str) -> None:
        super().__init__(app, Address("webchat", "local", chat_id_of(token)))
        self.token = token
        self._count = 0

    @classmethod
    async def begins(cls, app: App) -> "OnTheWeb":
        async with _client(app) as client:
            opened = await client.post("/api/chat/sessions", json={})
        return cls(app, opened.json()["session"])

    async def says(self, text: str) -> None:
        await self._post({"text": text})

    async def taps(self, action: str) -> None:
        newest = reversed(await self.lines())
        seen = [(button["id"], line["n"]) for line in newest for button in line["buttons"]]
        await self.opens(_with(action, seen)[0])

    async def opens(self, action: str) -> None:
        await self._post({"action": action})

    async def _post(self, body: dict[str, str]) -> None:
        self._count += 1
        body["id"] = f"c{self._count}"
        async with _client(self.app, self.token) as client:
            answer = await client.post("/api/chat/messages", json=body)
        assert answer.status_code == 202, answer.text

    async def lines(self) -> list[dict[str, Any]]:
        async with _client(self.app, self.token) as client:
            answer = await client.get("/api/chat/messages?after=0")
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found

    async def transcript(self) -> list[str]:
        """Everything the mailbox gives, whatever it is for."""
        return [json.dumps(line, ensure_ascii=False) for line in await self.lines()]


def _client(app: App, token: str = "") -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(base_url=app.settings.public_url, headers=headers, trust_env=False)


def _with(action: str, seen: list[tuple[str, int]]) -> tuple[str, int]:
    """The newest button of that action, and the message it hangs on."""
    found = next((one for one in seen if one[0].partition("~")[0] == action), None)
    assert found is not None, f"no button {action} in {[button for button, _ in seen]}"
    return found


def _long_ago(conn: Connection, address: Address) -> None:
    contact = caregivers.find(conn, address)
    assert contact is not None
    mine = update(discreet).where(discreet.c.address_id == contact.address_id)
    conn.execute(mine.values(touched_at=utc_now() - STAYS - timedelta(seconds=1)))


def _rests(conn: Connection, address: Address) -> bool:
    chat = caregivers.chat_hash(conn, address)
    new = (inbox.c.chat_hash == chat, inbox.c.state == "new")
    contact = caregivers.find(conn, address)
    if contact is None or conn.execute(select(func.count()).where(*new)).scalar_one():
        return False
    mine = (outbox.c.address_id == contact.address_id, outbox.c.state.in_(("pending", "sending")))
    due = (*mine, outbox.c.planned_on.is_(None))
    return conn.execute(select(func.count()).where(*due)).scalar_one() == 0
