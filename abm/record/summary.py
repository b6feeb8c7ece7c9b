"""The run in a few plain sentences: who leads, who was sold, who is hosted, how far behind."""

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.record.spells import spells
from abm.record.wording import capital, count, listing, money, month_name, months, percent

if TYPE_CHECKING:
    from abm.record.run import Run

SALES = ("acquisition", "licence_and_hire")
"""Kinds of events by which a lab is sold."""


@dataclass(frozen=True)
class Section:
    """One part of the summary.

    Attributes:
        title: what the part is about.
        lines: sentences, each with its months.
    """

    title: str
    lines: tuple[str, ...]


def summary(run: "Run") -> list[Section]:
    """Tell a run in sections of plain sentences."""
    parts = (
        ("Who leads", _leaders(run)),
        ("Who was sold", _sales(run)),
        ("Who shut down", _closures(run)),
        ("Who came", _newcomers(run)),
        ("Who turned", _turns(run)),
        ("Who is hosted", _hosted(run)),
        ("Open against closed", _camps(run)),
        ("Concentration", _concentration(run)),
    )
    return [Section(title, tuple(lines)) for title, lines in parts]


def _leaders(run: "Run") -> list[str]:
    """Leaders of the last month by spending and by capability, closed and open."""
    last = run.labs.filter(pl.col("month") == run.labs["month"].max())
    total = float(last["spend"].sum())
    lines = []
    for camp, closed in (("closed", True), ("open", False)):
        labs = last.filter(pl.col("closed") == closed)
        paid = labs.filter(pl.col("spend") > 0).sort("spend", descending=True).head(3)
        best = labs.filter("alive", pl.col("capability").is_finite()).sort(
            "capability", descending=True
        )
        if paid.height:
            shares = [
                f"{name} {percent(spend / total)}"
                for name, spend in zip(paid["lab"], paid["spend"], strict=True)
            ]
            lines.append(f"By spending, {camp} labs: {listing(shares)} of all that is spent.")
        if best.height:
            lines.append(f"By capability, {camp} labs: {_in_order(best)}.")
    return lines


def _in_order(ranked: pl.DataFrame) -> str:
    """The best lab, and how far the second is behind it."""
    names, levels = ranked["lab"].to_list(), ranked["capability"].to_list()
    if len(names) == 1:
        return f"{names[0]}"
    gap = percent(10 ** (levels[1] - levels[0]))
    return f"{names[0]}, then {names[1]} with {gap} of its effective compute"


def _sales(run: "Run") -> list[str]:
    sales = run.events.filter(pl.col("kind").is_in(SALES))
    if not sales.height:
        return ["Nobody."]
    how = {"acquisition": "was bought by", "licence_and_hire": "lost its people to"}
    return [
        f"{month_name(row['date'])}: {row['actor']} {how[row['kind']]} {row['counterpart']} "
        f"for {money(row['amount'])}."
        for row in sales.iter_rows(named=True)
    ]


def _closures(run: "Run") -> list[str]:
    closed = run.events.filter(pl.col("kind") == "shutdown")
    named = [f"{row['actor']} ({month_name(row['date'])})" for row in closed.iter_rows(named=True)]
    return [f"{listing(named)}."] if named else ["Nobody."]


def _newcomers(run: "Run") -> list[str]:
    """How many came, from where, and what became of them."""
    came = run.events.filter(pl.col("kind").is_in(["entry", "spin_off"]))
    if not came.height:
        return ["Nobody."]
    last = run.labs.filter(pl.col("month") == run.labs["month"].max())
    there = last.filter(pl.col("lab").is_in(came["actor"].to_list()) & pl.col("alive"))
    founders = came.filter(pl.col("kind") == "spin_off")["counterpart"].value_counts(sort=True)
    line = f"{capital(count(came.height, 'new lab'))}, {there.height or 'none'} of them still there"
    if founders.height:
        line += f"; {founders['count'].sum()} founded by people who left another lab"
        if founders[0, 1] > 1:
            line += f", most often {founders[0, 0]} ({founders[0, 1]})"
    return [f"{line}.", *_kept(there)]


def _kept(newcomers: pl.DataFrame) -> list[str]:
    """What those who founded the newcomers have not sold of them; runs of old do not tell."""
    if not newcomers.height or "founders_share" not in newcomers.columns:
        return []
    shares = newcomers["founders_share"].sort()
    least, most = (percent(share) for share in (shares[0], shares[-1]))
    return [f"Founders keep {least if least == most else f'{least} to {most}'} of those there."]


def _turns(run: "Run") -> list[str]:
    """Pivots, and changes between weights and API."""
    events = run.events
    pivots = [
        f"{row['actor']} to {listing(json.loads(row['reason']).get('domains', []))} "
        f"({month_name(row['date'])})"
        for row in events.filter(pl.col("kind") == "pivot").iter_rows(named=True)
    ]
    turned = events.filter(pl.col("kind") == "camp_change")
    closed, opened = (
        [f"{row['actor']} ({month_name(row['date'])})" for row in part.iter_rows(named=True)]
        for part in (turned.filter(pl.col("amount") > 0), turned.filter(pl.col("amount") <= 0))
    )
    groups = (
        ("Narrowed their focus", pivots),
        ("From weights to an API only", closed),
        ("From an API to weights", opened),
    )
    return [f"{what}: {'; '.join(names)}." for what, names in groups if names] or ["Nobody."]


def _hosted(run: "Run") -> list[str]:
    """What each cloud lists at the end, and since when without a break."""
    lines = []
    for cloud in [cloud.name for cloud in run.scenario.clouds]:
        since = spells(run).filter((pl.col("cloud") == cloud) & pl.col("running"))
        named = [
            f"{row['lab']} ({row['camp']}, {_since(row)})"
            for row in since.sort("first", "lab").iter_rows(named=True)
        ]
        lines.append(f"{cloud}: {listing(named) if named else 'nobody'}.")
    return lines or ["There are no clouds."]


def _since(row: dict[str, Any]) -> str:
    return "from the start" if row["seeded"] else f"since {month_name(row['since'])}"


def _camps(run: "Run") -> list[str]:
    """The lag and the open shares at the start, once a year, and at the end."""
    table = run.market.select(
        "date",
        "best_open_lag",
        "median_independent_lag",
        "open_spend_share",
        "open_workload_share",
    )
    end = table.height - 1
    picked = sorted({*range(0, end + 1, 12), end})
    if len(picked) > 2 and end - picked[-2] < 3:
        picked.pop(-2)
    return [_standing(table.row(index, named=True)) for index in picked]


def _standing(row: dict[str, Any]) -> str:
    return (
        f"{month_name(row['date'])}: the best open model is {_lag(row['best_open_lag'])}, "
        f"the median independent open lab {_lag(row['median_independent_lag'])}; open models have "
        f"{percent(row['open_spend_share'])} of spending and "
        f"{percent(row['open_workload_share'])} of firms' workloads."
    )


def _lag(value: float) -> str:
    if value is None or not math.isfinite(value):
        return "not there"
    if abs(value) < 0.05:
        return "level with the best closed one"
    return f"{months(abs(value))} {'behind' if value > 0 else 'ahead'}"


def _concentration(run: "Run") -> list[str]:
    first, last = run.market.row(0, named=True), run.market.row(-1, named=True)
    return [
        f"Labs in business: {first['labs_active']:.0f} in {month_name(first['date'])}, "
        f"{last['labs_active']:.0f} in {month_name(last['date'])}, of them "
        f"{first['open_labs_active']:.0f} and {last['open_labs_active']:.0f} open.",
        f"Concentration of spending by lab (HHI, 10,000 is one lab alone): "
        f"{first['hhi_labs']:,.0f} at first, {last['hhi_labs']:,.0f} at the end; of hosting by "
        f"cloud: {first['hhi_hosting']:,.0f} and {last['hhi_hosting']:,.0f}.",
    ]
