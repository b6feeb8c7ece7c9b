"""The command as a whole: help, version, exit codes, and a quick start."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from abm import cli
from abm.cli import app, main
from abm.errors import AbmError

Abm = Callable[..., tuple[int, str, str]]

COMMANDS = [command.name or command.callback.__name__ for command in app.registered_commands]
SLOW = {"mesa", "polars", "matplotlib", "scipy", "networkx", "numpy", "abm.scenario"}


def test_help_lists_the_commands(abm: Abm) -> None:
    code, out, _ = abm("--help")
    assert code == 0
    assert {"check", "schema", "scenarios"} <= set(COMMANDS)
    for command in COMMANDS:
        assert f" {command} " in out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_has_an_example(abm: Abm, command: str) -> None:
    code, out, _ = abm(command, "--help")
    assert code == 0
    assert f"Example: abm {command}" in out


@pytest.mark.parametrize(
    "arguments", [["chekc"], ["check"], ["check", "classroom", "--sett", "x"], ["--verison"]]
)
def test_misuse_is_exit_code_2(abm: Abm, arguments: list[str]) -> None:
    code, out, err = abm(*arguments)
    assert (code, out) == (2, "")
    assert "Usage: abm" in err
    assert "Traceback" not in err


def test_version(abm: Abm) -> None:
    code, out, _ = abm("--version")
    assert code == 0
    assert out.startswith("abm ")


def test_version_without_an_installation(abm: Abm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "DISTRIBUTION", "no-such-distribution")
    code, out, _ = abm("--version")
    assert (code, out) == (0, "abm (run from a folder, not installed)\n")


def test_an_error_of_ours_is_not_swallowed(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "app", break_down)
    with pytest.raises(RuntimeError, match="a bug"):
        main([])


def test_an_error_of_the_users_is_a_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise AbmError("not so")

    monkeypatch.setattr(cli, "app", refuse)
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert capsys.readouterr().err == "not so\n"


def abm_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    folder = Path(__file__).parents[2]
    command = [sys.executable, "-X", "importtime", "-m", "abm", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


def test_help_is_quick_because_it_imports_little() -> None:
    done = abm_process("--help")
    imported = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines()}
    assert done.returncode == 0
    assert "typer" in imported
    assert not SLOW & imported


def test_no_traceback_reaches_the_terminal() -> None:
    done = abm_process("check", "classroom", "--set", "race.growth=0")
    assert done.returncode == 2
    assert "--set: race.growth = 0: must be at least 1 (x/year)" in done.stderr
    assert "Traceback" not in done.stderr
