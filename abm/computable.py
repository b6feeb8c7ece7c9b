"""Worlds whose numbers leave what a computer holds stop with a reason, not with infinities."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from abm.errors import AbmError
from abm.scenario import Scenario
from abm.scenario.notation import spell_key
from abm.scenario.validation import outliers

_MOST = 5
"""Odd parameters that a message names."""


@contextmanager
def computable(scenario: Scenario, month: int) -> Iterator[None]:
    """Stop where a number overflows, or is none, instead of warning and going on.

    Raises:
        AbmError: with the month, and the parameters outside their plausible range.
    """
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            yield
    except ArithmeticError as error:
        odd = [
            f"{spell_key(key)} = {value:g} (plausible: {low:g} to {high:g})"
            for key, value, (low, high) in outliers(scenario.model_dump())
        ]
        causes = ", ".join(odd[:_MOST]) or "no parameter is outside its plausible range"
        raise AbmError(
            f"month {month}: this world cannot be computed ({error}); {causes}"
        ) from error
