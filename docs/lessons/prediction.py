"""The exercise that every lesson has: guess sign and size first, then see what the model says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import marimo as mo
from matplotlib.figure import Figure

from abm import Market, Scenario
from abm.analysis.effects import EffectCard, effect_card
from abm.analysis.samples import Sample
from abm.figures.style import BLUE, FAINT, INK, ORANGE, canvas, styled

T = TypeVar("T")

PAIRS = 10
"""Pairs of runs that an answer rests on: enough for a lesson, too few for a finding."""

SIGNS = {"it falls": -1, "no clear change": 0, "it rises": 1}
"""What can be guessed about the sign."""

WAIT = mo.md("*Guess first. The answer is computed when you turn the switch on.*")


@dataclass(frozen=True)
class Question:
    """What is to be guessed.

    Attributes:
        text: the question, Markdown.
        unit: unit of the size.
        largest: largest size that can be guessed.
        step: step of the slider.
    """

    text: str
    unit: str
    largest: float
    step: float


def ask(question: Question) -> Any:
    """Controls for sign and size; their value is a dictionary."""
    sign = mo.ui.radio(list(SIGNS), value="no clear change")
    size = mo.ui.slider(0, question.largest, question.step, value=0, show_value=True)
    form = mo.md(f"{question.text}\n\n{{sign}}\n\nby how much, in {question.unit}? {{size}}")
    return form.batch(sign=sign, size=size)


def reveal() -> Any:
    """The switch that shows the answer; on from the start where nobody could turn it."""
    return mo.ui.switch(label="Show the answer", value=mo.app_meta().mode == "script")


def play(world: Scenario, see: Callable[[Market], T]) -> list[T]:
    """Play the seeds of a lesson in one world.

    Args:
        world: the world.
        see: plays a new market and returns what is to be kept of it.

    Returns:
        What was kept, a seed each, in order.
    """
    return [see(Market(world, seed=seed)) for seed in range(PAIRS)]


def card(base: Sequence[float], changed: Sequence[float]) -> EffectCard:
    """The effect over pairs of runs with one seed each; one number a run."""
    return effect_card(Sample.of(range(len(base)), base), Sample.of(range(len(changed)), changed))


@dataclass(frozen=True)
class Answer:
    """A guess and what the model says.

    Attributes:
        question: what was asked.
        guess: the guess, with its sign.
        card: the effect, with its interval over pairs.
    """

    question: Question
    guess: float
    card: EffectCard

    @classmethod
    def to(cls, question: Question, guessed: dict[str, Any], card: EffectCard) -> "Answer":
        """Answer what the controls of `ask` hold."""
        return cls(question, SIGNS[guessed["sign"]] * float(guessed["size"]), card)

    @property
    def sign(self) -> int:
        """-1 or 1 if the interval leaves zero out, 0 if it does not."""
        return int(self.card.low > 0) - int(self.card.high < 0)

    @property
    def in_words(self) -> str:
        """How the guess compares, in one or two sentences."""
        guess = (self.guess > 0) - (self.guess < 0)
        right = guess == self.sign
        if self.sign == 0:
            said = "The interval holds zero: these pairs do not settle the sign."
            return said if right else f"{said} You expected a clear change."
        words = {0: "does not settle the sign", 1: "rises", -1: "falls"}
        if not right:
            return f"It {words[self.sign]}; your sign was another."
        if self.card.low <= self.guess <= self.card.high:
            return "Sign and size are right: your guess is inside the interval."
        ratio = abs(self.guess / self.card.effect)
        return (
            f"The sign is right. The size is {max(ratio, 1 / ratio):.1f} times "
            f"too {'large' if ratio > 1 else 'small'}."
        )

    def shown(self) -> Any:
        """The answer for a notebook: the effect, the comparison and the figure."""
        found = self.card
        text = (
            f"**{found.effect:+.3g} {self.question.unit}** (95% interval {found.low:+.3g} to "
            f"{found.high:+.3g}, {found.pairs} pairs), from {found.baseline:.3g} to "
            f"{found.treated:.3g}. {found.same_sign:.0%} of the pairs agree on the sign. "
            f"Between seeds the outcome spreads by {found.spread:.3g} (standard deviation).\n\n"
            f"Your guess was {self.guess:+.3g}. {self.in_words}"
        )
        return mo.vstack([mo.md(text), self.figure()])

    @styled
    def figure(self) -> Figure:
        """Guess and answer on one axis."""
        figure = canvas(9, 2.2)
        axes = figure.add_subplot()
        axes.axvline(0, color=FAINT, lw=1)
        axes.plot([self.card.low, self.card.high], [0, 0], color=BLUE, lw=5, solid_capstyle="butt")
        axes.plot(self.card.effect, 0, "o", ms=11, color=INK, label="the model's mean")
        axes.plot(self.guess, 0, "D", ms=11, color=ORANGE, label="your guess")
        axes.set(yticks=[], ylim=(-1, 1), xlabel=self.question.unit)
        axes.legend(ncols=2, loc="upper center")
        return figure
