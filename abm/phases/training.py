"""Training runs and post-training refreshes."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents import planning
from abm.agents.offer import OPEN
from abm.ledger import VENDORS, WORKERS
from abm.mechanisms import capability, compute, post_training, support
from abm.streams import normals

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def train(market: "Market") -> None:
    """Plan runs, pay for compute and labels, and bring finished runs to an end."""
    s, labs = market.scenario, market.labs
    planning.plan_runs(market)
    running = labs.alive & (labs.run_left > 0)
    monthly = running * labs.run_cost / np.maximum(labs.run_length, 1)
    labs.training_spend = monthly * (1 + s.race.experiments)
    post_training.decay(s.post_training, labs.comparisons)
    _refresh(market)
    _buy_compute(market)
    _curate(market)
    _feed(market)
    labs.run_left -= running
    _finish(market, (running & (labs.run_left == 0)).nonzero()[0])


def _refresh(market: "Market") -> None:
    """Pay for post-training refreshes of models on the market; they move f and n only."""
    s, labs, offers = market.scenario, market.labs, market.offers
    if not s.post_training.enabled:
        return
    rows = market.living
    line = 2 * rows + labs.closed[rows]
    age = market.month - offers.released[line]
    due = offers.live[line] & (age > 0) & (age % s.release.refresh_every == 0)
    rows, line = rows[due], line[due]
    if rows.size == 0:
        return
    labs.training_spend[rows] += s.release.refresh_cost * labs.model_cost[rows]
    # What is sold, and what the lab has that is not out yet.
    base, focus = (
        np.array([sold.take(line, axis=0), had.take(rows, axis=0)])
        for sold, had in ((offers.base, labs.base), (offers.focus, labs.focus))
    )
    stock = labs.comparisons.take(rows, axis=0)
    refreshed, labs.theta[rows] = market.post_trained(base, stock, focus)
    offers.theta[line] = np.maximum(offers.theta.take(line, axis=0), refreshed)


def _buy_compute(market: "Market") -> None:
    """Pay for compute: from one's farm first, from the investor's cloud next, else the market."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    worth = compute.training_worth(s.capability.hardware_progress, market.month)
    capacity = labs.gpu_farm * worth
    own = np.minimum(capacity, labs.training_spend)
    farms = capacity.nonzero()[0]
    market.farm_use = np.zeros(labs.rows)
    market.farm_use[farms] = own[farms] / capacity[farms]
    bought = labs.training_spend - own
    bound = np.minimum(bought, labs.credit) * (labs.supplier >= 0)
    rows = bound.nonzero()[0]
    if rows.size:
        owed = bound[rows]
        ledger.pay("compute", ledger.labs, ledger.clouds, owed, rows, labs.supplier[rows])
        labs.credit[rows] -= owed
    ledger.pay("compute", ledger.labs, VENDORS, bought - bound)


def _feed(market: "Market") -> None:
    """Collect feedback: from own seats, from hosted use, and from vendors of labels."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    p = s.post_training
    if not p.enabled:
        return
    labels = p.label_budget * labs.training_spend * labs.alive
    ledger.pay("labels", ledger.labs, WORKERS, labels)
    own, hosted = market.outlook.seats_by_lab(market)
    labs.comparisons += post_training.feedback(p, labs.seats + own, hosted, labels, labs.focus)
    if market.policies:
        shared = market.rules.now("commons_feedback", labs.closed) * labs.alive[:, None]
        labs.comparisons += support.labelled(p, shared)


def _curate(market: "Market") -> None:
    """Curate data by hand from what the web still holds; the stock loses value with time."""
    s, labs = market.scenario, market.labs
    web_left = np.maximum(s.capability.web_stock - labs.curated, 0.0) / s.capability.web_stock
    added = s.capability.curation_rate * labs.researchers * web_left * labs.alive
    labs.curated += added
    labs.data *= 1 - s.capability.data_depreciation
    labs.data += (added * labs.focus.shape[1])[:, None] * labs.focus
    if market.policies:
        _share_data(market)


def _share_data(market: "Market") -> None:
    """Let labs have what the public curates; they need not curate it again."""
    s, labs = market.scenario, market.labs
    money = market.rules.now("commons_data", labs.closed) * labs.alive[:, None]
    shared = support.curated(s.capability, s.talent, money, labs.curated)
    labs.data += shared
    labs.curated += shared.mean(axis=1)


def _finish(market: "Market", rows: Rows) -> None:
    """Turn finished runs into models: capability is fixed by what the labs know now."""
    s, labs = market.scenario, market.labs
    if rows.size == 0:
        return
    log_compute = np.log10(labs.run_cost[rows] * market.flop_per_musd[rows])
    if market.policies:
        # A run that is under way when a cap comes is stopped there.
        cap = market.rules.now("flop_cap", labs.closed)[rows]
        log_compute = np.minimum(log_compute, np.log10(cap))
    luck = normals(market.luck["run outcome"][rows])
    focus = labs.focus.take(rows, axis=0)
    base = capability.pretrained(
        s.capability,
        log_compute,
        focus,
        labs.algorithms[rows] + s.capability.release_noise * luck,
        capability.data_gain(s.capability, labs.data.take(rows, axis=0)) + _merged(market, rows),
        _inherited(market, rows),
    )
    lead = np.einsum("rd,rd->r", base - labs.base.take(rows, axis=0), focus)
    better = (lead > 0).nonzero()[0]
    rows, log_compute = rows[better], log_compute[better]
    base, focus = base.take(better, axis=0), focus.take(better, axis=0)
    taken = labs.run_base[rows]
    size = np.where(taken >= 0, market.offers.log_compute[taken], -np.inf)
    labs.base[rows] = base
    labs.held[rows] = False
    # A tuned model is as large to serve as the base that it was built on.
    labs.log_compute[rows] = np.maximum(log_compute, size)
    labs.model_base[rows] = taken
    labs.model_cost[rows] = labs.run_cost[rows]
    labs.theta[rows] = market.post_trained(base, labs.comparisons.take(rows, axis=0), focus)


def _inherited(market: "Market", rows: Rows) -> Floats:
    """Capability of the base models that runs started from, where their edges still stand."""
    labs, taken = market.labs, market.labs.run_base[rows]
    builds_on = market.network.access(net.BUILDS_ON, labs.rows)[rows, taken // 2]
    stands = (taken >= 0) & (builds_on > 0)
    return np.where(stands[:, None], labs.run_base_theta.take(rows, axis=0), -np.inf)


def _merged(market: "Market", rows: Rows) -> Floats:
    """Contributed gain that owners can merge into the next model, inside their focus, OOM."""
    return market.contribution_gain.take(2 * rows + OPEN, axis=0) * mergeable(market, rows)


def mergeable(market: "Market", rows: Rows) -> Floats:
    """Share of contributed work that owners can merge: absorptive capacity, inside the focus."""
    focus = market.labs.focus.take(rows, axis=0)
    share: Floats = market.ability[rows][:, None] * np.minimum(focus * focus.shape[1], 1.0)
    return share
