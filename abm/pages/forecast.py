"""The page of a forecast: distributions by year, and scores where they can be had."""

from textwrap import dedent

import numpy as np
import polars as pl

from abm.analysis.calibration.forecast import METRICS, Forecast, Score
from abm.analysis.targets import FIT_UNTIL
from abm.pages.provenance import provenance
from abm.record.numbers import number
from abm.record.wording import count
from abm.reference.markdown import code, table

HEAD = dedent("""\
    # What the ensemble foretells

    <!-- Written by `abm forecast`; changes by hand are lost. -->

    Distributions over parameter sets and luck, each set as likely as the others. They say what the
    model gives where history leaves it open, not what will happen to any firm.
    """)


def page(found: Forecast, tables: str, figure: str = "") -> str:
    """The page in Markdown.

    Args:
        found: the forecast.
        tables: where the table of all months lies, in words.
        figure: path of the figure, relative to the page.
    """
    picture = f"![Distribution of each metric by month, and what was seen]({figure})\n"
    size = count(found.ensemble.table.height, "parameter set")
    made = {
        "ensemble": f"{size}, {found.ensemble.label}",
        "ensemble made with model": code(found.ensemble.about.get("model", "not known")),
        "seeds": f"{count(found.runs, 'seed')} a parameter set, none twice",
        "failed runs": str(len(found.failures)),
    }
    parts = [
        HEAD, _label(found), *([picture] if figure else []),
        _scores(found.scores), _years(found, tables),
    ]  # fmt: skip
    return "\n".join([*parts, provenance(found.scenario, made)])


def _label(found: Forecast) -> str:
    return f"**The ensemble is {found.ensemble.label}.**\n"


def _scores(scores: list[Score]) -> str:
    rows = []
    for item in scores:
        seen = item.observation
        rows.append(
            (
                code(seen.metric), seen.date, number(seen.value),
                f"{number(item.median)} ({number(item.low)} to {number(item.high)})",
                "yes" if item.inside else "**no**",
                number(item.crps), number(item.persistence), number(item.trend), seen.source,
            )
        )  # fmt: skip
    header = (
        "metric", "month", "observed", "foretold (90%)", "inside", "CRPS", "persistence", "trend",
        "source",
    )  # fmt: skip
    text = dedent(f"""\
        ## Scored against what the calibration did not see

        Continuous ranked probability score in the metric's unit, smaller is better. Persistence:
        the last value up to {FIT_UNTIL}, with the spread of a random walk where there are four
        values or more; trend: the line through them. Where there are fewer, a baseline is a point
        and its score the absolute error; where there are none, it has no score.

        """)
    return f"{text}{table(header, rows)}\n\n{_summary(scores)}\n"


def _summary(scores: list[Score]) -> str:
    """How often the forecast beats each baseline, and by metric how much."""
    lines = []
    inside = sum(item.inside for item in scores)
    lines.append(f"- {inside} of {len(scores)} observations lie in the 90% interval.")
    for words, naive in (("persistence", "persistence"), ("the trend", "trend")):
        for metric in dict.fromkeys(item.observation.metric for item in scores):
            own = [x for x in scores if x.observation.metric == metric]
            pairs = [(x.crps, getattr(x, naive)) for x in own if getattr(x, naive) is not None]
            if pairs:
                mine, theirs = np.mean(pairs, axis=0).tolist()
                verdict = "better" if mine < theirs else "**worse**"
                lines.append(
                    f"- {code(metric)}: {verdict} than {words}, {number(mine)} against "
                    f"{number(theirs)} (mean of {len(pairs)})."
                )
    return "\n".join(lines)


def _years(found: Forecast, tables: str) -> str:
    ends = found.table.filter(pl.col("date").str.ends_with("-12"), pl.col("date") > FIT_UNTIL)
    rows = [
        (
            code(row["metric"]), METRICS[row["metric"]][1], row["date"],
            *(number(row[name]) for name in ("p05", "p25", "p50", "p75", "p95")),
        )
        for row in ends.iter_rows(named=True)
    ]  # fmt: skip
    header = ("metric", "unit", "month", "p05", "p25", "p50", "p75", "p95")
    meanings = table(
        ("metric", "unit", "meaning"),
        [(code(name), unit, meaning) for name, (_, unit, meaning) in METRICS.items()],
    )
    return (
        f"## Distributions\n\nAt the end of each year; every month is in {tables}, with columns "
        f"`metric, date, p05, p25, p50, p75, p95`.\n\n{table(header, rows)}\n\n{meanings}\n"
    )
