"""The desk's addresses: who may ask, and what each answers.

Only a page that this desk has given out may ask: every address begins with a token that nobody
guesses, the host must be this machine by name, so that no other name can be made to lead here, and
what another site's page asks for is refused.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pharmdocs.desk.desk import Desk
from pharmdocs.desk.pages import Pages
from pharmdocs.desk.shown import Built, png, text
from pharmdocs.errors import PharmdocsError

# Nothing but what the desk itself gives; no other page may read it or show it in a frame.
_HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
        b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
_KINDS = {"desk.css": "text/css", "desk.js": "text/javascript"}
# A page that is drawn never changes: what is built anew has another address.
_KEPT = {"Cache-Control": "private, max-age=86400, immutable"}
_FRESH = {"Cache-Control": "no-store"}
# A line that says nothing is sent now and then, so that an end that is gone is noticed; seconds.
_BEAT = 15.0


class Guard:
    """Lets through what a page of this desk asks; everything else learns nothing."""

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self.app = app
        self.token = token
        self.hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        if refused:
            await refused(scope, receive, send)
            return
        scope["path"] = scope["path"].removeprefix(f"/{self.token}")

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *_HEADERS]
            await send(message)

        await self.app(scope, receive, answered)

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if headers.get("host", "") not in self.hosts:
            return PlainTextResponse("this desk is at 127.0.0.1 alone\n", 421)
        # The address itself may be followed from anywhere: whoever has it has the token.
        ours = {f"http://{host}" for host in self.hosts}
        if headers.get("origin", next(iter(ours))) not in ours:
            return PlainTextResponse("another site may not ask here\n", 403)
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return PlainTextResponse("another site may not ask here\n", 403)
        token = scope["path"].split("/")[1] if scope["path"].startswith("/") else ""
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            return PlainTextResponse("use the address that pharmdocs serve has said\n", 404)
        return None


class Answers:
    """What each address answers."""

    def __init__(self, desk: Desk, pages: Pages) -> None:
        self.desk = desk
        self.pages = pages
        # PDFium does one thing at a time.
        self.drawing = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Every address, behind the token."""
        face = "/{key}/{file}/{page:int}"
        return [
            Route("/", self.page),
            Route("/view", self.view),
            Route("/events", self.events),
            Route(f"/png{face}", self.png),
            Route(f"/text{face}", self.text),
            Route("/file/{key}/{file}", self.file),
            Route("/{name:str}", self.static),
        ]

    async def page(self, request: Request) -> Response:
        """The page for an order."""
        return self._answer(request, self.pages.whole)

    async def view(self, request: Request) -> Response:
        """Of that page what changes."""
        return self._answer(request, self.pages.part)

    def _answer(self, request: Request, told: Callable[..., str]) -> Response:
        try:
            order = self.pages.order(dict(request.query_params))
            return HTMLResponse(told(order, self.desk.view(order), self.desk), headers=_FRESH)
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 400)
        except PharmdocsError as error:
            return PlainTextResponse(f"{error}\n", 500)

    async def events(self, request: Request) -> Response:
        """Says when there is something new, as long as somebody listens."""
        asked = dict(request.query_params)
        try:
            order, seen = self.pages.order(asked), int(asked.get("seen", "0"))
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 400)

        async def told() -> AsyncIterator[str]:
            at, step = seen, ""
            with self.desk.looking(order) as view:
                while True:
                    if view.step and view.step != step:
                        yield f"event: step\ndata: {view.step}\n\n"
                    step = view.step
                    if view.number != at:
                        yield f"event: view\ndata: {view.number}\n\n"
                    at = view.number
                    try:
                        await asyncio.wait_for(view.another(at, step), _BEAT)
                    except TimeoutError:
                        yield ":\n\n"

        return StreamingResponse(told(), media_type="text/event-stream", headers=_FRESH)

    async def png(self, request: Request) -> Response:
        """A page as a picture."""
        return await self._face(request, png, "image/png")

    async def text(self, request: Request) -> Response:
        """What is read on a page."""
        return await self._face(request, text, "text/plain")

    async def _face(
        self, request: Request, drawn: Callable[..., bytes | str], kind: str
    ) -> Response:
        built, name = self._named(request)
        try:
            if built is None:
                raise FileNotFoundError
            async with self.drawing:
                page = request.path_params["page"]
                found = await asyncio.to_thread(drawn, built.folder / name, page)
        except (OSError, IndexError, PharmdocsError):
            return PlainTextResponse("this page is shown no more\n", 404)
        return Response(found, media_type=kind, headers=_KEPT)

    async def file(self, request: Request) -> Response:
        """The very file that is shown, to be kept."""
        built, name = self._named(request)
        if built is None or not (built.folder / name).is_file():
            return PlainTextResponse("this file is shown no more\n", 404)
        return FileResponse(built.folder / name, filename=name, headers=_FRESH)

    def _named(self, request: Request) -> tuple[Built | None, str]:
        """What was built under this key, if the file is one of its own."""
        name = request.path_params["file"]
        built = self.desk.built(request.path_params["key"])
        return (built if built and name in built.files else None), name

    async def static(self, request: Request) -> Response:
        """The style sheet, and the script."""
        name = request.path_params["name"]
        if name not in _KINDS:
            return PlainTextResponse("there is no such page\n", 404)
        return Response(self.pages.file(name), media_type=_KINDS[name], headers=_FRESH)


def app(desk: Desk, pages: Pages, token: str, port: int) -> ASGIApp:
    """The desk as a server runs it, at http://127.0.0.1:PORT/TOKEN/."""
    return Guard(Starlette(routes=Answers(desk, pages).routes()), token, port)
