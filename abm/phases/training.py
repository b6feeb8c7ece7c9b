"""Training runs, post-training refreshes and releases."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm import network as net
from abm.agents.lab import Lab
from abm.agents.offer import CLOSED, OPEN
from abm.ledger import VENDORS, WORKERS
from abm.mechanisms import capability, compute, post_training
from abm.mechanisms import release as timing

if TYPE_CHECKING:
    from abm.market import Market


def train(market: "Market") -> None:
    """Plan runs, pay for compute and labels, and bring finished runs to an end."""
    s, labs = market.scenario, market.labs
    for row in market.living.tolist():
        market.lab_at(row).plan_run()
    running = labs.alive & (labs.run_left > 0)
    monthly = np.where(running, labs.run_cost / np.maximum(labs.run_length, 1), 0.0)
    labs.training_spend = monthly * (1 + s.race.experiments)
    post_training.decay(s.post_training, labs.comparisons)
    _refresh(market)
    _buy_compute(market)
    _feed(market)
    labs.run_left = np.where(running, labs.run_left - 1, labs.run_left)
    for row in np.flatnonzero(running & (labs.run_left == 0)).tolist():
        _finish(market, market.lab_at(row))


def _refresh(market: "Market") -> None:
    """Pay for post-training refreshes of models on the market; they move f and n only."""
    s, labs, offers = market.scenario, market.labs, market.offers
    if not s.post_training.enabled:
        return
    for row in market.living.tolist():
        lab = market.lab_at(row)
        line = lab.line
        age = market.month - int(offers.released[line])
        if not offers.live[line] or age <= 0 or age % s.release.refresh_every:
            continue
        labs.training_spend[row] += s.release.refresh_cost * float(lab.last_cost)
        market.refresh_post_training(lab)
        offers.theta[line] = np.maximum(offers.theta[line], lab.theta)


def _buy_compute(market: "Market") -> None:
    """Pay for compute: from one's farm first, from the investor's cloud next, else the market."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    rate = compute.rental_rate(s.compute, market.month)
    bought = np.maximum(labs.training_spend - labs.gpu_farm * rate, 0.0)
    bound = np.minimum(bought, labs.credit) * (labs.supplier >= 0)
    for row in np.flatnonzero(bound > 0).tolist():
        ledger.pay("compute", ledger.labs, ledger.clouds, bound[row], row, int(labs.supplier[row]))
    labs.credit = labs.credit - bound
    ledger.pay("compute", ledger.labs, VENDORS, bought - bound)


def _feed(market: "Market") -> None:
    """Collect feedback: from own seats, from hosted use, and from vendors of labels."""
    s, labs, ledger = market.scenario, market.labs, market.ledger
    p = s.post_training
    if not p.enabled:
        return
    labels = np.where(labs.alive, p.label_budget * labs.training_spend, 0.0)
    ledger.pay("labels", ledger.labs, WORKERS, labels)
    own, hosted = market.outlook.seats_by_lab(market)
    labs.comparisons += post_training.feedback(p, labs.seats + own, hosted, labels, labs.focus)
    web_left = np.maximum(s.capability.web_stock - labs.curated, 0.0) / s.capability.web_stock
    added = np.where(labs.alive, s.capability.curation_rate * labs.researchers * web_left, 0.0)
    labs.curated += added
    labs.data *= 1 - s.capability.data_depreciation
    labs.data += added[:, None] * labs.focus * labs.focus.shape[1]


def _finish(market: "Market", lab: Lab) -> None:
    """Turn a finished run into a model: capability is fixed by what the lab knows now."""
    s = market.scenario
    log_compute = np.log10(float(lab.run_cost) * market.flop_per_musd[lab.row])
    noise = market.streams.normal("run outcome", lab.key, market.month)[0]
    base = market.offers.base[lab.run_base][None] if lab.run_base >= 0 else None
    theta = capability.pretrained(
        s.capability,
        np.array([log_compute]),
        lab.focus[None],
        np.array([lab.algorithms + s.capability.release_noise * noise]),
        (lab.data + _merged_contributions(market, lab))[None],
        base,
    )[0]
    if _better(lab, theta):
        _adopt(market, lab, theta, log_compute)
    lab.last_gain = max(float(lab.last_gain), 0.0)


def _merged_contributions(market: "Market", lab: Lab) -> NDArray[np.float64]:
    """Contributed work that the owner can merge into its data, inside its focus (abs_i)."""
    k, p = market.scenario.knowledge, market.scenario.community
    if not p.enabled:
        return np.zeros_like(lab.data)
    able = float(lab.researchers) / (float(lab.researchers) + k.half_researchers)
    stock = market.offers.contributions[2 * lab.row + OPEN]
    inside = np.minimum(lab.focus * lab.focus.size, 1.0)
    merged: NDArray[np.float64] = able * inside * stock / p.half_stock
    return merged


def _better(lab: Lab, base: NDArray[np.float64]) -> bool:
    """Whether a new base model beats the lab's best, by the lab's own focus."""
    return bool(float(base @ lab.focus) > float(lab.base @ lab.focus))


def _adopt(market: "Market", lab: Lab, base: NDArray[np.float64], log_compute: float) -> None:
    """Make a new base model the lab's best."""
    lab.base = base
    lab.log_compute = log_compute
    if lab.run_base >= 0:
        # A tuned model is as large to serve as the base that it was built on.
        lab.log_compute = max(log_compute, float(market.offers.log_compute[lab.run_base]))
        teacher = int(lab.run_base) // 2
        lab.licence = max(int(lab.licence), int(market.offers.licence[lab.run_base]))
        if not market.network.has_edge(
            net.lab_node(lab.row), net.lab_node(teacher), key=net.BUILDS_ON
        ):
            market.network.add_edge(net.lab_node(lab.row), net.lab_node(teacher), key=net.BUILDS_ON)
            market.log(
                "base_reuse",
                lab.name,
                market.names[teacher],
                float(lab.run_cost),
                {"base": market.names[teacher], "run_cost": round(float(lab.run_cost), 3)},
            )
    market.refresh_post_training(lab)


def release(market: "Market") -> None:
    """Put finished models on the market where that is worth it, and win renown."""
    s, labs, offers = market.scenario, market.labs, market.offers
    for row in market.living.tolist():
        lab = market.lab_at(row)
        if not np.isfinite(lab.base).all() or lab.log_compute <= 0:
            continue
        line = lab.line
        live = bool(offers.live[line])
        gain = float((lab.theta - offers.theta[line]) @ lab.focus) if live else float("inf")
        fresh = not live or not np.array_equal(offers.base[line], lab.base)
        if fresh and gain > 0 and timing.worth_releasing(s.release, gain, float(lab.renown)):
            _publish(market, lab, line, gain)
    labs.renown *= 1 - s.talent.renown_decay


def _publish(market: "Market", lab: Lab, line: int, gain: float) -> None:
    """Release: the model replaces the line's last, and leaders win renown."""
    s, offers = market.scenario, market.offers
    if line % 2 == OPEN:
        lab.disclosure[0] = 1.0
    camp = offers.live & (np.arange(offers.rows) % 2 == line % 2)
    camp[line] = False
    rivals = np.where(camp[:, None], offers.theta, -np.inf).max(axis=0)
    leads_camp = float(lab.theta @ market.domain_value) > _best(market, camp)
    leads_domain = np.flatnonzero(lab.theta > np.maximum(rivals, market.frontier)).tolist()
    first = not offers.live[line]
    market.put_on_market(lab, line, market.month)
    if first:
        market.refresh_distillation(lab.row)
    if s.talent.enabled:
        fame = s.talent.leader_renown if leads_camp or leads_domain else 0.0
        lab.renown += max(fame, s.talent.open_renown if line % 2 == OPEN else 0.0)
    lab.last_gain = gain if np.isfinite(gain) else s.capital.trigger_gain
    built_on = int(lab.run_base)
    offers.built_on[line] = built_on
    market.log(
        "release",
        lab.name,
        "" if built_on < 0 else market.names[built_on // 2],
        float(lab.last_cost),
        {
            "camp": "open" if line % 2 == OPEN else "closed",
            "version": int(offers.version[line]),
            "capability": round(float(lab.theta @ market.domain_value), 3),
            "gain": None if not np.isfinite(gain) else round(gain, 3),
            "leads_camp": bool(leads_camp),
            "leads_domains": [market.scenario.domains[i] for i in leads_domain],
            "run_cost": round(float(lab.last_cost), 3),
            "log_compute": round(float(lab.log_compute), 3),
            "disclosure": np.round(lab.disclosure, 2).tolist(),
            "line": int(line),
        },
    )


def _best(market: "Market", camp: NDArray[np.bool_]) -> float:
    """Value-weighted capability of the best model of a camp."""
    if not camp.any():
        return float("-inf")
    return float((market.offers.theta[camp] @ market.domain_value).max())


__all__ = ["CLOSED", "release", "train"]
