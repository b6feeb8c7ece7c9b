"""The page of a sensitivity study: influence beside the quality of the source."""

from collections.abc import Sequence
from textwrap import dedent

import polars as pl

from abm.analysis.sensitivity.assumptions import GRADES
from abm.analysis.sensitivity.designs import LUCK
from abm.analysis.sensitivity.study import Sensitivity
from abm.pages.provenance import provenance
from abm.record.wording import count
from abm.reference.markdown import code, table

LISTED = 25
"""Assumptions in the table of a page."""

HEAD = dedent("""\
    # What the results rest on

    <!-- Written by `abm sensitivity`; changes by hand are lost. -->

    Every number of the mechanisms that has a range is varied over it, together with all others, and
    with *luck*: a factor that changes the seed and nothing else. What luck does to an outcome is
    what chance alone does. An assumption whose effect is no larger cannot be told from chance at
    this size of the study; that is no proof that it does nothing.
    """)

METHODS = {
    "morris": dedent("""\
        ## Screening

        Morris's elementary effects (Morris 1991; Campolongo, Cariboni & Saltelli 2007): along a
        trajectory one number after the other takes a step of two thirds of its range, and all runs
        of a trajectory share their luck but for the step of luck itself. The weight is the mean
        size of the effect over the whole range (mu*), in standard deviations of the outcome over
        the design; the influence is the mean weight over the outcomes. A direction is given where
        the mean effect differs from zero.
        """),
    "sobol": dedent("""\
        ## Shares of variance

        Sobol's indices (Saltelli et al. 2010) of the assumptions that were chosen for it, all
        others at their values: the first-order share S1 is what the outcome's variance would lose,
        on average, if the number were known; the total share ST counts its part in all interactions
        too. Luck is a factor like the others: its total share is what no knowledge of these
        assumptions can take away. Intervals are 95% bootstrap intervals; an estimate may fall
        outside 0 to 1.
        """),
}


def page(studies: Sequence[Sensitivity], figures: Sequence[str] = ()) -> str:
    """The page in Markdown.

    Args:
        studies: a screening, shares of variance, or both, in that order.
        figures: paths of their figures, relative to the page.
    """
    parts = [HEAD, _grades(studies[0])]
    for study, figure in zip(studies, [*figures, *[""] * len(studies)], strict=False):
        parts.append(METHODS[study.plan.method])
        if figure:
            parts.append(f"![Influence of assumptions, coloured by their source]({figure})\n")
        parts += [_ranking(study), _by_outcome(study), _lost(study)]
    made = {str(study.plan.method): _made(study) for study in studies}
    return "\n".join([*parts, provenance(studies[0].plan.base, made)])


def _grades(study: Sensitivity) -> str:
    """What the assumptions rest on, and how many of each kind matter."""
    ledger = study.ledger.filter(pl.col("parameter") != LUCK)
    moving = ledger.filter(pl.col("above_luck") > 0)
    top = ledger.head(10)
    rows = [
        (grade, meaning, *(part.filter(grade=grade).height for part in (ledger, moving, top)))
        for grade, meaning in GRADES.items()
    ]
    header = ("source", "what that means", "assumptions", "move more than luck", "of the first ten")
    return f"## What they rest on\n\n{table(header, rows)}\n"


def _ranking(study: Sensitivity) -> str:
    ledger = study.ledger.head(LISTED)
    rows = []
    for place, row in enumerate(ledger.iter_rows(named=True), start=1):
        rows.append(
            (
                place,
                code(row["parameter"]),
                _number(row["influence"]),
                row["above_luck"],
                f"{code(row['moves'])} {row['direction']}".strip(),
                _range(row),
                row["grade"],
                row.get("source") or "",
            )
        )
    header = (
        "", "parameter", "influence", "outcomes above luck", "moves most", "range", "source is",
        "source",
    )  # fmt: skip
    return f"{table(header, rows)}\n"


def _range(row: dict[str, object]) -> str:
    if row.get("low") is None:
        return ""
    return f"{row['low']:g} to {row['high']:g} {row['unit']}".strip()


def _by_outcome(study: Sensitivity) -> str:
    """The strongest on each outcome, beside luck."""
    rows: list[tuple[str, ...]] = []
    for outcome in study.outcomes:
        own = study.indices.filter(outcome=outcome)
        if own.is_empty():
            rows.append((code(outcome), "not measured", "", "", ""))
            continue
        strongest = own.filter(pl.col("parameter") != LUCK).sort("weight", descending=True).head(3)
        luck = own.filter(parameter=LUCK).row(0, named=True)
        named = [
            f"{code(row['parameter'])} {_interval(row)}" for row in strongest.iter_rows(named=True)
        ]
        rows.append((code(outcome), *named, *[""] * (3 - len(named)), _interval(luck)))
    return f"{table(('outcome', 'first', 'second', 'third', 'luck'), rows)}\n"


def _interval(row: dict[str, float]) -> str:
    return f"{row['weight']:.2f} ± {row['weight_half']:.2f}"


def _lost(study: Sensitivity) -> str:
    """What is missing, by name: no run is left out in silence."""
    failures, plan = study.failures, study.plan
    blocks = "trajectories" if plan.method == "morris" else "crossed samples"
    lost = {
        outcome: int(own["lost"][0]) if own.height else plan.size
        for outcome in study.outcomes
        for own in [study.indices.filter(outcome=outcome)]
    }
    gaps = [f"{code(name)} {number}" for name, number in lost.items() if number]
    text = f"Of {count(len(study.rows), 'run')}, {failures.height} failed."
    if gaps:
        text += (
            f" Where a run failed, or an outcome does not exist, its whole block is left out; of "
            f"{plan.size} {blocks} lost: {', '.join(gaps)}."
        )
    if failures.height:
        cells = failures.select("point", "run", "stage", "cause").iter_rows()
        text += f"\n\n{table(('point', 'run', 'while', 'cause'), cells)}"
    return f"{text}\n"


def _made(study: Sensitivity) -> str:
    plan = study.plan
    seeds = plan.seeds(study.points)
    shared = "four a trajectory" if plan.method == "morris" else "one a sample of each half"
    return (
        f"size {plan.size}, {count(len(plan.keys), 'parameter')} and luck, "
        f"{count(len(study.rows), 'run')}; seeds {min(seeds)} to {max(seeds)}, {shared}"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
