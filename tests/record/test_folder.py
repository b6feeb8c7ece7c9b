"""The run folder: the same run comes back, and nothing half-written is ever seen."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import polars as pl
import pytest

from abm import AbmError, Run
from abm.record import folder as module
from abm.record.folder import check_target, default_folder, is_run_folder, read_run, write_run

Arm = Callable[[str], None]


class BreakdownError(RuntimeError):
    """The disk, or the power, fails."""


@pytest.fixture
def break_at(monkeypatch: pytest.MonkeyPatch) -> Arm:
    """Let writing fail at one table."""

    def arm(table: str) -> None:
        write = Path.write_bytes

        def fails(file: Path, content: bytes) -> int:
            if file.stem == table:
                write(file, b"half")
                raise BreakdownError
            return write(file, content)

        monkeypatch.setattr(Path, "write_bytes", fails)

    return arm


def test_the_same_run_comes_back(classroom_run: Run, tmp_path: Path) -> None:
    written = classroom_run.write(tmp_path / "run", 1.5)
    back = Run.read(written)
    assert back.scenario == classroom_run.scenario
    assert back.seed == classroom_run.seed
    assert list(back.tables) == list(classroom_run.tables)
    for name, frame in classroom_run.tables.items():
        assert back.tables[name].schema == frame.schema, name
        assert back.tables[name].equals(frame), name


def test_the_folder_holds_what_it_promises(classroom_run: Run, tmp_path: Path) -> None:
    written = write_run(classroom_run, tmp_path / "run")
    tables = {f"{name}.parquet" for name in classroom_run.tables}
    assert {path.name for path in written.iterdir()} == {
        *tables,
        "manifest.json",
        "network.graphml",
    }


@pytest.mark.parametrize("table", ["market", "events", "flows"])
def test_a_failure_midway_leaves_nothing(
    classroom_run: Run, tmp_path: Path, break_at: Arm, table: str
) -> None:
    break_at(table)
    with pytest.raises(BreakdownError):
        write_run(classroom_run, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_while_replacing_leaves_the_old_run(
    classroom_run: Run, tmp_path: Path, break_at: Arm
) -> None:
    old = write_run(classroom_run, tmp_path / "run")
    before = {path.name: path.read_bytes() for path in old.iterdir()}
    break_at("events")
    with pytest.raises(BreakdownError):
        write_run(classroom_run, tmp_path / "run", force=True)
    assert {path.name: path.read_bytes() for path in old.iterdir()} == before
    assert list(tmp_path.iterdir()) == [old]


def test_a_failing_exchange_puts_the_old_run_back(
    classroom_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = write_run(classroom_run, tmp_path / "run")
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name.endswith(".part") and not Path(target).exists():
            raise OSError("no")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(AbmError, match="cannot be written: no"):
        write_run(classroom_run, old, force=True)
    assert list(tmp_path.iterdir()) == [old]
    assert is_run_folder(old)


def test_force_replaces_an_older_run(classroom_run: Run, tmp_path: Path) -> None:
    write_run(classroom_run, tmp_path / "run")
    (tmp_path / "run" / "figures").mkdir()
    write_run(replace(classroom_run, seed=99), tmp_path / "run", force=True)
    assert read_run(tmp_path / "run").seed == 99
    assert not (tmp_path / "run" / "figures").exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "run"]


def test_an_empty_folder_may_be_filled(classroom_run: Run, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    assert is_run_folder(write_run(classroom_run, tmp_path / "run"))


def test_an_older_run_is_not_overwritten_unasked(classroom_run: Run, tmp_path: Path) -> None:
    write_run(classroom_run, tmp_path / "run")
    with pytest.raises(AbmError, match="holds a run already; add --force"):
        write_run(classroom_run, tmp_path / "run")


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_of_something_else_is_never_overwritten(
    classroom_run: Run, tmp_path: Path, force: bool
) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(AbmError, match="holds something that is no run"):
        write_run(classroom_run, tmp_path, force=force)
    with pytest.raises(AbmError, match="is a file"):
        check_target(tmp_path / "thesis.tex", force=force)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_manifest_of_something_else_makes_no_run_folder(tmp_path: Path) -> None:
    for text in ("", "{", "[]", '{"format": "web-app"}'):
        (tmp_path / "manifest.json").write_text(text)
        assert not is_run_folder(tmp_path)


def test_a_place_that_cannot_be_written_is_one_line(classroom_run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AbmError, match="cannot be written"):
        write_run(classroom_run, tmp_path / "file" / "run")


def test_default_folders_are_counted(
    classroom_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folders = [write_run(classroom_run, name="classroom").as_posix() for _ in range(3)]
    assert folders == [
        "outputs/classroom-seed1",
        "outputs/classroom-seed1-2",
        "outputs/classroom-seed1-3",
    ]
    assert classroom_run.write().as_posix() == "outputs/classroom-seed1-4"  # named by its title


def test_two_processes_never_share_a_default_folder(
    classroom_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first = write_run(classroom_run, name="classroom")
    # Another process took the name after this one had looked.
    answers = iter([first])
    monkeypatch.setattr(
        module, "default_folder", lambda *a: next(answers, None) or default_folder(*a)
    )
    monkeypatch.setattr(module, "check_target", lambda *_, **__: None)
    second = write_run(replace(classroom_run, seed=1), name="classroom")
    assert second.as_posix() == "outputs/classroom-seed1-2"
    assert is_run_folder(first)


def test_reading_says_what_is_wrong(classroom_run: Run, tmp_path: Path) -> None:
    with pytest.raises(AbmError, match="there is no such folder"):
        read_run(tmp_path / "nowhere")
    with pytest.raises(AbmError, match="is not a run folder"):
        read_run(tmp_path)
    run = write_run(classroom_run, tmp_path / "run")
    table = run / "events.parquet"
    pl.read_parquet(table).with_columns(pl.col("amount") * 2).write_parquet(table)
    with pytest.raises(AbmError, match=r"events\.parquet: is not the table"):
        read_run(run)
    table.write_bytes(b"rubbish")
    with pytest.raises(AbmError, match=r"events\.parquet: cannot be read"):
        read_run(run)
    table.unlink()
    with pytest.raises(AbmError, match=r"events\.parquet: cannot be read"):
        read_run(run)


def test_a_run_of_another_version_is_refused_in_one_line(
    classroom_run: Run, tmp_path: Path
) -> None:
    run = write_run(classroom_run, tmp_path / "run")
    manifest = json.loads((run / "manifest.json").read_text())
    manifest["scenario"]["weather"] = "fine"
    (run / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(AbmError, match="was written by abm"):
        read_run(run)


def test_the_network_opens_in_other_programs(classroom_run: Run, tmp_path: Path) -> None:
    run = write_run(classroom_run, tmp_path / "run")
    network = nx.read_graphml(run / "network.graphml", force_multigraph=True)
    last = classroom_run.edges.filter(pl.col("month") == classroom_run.edges["month"].max())
    assert network.number_of_edges() == last.height
    kinds = nx.get_node_attributes(network, "kind")
    assert sorted(kinds.values()).count("cloud") == len(classroom_run.scenario.clouds)
    assert set(kinds.values()) == {"lab", "cloud", "apis"}
    assert "Aster" in nx.get_node_attributes(network, "name").values()
    assert {data["kind"] for _, _, data in network.edges(data=True)} == set(last["kind"])


def test_permissions_are_those_of_any_new_folder(classroom_run: Run, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    run = write_run(classroom_run, tmp_path / "run")
    assert run.stat().st_mode == (tmp_path / "plain").stat().st_mode
