"""The officer's own chat: a code that links it, and the way to unlink it."""

import secrets

from starlette.responses import Response

from console.scope import May
from console.web import Call, Page
from storage import officer_chats
from storage.officer_chats import LENGTH, LETTERS, LIVES


async def code(call: Call) -> Response:
    """Shown once; whoever sends it to the bot within LIVES speaks for this officer there."""
    new = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    args = (call.officer.id, new, call.now)
    await call.act("chat code made", call.actor, officer_chats.offer, *args)
    return call.page("inbox/code.html", code=new, minutes=int(LIVES.total_seconds()) // 60)


async def unlink(call: Call) -> Response:
    await call.act("chat unlinked", call.actor, officer_chats.unlink, call.officer.id)
    return call.go("/console/own")


PAGES = (
    Page("/own/chat", code, May.COME_IN, "POST", step_up=True),
    Page("/own/chat/unlink", unlink, May.COME_IN, "POST"),
)
