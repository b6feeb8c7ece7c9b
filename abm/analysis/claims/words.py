"""The results of one claim as cells of a table, for the terminal and for pages."""

from typing import Any

from abm.analysis.claims.verdict import Verdict
from abm.record.numbers import number, percent

Row = dict[str, Any]

NOTHING = "{}: no effect to take away"


def estimate(claim: Row) -> str:
    """Estimate and interval with the unit."""
    if claim.get("estimate") is None:
        return "-"
    unit = "" if claim["unit"] == "1" else f" {claim['unit']}"
    return f"{number(claim['estimate'])} ({number(claim['low'])} to {number(claim['high'])}){unit}"


def ablations(claim: Row) -> str:
    """What each ablation leaves, and whether that counts as removed."""
    told = [ablation(row, present=claim["present"]) for row in claim.get("ablations", ())]
    return "; ".join(told) or "-"


def ablation(row: Row, *, present: bool) -> str:
    """One ablation: what is left of the effect, and the verdict on it if there was an effect."""
    if row["left"] is None:
        return NOTHING.format(row["name"])
    direct = " (almost the claim itself)" if row["direct"] else ""
    verdict = ("removed" if row["passes"] else "NOT removed") if present else "nothing to remove"
    return f"{row['name']}{direct}: {number(row['left'])} left, {verdict}"


def placebo(claim: Row) -> str:
    """What the placebo leaves."""
    row = claim.get("placebo")
    if row is None:
        return "-"
    if row["left"] is None:
        return NOTHING.format(row["name"])
    verdict = ("kept" if row["passes"] else "NOT kept") if claim["present"] else "nothing to keep"
    return f"{row['name']}: {number(row['left'])} left, {verdict}"


def there_all_the_same(data: Row) -> str:
    """Which effects are seen though the mechanism named by the essay does not carry them."""
    found = [
        claim["id"]
        for claim in data["claims"]
        if claim["tested"] == Verdict.NOT.value and claim.get("present")
    ]
    if not found:
        return ""
    return (
        f" Among those that fail, the effect of {', '.join(found)} is there all the same, but it "
        "does not vanish with the mechanism that is said to make it, or not beyond doubt."
    )


def power(claim: Row) -> str:
    """Power at the smallest effect of interest, and the seeds that would do."""
    if claim.get("power") is None:
        return "-"
    return f"{percent(claim['power'])}; 80% takes {claim['seeds_needed']} seeds"


def over(data: Row) -> str:
    """Over which parameter sets a study was played; empty for the scenario as it is."""
    drawn = data.get("ensemble")
    if drawn is None:
        return ""
    played = min(drawn["members"], len(data["seeds"]))
    return f"{played} of {drawn['members']} members of {drawn['name']} ({drawn['label']})"


def where(claim: Row) -> str:
    """In how many runs, and where among the parameter sets, the effect is what matters."""
    found = claim["places"]
    if found["share"] is None:
        return "-"
    told = f"{percent(found['share'])} of the runs"
    if found["box"] is None:
        return f"{told}, wherever they lie"
    return (
        f"{told}; {percent(found['density'])} where {found['box']}, "
        f"which holds {percent(found['coverage'])} of them"
    )
