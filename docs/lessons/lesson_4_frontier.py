import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="4. The cost of the frontier")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    from abm import Market, Scenario
    from abm.analysis.outcomes import OUTCOMES
    from abm.figures.style import BLUE, FAINT, ORANGE, canvas, month_axis, styled

    return (
        BLUE,
        FAINT,
        Figure,
        Market,
        ORANGE,
        OUTCOMES,
        Scenario,
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
    # 4. The cost of the frontier

    *45 minutes.*

    The essay expects the cost of a state-of-the-art model to grow about **fivefold a year**. Measured before
    October 2023 was about **2.4-fold**; what grew fivefold was compute, and its price fell. You will do the
    arithmetic of growth, see who can pay, and **predict what a mere belief does**.

    ## The mechanism

    $$
    \text{ticket} = \max_j I_j\; g^{\,\text{months since}/12}, \qquad
    I = \min\!\Big(\tfrac{\varphi\,\text{liquid}\;\text{months}/12}{1 + x},\ \text{ticket}\Big)
    $$

    The *ticket* is what labs believe a run at the frontier costs: the dearest known run, grown at the believed
    rate $g$. A lab spends the ticket, or what it can afford: a yearly rate $\varphi$ of its liquid funds, less
    experiments $x$. Nothing imposes what a run really costs. If all believe in fivefold, the rich bid it up;
    whoever is bound by money cannot follow. What a run brings grows with the *logarithm* of compute:

    $$
    \theta = \log_{10}(I\,e_t) + \text{algorithms} + \text{data} + \dots
    $$

    so ten times the money buys one order of magnitude (OOM).
    """)
    return


@app.cell
def _(mo):
    growth = mo.ui.slider(1.5, 6, 0.1, value=2.4, label="Growth a year, g", show_value=True)
    years = mo.ui.slider(1, 10, 1, value=5, label="Years", show_value=True)
    mo.vstack([mo.md("## The arithmetic of growth"), growth, years])
    return growth, years


@app.cell
def _(Market, growth, mo, np, years):
    market_now = Market("status-quo-2023", seed=1)
    ticket = float(market_now.ticket)
    _then = ticket * growth.value**years.value
    _essay = ticket * 5**years.value
    mo.md(
        f"The ticket of the first month is USD {ticket:,.0f} m in the world of October 2023. At {growth.value:.1f} "
        f"a year it is **USD {_then:,.0f} m** after {years.value} years, at fivefold **USD {_essay:,.0f} m**. That is "
        f"{np.log10(_essay / _then):.2f} OOM between them. The richest lab has "
        f"USD {market_now.labs.cash.max():,.0f} m in cash."
    )
    return (ticket,)


@app.cell
def _(Market, Scenario, mo):
    base = Scenario.load("classroom")
    watched = Market(base, seed=1).run()
    _path = watched.market["frontier_run_cost"].fill_null(0)
    mo.md(
        f"""
    ## Watch one world

    The classroom: labs believe in {base.race.growth:g} a year. The dearest run behind a released model costs
    USD {_path[0]:,.0f} m in the first month and USD {_path[-1]:,.0f} m in the last of {base.months}, so it grew by a
    factor of {(_path[-1] / _path[0]) ** (12 / (base.months - 1)):.2f} a year. Is that the belief, more or less? What
    holds it back, or drives it on?
    """
    )
    return base, watched


@app.cell
def _(prediction):
    question = prediction.Question(
        "## Predict\n\nNow all labs believe in **fivefold growth** (`race.growth=5`). Nobody gets a dollar more. "
        "The outcome is the cost of the dearest run behind a released model after three years. "
        "**How does it change?**",
        "USD m", 4000, 50,
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
def _(OUTCOMES, Scenario, base, guess, mo, prediction, question, shown):
    mo.stop(not shown.value, prediction.WAIT)
    fast = Scenario.load("classroom", ["race.growth=5"])
    runs = prediction.play(base, lambda market: market.run())
    fast_runs = prediction.play(fast, lambda market: market.run())

    def effect_on(name):
        """The effect of the belief on one of the outcomes that comparisons use."""
        measure = OUTCOMES[name].measure
        return prediction.card([measure(r) for r in runs], [measure(r) for r in fast_runs])

    answer = prediction.Answer.to(question, guess.value, effect_on("frontier_run_cost"))
    answer.shown()
    return answer, effect_on, fast_runs, runs


@app.cell
def _(BLUE, FAINT, Figure, ORANGE, base, canvas, fast_runs, mo, month_axis, np, runs, styled):
    @styled
    def cost_figure() -> Figure:
        figure = canvas(10, 4.6)
        axes = figure.add_subplot()
        for played, colour, growth_rate in ((runs, BLUE, base.race.growth), (fast_runs, ORANGE, 5)):
            paths = np.array([r.market["frontier_run_cost"].to_numpy() for r in played])
            axes.plot(paths.T, color=colour, alpha=0.25, lw=1)
            axes.plot(np.exp(np.nanmean(np.log(paths), axis=0)), color=colour, lw=3,
                      label=f"belief: {growth_rate:g} a year")  # fmt: skip
            months = np.arange(paths.shape[1])
            axes.plot(paths[0, 0] * growth_rate ** (months / 12), ":", color=FAINT)
        axes.set(yscale="log", ylabel="dearest run, USD m", title="Dotted: growth as believed")
        month_axis(axes, runs[0].market["date"].to_list())
        axes.legend()
        return figure

    mo.vstack(
        [
            mo.md(
                "## Why: beliefs and budgets\n\nThin lines are runs, thick ones geometric means."
            ),
            cost_figure(),
        ]
    )
    return


@app.cell
def _(fast_runs, mo, pl, runs):
    def dearest(played):
        """Mean over the runs of each starter's dearest run, USD m."""
        names = [lab.name for lab in played[0].scenario.labs]
        every = pl.concat([r.labs.group_by("lab").agg(pl.col("run_cost").max()) for r in played])
        return (
            every.filter(pl.col("lab").is_in(names)).group_by("lab").agg(pl.col("run_cost").mean())
        )

    who_pays = (
        dearest(runs)
        .join(dearest(fast_runs), on="lab", suffix="_fast")
        .with_columns(factor=pl.col("run_cost_fast") / pl.col("run_cost"))
        .sort("run_cost", descending=True)
    )
    mo.vstack(
        [
            mo.md("""
    The dearest run of each lab, USD m, under either belief. Whose factor is near one, and why? Who is bound by
    money, and who by the ticket?
    """),
            who_pays.with_columns(pl.col(pl.Float64).round_sig_figs(3)),
        ]
    )
    return (who_pays,)


@app.cell
def _(effect_on, mo):
    _lag, _lives = effect_on("best_open_lag"), effect_on("months_to_exit")
    mo.md(
        f"""
    ## And the open labs?

    The best open model behind the best closed one, months: **{_lag.effect:+.1f}** ({_lag.low:+.1f} to {_lag.high:+.1f}).
    Months until an independent lab is sold or closed: **{_lives.effect:+.1f}** ({_lives.low:+.1f} to {_lives.high:+.1f}).
    An interval that holds zero settles nothing: it would take more pairs, here about
    {_lag.pairs_for_half_width} for one of half the width of the first.

    ## Discuss

    1. A logarithm is on the side of the poor, exponential growth of the ticket on that of the rich. Which wins,
       and when?
    2. A belief that makes itself true: which other market works like that?
    3. Would a cap on training compute help small labs? Predict first; then compare `compute-cap`.

    ## Explore further

    ```
    abm compare classroom --policy race.growth=1.5 --policy race.growth=5 --replicates 20
    abm compare classroom --policy compute-cap --policy public-compute --replicates 20
    abm run essay-costs --months 36 --out outputs/essay-costs
    abm batch classroom-costs --workers 2
    ```
    """
    )
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Mechanism 10 minutes, arithmetic 5, watching 5, prediction 10, why 10, discussion 5.

    **The trap.** Three years of fivefold instead of 2.4-fold is a factor of nine, so many guess a factor of
    nine. But a run is the smaller of ticket and budget. Let learners find the place where the thick line
    leaves the dotted one.

    **Mathematics.** Good for a lesson on logarithms: equal steps on the axis are equal factors. The mean drawn
    is geometric; ask why.

    **What the model cannot say.** What a run will cost in a given year. It shows what follows from a belief
    and from budgets as they were.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
