"""What SECURITY.md promises: locked packages, no network, no pickle from a disk, plain files."""

import ast
import re
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from abm.cli import main

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

UNSAFE = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}
"""Modules that can turn bytes into anything."""

LOADING = {"load", "loads", "Unpickler"}
"""Names by which they do."""


def unlocked(text: str) -> list[str]:
    """Requirements without an exact version or without a hash."""
    entries = re.split(r"\n(?=[^\s#])", text.replace("\\\n", " "))
    found = [entry.strip() for entry in entries if entry.strip() and entry.strip()[0] != "#"]
    pinned = re.compile(r"^[\w.\[\]-]+==\S+.*--hash=sha256:[0-9a-f]{64}")
    return [entry[:60] for entry in found if not pinned.match(entry)]


def test_every_package_has_a_version_and_a_hash() -> None:
    assert unlocked(LOCK) == []
    assert unlocked("a==1\nb>=2 --hash=sha256:" + "0" * 64) != []


def test_the_lock_names_no_host() -> None:
    assert re.findall(r"(?:https?|file|git\+\w+|ssh)://\S+|--\w*index\w*\S*|@ \S+", LOCK) == []


def unsafe(source: str) -> list[str]:
    """Uses in a module of what can turn bytes or text into code."""
    found = []
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE:
            found += [alias.name for alias in node.names]
        if isinstance(node, ast.Call):
            called = node.func
            owner = called.value if isinstance(called, ast.Attribute) else None
            of_unsafe = isinstance(owner, ast.Name) and owner.id in UNSAFE
            if of_unsafe and isinstance(called, ast.Attribute) and called.attr in LOADING:
                found.append(f"{owner.id}.{called.attr}")
            if isinstance(called, ast.Name) and called.id in {"eval", "exec", "compile"}:
                found.append(called.id)
            if isinstance(called, ast.Attribute) and called.attr == "read_pickle":
                found.append(called.attr)
            found += [
                key.arg for key in node.keywords if key.arg == "allow_pickle" and _true(key.value)
            ]
    return found


def _true(value: ast.expr) -> bool:
    return not (isinstance(value, ast.Constant) and value.value is False)


def test_nothing_is_unpickled_or_evaluated() -> None:
    found = {
        str(path.relative_to(ROOT)): unsafe(path.read_text(encoding="utf-8"))
        for path in (ROOT / "abm").rglob("*.py")
    }
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import pickle\npickle.load(f)",
        "from pickle import loads",
        "eval(text)",
        "pd.read_pickle(p)",
        "np.load(p, allow_pickle=True)",
    ],
)
def test_an_unsafe_call_would_be_seen(source: str) -> None:
    assert unsafe(source)


@pytest.fixture
def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the network was asked for")

    def local_only(name: str) -> Callable[..., Any]:
        real = getattr(socket.socket, name)

        def checked(self: socket.socket, *arguments: Any) -> Any:
            # Processes of one batch find each other by a file.
            return real(self, *arguments) if self.family == socket.AF_UNIX else refuse()

        return checked

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, local_only(name))
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


EXPERIMENT = """\
scenario = "classroom"
months = 3
replicates = 2
"""

SMALL = ["--set", "months=3", "--out", "made"]

COMMANDS = {
    "run": ["run", "classroom", *SMALL, "--quiet"],
    "batch": ["batch", "small.toml", "--out", "made", "--workers", "1", "--quiet"],
    "compare": [
        *["compare", "classroom", "--policy", "mandatory-data-disclosure", "--replicates", "2"],
        *["--workers", "1", "--quiet", *SMALL],
    ],
}
"""What writes a folder, each small."""


@pytest.mark.usefixtures("without_network")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_needs_no_network_and_its_files_are_plain(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("small.toml").write_text(EXPERIMENT)
    with pytest.raises(SystemExit) as ended:
        main(COMMANDS[command])
    assert ended.value.code in (0, None)
    assert {path.name for path in tmp_path.iterdir()} == {"small.toml", "made"}
    out = tmp_path / "made"
    for path in [out, *out.rglob("*")]:
        mode = path.stat().st_mode
        assert not mode & (stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID), path
        assert path.is_dir() or not mode & 0o111, path


@pytest.mark.usefixtures("without_network")
def test_the_network_is_really_cut() -> None:
    with pytest.raises(AssertionError, match="the network was asked for"):
        socket.create_connection(("127.0.0.1", 9))
    with (
        socket.socket() as one,
        pytest.raises(AssertionError, match="the network was asked for"),
    ):
        one.connect(("127.0.0.1", 9))
