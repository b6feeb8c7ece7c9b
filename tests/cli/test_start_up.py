"""Commands that play nothing start without the heavy libraries."""

import subprocess
import sys

import pytest

HEAVY = {"mesa", "polars", "matplotlib", "scipy", "pandas", "networkx"}


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("run", "--help"), ("check", "classroom"), ("scenarios",)],
    ids=" ".join,
)
def test_no_heavy_import(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys\nfrom abm.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as left:\n    assert not left.code\n"
        "print('LOADED', *sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    loaded = set(out.split("LOADED ")[1].split())
    assert "abm.cli" in loaded
    assert not HEAVY & loaded
