"""What each target measures, computed from the tables of one run.

Every measure takes a run and the target's window, counts by calendar months, and returns a number
in the target's unit: NaN where the run does not reach the window's end or has nothing to measure.
`MEASURES` says which function belongs to which target. None of them looks at the target's value.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, pairwise
from statistics import median

import polars as pl

from abm.analysis.incidents import SALES, listings
from abm.analysis.targets import cohort, targets
from abm.analysis.windows import Window, covers, inside, until
from abm.record.run import Run

Measure = Callable[[Run, Window], float]

ELO_PER_OOM = 100.0
"""Arena points per OOM of effective compute (judgement).

From GPT-3.5 to GPT-4 it was about 0.9 OOM of training compute and about 70 to 120 points on the
arena's boards, hence 80 to 130 points an OOM; the slope is a convention, not an estimate.
"""

SAME_MODEL = 0.01
"""OOM within which a lab's capability and the best open capability are taken to be one model."""

LEADING = 3
"""Places among the open models that count as leading (T12)."""

NAN = float("nan")


def _column(run: Run, name: str, window: Window) -> list[float]:
    """Values of a market column in a window, without those that are no number."""
    return [
        float(x) for x in inside(run.market, window)[name] if x is not None and math.isfinite(x)
    ]


def _last(run: Run, name: str, window: Window) -> float:
    """A market column at the end of a window."""
    values = inside(run.market, window)[name]
    return float(values[-1]) if values.len() and values[-1] is not None else NAN


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else NAN


def _median(values: Sequence[float]) -> float:
    return float(median(values)) if values else NAN


def _yearly_factor(values: Sequence[float]) -> float:
    """Growth from the first to the last of monthly values, as a factor per year."""
    if len(values) < 2 or values[0] <= 0:
        return NAN
    return float((values[-1] / values[0]) ** (12 / (len(values) - 1)))


# -- the frontier ------------------------------------------------------------------------------


def frontier_cost_growth(run: Run, window: Window) -> float:
    """T01: growth of the dearest run behind any model released so far, x per year.

    From the last record before the window to the last one in it, by the months of their releases,
    as the estimates that it is held against date runs. Records are steps: the ends of a window
    would count years in which the first of them stood as growth of the window's months. One if no
    dearer run is released in the window.
    """
    months = inside(run.market, window)["month"]
    records = _cost_records(run, window)
    before = [record for record in records if record[0] < months[0]]
    if not before:
        return NAN
    (then, cost), (now, dearest) = before[-1], records[-1]
    return float((dearest / cost) ** (12 / (now - then))) if now > then else 1.0


def _cost_records(run: Run, window: Window) -> list[tuple[int, float]]:
    """Month and cost of each release that was the dearest so far, up to the end of a window."""
    start = [(lab.flagship.cost, -lab.flagship.age) for lab in run.scenario.labs if lab.flagship]
    records = [(month, cost) for cost, month in [max(start)]] if start else []
    path = until(run.market, window).select("month", "frontier_run_cost")
    for month, cost in path.iter_rows():
        if cost is not None and (not records or cost > records[-1][1] * (1 + 1e-9)):
            records.append((month, cost))
    return records


def frontier_cost(run: Run, window: Window) -> float:
    """T02: dearest run behind any model released so far, USD m, amortised basis."""
    return _last(run, "frontier_run_cost", window)


# -- what enterprises use ----------------------------------------------------------------------


def open_workloads(run: Run, window: Window) -> float:
    """T03, T04: share of enterprise workloads on open models at the end of the window, percent."""
    return 100 * _last(run, "open_workload_share", window)


def workload_concentration(run: Run, window: Window) -> float:
    """T05, T06: HHI of labs' shares of enterprise workloads at the end of the window."""
    return _last(run, "hhi_workloads", window)


def enterprise_spend(run: Run, window: Window) -> float:
    """T07: twelve times the enterprises' spending on models in the window's last month, USD m."""
    return 12 * _last(run, "enterprise_api_spend", window)


# -- fates -------------------------------------------------------------------------------------


def absorbed(run: Run, window: Window) -> float:
    """T08: labs of the cohort that are bought, or licensed and hired away, within the window."""
    names = [lab.name for lab in cohort()]
    if not _present(run, names):
        return NAN
    sold = inside(run.events, window).filter(
        pl.col("kind").is_in(SALES), pl.col("actor").is_in(names)
    )
    return float(sold["actor"].n_unique())


def left_general_training(run: Run, window: Window) -> float:
    """T09: open-first labs of the cohort that no longer train general models from scratch.

    A lab counts if, by the end of the window, at least one holds: it narrowed its focus by two
    classes of breadth (a ``pivot`` event); it was sold, licensed and hired away, or shut; or its
    last model is built on another's weights, that is, a ``base_reuse`` event or a release with a
    base, and no release from scratch in the same month or later. A lab that merely stays silent
    does not count.
    """
    names = [lab.name for lab in cohort() if lab.open_first]
    if not _present(run, names):
        return NAN
    events = until(run.events, window)
    narrowed = events.filter(pl.col("kind").is_in(["pivot", *SALES, "shutdown"]))
    gone = set(narrowed["actor"]) | _builds_on_others(run, window)
    return float(len(gone & set(names)))


def _builds_on_others(run: Run, window: Window) -> set[str]:
    """Labs whose last model, by the end of a window, is built on another's weights."""
    releases = until(run.releases, window)
    from_scratch = _last_months(releases.filter(pl.col("built_on") == "").rename({"lab": "actor"}))
    reuse = until(run.events, window).filter(pl.col("kind") == "base_reuse")
    reused = _last_months(
        pl.concat(
            [
                releases.filter(pl.col("built_on") != "").select(actor="lab", month="month"),
                reuse.select("actor", "month"),
            ]
        )
    )
    return {lab for lab, month in reused.items() if month > from_scratch.get(lab, -1)}


def _last_months(table: pl.DataFrame) -> dict[str, int]:
    """Month of each actor's last row."""
    return dict(table.group_by("actor").agg(pl.col("month").max()).iter_rows())


def _present(run: Run, names: Iterable[str]) -> bool:
    """Whether the run has any of these labs from the start."""
    return bool({lab.name for lab in run.scenario.labs} & set(names))


# -- hosting -----------------------------------------------------------------------------------


def catalogue(run: Run, window: Window) -> float:
    """T10: labs in the largest managed catalogue, the cloud's own among them as in the facts."""
    return _last(run, "providers_hosted", window)


def hosted_share(run: Run, window: Window) -> float:
    """T11: labs in the largest managed catalogue over labs with a model, mean of the months."""
    months = inside(run.market, window).filter(pl.col("labs_with_model") > 0)
    return _mean((months["providers_hosted"] / months["labs_with_model"]).to_list())


def listing_delay(run: Run, window: Window) -> float:
    """T12: median months from a leading open model's first release to its managed listing.

    One observation for every lab and cloud: the first listing of the lab's weights there within the
    window, if the model is then among the first `LEADING` of the open ones. What the catalogues
    held at the start is no observation, nor is a model that nobody lists.
    """
    return _median(
        [
            float(listing.wait)
            for listing in listings(run)
            if listing.camp == "open" and listing.rank <= LEADING and window.holds(listing.date)
        ]
    )


# -- open against closed -----------------------------------------------------------------------


def best_open_spell(run: Run, window: Window) -> float:
    """T13: median length of the spells at best open model, by lab, months.

    Spells are cut at the window's ends, so a lab that leads throughout counts with the window's
    length. A month's best is the best at its end; a spell is at least one month.
    """
    labs = [row["lab"] for row in inside(best_open_labs(run), window).iter_rows(named=True)]
    return _median([float(len(list(spell))) for _, spell in groupby(labs)])


def best_open_labs(run: Run) -> pl.DataFrame:
    """Whose open model is the best, by month: ``month``, ``date``, ``lab``.

    The tables hold the best open capability and each lab's own best; the lab that matches is the
    one. Where none does (its lab has gone beyond it, or closed), the last one known goes on.
    """
    return (
        run.labs.filter(~pl.col("closed"), pl.col("capability").is_finite())
        .join(run.market.select("month", "best_open"), on="month")
        .with_columns(apart=(pl.col("capability") - pl.col("best_open")).abs())
        .sort("month", "apart", maintain_order=True)
        .group_by("month", "date", maintain_order=True)
        .first()
        .select("month", "date", lab=pl.when(pl.col("apart") < SAME_MODEL).then("lab"))
        .with_columns(pl.col("lab").forward_fill().backward_fill())
        .drop_nulls()
    )


def arena_gap(run: Run, window: Window) -> float:
    """T14: mean of best closed minus best open capability, at `ELO_PER_OOM` points an OOM."""
    months = inside(run.market, window)
    gap = (months["best_closed"] - months["best_open"]).to_list()
    return ELO_PER_OOM * _mean([x for x in gap if math.isfinite(x)])


def open_lag(run: Run, window: Window) -> float:
    """T15: mean months by which the best open model trails the best closed one."""
    return _mean(_column(run, "best_open_lag", window))


# -- prices, releases, disclosure --------------------------------------------------------------


def price_decline(run: Run, window: Window) -> float:
    """T16: fall of the cheapest price at the first month's best open capability, x per year.

    Above one if prices fall, below one if they rise.
    """
    growth = _yearly_factor(_column(run, "price_index", window))
    return 1 / growth if growth > 0 else NAN


def release_gap(run: Run, window: Window) -> float:
    """T17: median months between a lab's releases, over the gaps that end within the window.

    The model that a lab has on the market at the start counts as released at its stated age; two
    releases in one month count as one.
    """
    months = _release_months(run)
    ends = set(inside(run.market, window)["month"])
    return _median(
        [float(b - a) for times in months.values() for a, b in pairwise(times) if b in ends]
    )


def _release_months(run: Run) -> dict[str, list[int]]:
    """Months of each lab's releases in order, the starting model's among them."""
    found: dict[str, set[int]] = {
        lab.name: {-lab.flagship.age} for lab in run.scenario.labs if lab.flagship is not None
    }
    for lab, month in run.releases.select("lab", "month").iter_rows():
        found.setdefault(lab, set()).add(month)
    return {lab: sorted(months) for lab, months in found.items()}


def releasing_labs(run: Run, window: Window) -> float:
    """T18: labs with at least one release in a quarter, mean of the window's full quarters."""
    month = pl.col("date").str.slice(5, 2).cast(pl.Int64)
    quarter = (pl.col("date").str.slice(0, 4).cast(pl.Int64) * 4 + (month - 1) // 3).alias(
        "quarter"
    )
    played = inside(run.market, window).group_by(quarter).len().filter(pl.col("len") == 3)
    counts = inside(run.releases, window).group_by(quarter).agg(pl.col("lab").n_unique())
    joined = played.join(counts, on="quarter", how="left").with_columns(pl.col("lab").fill_null(0))
    return _mean([float(x) for x in joined["lab"]])


def transparency(run: Run, window: Window) -> float:
    """T20: mean disclosure index of the labs in business, open and closed, points of 100."""
    by_month = (
        inside(run.labs, window)
        .filter(pl.col("alive"))
        .group_by("month", maintain_order=True)  # a sum in another order is another sum
        .agg(pl.col("disclosure").mean())
    )
    return 100 * _mean([float(x) for x in by_month["disclosure"]])


# -- all of them -------------------------------------------------------------------------------

MEASURES: dict[str, Measure] = {
    "T01": frontier_cost_growth,
    "T02": frontier_cost,
    "T03": open_workloads,
    "T04": open_workloads,
    "T05": workload_concentration,
    "T06": workload_concentration,
    "T07": enterprise_spend,
    "T08": absorbed,
    "T09": left_general_training,
    "T10": catalogue,
    "T11": hosted_share,
    "T12": listing_delay,
    "T13": best_open_spell,
    "T14": arena_gap,
    "T15": open_lag,
    "T16": price_decline,
    "T17": release_gap,
    "T18": releasing_labs,
    "T20": transparency,
}
"""The measure of each target."""


def measure(run: Run) -> dict[str, float]:
    """Measure a run against every target: value by id, NaN where it cannot be measured."""
    return {
        target.id: MEASURES[target.id](run, target.window) if covers(run, target.window) else NAN
        for target in targets()
    }
