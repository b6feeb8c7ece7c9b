"""What the pages tell a reader to type can be typed."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from abm.reference.pages import FOLDER
from abm.scenario import Scenario

ROOT = FOLDER.parent
PAGES = [ROOT / "README.md", *sorted(FOLDER.rglob("*.md"))]
LARGEST_PICTURE = 300_000
"""Bytes."""


def blocks(page: Path, language: str) -> list[str]:
    """Fenced blocks of a language, in order."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", text)


SNIPPETS = {page: blocks(page, "python") for page in PAGES}
COMMANDS = {
    page: [
        line.partition("  #")[0].strip()
        for block in blocks(page, "sh")
        for line in block.splitlines()
        if line.strip()
    ]
    for page in PAGES
}
NOT_HERE = ("make", "marimo", "python", "uv")
"""Commands that install, test or wait for a reader: other tests do what they do."""

ENDLESS = ("dashboard",)
"""Commands that go on until somebody stops them; tests of their own start them."""


def label(value: object) -> str:
    return value.name if isinstance(value, Path) else ""


@pytest.fixture
def short_worlds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Cut every world to a few months: what is shown runs as it stands, only sooner."""
    monkeypatch.chdir(tmp_path)
    load = Scenario.load.__func__  # type: ignore[attr-defined]

    def shortened(cls: type[Scenario], name: str, overrides: tuple[str, ...] = ()) -> Scenario:
        scenario = load(cls, name, overrides)
        return scenario.model_copy(update={"months": min(scenario.months, 8)})

    monkeypatch.setattr(Scenario, "load", classmethod(shortened))


@pytest.mark.usefixtures("short_worlds")
@pytest.mark.parametrize("page", [page for page in PAGES if SNIPPETS[page]], ids=label)
def test_snippets_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The snippets of a page work, in order; a later one may use what an earlier one found."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for code in SNIPPETS[page]:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, page.name, "exec"), names)


@pytest.mark.parametrize("page", [page for page in PAGES if COMMANDS[page]], ids=label)
def test_commands_run(page: Path, tmp_path: Path) -> None:
    """The commands of a page work, in order and in one folder; only fewer months and seeds."""
    environment = {**os.environ, "MPLBACKEND": "Agg", "COLUMNS": "200"}
    for number, line in enumerate(COMMANDS[page]):
        first, *arguments = shlex.split(line.partition(" > ")[0])
        if Path(first).name in NOT_HERE or (arguments and arguments[0] in ENDLESS):
            continue
        assert Path(first).name == "abm", f"{page.name}: {line}"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "abm",
                *arguments,
                *_shorter(arguments, first_run(page, number)),
            ],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{page.name}: {line}\n{done.stderr}"


def first_run(page: Path, number: int) -> bool:
    """Whether a line is the first run of the README; it draws the figures, the others do not."""
    earlier = COMMANDS[page][:number]
    return page.name == "README.md" and not any("abm run" in line for line in earlier)


LIGHT = {
    "claims": "--months 4 --replicates 2 --workers 1 --no-regions",
    "futures": "--months 14 --seeds 2 --home-seeds 8 --steps 2 --workers 1",
    "sensitivity": "--months 3 --size 2 --workers 1",
    "targets": "--seeds 2 --workers 1",
}
"""What is added to a command that plays many runs."""


def _shorter(arguments: list[str], figures: bool) -> list[str]:
    """What is added to a command so that it takes no more than seconds."""
    if arguments[:1] == ["run"]:
        return ["--months", "8", *([] if figures else ["--no-figures"])]
    if arguments[:1] == ["compare"]:
        # Of a file's worlds one pair each; without a file a few pairs.
        return ["--months", "4", "--replicates", "1" if "--uncertain" in arguments else "3",
                "--workers", "1"]  # fmt: skip
    return LIGHT.get(arguments[0], "").split()


def test_every_command_has_an_example() -> None:
    (reference,) = [page for page in PAGES if page.name == "cli.md"]
    text = reference.read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        assert "```sh" in section, section.splitlines()[0]


def test_the_picture_is_there_and_light() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert pictures
    for picture in pictures:
        assert 0 < (ROOT / picture).stat().st_size < LARGEST_PICTURE
