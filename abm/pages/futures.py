"""The page of the map of two futures."""

from textwrap import dedent

import polars as pl

from abm.analysis.futures.clusters import best
from abm.analysis.futures.findings import FEATURES, QUESTIONS, Findings, Modes
from abm.analysis.futures.maps import HOME, MAPS, POLICY
from abm.analysis.futures.regimes import REGIMES
from abm.pages.provenance import provenance
from abm.record.wording import count, spelt
from abm.reference.markdown import code, table

TOLD = 8
"""Predictors in the table of a question."""

HEAD = dedent("""\
    # Two futures

    <!-- Written by `abm futures`; changes by hand are lost. -->

    The essay sees two futures for open models: a game of musical chairs, in which open labs are
    bought one by one while closed models pull ahead, and one in which open labs share their work
    and keep up. Here both are ends of runs, told apart by two questions that were fixed before any
    run was looked at. A share is that of runs in one world, over seeds; nothing on this page is a
    forecast about a firm.
    """)


def page(found: Findings, figure: str = "") -> str:
    """The page in Markdown.

    Args:
        found: what the maps show.
        figure: path of the figure, relative to the page.
    """
    picture = f"![Share of runs by how they end, one square a world]({figure})\n" if figure else ""
    parts = [
        HEAD,
        _declared(found),
        picture,
        _home(found),
        *[_map(found, name) for name in found.atlas.maps],
        _modes(found),
        _branches(found),
        _lost(found),
        provenance(found.atlas.base, {"maps": _design(found)}),
    ]
    return "\n".join(part for part in parts if part)


def _declared(found: Findings) -> str:
    at = found.thresholds
    rows = [(item.title, item.meaning) for item in REGIMES]
    return (
        "## How a run ends\n\n"
        f"*Open models keep up* if over the last year the best one trails by at most {at.lag:g} "
        f"months, half of what was measured for 2023, and at least {at.share:.0%} of enterprise "
        "workloads are on open models, as surveys saw in 2023. *Independents last* if at least "
        f"{at.survival:.0%} of the independent labs of the first month are neither sold nor closed "
        f"in the last.\n\n{table(('end', 'what it is'), rows)}\n"
    )


def _home(found: Findings) -> str:
    """The scenario as it is, and what hangs on the thresholds."""
    titles = [item.title for item in REGIMES]
    rows = [
        (row["thresholds"], *(_percent(row.get(item.name)) for item in REGIMES))
        for row in found.robustness.iter_rows(named=True)
    ]
    number = found.runs.filter(map=HOME).height
    return (
        f"## The scenario as it is\n\nShare of {count(number, 'run')}, and how it changes if one "
        f"threshold is another.\n\n{table(('thresholds', *titles), rows)}\n"
    )


def _map(found: Findings, name: str) -> str:
    """One map as a table, with what was really shown."""
    axis = MAPS[name]
    shares = found.shares.filter(map=name)
    rows = []
    for cell in found.cells.filter(map=name).iter_rows(named=True):
        own = shares.filter(across=cell["across"], up=cell["up"])
        by_name = {row["regime"]: row for row in own.iter_rows(named=True)}
        rows.append(
            (
                f"{cell['up']:g}",
                f"{cell['across']:.0%}",
                *(_with_interval(by_name[item.name]) for item in REGIMES),
                _plain(cell["best_open_lag"], 1),
                _plain(cell["hhi_labs"], 0),
                _plain(cell["sales"], 0),
                _plain(cell["mean_disclosure"], 2),
            )
        )
    header = (
        axis.name, "disclosure", *(item.title for item in REGIMES),
        "lag", "HHI", "sales", "shown by all",
    )  # fmt: skip
    return (
        f"## Disclosure and {axis.name}\n\n{axis.label}, `{axis.key}`; disclosure is the policy "
        f"`{POLICY}` at that strength. Shares with 95% Wilson intervals; then medians over the "
        "runs of a world: months that the best open model trails, concentration of spending by "
        f"lab, labs sold, and the disclosure index of all labs.\n\n{table(header, rows)}\n"
    )


def _modes(found: Findings) -> str:
    features = ", ".join(map(code, FEATURES))
    rows = [row for modes in found.modes for row in _mode_rows(modes)]
    header = ("runs", "groups", "gaps for 1, 2, ... groups", "dip test", "verdict", "left out")
    return (
        f"## Two modes, or one continuum?\n\nRuns are grouped by {features}. The gap statistic "
        "(Tibshirani, Walther & Hastie 2001) counts groups, one included; the dip test (Hartigan & "
        "Hartigan 1985) of the first principal component asks whether there is a valley between "
        "them. Two futures in the essay's sense need both. Left out are runs that end without an "
        f"open model, which have no lag. A map as a whole mixes worlds: its groups may be steps of "
        "a "
        f"dial.\n\n{table(header, rows)}\n"
    )


def _mode_rows(modes: Modes) -> list[tuple[object, ...]]:
    if not modes.gaps:
        return [(modes.runs, "", "", "", modes.verdict, modes.left_out)]
    line = ", ".join(f"{gap.gap:.2f} ± {gap.error:.2f}" for gap in modes.gaps)
    dips = "; ".join(
        f"{spelt(name)} {dip.dip:.3f}, p = {dip.p:.3f}" for name, dip in modes.dips.items()
    )
    return [(modes.runs, best(modes.gaps), line, dips, modes.verdict, modes.left_out)]


def _branches(found: Findings) -> str:
    """For each question what tells it early."""
    parts = [
        "## What tells early\n\nArea under the curve: the chance that a run that ends so is "
        "ranked above one that does not, by what is known at month 12; 0.5 is a coin, and below it "
        "less of a thing tells the end. Sets of variables go through a logistic regression that is "
        "fitted to other seeds; 95% intervals are over seeds.\n"
    ]
    for name in (HOME, *found.atlas.maps):
        own = found.branches.filter(map=name)
        where = "the scenario as it is" if name == HOME else f"the map of {MAPS[name].name}"
        for question in QUESTIONS:
            best_told = (
                own.filter(question=question)
                .with_columns(clear=(pl.col("auc") - 0.5).abs())
                .sort("clear", descending=True, maintain_order=True)
                .head(TOLD)
            )
            if best_told.is_empty():
                parts.append(f"In {where} too few runs differ in whether {question}.\n")
                continue
            rows = [
                (
                    _predictor(row["predictor"]),
                    f"{row['auc']:.2f} [{row['low']:.2f}, {row['high']:.2f}]",
                )
                for row in best_told.iter_rows(named=True)
            ]
            header = (f"in {where}, whether {question}", "AUC")
            parts.append(f"{table(header, rows)}\n")
    return "\n".join(parts)


def _predictor(name: str) -> str:
    return code(name.removeprefix("early_")) if name.startswith("early_") else name


def _lost(found: Findings) -> str:
    text = f"## What failed\n\nOf {count(len(found.atlas.cells()), 'run')} "
    text += f"{found.runs.height} are finished; {count(len(found.failures), 'world')} failed."
    if found.failures:
        cells = [(item.run_id, item.stage, item.cause) for item in found.failures]
        text += f"\n\n{table(('run', 'while', 'cause'), cells)}"
    return f"{text}\n"


def _design(found: Findings) -> str:
    atlas = found.atlas
    first = atlas.first_seed
    return (
        f"{', '.join(atlas.maps)}; seeds {first} to {first + atlas.seeds - 1} in each world, "
        f"{first} to {first + atlas.home_seeds - 1} in the scenario as it is; "
        f"{count(found.runs.height, 'run')}"
    )


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.0%}"


def _with_interval(row: dict[str, float | None]) -> str:
    if row["share"] is None:
        return "-"
    return f"{row['share']:.0%} [{row['low']:.0%}, {row['high']:.0%}]"


def _plain(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
