"""A Dask cluster of this machine, as the documentation sets it up."""

import importlib
import importlib.util
import os
import re
import shlex
import socket
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from small import contents, small, times_played

from abm import AbmError
from abm.experiment import executors
from abm.experiment.batch import run_batch
from abm.experiment.executors import dask

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "experiments.md"

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="the extra `cluster` is not installed",
)
pytestmark = [
    # Ours to wait for, not to mend: Dask leaves sockets and loops to the collector when it closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def recipe() -> list[str]:
    """The commands of the page that start a scheduler and its workers, one a line."""
    text = PAGE.read_text(encoding="utf-8")
    (block,) = [item for item in re.findall(r"(?ms)^```text\n(.*?)^```$", text) if "dask" in item]
    return [line.strip() for line in block.splitlines() if line.startswith("dask ")]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler and two workers, started by the commands of the documentation."""
    port, folder = str(free_port()), tmp_path_factory.mktemp("dask")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        for line in recipe():
            words = shlex.split(line.replace("8786", port))
            program = [str(Path(sys.executable).with_name("dask")), *words[1:]]
            process = subprocess.Popen(
                program, cwd=folder, env=environment, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.terminate)
        distributed = importlib.import_module("distributed")
        with distributed.Client(f"tcp://127.0.0.1:{port}", timeout=60) as client:
            client.wait_for_workers(2, timeout=60)
        yield f"tcp://127.0.0.1:{port}"


@needs_dask
def test_a_cluster_gives_what_one_process_gives(
    address: str, tmp_path: Path, expected: dict[str, str]
) -> None:
    with dask(address) as (executor, size):
        assert size == 2
        summary = run_batch(small(), tmp_path / "x", workers=size, executor=executor, chunk=2)
    assert (summary.played, summary.failed) == (6, 0)
    assert contents(tmp_path / "x") == expected
    assert set(times_played(tmp_path / "x").values()) == {1}


@needs_dask
def test_the_command_of_the_documentation(address: str, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('scenario = "classroom"\nmonths = 2\nreplicates = 3\n')
    done = subprocess.run(
        [sys.executable, "-m", "abm", "batch", "x.toml", "--dask", address, "--quiet"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "outputs/x\n"), done.stderr


@needs_dask
def test_a_scheduler_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "PATIENCE", 0.5)
    nobody = f"tcp://127.0.0.1:{free_port()}"
    with (
        pytest.raises(AbmError, match=f"{nobody}: no Dask scheduler answers") as told,
        dask(nobody),
    ):
        pass
    assert "\n" not in str(told.value)


def test_a_scheduler_without_workers_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle:
        """Stands for a client of a scheduler to which no worker comes."""

        def __init__(self, *_: object, **__: object) -> None: ...

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

        def wait_for_workers(self, *_: object, **__: object) -> None:
            raise TimeoutError

    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace(Client=Idle))
    refused = pytest.raises(AbmError, match="tcp://here: the Dask scheduler has no workers")
    with refused, dask("tcp://here"):
        pass


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AbmError, match="needs the extra 'cluster'"), dask("tcp://127.0.0.1:1"):
        pass
