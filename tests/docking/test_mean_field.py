"""Where all labs are alike, or fall into two groups, the simulation follows its mean field."""

from math import log

import numpy as np
import pytest
from plain_month import integrated

from abm.mechanisms import knowledge as k
from abm.scenario.parameters import Knowledge

YEARS = 5
MONTHS = 12 * YEARS


def simulated(p: Knowledge, level: np.ndarray, people: np.ndarray, shown: float) -> np.ndarray:
    """Algorithms after five years of research and learning on a complete graph of one focus."""
    n = level.size
    access = p.access * (1 - np.eye(n))
    ones = np.ones((n, n))
    opened = k.openness(p, np.full(n, shown))
    rates = k.learning_rates(p, access, opened, k.absorptive_capacity(p, people), k.cognition(ones))
    for _ in range(MONTHS):
        effort = k.pooled_effort(p, people, access, opened, ones)
        level = level + k.progress(p, effort, level, np.zeros(n)) + k.layer_rule(level, rates)
    return level


@pytest.mark.parametrize("shown", [0.0, 0.5, 1.0])
def test_equal_labs_follow_the_closed_form(shown: float) -> None:
    """da/dt = c 10^(-beta a) has the solution a = log10(1 + beta ln(10) c t) / beta."""
    p = Knowledge(noise=0.0)
    n, people = 20, 50.0
    opened = shown**p.disclosure_exponent * (1 - p.reciprocity + p.reciprocity * shown)
    effort = people * (1 + (n - 1) * p.access * opened * (1 - p.duplication))
    speed = p.frontier_progress / 12 * (effort / p.reference_researchers) ** p.effort_elasticity
    expected = np.log10(1 + p.difficulty * log(10) * speed * MONTHS) / p.difficulty
    found = simulated(p, np.zeros(n), np.full(n, people), shown)
    assert np.ptp(found) == pytest.approx(0.0, abs=1e-12)
    # A month is a finite step: the two differ by terms of the order of the step.
    assert found[0] == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("shown", [0.0, 0.4, 0.8])
def test_two_groups_follow_their_mean_field(shown: float) -> None:
    """Giants make their own; the small make little, and learn what any of the giants teaches."""
    p = Knowledge(noise=0.0)
    giants, small, big, few = 3, 12, 800.0, 40.0
    opened = shown**p.disclosure_exponent * (1 - p.reciprocity + p.reciprocity * shown)
    useful = p.access * opened * (1 - p.duplication)
    everybody = giants * big + small * few
    rate = p.access * (p.leak + (p.recipe_rate - p.leak) * opened)
    rate *= few / (few + p.half_researchers)
    caught = 1 - (1 - rate) ** giants

    def slope(state: list[float]) -> list[float]:
        def made(own: float, level: float) -> float:
            effort = own + useful * (everybody - own)
            pace = (effort / p.reference_researchers) ** p.effort_elasticity
            harder = 10 ** (-p.difficulty * max(level, 0.0))
            return float(p.frontier_progress / 12 * pace * harder)

        ahead, behind = state
        return [made(big, ahead), made(few, behind) + caught * (ahead - behind)]

    ahead, behind = integrated(slope, [0.0, -0.6], MONTHS, 20 * MONTHS)
    people = np.concatenate([np.full(giants, big), np.full(small, few)])
    start = np.concatenate([np.zeros(giants), np.full(small, -0.6)])
    found = simulated(p, start, people, shown)
    assert found[0] == pytest.approx(ahead, rel=0.01)
    assert found[-1] == pytest.approx(behind, abs=0.03)
    assert ahead > behind


def test_the_gap_settles_where_making_and_catching_up_balance() -> None:
    """Without difficulty the steady gap is the difference in pace over the rate of catching up."""
    p = Knowledge(noise=0.0, difficulty=0.0, reciprocity=0.0)
    people = np.concatenate([np.full(4, 800.0), np.full(4, 40.0)])
    found = simulated(p, np.zeros(8), people, 0.0)
    for _ in range(3):
        found = simulated(p, found, people, 0.0)
    rate = p.access * p.leak * 40 / (40 + p.half_researchers)
    caught = 1 - (1 - rate) ** 4
    pace = p.frontier_progress / 12 * (1 - (40 / 800) ** p.effort_elasticity)
    assert found[0] - found[-1] == pytest.approx(pace / caught, rel=0.01)
