"""The command: what is missing or wrong is said in one line, with exit code 2."""

import socket
import sys

import pytest

from abm.cli import main


def failing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert stop.value.code == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


def test_a_missing_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "shiny", None)
    assert "needs the extra 'app'" in failing(["dashboard", "--no-open"], capsys)


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        error = failing(["dashboard", "--no-open", "--port", str(port)], capsys)
    assert f"port {port} cannot be used" in error
    assert "--port 0" in error


def test_an_unknown_scenario_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    error = failing(["dashboard", "--no-open", "--scenario", "clasroom"], capsys)
    assert "did you mean classroom" in error
