"""Unbroken listings of models on clouds."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from abm.record.run import Run


def spells(run: "Run") -> pl.DataFrame:
    """Unbroken listings: cloud, lab, camp, first and last month, whether there from the start.

    Columns: cloud, lab, camp, first, last (months), since, until (labels), seeded, running (listed
    in the last month of the run).
    """
    listed = run.hosting.select("cloud", "lab", "camp", "month", "date").unique().sort("month")
    keys = ["cloud", "lab", "camp"]
    gap = (pl.col("month").diff().over(keys) > 1).fill_null(False)
    found = (
        listed.with_columns(gap.cast(pl.Int64).cum_sum().over(keys).alias("spell"))
        .group_by([*keys, "spell"])
        .agg(
            pl.col("month").min().alias("first"),
            pl.col("month").max().alias("last"),
            pl.col("date").min().alias("since"),
            pl.col("date").max().alias("until"),
        )
        .sort("first", "cloud", "lab", "camp")
    )
    new = run.events.filter((pl.col("kind") == "hosted") & (pl.col("month") == 0))
    begun = set(zip(new["counterpart"], new["actor"], strict=True))
    seeded = [
        row["first"] == 0 and (row["cloud"], row["lab"]) not in begun
        for row in found.iter_rows(named=True)
    ]
    end = run.market["month"].max()
    return found.drop("spell").with_columns(
        pl.Series("seeded", seeded, dtype=pl.Boolean), (pl.col("last") == end).alias("running")
    )
