"""Comparing a scenario with policies: pairs of runs that share all luck, and what they show."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from abm.analysis import split, tables
from abm.analysis.alternatives import BASELINE, Alternative, Policy, alternatives
from abm.analysis.calibration.ensemble import read
from abm.analysis.effects import EffectCard
from abm.analysis.observations import Observations, Observed
from abm.analysis.outcomes import HEADLINES, Outcome, chosen
from abm.analysis.precision import Look, Plan
from abm.analysis.replicates import Progress, Replicate, drawn_pairs, pairs, play_all
from abm.analysis.robustness import Robustness, robustness
from abm.analysis.uncertainty import Design, design
from abm.errors import AbmError
from abm.scenario import Scenario, varied
from abm.scenario.overrides import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAIRS = 50
"""Pairs to play unless told otherwise."""

PAIRS_A_WORLD = 2
"""Pairs in each uncertain world unless told otherwise."""


@dataclass(frozen=True)
class Comparison:
    """What policies do to a scenario.

    Attributes:
        scenario: the baseline.
        policies: names of what it is compared with, in order.
        outcomes: what is measured of every run.
        level: confidence of the intervals.
        looks: looks at the precision, if it was awaited.
        cards: effects, a row a policy and outcome; the columns are those of `EffectCard`.
        labs: survival and worth of each lab of the first month, a row a policy and lab.
        welfare: who gains and who pays, a row a policy, group and assumption.
        interactions: what combined policies do beyond the sum of their parts.
        runs: every run: policy, replicate, seed, and its outcomes.
        robustness: how the policies fare over uncertain parameters, if some were given.
        drawn: what the worlds were drawn from, if they are more than one; a replicate is then a
            world, and its pairs make one number together.
    """

    scenario: Scenario = field(repr=False)
    policies: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = field(repr=False)
    level: float
    looks: tuple[Look, ...] = field(repr=False)
    cards: pl.DataFrame = field(repr=False)
    labs: pl.DataFrame = field(repr=False)
    welfare: pl.DataFrame = field(repr=False)
    interactions: pl.DataFrame = field(repr=False)
    runs: pl.DataFrame = field(repr=False)
    robustness: Robustness | None = field(default=None, repr=False)
    drawn: str = ""

    @property
    def pairs(self) -> int:
        """Replicates that every effect rests on, those without a number included."""
        return int(self.runs["replicate"].n_unique())

    def card(self, outcome: str, policy: str | None = None) -> EffectCard:
        """The effect of a policy on an outcome.

        Args:
            outcome: name of the outcome.
            policy: name of the policy; may be left out if there is only one.

        Raises:
            AbmError: if there is no such outcome or policy in this comparison.
        """
        if policy is None and len(self.policies) > 1:
            raise AbmError(f"which policy? there are {', '.join(self.policies)}")
        name = self.policies[0] if policy is None else policy
        found = self.cards.filter(outcome=outcome, policy=name)
        if not found.height:
            known = ", ".join(self.cards["outcome"].unique(maintain_order=True))
            raise AbmError(f"no card of {outcome!r} and {name!r} (outcomes: {known})")
        return EffectCard(**{key: found[key].item() for key in EffectCard.__annotations__})

    def to_dict(self) -> dict[str, Any]:
        """Everything but the single runs, as plain data; what does not exist is None."""
        from abm.analysis.comparison_folder import as_data

        return as_data(self)

    def to_json(self) -> str:
        """The same as JSON text."""
        from abm.analysis.comparison_folder import as_json

        return as_json(self)

    def plot(self, outcomes: Iterable[str] | None = None) -> "Figure":
        """Forest plot of the effects.

        Args:
            outcomes: which ones; absent: the headlines among those that were measured.
        """
        from abm.figures.forest import fig

        measured = [outcome.name for outcome in self.outcomes]
        headlines = [name for name in HEADLINES if name in measured]
        unit = "worlds" if self.drawn else "pairs"
        return fig(self.cards, list(outcomes or headlines or measured), unit)

    def write(self, folder: str | Path, *, force: bool = False) -> Path:
        """Write tables, JSON and forest plot into a folder, whole or not at all.

        Args:
            folder: where to.
            force: whether an older comparison there may be replaced.

        Raises:
            AbmError: if the folder holds something else, or a comparison and not `force`.
        """
        from abm.analysis.comparison_folder import write

        return write(self, Path(folder), force=force)


def compare(
    scenario: str | Scenario = "status-quo-2023",
    policies: Sequence[str | Policy | Alternative] = (),
    *,
    replicates: int | None = None,
    outcomes: Iterable[str] | None = None,
    workers: int = 1,
    first_seed: int = 0,
    overrides: Iterable[str] = (),
    months: int | None = None,
    until_precise: Mapping[str, float] | None = None,
    maximum: int = 640,
    uncertain: str | Path | None = None,
    ensemble: str | Path | None = None,
    progress: Progress = lambda _done, _planned: None,
) -> Comparison:
    """Compare a scenario with policies, over pairs of runs that share all luck.

    Args:
        scenario: the baseline: a scenario, or the name or path of one.
        policies: for each the text of a policy (``a+b`` combines two), a change ``key=value``, a
            function of the market, or an `Alternative`.
        replicates: pairs to play, absent: `PAIRS`; with `uncertain` or `ensemble` pairs in each of
            its worlds, absent: `PAIRS_A_WORLD`.
        outcomes: names of the outcomes to measure; absent: all.
        workers: processes; above one, policies must be picklable, and a script needs
            ``if __name__ == "__main__":``.
        first_seed: seed of the first pair; the others follow.
        overrides: changes of the scenario in all worlds, ``key=value``.
        months: months to play, instead of the scenario's.
        until_precise: half-width wanted by outcome; pairs are doubled until all are as narrow.
        maximum: pairs at most, if a precision is awaited.
        uncertain: file of uncertain parameters; the pairs are then worlds drawn from it.
        ensemble: calibrated parameter sets; the pairs are then in their worlds.
        progress: called after every run.

    Returns:
        The comparison.

    Raises:
        AbmError: if anything asked for does not exist, before a run is played.
    """
    base = _base(scenario, overrides, months)
    others = alternatives(policies)
    measured = chosen(outcomes)
    drawn = _drawn(base, uncertain, ensemble, first_seed)
    number = (PAIRS if drawn is None else PAIRS_A_WORLD) if replicates is None else replicates
    if number < 1:
        raise AbmError(f"{number} replicates: a comparison needs at least one")
    if drawn is None:
        plan = Plan.of(number, maximum, until_precise)
        _measured(plan.targets, measured)
        planned = pairs(base, others, range(first_seed, first_seed + plan.looks[-1]))
    else:
        if until_precise:
            raise AbmError("either pairs are added until precise, or worlds are drawn: not both")
        plan = Plan.of(len(drawn.scenarios), len(drawn.scenarios))
        _measured(drawn.expected, measured)
        planned = drawn_pairs(drawn, others, number, first_seed)
    seen, looks, cards = _look(planned, plan, others, measured, workers, progress)
    names = [item.name for item in others]
    return Comparison(
        scenario=base,
        policies=tuple(names),
        outcomes=measured,
        level=plan.level,
        looks=looks,
        cards=tables.card_table(cards, measured),
        labs=tables.labs(seen, names, plan.level),
        welfare=split.welfare(seen, names, plan.level),
        interactions=tables.interactions(seen, others, measured, plan.level),
        runs=seen.table(),
        robustness=robustness(drawn, seen, names) if drawn and drawn.expected else None,
        drawn="" if drawn is None else drawn.title,
    )


def _base(scenario: str | Scenario, overrides: Iterable[str], months: int | None) -> Scenario:
    loaded = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    return varied(loaded, [*listed(overrides), *([] if months is None else [f"months={months}"])])


def _drawn(
    base: Scenario, uncertain: str | Path | None, ensemble: str | Path | None, seed: int
) -> Design | None:
    """The worlds to compare in, if they are more than one."""
    if uncertain is not None and ensemble is not None:
        raise AbmError("either worlds are drawn, or they are those of an ensemble: not both")
    if uncertain is not None:
        return design(uncertain, base, seed)
    if ensemble is None:
        return None
    known = read(ensemble).design(base)
    return replace(known, title=f"the ensemble {Path(ensemble).stem}, {known.title}")


def _measured(wanted: Iterable[str], outcomes: Sequence[Outcome]) -> None:
    """Refuse what asks for an outcome that is not measured."""
    missing = [name for name in wanted if name not in {outcome.name for outcome in outcomes}]
    if missing:
        raise AbmError(f"outcome {missing[0]!r}: is asked for, but not among those measured")


def _look(
    planned: Sequence[Replicate],
    plan: Plan,
    others: Sequence[Alternative],
    outcomes: tuple[Outcome, ...],
    workers: int,
    progress: Progress,
) -> tuple[Observations, tuple[Look, ...], dict[tuple[str, str], EffectCard]]:
    """Play up to each look in turn, and stop at the first that is precise enough."""
    names = [item.name for item in others]
    played: dict[str, dict[int, list[Observed]]] = {name: {} for name in (BASELINE, *names)}
    looks: list[Look] = []
    cards: dict[tuple[str, str], EffectCard] = {}
    start = 0
    for end in plan.looks:
        play_all(planned[start:end], played, outcomes, workers, progress)
        start, seen = end, Observations(played)
        cards = tables.cards(seen, names, outcomes, plan.level)
        looks += [plan.look(end, cards)] if plan.targets else []
        if looks and looks[-1].precise:
            break
    return Observations(played), tuple(looks), cards
