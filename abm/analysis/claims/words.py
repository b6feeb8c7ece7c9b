"""The results of one claim as cells of a table, for the terminal and for pages."""

from typing import Any

from abm.analysis.claims.verdict import Verdict
from abm.record.numbers import number, percent
from abm.record.wording import count

Row = dict[str, Any]

NOTHING = "{}: no effect to take away"

IN_A_SENTENCE = {
    Verdict.EMERGES: ("emerges", "emerge"),
    Verdict.CONDITIONAL: ("emerges conditionally", "emerge conditionally"),
    Verdict.NOT: ("does not emerge", "do not emerge"),
    Verdict.FITTED: ("is fitted, not tested", "are fitted, not tested"),
    Verdict.CANNOT: ("cannot be tested here", "cannot be tested here"),
}
"""What is said of one claim, and of several."""


def estimate(claim: Row) -> str:
    """Estimate and interval with the unit."""
    if claim.get("estimate") is None:
        return "-"
    unit = "" if claim["unit"] == "1" else f" {claim['unit']}"
    return f"{number(claim['estimate'])} ({number(claim['low'])} to {number(claim['high'])}){unit}"


def ablations(claim: Row) -> str:
    """What each ablation leaves, and whether that counts as removed."""
    return "; ".join(ablation(claim, row) for row in claim.get("ablations", ())) or "-"


def ablation(claim: Row, row: Row) -> str:
    """One ablation: what is left of the effect, and the verdict on it if there was an effect."""
    direct = " (almost the claim itself)" if row["direct"] else ""
    return _trial(claim, row, f"{row['name']}{direct}", "remove", "removed")


def placebo(claim: Row) -> str:
    """What the placebo leaves."""
    row = claim.get("placebo")
    return "-" if row is None else _trial(claim, row, row["name"], "keep", "kept")


def _trial(claim: Row, row: Row, name: str, wanted: str, done: str) -> str:
    """What is left under a change, and whether that is what is wanted of it."""
    if row["left"] is None:
        return NOTHING.format(row["name"])
    readings = {True: done, False: f"NOT {done}", None: "not settled"}
    verdict = readings[row["passes"]] if claim["present"] else f"nothing to {wanted}"
    after = claim["given_up_after"]
    seeds = "" if after is None else f" ({after} seeds)"
    return f"{name}: {number(row['left'])} left, {verdict}{seeds}"


def played(data: Row) -> str:
    """With how many seeds worlds were played."""
    first, *others = data["played"]
    told = [f"{first['seeds']} in each of {count(first['worlds'], 'world')}"]
    return ", ".join([*told, *(f"{row['seeds']} in each of {row['worlds']}" for row in others)])


def counted(many: int, verdict: str) -> str:
    """How many claims came to a verdict: `2 emerge`."""
    return f"{many} {IN_A_SENTENCE[Verdict(verdict)][many != 1]}"


def outcome(data: Row) -> str:
    """How many claims came to which verdict, in a sentence, and which effects are there anyhow."""
    told = [counted(many, verdict) for verdict, many in data["counts"].items() if many]
    return f"Of {count(len(data['claims']), 'claim')}: {'; '.join(told)}.{_anyhow(data)}"


def _anyhow(data: Row) -> str:
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


def share(claim: Row) -> str:
    """In how many runs the effect is what matters."""
    found = claim.get("places", {}).get("share")
    return "-" if found is None else percent(found)


def where(claim: Row) -> str:
    """In how many runs, and where among the parameter sets, the effect is what matters."""
    found = claim["places"]
    if found["share"] is None:
        return "-"
    told = f"{share(claim)} of the runs"
    if found["box"] is None:
        return told if found["share"] in (0, 1) else f"{told}; no box tells them apart"
    return (
        f"{told}; {percent(found['density'])} where {found['box']}, "
        f"which holds {percent(found['coverage'])} of them"
    )
