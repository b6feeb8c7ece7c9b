"""The page of a calibration: every target, what was learnt, and what cannot be met."""

from textwrap import dedent

import numpy as np

from abm.analysis.calibration.recovery import identified
from abm.analysis.calibration.standings import Interval, Standing, standings
from abm.analysis.calibration.study import Calibration
from abm.analysis.targets import FIT_UNTIL, targets
from abm.pages.provenance import provenance
from abm.record.numbers import number, percent
from abm.record.wording import count
from abm.reference.markdown import code, table

HEAD = dedent("""\
    # What history leaves open

    <!-- Written by `abm calibrate`; changes by hand are lost. -->

    History matching (Vernon, Goldstein & Bower 2010; for stochastic models Andrianakis et al. 2015)
    rules out parameter sets under which the model cannot have produced what was observed. What
    counts is the implausibility of a point for each target:

    ```text
    I² = (z - E)² / (V_emulator + V_observation + V_discrepancy + V_seed)
    ```

    *z* is what was observed and *E* what the emulator expects of the model there.
    """)


def page(found: Calibration, figure: str = "") -> str:
    """The page in Markdown.

    Args:
        found: what was learnt.
        figure: path of the figure, relative to the page.
    """
    picture = f"![Each target, before and after, against its band]({figure})\n" if figure else ""
    parts = [
        HEAD, _rules(found), picture, _targets(found), _waves(found), _reaches(found),
        _parameters(found), _overlaps(), _lost(found),
        provenance(found.problem.settings[0].full, _made(found)),
    ]  # fmt: skip
    return "\n".join(part for part in parts if part)


def _rules(found: Calibration) -> str:
    plan = found.problem.plan
    which = {1: "largest", 2: "second largest"}.get(plan.rank, f"{plan.rank}th largest")
    logs = ", ".join(plan.logarithmic) or "none"
    return dedent(f"""\
        A point is implausible if its {which} implausibility is above {plan.cut:g}. A band counts as
        two standard deviations of the observation to each side; {plan.discrepancy:g} of its width
        is the standard deviation of what the model leaves out. History is one run, so the variance
        of single runs over seeds counts. Compared by logarithms: {logs}. Only targets whose window
        ends by {FIT_UNTIL} are fitted; the others are scored and were not seen.

        **The ensemble: {found.ensemble.table.height} parameter sets, {found.ensemble.label}.**
        """)


# -- targets -----------------------------------------------------------------------------------


def _targets(found: Calibration) -> str:
    measures = found.measures
    items = standings(found.problem.fitted, measures["defaults"], measures["ensemble"])
    rows = [_row(item) for item in items]
    header = (
        "target", "measure", "window", "band", "scenario as it is", "", "ensemble", "",
        "runs in band", "use",
    )  # fmt: skip
    parts = [
        "## Targets before and after\n",
        "Medians over single runs, with their 5th and 95th percentiles.\n",
        table(header, rows),
        "",
        _hits(items),
    ]
    return "\n".join(parts)


def _row(item: Standing) -> tuple[str, ...]:
    target = item.target
    band = f"{number(target.low)} to {number(target.high)} {target.unit}"
    return (
        target.id, target.measure, str(target.window), band,
        _interval(item.before), _verdict(item, item.before),
        _interval(item.after), _verdict(item, item.after),
        percent(item.after.inside), "fit" if item.fitted else "score",
    )  # fmt: skip


def _interval(found: Interval) -> str:
    if not found.measured:
        return "-"
    return f"{number(found.median)} ({number(found.low)} to {number(found.high)})"


def _verdict(item: Standing, found: Interval) -> str:
    if not found.measured:
        return "not measured"
    return "hit" if item.target.holds(found.median) else "**miss**"


def _hits(items: list[Standing]) -> str:
    lines = []
    for words, fitted in (("fitted", True), ("only scored", False)):
        own = [item for item in items if item.fitted == fitted]
        before = sum(item.target.holds(item.before.median) for item in own)
        after = sum(item.target.holds(item.after.median) for item in own)
        value = sum(item.after.covers(item.target.value) for item in own)
        lines.append(
            f"- Of {count(len(own), 'target')} that are {words}, the median lies in the band for "
            f"{before} as the scenario is and for {after} over the ensemble, whose interval holds "
            f"the observed value of {value}."
        )
    return "\n".join(lines) + "\n"


# -- waves and what they rule out --------------------------------------------------------------


def _waves(found: Calibration) -> str:
    rows: list[tuple[object, ...]] = []
    checks = [*found.checks, float("nan")]
    for place, (wave, check) in enumerate(zip(found.match.waves, checks, strict=True), start=1):
        design = wave.design
        rows.append((place, len(design.places), _share(design.share), percent(check)))
    last = found.candidates
    rows.append(("ensemble", len(last.places), _share(last.share), "-"))
    header = ("wave", "points", "of the space left before it", "foretold")
    text = (
        "Foretold: share of the means of the next wave's points, which the emulators had not seen, "
        "within two standard deviations of what they said (95% would be right for normal errors)."
    )
    empty = ""
    if last.empty:
        empty = (
            "\n\n**The space is empty**: the emulators rule out every point that was found; the "
            f"least implausible lie below {last.level:.2f}."
        )
    return f"## Waves\n\n{table(header, rows)}\n\n{text}{empty}\n"


def _share(share: float) -> str:
    return percent(share) if share >= 0.01 else f"{100 * share:.1e}%"


def _reaches(found: Calibration) -> str:
    rows = [
        (item.name, f"{item.smallest:.2f}", percent(item.share), percent(item.leading))
        for item in sorted(found.reaches, key=lambda item: item.share)
    ]
    header = ("target", "smallest implausibility", "space that it allows", "among the first two")
    return (
        "## What rules points out\n\n"
        "Over the whole space and what is left of it, by the emulators of all waves.\n\n"
        f"{table(header, rows)}\n\n{_conflicts(found)}\n"
    )


def _conflicts(found: Calibration) -> str:
    cut = found.problem.plan.cut
    alone = [item for item in found.reaches if item.smallest > cut]
    lines = [
        f"- {item.name} cannot be met anywhere: {item.smallest:.2f} at best." for item in alone
    ]
    lines += [
        f"- {pair.first} and {pair.second} conflict: each can be met, both at once not "
        f"({pair.together:.2f} at best)."
        for pair in found.conflicts
    ]
    return "\n".join(lines) or "No target is out of reach, and no two are at odds with each other."


# -- parameters --------------------------------------------------------------------------------


def _parameters(found: Calibration) -> str:
    rows = []
    for i, item in enumerate(found.problem.assumptions):
        low, high = found.ranges[i]
        recovered = float(found.recovery.widths[:, i].mean())
        rows.append(
            (
                code(item.key), f"{item.low:g} to {item.high:g} {item.unit}".strip(),
                f"{number(item.value)}", f"{number(low)} to {number(high)}", percent(found.left[i]),
                f"{percent(recovered)}: {identified(recovered)}", item.source,
            )
        )  # fmt: skip
    header = ("parameter", "range", "scenario", "what is left", "share", "recovery", "source")
    truths = found.recovery
    kept = f"{sum(truths.retained)} of {len(truths.retained)}"
    return dedent("""\
        ## Parameters

        What is left: between the 5th and the 95th percentile of the points that are not ruled out,
        and its share of the range. Recovery: the same share where one run of the model at known
        parameters takes the place of history (mean over {truths}, by the emulators of the first
        wave, which see the whole space). What the model's own output does not identify, history
        cannot. {kept} known truths were left in.

        """).format(truths=count(len(truths.retained), "truth"), kept=kept) + (
        f"{table(header, rows)}\n"
    )


def _overlaps() -> str:
    rows = [
        (item.overlaps_claim, item.id, item.pattern, item.use)
        for item in sorted(targets(), key=lambda item: int(item.overlaps_claim[1:] or 0))
        if item.overlaps_claim
    ]
    return (
        "## Targets that touch a claim\n\n"
        "A claim that a fitted target touches is *fitted, not tested*, wherever the ensemble is "
        f"used.\n\n{table(('claim', 'target', 'pattern', 'use'), rows)}\n"
    )


# -- what made it ------------------------------------------------------------------------------


def _lost(found: Calibration) -> str:
    if not found.failures:
        return ""
    lines = [f"- {item.run_id}, while {item.stage}: {item.cause}" for item in found.failures[:20]]
    total = count(len(found.failures), "run")
    return f"## Runs that failed\n\n{total}; the first:\n\n" + "\n".join(lines) + "\n"


def _made(found: Calibration) -> dict[str, str]:
    plan = found.problem.plan
    runs = sum(np.size(array[:, :, 0]) for array in found.measures.values())
    titles = "; ".join(
        f"{setting.scenario.title} ({', '.join(item.id for item in setting.targets)})"
        for setting in found.problem.settings[1:]
    )
    return {
        "calibration": code(found.problem.name),
        "waves": f"{plan.waves} of {plan.points} points, {plan.replicates} seeds each, none twice",
        "candidates": f"{plan.candidates}, {plan.replicates} seeds each",
        "scenario as it is": f"{plan.defaults} seeds",
        "runs in the table of targets": f"{runs}",
        **({"other worlds": titles} if titles else {}),
    }
