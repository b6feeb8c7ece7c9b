"""The adoption step: what offers are worth stays below the bound that shares are computed with."""

from math import inf
from typing import Any

import numpy as np
import pytest
from worlds import closed_lab, cloud, lab, segment, world

from abm.market import Market
from abm.mechanisms import demand as d

FIRMS = [segment("firms"), segment("offices", kind="public")]


def ease(market: Market) -> None:
    """A rule that lets go of the customers of one segment."""
    market.rules.friction[0] = 0.1


@pytest.mark.parametrize("policies", [[], [ease]], ids=["free", "eased"])
@pytest.mark.parametrize("network", [0.0, 9.0], ids=["nobody looks", "all look around"])
def test_no_offer_is_worth_more_than_the_bound(
    monkeypatch: pytest.MonkeyPatch, network: float, policies: list[Any]
) -> None:
    parameters = {"network": network, "network_floor": 0.001, "support": 2.0, "quality": 0.1}
    changes = {f"demand.{name}": value for name, value in parameters.items()}
    scenario = world([lab("A"), closed_lab("B")], [cloud("X")], FIRMS, **changes)
    market = Market(scenario, seed=1, policies=policies)
    market.communities.use[...] = 0.0
    market.communities.use[:, market.lab_at(0).line] = 1.0
    gaps, shares = [], d.nested_shares

    def watched(p: Any, value: np.ndarray, nests: Any, best: float = inf, out: Any = None) -> Any:
        gaps.append(best - value.max())
        return shares(p, value, nests, best, out)

    monkeypatch.setattr(d, "nested_shares", watched)
    market.step()
    assert gaps
    assert min(gaps) >= 0
