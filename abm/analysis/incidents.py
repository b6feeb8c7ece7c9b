"""What happened to single labs in one run: listed, sold or shut, narrowed. Small enough to send."""

import json
import math
from dataclasses import dataclass

import polars as pl

from abm.record.run import Run

SALES = ("acquisition", "licence_and_hire")
"""Kinds of events by which a lab is absorbed."""

EXITS = (*SALES, "shutdown")
"""Kinds of events by which a lab stops being an independent provider."""

BURN_MONTHS = 3
"""First months whose mean burn a starting runway is reckoned with."""


@dataclass(frozen=True)
class Listing:
    """The first managed listing of a lab's models on a cloud that did not list it at the start.

    Attributes:
        month: index of the month.
        date: label of the month.
        lab: whose models.
        cloud: where.
        camp: ``open`` or ``closed``: weights, or the lab's API.
        wait: months since the lab's first release in that camp, those before the start included.
        rank: place in its camp when it was listed, 1 best.
        further: whether another cloud has listed the lab before, at the start or since.
    """

    month: int
    date: str
    lab: str
    cloud: str
    camp: str
    wait: int
    rank: int
    further: bool


@dataclass(frozen=True)
class Exit:
    """A sale or a closure.

    Attributes:
        month: index of the month.
        date: label of the month.
        lab: who is sold or shut.
        kind: one of `EXITS`.
        runway: months of runway at the start of the run; infinite for a lab that burns nothing, NaN
            for one that was not there.
    """

    month: int
    date: str
    lab: str
    kind: str
    runway: float


@dataclass(frozen=True)
class Change:
    """An event of a lab that needs no more than its name and month: a pivot, a delisting."""

    month: int
    date: str
    lab: str


def listings(run: Run) -> list[Listing]:
    """First listings by lab, cloud and camp, in order; what was seeded is none."""
    seeded = {(cloud.name, lab) for cloud in run.scenario.clouds for lab in cloud.catalogue}
    hosted = {lab for _, lab in seeded}
    found: dict[tuple[str, str, str], Listing] = {}
    for row in run.events.filter(pl.col("kind") == "hosted").iter_rows(named=True):
        lab, cloud, reason = row["actor"], row["counterpart"], json.loads(row["reason"])
        key = (lab, cloud, reason["camp"])
        if key in found or (cloud, lab) in seeded:
            continue
        found[key] = Listing(
            month=row["month"],
            date=row["date"],
            lab=lab,
            cloud=cloud,
            camp=reason["camp"],
            wait=reason["months_since_first_release"],
            rank=reason["rank_in_camp"],
            further=lab in hosted,
        )
        hosted.add(lab)
    return list(found.values())


def exits(run: Run) -> list[Exit]:
    """First sale or closure of every lab that has one, in order."""
    runway = starting_runways(run)
    table = run.events.filter(pl.col("kind").is_in(EXITS)).unique(
        "actor", keep="first", maintain_order=True
    )
    return [
        Exit(
            row["month"], row["date"], row["actor"], row["kind"], runway.get(row["actor"], math.nan)
        )
        for row in table.iter_rows(named=True)
    ]


def starting_runways(run: Run) -> dict[str, float]:
    """Runway of the labs that are there at the start, months.

    The scenario's cash over the mean ``burn`` of the lab's first `BURN_MONTHS` months in business;
    infinite if that is not positive.
    """
    first = (pl.col("month") == 0) | pl.col("alive")
    burn = dict(
        run.labs.filter(pl.col("month") < BURN_MONTHS, first)
        .group_by("lab")
        .agg(pl.col("burn").mean())
        .iter_rows()
    )
    return {
        lab.name: lab.cash / burn[lab.name] if burn[lab.name] > 0 else math.inf
        for lab in run.scenario.labs
        if lab.name in burn
    }


def changes(run: Run, kind: str) -> list[Change]:
    """First event of a kind of every lab that has one, in order."""
    table = run.events.filter(pl.col("kind") == kind).unique(
        "actor", keep="first", maintain_order=True
    )
    return [Change(*row) for row in table.select("month", "date", "actor").iter_rows()]
