import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="3. Data sharing as a public good")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    import abm
    from abm import Alternative, Market, Scenario
    from abm.figures.style import BLUE, FAINT, GREEN, ORANGE, canvas, month_axis, styled

    return (
        Alternative,
        BLUE,
        FAINT,
        Figure,
        GREEN,
        Market,
        ORANGE,
        Scenario,
        abm,
        canvas,
        mo,
        month_axis,
        np,
        pl,
        prediction,
        styled,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # 3. Data sharing as a public good

    *50 minutes.*

    The essay asks open labs to show more than weights: data, code, recipes. Each would save a day here and
    a week there, and the small would catch up together. But what one lab shows, *all* can use, whether they
    show anything or not. That is the definition of a **public good**, and its standard problem is that too
    little of it is provided.

    You will see what labs show of their own accord, **predict what a duty to show brings**, and look at who
    gains and who pays.

    ## The mechanism

    How fast lab $i$ learns from lab $j$, per month:

    $$
    r_{ij} = A_{ij}\,[\,\ell_0 + (\ell_1 - \ell_0)\,\text{open}_{ij}\,]\;
      \underbrace{\tfrac{R_i}{R_i + R_{1/2}}}_{\text{can absorb}}\;\text{cog}_{ij},
    \qquad
    \text{open}_{ij} = D_j^{\,\eta}\,(1 - \rho + \rho\,D_i)
    $$

    $D$ is what a lab discloses, from 0 to 1; $\ell_0$ leaks in any case. $\rho$ is **reciprocity**: those who
    show see more. Knowledge is in layers, and a layer can be learnt from anyone who has it:

    $$
    \text{gain}_i = \int_{a_i}^{\max a} \Big[1 - \prod_{j:\,a_j > z} (1 - r_{ij})\Big]\,dz
    $$

    Two things follow by arithmetic: nobody learns from those who are behind, and one more teacher of a layer
    that many teach adds little.
    """)
    return


@app.cell
def _(mo):
    reciprocity = mo.ui.slider(0, 1, 0.1, value=0.5, label="Reciprocity ρ", show_value=True)
    mine = mo.ui.slider(0, 1, 0.25, value=0, label="What I show, D of the learner", show_value=True)
    mo.vstack([mo.md("## On the back of an envelope"), reciprocity, mine])
    return mine, reciprocity


@app.cell
def _(mine, mo, np, reciprocity):
    _rate = 0.04 * (1 - reciprocity.value + reciprocity.value * mine.value)
    _counts = np.arange(1, 6)
    _learnt = 1 - (1 - _rate) ** _counts
    mo.md(
        "If one teacher who shows everything passes on 4% of a layer a month to a learner who does the same, "
        "1 to 5 teachers pass on "
        + ", ".join(f"**{x:.1%}**" for x in _learnt)
        + ". A learner who shows nothing "
        f"gets {1 - reciprocity.value:.0%} of the rate of one who shows all: that is the price of free riding here."
    )
    return


@app.cell
def _(BLUE, Figure, GREEN, Market, ORANGE, canvas, mo, month_axis, pl, styled):
    watched = Market("classroom", seed=2).run()

    @styled
    def voluntary_figure() -> Figure:
        figure = canvas(10, 4)
        axes = figure.add_subplot()
        # Dashes and widths: lines that lie on each other can still be told apart.
        for lab, colour, line, width in (
            ("Cedar", BLUE, "-", 6), ("Dogwood", ORANGE, "-", 3), ("Elder", GREEN, (0, (2, 2)), 3),
        ):  # fmt: skip
            rows = watched.labs.filter(pl.col("lab") == lab)
            axes.step(
                rows["month"], rows["data_disclosure"], color=colour, ls=line, lw=width, label=lab
            )
        axes.set(ylim=(-0.03, 1.03), ylabel="data disclosed, 0 to 1",
                 title="What open labs show of their own accord")  # fmt: skip
        month_axis(axes, watched.market["date"].to_list())
        axes.legend()
        return figure

    _mean = watched.labs.group_by("month").agg(pl.col("data_disclosure").mean()).sort("month")
    mo.vstack(
        [
            mo.md("## Watch one world"),
            voluntary_figure(),
            mo.md(
                f"Over all labs in business mean disclosure of data goes from {_mean['data_disclosure'][0]:.2f} to "
                f"{_mean['data_disclosure'][-1]:.2f} in this run. A line that ends is a lab that ended."
            ),
        ]
    )
    return


@app.cell
def _(prediction):
    question = prediction.Question(
        "## Predict\n\nFrom month 6 **every lab must show three quarters of its training data** "
        "(`mandatory-data-disclosure`). The outcome is the lag: how many months the median independent open lab "
        "is behind the best closed model, in the last year. **How does it change?**",
        "months", 24, 0.5,
    )  # fmt: skip
    guess = prediction.ask(question)
    guess
    return guess, question


@app.cell
def _(prediction):
    shown = prediction.reveal()
    shown
    return (shown,)


@app.cell
def _(Alternative, abm, guess, mo, prediction, question, shown):
    mo.stop(not shown.value, prediction.WAIT)
    duty = "mandatory-data-disclosure"
    alone = Alternative(
        "Dogwood alone",
        overrides=("labs.Dogwood.disclosure={ weights = 1, documentation = 1, data = 1 }",),
    )
    found = abm.compare(
        "classroom",
        [duty, alone],
        replicates=prediction.PAIRS,
        outcomes=["median_independent_lag", "open_progress", "lawsuits", "data_disclosure"],
    )
    answer = prediction.Answer.to(question, guess.value, found.card("median_independent_lag", duty))
    answer.shown()
    return alone, answer, duty, found


@app.cell
def _(BLUE, FAINT, Figure, canvas, duty, found, mo, pl, styled):
    @styled
    def worth_figure() -> Figure:
        figure = canvas(11, 4.4)
        panels = figure.subplots(1, 2, sharey=True)
        for axes, policy in zip(panels, (duty, "Dogwood alone"), strict=True):
            rows = found.labs.filter(pl.col("policy") == policy)
            share = [
                100 * rows[c] / rows["value_baseline"]
                for c in ("value_low", "value_change", "value_high")
            ]
            axes.axvline(0, color=FAINT)
            axes.hlines(rows["lab"], share[0], share[2], color=BLUE, lw=5)
            axes.plot(share[1], rows["lab"], "o", color="black", ms=9)
            axes.set(title=policy, xlabel="worth to its owners, % of the baseline")
        panels[0].invert_yaxis()
        return figure

    mo.vstack(
        [
            mo.md("""
    ## Why: who gains, who pays

    Left all must show; right Dogwood alone shows all of its data from the first month. Compare Dogwood's
    own bar with those of the others in the right panel: what comes back to the one who shows?
    """),
            worth_figure(),
        ]
    )
    return


@app.cell
def _(alone, duty, found, mo, pl):
    _rows = [
        {"outcome": name, "policy": policy, "effect": found.card(name, policy).effect,
         "low": found.card(name, policy).low, "high": found.card(name, policy).high}
        for name in ("data_disclosure", "open_progress", "lawsuits")
        for policy in (duty, alone.name)
    ]  # fmt: skip
    _gains = found.labs.filter(pl.col("policy") == alone.name).with_columns(
        own=pl.col("lab") == "Dogwood"
    )
    _own = _gains.filter("own")["value_change"].sum()
    _others = _gains.filter(~pl.col("own"))["value_change"].sum()
    mo.vstack(
        [
            pl.DataFrame(_rows),
            mo.md(
                f"When Dogwood shows alone, its own worth changes by **USD {_own:+,.1f} m** and that of the five others "
                f"together by **USD {_others:+,.1f} m** (means over {found.pairs} pairs; the intervals are in the figure). "
                "A public good is under-provided where the first number is below zero and the sum of both above it. "
                + (
                    "Here that is so."
                    if _own < 0 < _own + _others
                    else "Here that is not so: say why."
                )
            ),
        ]
    )
    return


@app.cell
def _(mo):
    mo.md("""
    ## Discuss

    1. What does the leader lose when all must show? Does it then train more, or less?
    2. Shown data draws suits. Would you show yours if your neighbour does not? Would you under a safe harbour?
    3. The duty covers all labs. What would happen if it covered open labs only? Make the prediction first.

    ## Explore further

    ```
    abm compare classroom --policy mandatory-data-disclosure --policy open-data-disclosure --policy data-disclosure-safe-harbour --replicates 20
    abm compare classroom --policy reciprocal-licence --policy data-commons --replicates 20
    abm compare classroom --policy mandatory-data-disclosure --set litigation.enabled=false --replicates 20
    abm run open-sharing --months 30 --out outputs/sharing
    ```
    """)
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Mechanism 10 minutes, envelope 5, watching 5, prediction 10, who pays 15, discussion 5.

    **Warm up with the game.** Everybody gets four tokens and puts some into a pot in secret; the pot is
    doubled and shared out equally. Play three rounds. The equation above is that game with two additions:
    only those who are behind gain, and those who give receive more (reciprocity).

    **The trap.** Learners expect that twice the sharing halves the gap. Compute cost, people and money are
    part of the gap and cannot be shared.

    **Vocabulary.** Non-rival, non-excludable, free riding, reciprocity, spillover, absorptive capacity
    (Cohen and Levinthal 1990).

    **What the model cannot say.** How much a day saved is worth in a named lab; the learning rates are judgements
    within ranges.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
