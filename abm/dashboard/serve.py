"""Serves the app on the loopback address of this machine, and nowhere else."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from abm.dashboard.app import build
from abm.errors import AbmError

HOST = "127.0.0.1"


def serve(
    port: int,
    scenario: str | None = None,
    *,
    browse: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve until somebody interrupts it.

    Args:
        port: port to listen on; 0 takes any that is free.
        scenario: name or path of the scenario that is shown first.
        browse: whether to open a browser.
        say: told the address, once it can be opened.

    Raises:
        AbmError: if the port is taken.
        ScenarioError: if the scenario cannot be played.
    """
    app = build(scenario)
    with _bound(port) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", ws_max_size=2**20, server_header=False)
        )
        say(f"The market is on {address} for browsers of this machine. Stop it with Ctrl+C.")
        if browse:
            threading.Timer(0.5, webbrowser.open, (address,)).start()
        server.run(sockets=[listening])


def _bound(port: int) -> socket.socket:
    """A socket that is bound to the loopback address."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        # Bound alone is not taken: only now does a second app learn of the first.
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise AbmError(
            f"port {port} cannot be used ({error.strerror}): is the app running already? "
            "Name another with --port, or --port 0 for any that is free"
        ) from None
    return listening
