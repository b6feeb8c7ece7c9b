"""The app as it is served: to this machine, without tracebacks, to so many and no more."""

import asyncio
import gc
import http.client
import json
import socket
import time
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from abm.dashboard.app import build
from abm.dashboard.seats import Seats
from abm.market import Market

INIT = {
    "scenario": "classroom",
    "seed:shiny.number": 7,
    "difference": "none",
    "both-key": "nothing",
    "speed": "3",
    "step:shiny.action": 0,
    ".clientdata_output_month_hidden": False,
    ".clientdata_output_boxes_hidden": False,
    ".clientdata_output_curves_hidden": False,
}
"""What a page says of itself when it opens."""


def get(address: str, path: str, host: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.getheaders())
    connection.close()
    return found


def test_it_answers_to_its_own_name_and_to_no_other(address: str) -> None:
    own = urlsplit(address).netloc
    status, page, headers = get(address, "/", own)
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    status, refusal, _ = get(address, "/", "evil.example")
    assert (status, len(refusal) < 100) == (421, True)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_it_listens_on_the_loopback_address_only(address: str) -> None:
    port = urlsplit(address).port
    others = {
        info[4][0]
        for info in socket.getaddrinfo(socket.gethostname(), port, socket.AF_INET)
        if not str(info[4][0]).startswith("127.")
    }
    for other in others:
        with socket.socket() as knock:
            knock.settimeout(3)
            assert knock.connect_ex((other, port)) != 0


@pytest.mark.parametrize(
    "path",
    ["/no-such-page", "/session/x/upload/y", "/lib/../../../../etc/passwd", "/%2e%2e/%2e%2e/x"],
)
def test_error_pages_hold_no_traceback(address: str, path: str) -> None:
    status, page, _ = get(address, path, urlsplit(address).netloc)
    assert status in (400, 404)
    assert "Traceback" not in page
    assert "abm/" not in page


def wait_for(page: ClientConnection, text: str) -> None:
    """Read what is sent until it holds a text."""
    end = time.monotonic() + 30
    while text not in page.recv(timeout=end - time.monotonic()):
        pass


def test_twenty_people_at_once(address: str) -> None:
    netloc = urlsplit(address).netloc
    url = f"ws://{netloc}/websocket/"
    with ExitStack() as room:
        pages = [
            room.enter_context(connect(url, origin=f"http://{netloc}", close_timeout=0.1))
            for _ in range(20)
        ]
        for page in pages:
            page.send(json.dumps({"method": "init", "data": INIT}))
        for clicks in (1, 13):
            for page in pages:
                data = {"step:shiny.action": clicks}
                page.send(json.dumps({"method": "update", "data": data}))
            for page in pages:
                wait_for(page, f"month {clicks + 1} of 36")


def test_a_page_from_elsewhere_gets_no_websocket(address: str) -> None:
    netloc = urlsplit(address).netloc
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://{netloc}/websocket/", origin="http://evil.example")


def markets() -> int:
    """Markets that are still held by somebody."""
    return sum(isinstance(item, Market) for item in gc.get_objects())


def test_whoever_finds_the_room_full_is_told() -> None:
    """One seat and two sessions, spoken to as a browser does."""
    seats = Seats(1)
    app = build("classroom", seats)

    async def session(stay: asyncio.Event, told: list[str], joined: asyncio.Event) -> None:
        messages: asyncio.Queue[Any] = asyncio.Queue()
        await messages.put({"type": "websocket.connect"})
        await messages.put(
            {"type": "websocket.receive", "text": json.dumps({"method": "init", "data": INIT})}
        )

        async def receive() -> Any:
            if messages.empty():
                await stay.wait()
                return {"type": "websocket.disconnect", "code": 1000}
            return await messages.get()

        async def send(message: Any) -> None:
            told.append(str(message.get("text", "")))
            joined.set()

        scope = {
            "type": "websocket",
            "path": "/websocket/",
            "raw_path": b"/websocket/",
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"127.0.0.1:1")],
            "subprotocols": [],
        }
        await app(scope, receive, send)

    async def class_room() -> tuple[list[str], list[str]]:
        first, second = [], []  # type: list[str], list[str]
        stay, joined, late = asyncio.Event(), asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(session(stay, first, joined))
        await asyncio.wait_for(joined.wait(), 10)
        await asyncio.sleep(0.3)
        assert seats.taken == 1
        assert markets() > before
        two = asyncio.create_task(session(stay, second, late))
        await asyncio.sleep(0.5)
        assert seats.taken == 1
        stay.set()
        await asyncio.gather(one, two)
        return first, second

    gc.collect()
    before = markets()
    first, second = asyncio.run(class_room())
    gc.collect()
    assert markets() == before
    assert not any("The room is full" in text for text in first)
    assert any("The room is full" in text for text in second)
    assert seats.taken == 0
