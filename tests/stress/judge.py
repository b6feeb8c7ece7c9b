"""Play a world under every check, and say what did not hold, where and when."""

import traceback
import warnings
from dataclasses import dataclass

from abm.market import Market
from tests.market.invariants import SMALL, check_everything
from tests.market.worlds import residuals
from tests.stress.chronicle import Chronicle
from tests.stress.draw import World
from tests.stress.tables import check_tables


@dataclass(frozen=True)
class Fault:
    """What did not hold.

    Attributes:
        month: of the market by then.
        what: the check, and the line of it.
    """

    month: int
    what: str


def judge(world: World) -> Fault | None:
    """Play a world, every warning an error; none if all holds to the end."""
    market = world.market()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            watch(market)
        except Exception as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{frame.name}: {frame.line}" if frame.line else frame.name
            return Fault(market.month, f"{type(error).__name__} in {where} {error}".strip())
    return None


def watch(market: Market) -> None:
    """Play a market to its end under every check.

    Raises:
        AssertionError: at the first that does not hold.
    """
    check_everything(market)
    chronicle = Chronicle(market)
    for month in range(market.scenario.months):
        step(market)
        assert market.month == month + 1
        check_everything(market)
        chronicle.follow()
    check_tables(market.recorder.finish(market))


def step(market: Market) -> None:
    """Play a month, whose payments must be the change of cash."""
    opening = {"labs": float(market.labs.cash.sum()), "clouds": float(market.clouds.cash.sum())}
    market.step()
    if market.scenario.ledger.enabled:
        assert residuals(market, opening) < SMALL
