"""Who may speak to the app: pages of this machine, and nobody else.

The socket is bound to the loopback address, yet a page from elsewhere could still reach it from the
user's own browser: by a name that is made to point here (DNS rebinding), or by opening a websocket.
The first shows in the header Host, the second in Origin; both are refused. What the app sends tells
the browser to load nothing from any other place.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

HOSTS = ("127.0.0.1", "localhost")
"""Names by which the app may be called."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "connect-src 'self' ws://127.0.0.1:* ws://localhost:*; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""What the browser may load: nothing but what this server sends. (Scripts of Shiny are inline in
part, and evaluate the conditions of its panels.)"""

HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
]


class Guard:
    """Refuses requests that were not meant for this machine.

    Args:
        app: what answers the others.
    """

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or open one websocket."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif not _at_home(scope):
            await _refuse(scope, receive, send)
        else:
            await self.app(scope, receive, _marked(send))


def _at_home(scope: Message) -> bool:
    """Whether the host asked for, and the page that asks, are of this machine."""
    found = [(name.lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    hosts = [value for name, value in found if name == b"host"]
    origins = [value for name, value in found if name == b"origin"]
    return (
        len(hosts) == 1
        and _name(f"//{hosts[0]}") in HOSTS
        and all(urlsplit(origin).netloc == hosts[0] for origin in origins)
    )


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def _refuse(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    text = b"This app answers to 127.0.0.1 and localhost only.\n"
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": 421, "headers": [kind, *HEADERS]})
    await send({"type": "http.response.body", "body": text})


def _marked(send: Send) -> Send:
    """Add the headers to whatever is sent."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *HEADERS]
        await send(message)

    return sending
