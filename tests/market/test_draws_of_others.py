"""Who enters or leaves under a policy takes no draw from anybody else, and shifts none."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from worlds import changed

from abm.market import Market
from abm.phases.exits import wind_up
from abm.scenario import Scenario
from abm.streams import Streams, as_keys, name_key

MONTH, MONTHS = 4, 10
LEAVER = "Dogwood"

Policy = Callable[[Market], None]
Draws = dict[tuple[str, int, int, int], float]
"""Value by stream, month, key and ordinal."""


class Noted(Streams):
    """Streams that remember what was drawn."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.drawn: Draws = {}

    def uniform(self, stream: str, keys: Any, month: int, ordinal: Any = 0) -> Any:
        values = super().uniform(stream, keys, month, ordinal)
        whose, which = np.broadcast_arrays(as_keys(keys), np.asarray(ordinal))
        for key, n, value in zip(whose.flat, which.flat, values.flat, strict=True):
            self.drawn[stream, month, int(key), int(n)] = float(value)
        return values

    def joint(self, streams: Sequence[str], keys: Any, month: int, ordinal: Any = 0) -> Any:
        return np.array([self.uniform(stream, keys, month, ordinal) for stream in streams])

    def ahead(self, streams: Sequence[str], keys: Any, months: Sequence[int]) -> Any:
        return np.array([[self.uniform(stream, keys, n) for n in months] for stream in streams])

    def one(self, stream: str, key: Any, month: int) -> float:
        return self.few(stream, key, month, (0,))[0]

    def few(self, stream: str, key: Any, month: int, ordinals: Iterable[int]) -> list[float]:
        asked = list(ordinals)
        values = super().few(stream, key, month, asked)
        self.drawn.update(
            {(stream, month, int(key), n): x for n, x in zip(asked, values, strict=True)}
        )
        return values


class InTurn(Streams):
    """The mistake: numbers taken in turn from one generator."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.generator = np.random.default_rng(seed)

    def uniform(self, stream: str, keys: Any, month: int, ordinal: Any = 0) -> Any:  # noqa: ARG002
        shape = np.broadcast_shapes(as_keys(keys).shape, np.shape(ordinal))
        return self.generator.random(shape)

    def few(self, stream: str, key: Any, month: int, ordinals: Iterable[int]) -> list[float]:  # noqa: ARG002
        return [float(self.generator.random()) for _ in ordinals]


class Consumed(Noted, InTurn):
    """The mistake, remembered."""


def a_lab_leaves(market: Market) -> None:
    """One lab is wound up at the start of a month."""
    if market.month == MONTH:
        wind_up(market, market.lab_at(market.names.index(LEAVER)), {})


def a_lab_enters(market: Market) -> None:
    """Money abounds for a month, and one more lab enters."""
    if market.month == MONTH:
        market.climate = 8.0


def played(kind: type[Noted], *policies: Policy) -> tuple[Market, Draws]:
    """A market played with streams of a kind, and all that was drawn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("abm.market.Streams", kind)
        scenario = changed(
            Scenario.load("classroom"),
            # Runs on time, so that no lab is short of money while money abounds.
            {"months": MONTHS, "release.slip": 0.0},
        )
        market = Market(scenario, seed=4, policies=policies)
        market.run()
    return market, market.streams.drawn  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def baseline() -> Draws:
    return played(Noted)[1]


def shifted(first: Draws, second: Draws) -> int:
    """Draws of both worlds that have another value in each."""
    return sum(first[draw] != second[draw] for draw in first.keys() & second.keys())


def drawers(draws: set[tuple[str, int, int, int]]) -> set[int]:
    """Keys of who drew in the month of the policy or the next, before others react."""
    return {key for stream, month, key, _ in draws if MONTH <= month <= MONTH + 1}


def test_who_leaves_takes_its_own_draws_along_and_nobody_elses(baseline: Draws) -> None:
    market, draws = played(Noted, a_lab_leaves)
    row = market.names.index(LEAVER)
    assert not market.labs.alive[row]
    assert drawers(baseline.keys() - draws.keys()) == {int(market.labs.key[row])}
    assert drawers(draws.keys() - baseline.keys()) == set()
    assert shifted(baseline, draws) == 0


def test_who_enters_draws_for_itself_alone(baseline: Draws) -> None:
    market, draws = played(Noted, a_lab_enters)
    (row,) = np.flatnonzero(market.labs.born == MONTH)
    # Which lab its founders leave is a draw of the world, by the entrant's place in the month.
    assert drawers(draws.keys() - baseline.keys()) == {int(market.labs.key[row]), name_key("world")}
    assert drawers(baseline.keys() - draws.keys()) == set()
    assert shifted(baseline, draws) == 0


@pytest.mark.parametrize("policy", [a_lab_leaves, a_lab_enters])
def test_numbers_taken_in_turn_would_be_shifted(policy: Policy) -> None:
    assert shifted(played(Consumed)[1], played(Consumed, policy)[1]) > 0
