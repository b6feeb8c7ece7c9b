"""What SECURITY.md promises: locked packages, no network, no pickle from a disk, plain files."""

import ast
import re
import socket
import stat
from pathlib import Path
from typing import NoReturn

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

    for name in ("connect", "connect_ex", "bind", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.mark.usefixtures("without_network")
def test_a_run_needs_no_network_and_its_files_are_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "run"
    with pytest.raises(SystemExit) as ended:
        main(
            ["run", "classroom", "--set", "months=3", "--out", str(out), "--quiet", "--no-figures"]
        )
    assert ended.value.code in (0, None)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    for path in [out, *out.rglob("*")]:
        mode = path.stat().st_mode
        assert not mode & (stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID), path
        assert path.is_dir() or not mode & 0o111, path


@pytest.mark.usefixtures("without_network")
def test_the_network_is_really_cut() -> None:
    with pytest.raises(AssertionError, match="the network was asked for"):
        socket.create_connection(("127.0.0.1", 9))
