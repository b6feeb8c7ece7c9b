"""A market is a Mesa model: Mesa's own tools work on it, in the versions that are supported."""

import inspect
import logging
from typing import Any

import mesa
import pytest
from mesa.batchrunner import batch_run
from worlds import closed_lab, cloud, lab, play, world

from abm.agents.cloud import CloudHost
from abm.agents.community import DeveloperCommunity
from abm.agents.lab import ClosedLab, OpenLab
from abm.market import Market
from abm.record.metrics import MARKET_COLUMNS
from abm.scenario import Scenario

NAMES_SEEDS_RNG = "rng" in inspect.signature(batch_run).parameters
"""Mesa 3.5 passes seeds by an argument of their own and overrides a parameter named `seed`."""


def small() -> Scenario:
    return world([lab("A"), closed_lab("B")], [cloud("X")], months=4)


def batch(parameters: dict[str, Any], **arguments: Any) -> list[dict[str, Any]]:
    return batch_run(Market, parameters, number_processes=1, display_progress=False, **arguments)


def test_a_batch_returns_the_columns_of_the_market_table() -> None:
    rows = batch({"scenario": ["classroom"], "rng": [1, 2]})
    assert len(rows) == 2
    for row, seed in zip(rows, (1, 2), strict=True):
        assert row["rng"] == seed
        assert set(MARKET_COLUMNS) <= set(row)
        last = play(Scenario.load("classroom"), seed)[1].market.row(-1, named=True)
        told = {name: row[name] for name in MARKET_COLUMNS}
        assert told == pytest.approx({name: last[name] for name in MARKET_COLUMNS}, nan_ok=True)
    assert rows[0]["frontier"] != rows[1]["frontier"]


def test_a_market_shows_what_it_is_made_of() -> None:
    """Mesa 3.5 reads off the signature under which name it may pass seeds."""
    assert [*inspect.signature(Market).parameters] == ["scenario", "seed", "policies", "rng"]


def test_a_batch_takes_seeds_as_mesa_names_them() -> None:
    if NAMES_SEEDS_RNG:
        rows = batch({"scenario": [small()]}, rng=[1, 2])
    else:
        rows = batch({"scenario": [small()], "seed": [1, 2]})
    assert [row["seed"] for row in rows] == [1, 2]
    for row, seed in zip(rows, (1, 2), strict=True):
        assert row["frontier"] == play(small(), seed)[1].market["frontier"][-1]


def test_a_batch_can_keep_every_month() -> None:
    rows = batch({"scenario": [small()], "rng": [3]}, data_collection_period=1)
    # Mesa 3.5 numbers the rows by the model's time after the step, earlier versions from zero.
    first = rows[0]["Step"]
    assert [row["Step"] - first for row in rows] == [0, 1, 2, 3]
    table = play(small(), 3)[1].market
    assert [row["frontier"] for row in rows] == table["frontier"].to_list()


def test_agents_are_found_by_their_class() -> None:
    market = Market(small())
    assert [agent.name for agent in market.agents_by_type[OpenLab]] == ["A"]
    assert [agent.name for agent in market.agents_by_type[ClosedLab]] == ["B"]
    assert len(market.agents_by_type[CloudHost]) == 1
    assert len(market.agents_by_type[DeveloperCommunity]) == 12
    assert len(market.agents) == 15
    assert all(isinstance(agent, mesa.Agent) for agent in market.agents)


def test_in_a_large_world_an_agent_stands_for_neighbours_of_one_segment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("abm.population.LARGEST_INDIVIDUAL", 10)
    monkeypatch.setattr("abm.agents.blocks.SIZE", 5)
    market = Market(small())
    agents = sorted(market.agents_by_type[DeveloperCommunity], key=lambda agent: agent.row)
    members = [range(agent.row, agent.row + agent.rows) for agent in agents]
    assert [row for rows in members for row in rows] == list(range(12))
    assert all(len(set(market.communities.segment[list(rows)])) == 1 for rows in members)
    assert len(agents) >= 3


def test_agent_sets_read_columns() -> None:
    market = Market(small())
    labs = market.agents.select(lambda agent: isinstance(agent, OpenLab | ClosedLab))
    assert labs.get("cash") == market.labs.cash[:2].tolist()


def test_a_market_runs_by_mesas_own_loop() -> None:
    logging.disable(logging.INFO)
    market = Market(small(), seed=3)
    market.run_model()
    logging.disable(logging.NOTSET)
    assert (market.steps, market.month, market.running) == (4, 4, False)
    collected = market.datacollector.get_model_vars_dataframe()
    assert collected["frontier"].tolist() == play(small(), 3)[1].market["frontier"].to_list()
