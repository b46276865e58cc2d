"""Runs the desk on this machine until Ctrl-C."""

import asyncio
import contextlib
import secrets
import signal
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pharmdocs.errors import OutputError, Problem, SetupError

_HOST = "127.0.0.1"
# How long open pages may take to be told that it ends, in seconds.
_PATIENCE = 1


def serve(root: Path, port: int, ready: Callable[[str], None]) -> None:
    """Run the desk until Ctrl-C.

    Args:
        root: the project.
        port: where; 0 for any that is free.
        ready: told the address with its token, once it answers there.

    Raises:
        SetupError: the extra is not installed.
        OutputError: something else is at that port, or the workshop has died.
    """
    try:
        import uvicorn

        from pharmdocs.desk.app import app
    except ImportError:
        fix = "pip install 'pharmdocs[serve]'"
        raise SetupError(Problem(None, "the desk needs starlette and uvicorn", fix)) from None
    with _listening(port) as taken, tempfile.TemporaryDirectory(prefix="pharmdocs-") as scratch:
        asyncio.run(_run(uvicorn, app, root.resolve(), Path(scratch), taken, ready))


def _listening(port: int) -> socket.socket:
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((_HOST, port))
        # From now on whoever comes waits for his answer, and is not turned away.
        taken.listen()
    except OSError as error:
        taken.close()
        what = f"port {port} cannot be had ({error.strerror})"
        raise OutputError(Problem(None, what, "name another: --port N, or none")) from None
    return taken


async def _run(
    uvicorn: Any,
    app: Callable[..., Any],
    root: Path,
    scratch: Path,
    taken: socket.socket,
    ready: Callable[[str], None],
) -> None:
    from pharmdocs.desk.desk import Desk
    from pharmdocs.desk.pages import Pages

    port, token, over = taken.getsockname()[1], secrets.token_urlsafe(16), asyncio.Event()
    desk = Desk(root, scratch)
    config = uvicorn.Config(
        app(desk, Pages(root), token, port),
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = uvicorn.Server(config)
    # Ctrl-C is heard here: the server's own way would raise it once more when it has ended.
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    server.capture_signals = contextlib.nullcontext
    try:
        desk.listen(over)
        running = loop.create_task(server.serve(sockets=[taken]))
        ready(f"http://{_HOST}:{port}/{token}/")
        waiting = [loop.create_task(event.wait()) for event in (ended, over)]
        await asyncio.wait([running, *waiting], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await running
        for task in waiting:
            task.cancel()
    finally:
        desk.close()
    if over.is_set() and not ended.is_set():
        what = "the workshop behind the desk has died"
        raise OutputError(Problem(None, what, "start pharmdocs serve again"))
