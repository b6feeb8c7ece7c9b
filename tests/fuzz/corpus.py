"""Valid files of each kind, from which the spoilt ones are made."""

from pathlib import Path

from tests.scenario.small_world import MINIMAL

SHIPPED = Path(__file__).parents[2] / "scenarios"

SMALL = (
    MINIMAL.replace("\ndomains", "\nmonths = 3\ncommunities = 8\ndomains", 1)
    .replace(
        "\n[labs.disclosure]",
        "flagship = { compute = 24.0, cost = 2.0, age = 3 }\n"
        'product = "Hobby"\nseats = 1.0\n\n[labs.disclosure]',
        1,
    )
    .replace('builds_on = "Aster"\n', 'builds_on = "Aster"\nfocus = ["code"]\n', 1)
)
"""A world of one thing each, with what else can be said of a lab."""

CHILD = """\
extends = "classroom"
title = "Mine"
drop_labs = ["Fir"]

[race]
growth = 3.0

[[labs]]
name = "Dogwood"
cash = 10.0
"""

EXPERIMENT = """\
title = "A small experiment"
scenario = "small.toml"
months = 3
replicates = 2
first_seed = 3
policies = ["", "merger-control*0.5@2+placebo"]
design = "{design}"
{points}
tables = ["market", "events"]

[factors]
"race.growth" = [2.0, 3.0]
"labs[Aster].cash" = {{ low = 100.0, high = 900.0, scale = "log", levels = 4 }}
"capital.hazard" = "plausible"
"knowledge.access" = {{ distribution = "normal", mean = 0.5, sd = 0.1, low = 0.1, high = 0.9 }}
"litigation.enabled" = [true, false]
"""

DESIGNS = {
    "factorial": "",
    "one-at-a-time": "",
    "latin-hypercube": "points = 7",
    "sobol": "points = 8",
}

CORPUS: dict[str, list[str]] = {
    "scenario": [SMALL, CHILD, (SHIPPED / "classroom.toml").read_text(encoding="utf-8")],
    "policy": [
        path.read_text(encoding="utf-8") for path in sorted((SHIPPED / "policies").glob("*.toml"))
    ],
    "experiment": [
        EXPERIMENT.format(design=design, points=points) for design, points in DESIGNS.items()
    ],
}
"""Texts by kind of file."""


def lay_out(folder: Path) -> None:
    """The files that a spoilt one may lead to."""
    (folder / "small.toml").write_text(SMALL, encoding="utf-8")
    (folder / "loop.toml").write_text('extends = "case.toml"\n', encoding="utf-8")
    (folder / "folder.toml").mkdir()
    (folder / "binary.toml").write_bytes(bytes(range(256)))
