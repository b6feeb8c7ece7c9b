"""The page of claims: failures first, from the data of a study and nothing else."""

from collections.abc import Sequence
from textwrap import dedent
from typing import Any

from abm.analysis.claims import words
from abm.analysis.claims.data import by_verdict
from abm.record.numbers import number
from abm.reference.markdown import code, table

Row = dict[str, Any]

TITLE = "# The essay's claims, tested"
TITLE_OVER = "# The essay's claims over a calibrated ensemble"

WRITTEN = "<!-- Written by `abm claims`; changes by hand are lost. -->"

HEAD = dedent("""\
    Every claim is an effect with a smallest size of interest that was fixed before any run, an
    ablation that must remove it, and a placebo that must not. Failures come first. A claim that
    does not emerge is a finding about this model, not about the world, and so is one that does.""")

ENSEMBLE = dedent("""\
    [Claims](claims.md) tests them with the parameters as they are. Here each seed plays all its
    worlds with the next member of an ensemble of parameter sets that a
    [calibration](calibration.md) left: {over}. Estimates and intervals
    are over parameters and luck together. Beside the tests of a claim stands in how many runs its
    effect is as large as what matters, and the box of parameters that holds most of them. That box
    was looked for after the runs had been seen: a pointer to what a claim hangs on, not a test.""")

POWER = dedent("""\
    Power is the chance to tell the smallest effect of interest from none at Holm's strictest step.
    It is as large for telling twice that effect from it, which is what *present* takes.""")

REGIONS = "Absent claims are looked for in these regions:"
NO_REGIONS = "Absent claims were not looked for in any region."

OVERLAPS_OVER = "The members of the ensemble were chosen by the targets that are fitted."

OVERLAPS = dedent("""\
    Where a target that a calibration may fit touches a claim, the claim is fitted and not tested;
    what the tests say is printed all the same. Targets for scoring only are never fitted.""")


def page(data: Row) -> str:
    """The page in Markdown.

    Args:
        data: what `abm.analysis.claims.data.as_data` gives, or the same read back from JSON.
    """
    claims, over = by_verdict(data["claims"]), words.over(data)
    parts = [
        TITLE_OVER if over else TITLE,
        WRITTEN,
        HEAD,
        *([ENSEMBLE.format(over=over)] if over else []),
        "## Verdicts",
        words.outcome(data),
        _summary(claims),
        "## How verdicts come about",
        "\n".join(f"- {rule}" for rule in data["rules"]),
        POWER,
        *_regions(data),
        "## Claims",
        *map(_claim, claims),
        "## Calibration targets that touch a claim",
        f"{OVERLAPS}\n{OVERLAPS_OVER}" if over else OVERLAPS,
        _overlaps(data),
        _provenance(data),
    ]
    return "\n\n".join(parts) + "\n"


def _summary(claims: Sequence[Row]) -> str:
    """One row a claim; over an ensemble also in how many runs it is seen."""
    over = any("places" in claim for claim in claims)
    head = ("claim", "in our words", "effect (95%)", "matters from", "verdict")
    rows = [
        (
            claim["id"],
            claim["statement"],
            words.estimate(claim),
            number(claim["sesoi"]),
            f"**{claim['verdict']}**",
            *((words.share(claim),) if over else ()),
        )
        for claim in claims
    ]
    return table((*head, "runs that show it") if over else head, rows)


def _regions(data: Row) -> list[str]:
    """Where absent claims were looked for."""
    told = [f"- {region['name']}: {region['what']}" for region in data["regions"]]
    return [REGIONS, "\n".join(told)] if told else [NO_REGIONS]


def _claim(claim: Row) -> str:
    lines = [
        f"### {claim['id']}: {claim['verdict']}",
        f"> {claim['statement']}",
        f"{claim['why'][:1].upper()}{claim['why'][1:]}.",
    ]
    if claim.get("estimate") is not None:
        lines.append(_tests(claim))
    if claim["note"]:
        lines.append(f"Note: {claim['note']}")
    return "\n\n".join(lines)


def _tests(claim: Row) -> str:
    metrics = "; ".join(f"{code(name)}: {text}" for name, text in claim["metrics"].items())
    placebo = claim["placebo"]
    p = f"p = {number(claim['p'])}, after Holm {number(claim['p_holm'])}"
    rows = [
        ("Effect", claim["effect"]),
        ("Worlds", "; ".join(claim["worlds"])),
        ("Metric", metrics),
        ("Matters from", f"{number(claim['sesoi'])}: {claim['reason']}"),
        ("Estimate", f"{words.estimate(claim)}, {claim['method']}, {claim['measured']} seeds"),
        ("Above what matters", p),
        ("Power", words.power(claim)),
        *((f"Ablation: {row['what']}", words.ablation(claim, row)) for row in claim["ablations"]),
        (f"Placebo: {placebo['what']}", words.placebo(claim)),
        *([("As large as what matters", words.where(claim))] if "places" in claim else []),
    ]
    return table(("what", "value"), rows)


def _overlaps(data: Row) -> str:
    verdicts = {claim["id"]: claim["verdict"] for claim in data["claims"]}
    rows = [
        (row["claim"], row["target"], row["measure"], row["use"], verdicts[row["claim"]])
        for row in data["overlaps"]
    ]
    return table(("claim", "target", "measure", "use", "verdict"), rows)


def _provenance(data: Row) -> str:
    seeds, ensemble = data["seeds"], data.get("ensemble")
    over = (
        (
            ("ensemble", words.over(data)),
            ("ensemble's fingerprint", code(ensemble["fingerprint"])),
            ("ensemble made with model", code(ensemble["model"] or "not known")),
        )
        if ensemble
        else ()
    )
    rows = [
        ("date", data["date"]),
        ("scenario", data["title"]),
        ("scenario hash", code(data["scenario_hash"])),
        *over,
        ("months", data["months"]),
        ("seeds", f"{seeds[0]} to {seeds[-1]}: {words.played(data)}"),
        ("model", code(data["model"])),
        ("commit", code(data["commit"]) + (", with changes" if data["modified"] else "")),
    ]
    return f"## Provenance\n\n{table(('', ''), rows)}"
