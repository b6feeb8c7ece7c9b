"""Only pages of this machine are answered."""

import asyncio
from typing import Any

import pytest

from abm.dashboard.guard import Guard, Message

PORT = 8000


def ask(headers: list[tuple[str, str]], kind: str = "http") -> list[Message]:
    """What is sent in answer to a request with these headers."""
    sent: list[Message] = []

    async def app(scope: Message, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"hello"})
        elif scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        else:
            await send({"type": f"{scope['type']}.startup.complete"})

    async def receive() -> Message:
        return {"type": f"{kind}.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    pairs = [(name.encode(), value.encode()) for name, value in headers]
    asyncio.run(Guard(app)({"type": kind, "headers": pairs}, receive, send))
    return sent


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "localhost", "LOCALHOST:1"])
def test_this_machine_is_answered(host: str) -> None:
    start, _ = ask([("host", host)])
    assert start["status"] == 200
    sent = {name.decode(): value.decode() for name, value in start["headers"]}
    assert "default-src 'self'" in sent["content-security-policy"]
    assert sent["referrer-policy"] == "no-referrer"


FOREIGN = [
    [("host", "evil.example")],
    [("host", "evil.example:8000")],
    [("host", "127.0.0.1.evil.example")],
    [("host", "user@evil.example")],
    [("host", "[::1")],
    [("host", "")],
    [],
    [("host", "127.0.0.1:8000"), ("host", "evil.example")],
    [("host", "127.0.0.1:8000"), ("origin", "http://evil.example")],
    [("host", "127.0.0.1:8000"), ("origin", "http://127.0.0.1:9999")],
    [("host", "127.0.0.1:8000"), ("origin", "null")],
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_others_are_refused(headers: list[tuple[str, str]]) -> None:
    start, body = ask(headers)
    assert start["status"] == 421
    assert b"127.0.0.1" in body["body"]
    assert ask(headers, "websocket") == [{"type": "websocket.close", "code": 1008}]


def test_a_page_of_the_app_may_open_a_websocket() -> None:
    home = [("host", "127.0.0.1:8000"), ("origin", "http://127.0.0.1:8000")]
    assert ask(home, "websocket") == [{"type": "websocket.accept"}]


def test_the_server_may_start() -> None:
    assert ask([], "lifespan") == [{"type": "lifespan.startup.complete"}]
