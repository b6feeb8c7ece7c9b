import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="2. Musical chairs and runway")


@app.cell
def _():
    import marimo as mo
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    from abm import Alternative, Market, Scenario
    from abm.analysis.incidents import exits, starting_runways
    from abm.analysis.outcomes import OUTCOMES
    from abm.figures import FIGURES
    from abm.figures.style import BLUE, ORANGE, canvas, styled

    return (
        Alternative,
        BLUE,
        FIGURES,
        Figure,
        Market,
        ORANGE,
        OUTCOMES,
        Scenario,
        canvas,
        exits,
        mo,
        pl,
        prediction,
        starting_runways,
        styled,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # 2. Musical chairs and runway

    *50 minutes.*

    A young lab has raised money, spends it on people and computers, and sells little. How long does it
    last? The essay expects that labs without a product are "acquired one by one, a game of musical
    chairs", as money runs out. Here you will meet the number that every founder knows, and **predict how
    many months half of the money costs**.

    ## The mechanism

    $$
    \text{runway} = \frac{\text{cash}}{\text{burn}}\ \text{months}, \qquad
    P(\text{a round this month}) = h\,K\;2\,\sigma(z)
    $$

    $$
    z = b_0 + b_1\,\text{rank} + b_2 \ln(1+\text{growth}) + b_3\,\text{product} + b_4\,\text{renown}
    $$

    $K$ is the capital climate (1 is normal; exits at a loss cool it). With a monthly chance $P$ the
    chance to have raised before cash is gone is

    $$
    1 - (1 - P)^{\text{runway}}
    $$

    so runway is *the number of draws from the urn*. A board that runs short hears offers; it sells, goes
    on, or gives up, whichever is worth most. Who has no cash and no buyer closes.
    """)
    return


@app.cell
def _(mo):
    seed = mo.ui.slider(0, 9, 1, value=1, label="Seed of the world", show_value=True)
    mo.vstack([mo.md("## Watch one world\n\nThe classroom: six invented labs, three years."), seed])
    return (seed,)


@app.cell
def _(FIGURES, Market, seed):
    watched = Market("classroom", seed=seed.value).run()
    FIGURES["chairs"](watched)
    return (watched,)


@app.cell
def _(exits, mo, pl, starting_runways, watched):
    _ends = {one.lab: (one.month, one.kind) for one in exits(watched)}
    runways = pl.DataFrame([
        {
            "lab": lab,
            "runway at the start": round(months, 1),
            "end": _ends.get(lab, (None, "in business"))[1],
            "month": _ends.get(lab, (None, ""))[0],
        }
        for lab, months in sorted(starting_runways(watched).items(), key=lambda item: item[1])
    ])  # fmt: skip
    mo.vstack(
        [
            mo.md(
                "Runway of each lab at the start (months; `inf`: earns more than it spends), and its end."
            ),
            runways,
        ]
    )
    return (runways,)


@app.cell
def _(mo):
    chance = mo.ui.slider(
        0.01, 0.20, 0.01, value=0.06, label="Chance of a round a month", show_value=True
    )
    months = mo.ui.slider(3, 36, 1, value=12, label="Runway, months", show_value=True)
    mo.vstack([mo.md("## The urn\n\nA back of an envelope before you guess."), chance, months])
    return chance, months


@app.cell
def _(chance, mo, months):
    _full = 1 - (1 - chance.value) ** months.value
    _half = 1 - (1 - chance.value) ** (months.value / 2)
    mo.md(
        f"Chance to raise in time: **{_full:.0%}** with the whole runway, **{_half:.0%}** with half of it. "
        "Half of the money is more than half of the chance: why?"
    )
    return


@app.cell
def _(prediction):
    question = prediction.Question(
        "## Predict\n\nDogwood, Elder and Fir, the three young labs, start with **half of their cash**. "
        "Nothing else changes. The outcome is the mean time until an independent lab of the first month is "
        "sold or closed, cut at 36 months, Aster included. **How does it change?**",
        "months", 24, 1,
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
def _(Alternative, OUTCOMES, Scenario, guess, mo, prediction, question, shown):
    mo.stop(not shown.value, prediction.WAIT)
    base = Scenario.load("classroom")
    young = ("Dogwood", "Elder", "Fir")
    half = Alternative(
        "half of the cash",
        overrides=tuple(
            f"labs.{lab.name}.cash={lab.cash / 2}" for lab in base.labs if lab.name in young
        ),
    ).world(base)
    runs = prediction.play(base, lambda market: market.run())
    poor_runs = prediction.play(half, lambda market: market.run())
    lifetime = OUTCOMES["months_to_exit"].measure
    answer = prediction.Answer.to(
        question,
        guess.value,
        prediction.card([lifetime(r) for r in runs], [lifetime(r) for r in poor_runs]),
    )
    answer.shown()
    return answer, poor_runs, runs, young


@app.cell
def _(exits, poor_runs, runs, young):
    def surviving(played):
        """Share of the young labs that are neither sold nor closed, by month."""
        ends = [
            next((one.month for one in exits(run) if one.lab == lab), run.scenario.months)
            for run in played
            for lab in young
        ]
        return [sum(end > m for end in ends) / len(ends) for m in range(played[0].scenario.months)]

    survival = {"all of the cash": surviving(runs), "half of it": surviving(poor_runs)}
    return (survival,)


@app.cell
def _(BLUE, Figure, ORANGE, canvas, mo, styled, survival):
    @styled
    def survival_figure() -> Figure:
        figure = canvas(10, 4.2)
        axes = figure.add_subplot()
        for (label, shares), colour in zip(survival.items(), (BLUE, ORANGE), strict=True):
            axes.step(range(len(shares)), shares, color=colour, lw=3, label=label, where="post")
        axes.set(ylim=(0, 1.03), xlabel="month", ylabel="share in business",
                 title="Dogwood, Elder and Fir")  # fmt: skip
        axes.legend()
        return figure

    mo.vstack(
        [
            mo.md("""
    ## Why: when the music stops

    The curves of all runs. Where do they part? A gap that opens and closes again is a matter of *when*,
    one that stays is a matter of *whether*.
    """),
            survival_figure(),
        ]
    )
    return


@app.cell
def _(mo, pl, poor_runs, runs):
    def endings(played):
        kinds = ("funding", "acquisition", "licence_and_hire", "shutdown")
        return [
            sum(r.events.filter(pl.col("kind") == kind).height for r in played) / len(played)
            for kind in kinds
        ]

    mo.vstack(
        [
            mo.md("Events a run, all labs, entrants included:"),
            pl.DataFrame(
                {
                    "kind": ["round", "sale", "licence and hire", "closure"],
                    "all of the cash": endings(runs),
                    "half of it": endings(poor_runs),
                }
            ),
        ]
    )
    return


@app.cell
def _(mo):
    mo.md("""
    ## Discuss

    1. Is being bought a failure? For whom: founders, investors, customers, the other open labs?
    2. Every exit at a loss cools the capital climate, and so shortens the life of others. Which
       assumption would turn exits into good news?
    3. The essay gave the game about 18 months. Which two numbers of a lab would you ask for to predict
       its end, and which number of the market?

    ## Explore further

    ```
    abm run classroom --seed 1 --out outputs/chairs
    abm why outputs/chairs Dogwood
    abm whatif outputs/chairs --set labs.Dogwood.cash=120
    abm compare classroom --policy capital.start_climate=0.5 --policy merger-control --replicates 20
    abm run musical-chairs --months 30 --out outputs/musical-chairs
    abm run capital-drought --months 30 --out outputs/drought
    ```
    """)
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Mechanism 10 minutes, watching 10, the urn 5, prediction 10, why 10, discussion 5.

    **The trap** is proportional thinking: half of the cash, half of the time. Rounds, sales and the cut at 36
    months all bend the line, and labs that earn their way are in the mean too. Ask which way each bends.

    **Play it first.** Six learners, five chairs, one coin each: who throws two heads in a row gets a chair
    back. Then give half of them half of the throws.

    **Words.** The mean time cut at the end is the *restricted mean survival time*; the curves are those of
    Kaplan and Meier without censoring before the end.

    **What the model cannot say.** When a named firm ends. The labs are invented.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
