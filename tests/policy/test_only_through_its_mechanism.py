"""A lever moves nothing but what the mechanisms that it names decide, phase by phase.

Each phase of a month is played twice from one state: under the rules as they are, and under those
that the lever writes. What then differs is the lever's own doing, not what follows from it.
"""

import pickle

import numpy as np
import pytest
from levers_at_work import small
from shipped import EXAMPLES

from abm.market import Market
from abm.phases import PHASES
from abm.policy import LEVERS, compose
from abm.policy.lever import Lever

PHASES_OF = {
    "acquisition": {"distress and deals"},
    "capability": {"training", "release"},
    "capital": {"funding"},
    "demand": {"demand"},
    "disclosure": {"settlement"},  # the work of publishing
    "hosting": {"pressure", "cloud catalogues"},
    "knowledge": {"knowledge diffusion", "community contribution"},
    "litigation": {"litigation"},
    "post-training": {"training", "release"},
    "product": {"products"},
    "race": {"training"},
    "release": {"release"},
    "settlement": {"settlement"},
    "strategy": {"strategy reviews"},
    "training": {"training"},
}
"""Phases of the month in which a mechanism acts."""

EVERYTHING = {phase.name for phase in PHASES} - {"policies", "record"}

SHOWN = {
    "cloud-non-discrimination": "cloud catalogues",
    "data-commons": "training",
    "delayed-disclosure": "settlement",
    "disclosure-mandate": "strategy reviews",
    "distillation-ban": "knowledge diffusion",
    "interoperability": "products",
    "local-processing": "demand",
    "public-procurement": "demand",
    "public-spending": "settlement",
    "reciprocal-club": "strategy reviews",
    "release-liability": "release",
    "research-credit": "training",
    "statutory-royalty": "settlement",
    "training-grants": "strategy reviews",
}
"""Levers that a few months of a small world are bound to show, and where."""

MONTHS = 4

Moved = dict[str, set[str]]


def columns(market: Market) -> dict[str, bytes]:
    """Everything that a month can change, to the last bit, by name."""
    tables = {
        "labs": market.labs, "offers": market.offers, "clouds": market.clouds,
        "communities": market.communities,
    }  # fmt: skip
    found = {f"{name}.{column}": array.tobytes() for name, table in tables.items()
             for column, array in table.arrays.items()}  # fmt: skip
    flows = {
        f"flows.{kind}": np.asarray(row).tobytes() for kind, row in market.ledger.flows.items()
    }
    whole = ("climate", "legal_regime", "talent_pool", "founders", "fiscal_cost", "exits")
    edges = sorted(map(repr, market.network.edges(keys=True)))
    return {
        **found,
        **flows,
        **{name: repr(getattr(market, name)).encode() for name in whole},
        "edges": "".join(edges).encode(),
        "deals": str(len(market.pending_deals)).encode(),
    }


def moved(market: bytes, phase: int, lever: Lever | None) -> dict[str, bytes]:
    """What one phase makes of a market, under the rules of a lever."""
    copy = pickle.loads(market)
    if lever is not None:
        lever.act(copy)
    PHASES[phase].run(copy)
    return columns(copy)


@pytest.fixture(scope="module")
def direct() -> dict[str, Moved]:
    """By lever and phase, the columns that the lever itself moves in some month."""
    luck = {f"{name}.enabled": True for name in ("strategy", "litigation", "entry")}
    luck["strategy.review_months"] = 2  # so that every lab has a review in these months
    market = Market(small(**luck), seed=3, policies=[compose("placebo")])
    levers = {
        kind: lever.model_copy(update={"above_flop": 0.0, "compliance": 1.0, "cost": 0.0})
        for kind, lever in EXAMPLES.items()
    }
    found: dict[str, Moved] = {kind: {} for kind in levers}
    for _ in range(MONTHS):
        for place, phase in enumerate(PHASES):
            if phase.name in EVERYTHING:
                before = pickle.dumps(market)
                plain = moved(before, place, None)
                for kind, lever in levers.items():
                    ruled = moved(before, place, lever)
                    names = {x for x in plain | ruled if plain.get(x) != ruled.get(x)}
                    if names:
                        found[kind].setdefault(phase.name, set()).update(names)
            phase.run(market)
        market.month += 1
    return found


def allowed(kind: str) -> set[str]:
    return set().union(*(PHASES_OF[name] for name in LEVERS[kind].MECHANISMS.split(", ")))


@pytest.mark.parametrize("kind", LEVERS)
def test_a_lever_acts_in_the_phases_of_its_mechanisms_and_in_no_other(
    direct: dict[str, Moved], kind: str
) -> None:
    assert set(direct[kind]) <= allowed(kind)


def test_what_has_to_show_is_seen(direct: dict[str, Moved]) -> None:
    assert {kind: phase for kind, phase in SHOWN.items() if phase in direct[kind]} == SHOWN


def test_a_lever_that_reaches_too_far_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A ban on copying that also eased what binds customers would not pass."""
    ban = EXAMPLES["distillation-ban"]
    write = type(ban).write

    def too_far(lever: Lever, market: Market, who: object) -> None:
        write(lever, market, who)  # type: ignore[arg-type]
        market.rules.friction[...] = 0.1

    monkeypatch.setattr(type(ban), "write", too_far)
    market = Market(small(), seed=3, policies="placebo")
    market.step()
    before = pickle.dumps(market)
    place = [phase.name for phase in PHASES].index("demand")
    assert "demand" not in allowed("distillation-ban")
    assert moved(before, place, None) != moved(before, place, ban)
