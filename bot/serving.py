"""The programme on its port: the pages, the server, start and stop by signal."""

import asyncio
import contextlib
import logging
import signal
import socket
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.app import App, numbers_of
from bot.config import Settings
from bot.messengers import MEDIA
from bot.web import application, home_page, numbers_html, sample_mark

log = logging.getLogger(__name__)


async def serve(app: App, listening: socket.socket) -> bool:
    """Runs until SIGTERM or SIGINT; then drains.

    False when a loop ended by itself: better to end and be started again than to answer nobody.
    """
    await app.start()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    server = make_server(pages(app), app.settings) if "web" in app.parts else None
    serving = asyncio.create_task(server.serve([listening])) if server else None
    if server:
        _announce(listening, app.settings)
    waiting = [asyncio.create_task(stop.wait()), *([serving] if serving else [])]
    await asyncio.wait([*waiting, *app.loops], return_when=asyncio.FIRST_COMPLETED)
    dead = [task.get_name() for task in app.loops if task.done()]
    if dead:
        log.critical("%s ended by itself; stopping", ", ".join(dead))
    stop.set()
    await app.stop()
    if server and serving:
        server.should_exit = True
        await serving
    await app.db.close()
    return not dead


def pages(app: App) -> Starlette:
    """Everything that answers HTTP in this process."""
    home = home_page(numbers_html(numbers_of(app.library)), sample_mark() if app.sample else "")
    missing = app.library.label("api.missing")
    return application(app.routes(), app.health, MEDIA, home, missing)


def make_server(web: Any, settings: Settings) -> uvicorn.Server:
    server = uvicorn.Server(
        uvicorn.Config(
            web,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            server_header=False,
            date_header=True,
        )
    )
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment]
    return server


def _announce(listening: socket.socket, settings: Settings) -> None:
    port = listening.getsockname()[1]
    home = settings.public_url or f"http://{settings.host}:{port}"
    print("Đồng Hành is running.")
    print(f"  For families:  {home}/chat")
    print(f"  For officers:  {home}/console", flush=True)
