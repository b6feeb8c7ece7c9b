"""Every mechanism can be switched off, and takes its effects and its money flows with it.

One row of `TABLE` per switch: what must be there with the mechanism and gone without it. So that no
row passes idly, everything is first seen in a busy world, under as many seeds as that takes. With
the mechanism off its own parameters must not matter, to the last bit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import pytest
from worlds import SWITCHES, changed, differences, events, play, without

from abm import network as net
from abm.market import Market
from abm.record.run import Run
from abm.scenario import Scenario

BUSY = {
    "months": 18,
    "litigation.hazard": 0.03,
    "litigation.duration": 4,
    "litigation.resolution": 0.1,
    "capital.hazard": 0.2,
    "entry.rate": 0.4,
    "strategy.review_months": 2,
    "product.build_months": 3,
    "acquisition.notification": 20.0,
    "acquisition.significant": 0.9,
    "acquisition.review_months": 4,
    "acquisition.review_intercept": 0.0,
    "acquisition.seller_runway": 9.0,
    "hosting.review_months": 2,
    "pressure.threshold": 0.15,
}

STRATEGY, ENTRY = {"strategy.enabled": False}, {"entry.enabled": False}
DEALS = {"acquisition.enabled": False}
PLAIN = {**STRATEGY, **ENTRY, **DEALS, "litigation.enabled": False}
"""A world of the same firms doing the same things throughout."""


def busy() -> Scenario:
    """The classroom in a hurry, where every lab has a GPU farm."""
    values = Scenario.load("classroom").model_dump()
    for lab in values["labs"]:
        lab["gpu_farm"] = 2.0
    return changed(Scenario.model_validate(values), BUSY)


Effect = Callable[[Market, Run, Any], float]


def algorithms(run: Run, month: int) -> np.ndarray:
    return run.labs.filter(pl.col("month") == month)["algorithms"].to_numpy()


def best_gain(market: Market, run: Run, _: Any) -> float:
    """Largest gain in algorithms of a lab that was there from the start."""
    last = algorithms(run, market.scenario.months - 1)
    return float((last - algorithms(run, 0))[: len(market.scenario.labs)].max())


def unranked_releases(market: Market, *_: Any) -> float:
    """Releases that add almost nothing."""
    gains = [e.reason["gain"] for e in events(market, "release")]
    smallest = market.scenario.release.minimum_gain
    return float(sum(gain is not None and gain <= smallest for gain in gains))


def asked(market: Market, *_: Any) -> float:
    """Budget whose deciders asked for the models that were listed."""
    return sum(e.reason["asked"] for e in events(market, "hosted")) + float(market.pressure.sum())


def managed_spend(_: Market, run: Run, __: Any) -> float:
    return float(run.hosting["spend"].sum())


def price_moves(_: Market, __: Run, watched: dict[str, list[np.ndarray]]) -> float:
    """Largest monthly step of the price of a model that stays on the market."""
    steps = [
        np.abs(np.diff(np.log(np.where(on, prices, 1.0)), axis=0)).max()
        for prices in [np.stack(watched["price"])]
        for on in [(prices[:-1] > 0).all(axis=0) & (prices[1:] > 0).all(axis=0)]
    ]
    return float(max(steps))


def people_moves(market: Market, run: Run, _: Any) -> float:
    """Largest change in the researchers of a lab that was there from the start."""
    panel = run.labs.filter(pl.col("alive") & (pl.col("row") < len(market.scenario.labs)))
    spread = panel.group_by("row").agg(pl.col("researchers").max() - pl.col("researchers").min())
    return float(spread["researchers"].max()) + float(run.labs["renown"].max())


def over_ticket(_: Market, __: Run, watched: dict[str, list[np.ndarray]]) -> float:
    """Whether runs were held to the dearest run that anybody knows, aged by the race."""
    return float(np.isfinite(np.array(watched["ticket"])).any())


def post_trained(market: Market, *_: Any) -> float:
    living = market.living
    return float((market.labs.theta - market.labs.base)[living].max())


def climate_moves(_: Market, run: Run, __: Any) -> float:
    return float(np.ptp(run.market["capital_climate"].to_numpy()))


def newcomers(market: Market, *_: Any) -> float:
    return float(len(market.names) - len(market.scenario.labs))


@dataclass(frozen=True)
class Switch:
    """What a mechanism brings and takes along.

    Attributes:
        flows: kinds of payments that only it makes.
        events: kinds of events that only it brings about.
        effect: a number above zero with it, and zero without.
        levers: parameters of it that matter with it, and not without.
        changes: changes to the busy world that keep other causes of the same out of sight.
    """

    effect: Effect
    levers: dict[str, Any]
    flows: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    changes: dict[str, Any] = field(default_factory=dict)


TABLE = {
    "capability": Switch(
        lambda market, *_: float(len(events(market, "release"))),
        {"capability.release_noise": 0.3, "capability.base_reuse": 0.3},
        flows=("compute",),
        events=("release", "base_reuse"),
        changes={**PLAIN, "post_training.enabled": False},
    ),
    "race": Switch(over_ticket, {"race.growth": 5.0}),
    "post_training": Switch(
        post_trained,
        {"post_training.ceiling": 1.3, "post_training.label_budget": 0.2},
        flows=("labels",),
    ),
    "knowledge": Switch(
        best_gain,
        {"knowledge.recipe_rate": 0.7, "knowledge.noise": 0.1, "knowledge.distillation": 0.1},
        changes=PLAIN,
    ),
    "community": Switch(
        lambda market, run, _: (
            float(run.market["contributed"].sum()) + float(market.offers.contributions.sum())
        ),
        {"community.slope": 0.3, "community.contribution": 0.08},
    ),
    "disclosure": Switch(
        lambda _, run, __: -float(run.flows.filter(kind="disclosure")["L"].sum()),
        {"disclosure.preparation_cost": 0.1, "disclosure.initial_open": 1.0},
        flows=("disclosure",),
        changes=PLAIN,
    ),
    "compute": Switch(
        lambda _, run, __: float(run.flows.filter(kind="resale")["L"].sum()),
        {"compute.utilisation": 0.9},
        flows=("resale",),
    ),
    "release": Switch(
        lambda market, *_: float(unranked_releases(market) == 0),
        {"release.minimum_gain": 0.1, "release.fading_renown": 0.1},
        changes={**PLAIN, "release.fading_renown": 0.0, "release.minimum_gain": 0.2},
    ),
    "demand": Switch(
        lambda market, run, _: (
            float(market.communities.use.sum()) + float(run.market["api_spend"].sum())
        ),
        {"demand.quality": 3.0, "demand.network": 0.8},
        flows=("api", "hosting", "self_hosting", "royalty"),
        changes=PLAIN,
    ),
    "pressure": Switch(asked, {"pressure.manager_rate": 0.6, "pressure.threshold": 0.3}),
    "hosting": Switch(
        managed_spend,
        {"hosting.slot_cost": 0.2, "hosting.bargaining": 0.3, "hosting.garden_quality": 0.6},
        flows=("hosting", "royalty", "onboarding", "slots"),
        events=("hosted", "delisted"),
        changes={
            "hosting.hysteresis": 0.0,
            "hosting.onboarding": 0.3,
            "hosting.slot_cost": 1.0,
            "hosting.slot_exponent": 2.0,
        },
    ),
    "product": Switch(
        lambda _, run, __: float(run.market["product_revenue"].sum()),
        {"product.churn": 0.08, "product.service_cost": 0.6, "product.owner_value": 1.0},
        flows=("subscriptions", "product"),
        events=("product_launch",),
    ),
    "pricing": Switch(
        price_moves,
        {"pricing.adjustment": 0.6},
        changes=PLAIN,
    ),
    "capital": Switch(
        climate_moves,
        {"capital.hazard": 0.4, "capital.noise": 0.12, "capital.strategic_share": 0.6},
        flows=("equity",),
        events=("funding",),
        changes={**ENTRY, **STRATEGY},
    ),
    "acquisition": Switch(
        lambda market, *_: float(
            sum(len(events(market, kind)) for kind in ("acquisition", "licence_and_hire"))
        ),
        {"acquisition.valuation_noise": 0.6, "acquisition.integration": 0.3},
        flows=("acquisition", "licence"),
        events=("acquisition", "licence_and_hire", "blocked"),
    ),
    "entry": Switch(
        newcomers,
        {"entry.founders": 25.0, "entry.seed_round": 50.0},
        flows=("equity",),
        events=("entry", "spin_off"),
        changes={"capital.enabled": False},
    ),
    "strategy": Switch(
        lambda market, *_: float(len(events(market, "disclosure_change"))),
        {"strategy.precision": 0.5, "strategy.imitation": 0.5},
        events=("disclosure_change", "camp_change", "pivot"),
        changes=DEALS,
    ),
    "litigation": Switch(
        lambda market, *_: float(len(events(market, "lawsuit"))),
        {"litigation.hazard": 0.06, "litigation.defence": 1.0},
        flows=("defence", "damages"),
        events=("lawsuit", "settlement", "ruling"),
    ),
    "talent": Switch(
        people_moves, {"talent.quits": 0.03, "talent.open_renown": 0.6}, changes=PLAIN
    ),
    "ledger": Switch(
        lambda _, run, __: float(run.flows.height), {}, flows=("wages", "api", "group", "owner")
    ),
}


SEEDS = range(16)


class Played:
    """Runs of one scenario under several seeds: what happened in any of them.

    Attributes:
        flows: kinds of payments.
        events: kinds of events.
        effect: largest effect of the mechanism.
        seeds: how many seeds were played.
    """

    def __init__(self, scenario: Scenario, effect: Effect) -> None:
        self.scenario, self.measure = scenario, effect
        self.flows: set[str] = set()
        self.events: set[str] = set()
        self.effect, self.seeds = 0.0, 0

    def play(self, seed: int) -> None:
        """Add a run, watching prices and tickets, which no table holds."""
        watched: dict[str, list[Any]] = {"price": [], "ticket": []}

        def watch(market: Market) -> None:
            watched["price"].append(market.offers.price.copy())
            watched["ticket"].append(market.ticket)

        market = Market(self.scenario, seed=seed)
        run = market.run(progress=watch)
        self.flows |= set(run.flows["kind"])
        self.events |= set(run.events["kind"])
        self.effect = max(self.effect, self.measure(market, run, watched))
        self.seeds += 1

    def shows(self, row: Switch) -> bool:
        """Whether all that the mechanism brings was seen."""
        seen = set(row.flows) <= self.flows and set(row.events) <= self.events
        return seen and self.effect > 0


def test_the_table_holds_every_switch() -> None:
    assert set(TABLE) == set(SWITCHES)


@pytest.mark.parametrize("name", TABLE)
def test_switching_off_removes_effects_events_and_flows(name: str) -> None:
    row = TABLE[name]
    with_it = Played(changed(busy(), row.changes), row.effect)
    for seed in SEEDS:
        with_it.play(seed)
        if with_it.shows(row):
            break
    assert set(row.flows) <= with_it.flows
    assert set(row.events) <= with_it.events
    assert with_it.effect > 0

    without_it = Played(without(with_it.scenario, name), row.effect)
    for seed in range(with_it.seeds):
        without_it.play(seed)
    assert set(row.flows).isdisjoint(without_it.flows)
    assert set(row.events).isdisjoint(without_it.events)
    assert without_it.effect == 0


def moved(scenario: Scenario, levers: dict[str, Any]) -> set[str]:
    """The parameters whose change makes a difference to a run of the scenario."""
    plain = play(scenario)[1]
    return {
        key
        for key, value in levers.items()
        if differences(plain, play(changed(scenario, {key: value}))[1])
    }


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if row.levers])
def test_the_parameters_of_a_mechanism_that_is_off_do_not_matter(name: str) -> None:
    row = TABLE[name]
    scenario = changed(busy(), row.changes)
    assert moved(scenario, row.levers) == set(row.levers)
    assert moved(without(scenario, name), row.levers) == set()


def test_without_the_books_the_world_is_the_same() -> None:
    plain, unbooked = (play(scenario)[1] for scenario in (busy(), without(busy(), "ledger")))
    assert {name.split(".")[0] for name in differences(plain, unbooked)} == {"flows"}


def test_without_pressure_hosting_goes_by_sales_alone() -> None:
    quiet = play(without(busy(), "pressure"))[0]
    assert events(quiet, "hosted")
    assert all(event.reason["asked"] == 0 for event in events(quiet, "hosted"))


# -- no edges, no flow ---------------------------------------------------------------------------

CUT = (net.KNOWS, net.DISTILS)


def cut(*kinds: str) -> Callable[[Market], None]:
    """A policy that removes every edge of some kinds, every month."""

    def policy(market: Market) -> None:
        edges = market.network.edges(keys=True)
        gone = [edge for edge in edges if edge[2] in kinds]
        market.network.remove_edges_from(gone)

    return policy


def catch_up(*kinds: str, **changes: Any) -> np.ndarray:
    """Rise of algorithms of the labs of the first month, with some edges cut."""
    still = {**PLAIN, "knowledge.noise": 0.0, "talent.enabled": False, "community.enabled": False}
    scenario = changed(busy(), still | changes)
    market = Market(scenario, seed=1, policies=[cut(*kinds)] if kinds else [])
    start = market.labs.algorithms.copy()
    market.run()
    return (market.labs.algorithms - start)[: len(scenario.labs)]


def test_without_edges_no_lab_rises_beyond_its_own_progress() -> None:
    linked, alone = catch_up(), catch_up(*CUT)
    p = busy().knowledge
    people = np.array([lab.researchers for lab in busy().labs])
    own = p.frontier_progress / 12 * np.sqrt(people / p.reference_researchers)
    assert (alone <= busy().months * own + 1e-9).all()
    assert (linked > alone + 1e-3).all()
    followers = [2, 3, 4, 5]
    assert (linked[followers] > busy().months * own[followers] + 0.05).all()


def test_each_kind_of_edge_carries_a_part_of_the_flow() -> None:
    linked, cut_all = catch_up(), catch_up(*CUT)
    for kind in CUT:
        part = catch_up(kind)
        assert (part <= linked + 1e-12).all()
        assert part.sum() < linked.sum()
        assert part.sum() > cut_all.sum()


def test_without_edges_disclosure_teaches_nobody() -> None:
    shown = {"disclosure.initial_open": 1.0}
    assert (catch_up(*CUT, **shown) == catch_up(*CUT)).all()
    assert catch_up(**shown).sum() > catch_up().sum()


def test_without_edges_nobody_inherits_a_base() -> None:
    scenario = changed(busy(), PLAIN)
    linked = Market(scenario, seed=1)
    linked.run()
    alone = Market(scenario, seed=1, policies=[cut(net.BUILDS_ON)])
    alone.run()
    small = 3
    assert linked.labs.model_base[small] >= 0
    assert alone.labs.theta[small].mean() < linked.labs.theta[small].mean() - 0.2


# -- one switch is one switch ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "lever", "value"),
    [
        ("post_training", "capability.curation_rate", 0.03),
        ("capital", "product.owner_value", 1.0),
        ("hosting", "demand.self_hosting", 2.5),
        ("strategy", "acquisition.valuation_noise", 0.6),
        ("acquisition", "capital.hazard", 0.4),
        ("knowledge", "community.slope", 0.3),
        ("disclosure", "knowledge.leak", 0.03),
    ],
)
def test_a_mechanism_that_is_off_leaves_the_others_at_work(
    off: str, lever: str, value: float
) -> None:
    assert moved(without(busy(), off), {lever: value}) == {lever}
