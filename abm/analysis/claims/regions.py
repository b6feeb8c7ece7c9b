"""Where else a claim is looked for if it is absent: few regions, declared before any run."""

from abm.analysis.claims.changes import Change, parameter

REGIONS: tuple[Change, ...] = (
    parameter(
        "costs growing 3.5-fold", "the entry ticket grows 3.5-fold a year", "race", growth=3.5
    ),
    parameter(
        "costs growing fivefold", "the entry ticket grows fivefold a year, as the essay has it",
        "race", growth=5.0,
    ),
    parameter(
        "a normal capital climate", "the boom is over in the first month", "capital",
        start_climate=1.0,
    ),
)  # fmt: skip
"""Regions: each changes one thing of the scenario under all worlds of a claim."""
