"""What is asked of a form before anybody reads it: where it comes from, and how large it is."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message


class BadForm(Exception):
    """Not a form, or cut off; nothing of it was read."""


class TooLarge(BadForm):
    """Longer than it may be, whatever its headers say."""


def same(one: str, other: str) -> bool:
    """Takes as long for a wrong one as for the right one; of any characters."""
    return secrets.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def same_site(request: Request, public_url: str) -> bool:
    """A form that was filled in on our own page."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    if origin == "null":
        return site is not None
    wanted = {urlsplit(str(request.base_url)).netloc, urlsplit(public_url).netloc}
    return origin.partition("://")[2] in wanted - {""}


async def read_form(request: Request, most: int, *, files: int = 0, fields: int = 20) -> FormData:
    """Stops reading where the body grows over `most` bytes. Raises BadForm."""
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLarge
        return message

    try:
        return await Request(request.scope, receive).form(
            max_part_size=most, max_files=files, max_fields=fields
        )
    except (HTTPException, ClientDisconnect) as error:
        raise BadForm from error
