"""The least that can be played, one of everything that can go wrong, and how it is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from abm.errors import ScenarioError
from abm.scenario.loading import load

MINIMAL = """\
title = "A small world"
domains = ["chat", "code"]

[race]
growth = 2.5

[[labs]]
name = "Aster"
camp = "closed"
researchers = 300
cash = 900.0
sources = { cash = "press", researchers = "press" }

[labs.disclosure]
documentation = 0.1

[[labs]]
name = "01.AI"
researchers = 40
cash = 60.0
builds_on = "Aster"

[[clouds]]
name = "North"
cash = 1000.0
customers = 1.0
catalogue = [
    "Aster",
    "01.AI",
]
own_lab = "Aster"

[[segments]]
name = "Hobby"
kind = "developer"
share = 1.0
budget = 10.0
adoption = 0.5
requirement = 24.0
hazard = 0.1
needs = { chat = 0.5, code = 0.5 }
"""

Write = Callable[..., Path]
"""Writes files into the current folder: `write(base="...")` makes ``base.toml``."""


def refusal(name: str | Path, *overrides: str) -> list[str]:
    """The lines with which a scenario is refused."""
    with pytest.raises(ScenarioError) as caught:
        load(name, overrides)
    return str(caught.value).splitlines()
