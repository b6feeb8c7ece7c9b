import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="5. Specialise or die")


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    from abm import Scenario
    from abm.analysis.outcomes import OUTCOMES
    from abm.figures.style import BLUE, FAINT, ORANGE, canvas, styled

    return (BLUE, FAINT, Figure, ORANGE, OUTCOMES, Scenario, canvas, mo, np, pl, prediction, styled)


@app.cell
def _(mo):
    mo.md(r"""
    # 5. Specialise or die

    *45 minutes.*

    Who cannot pay for the frontier, says the essay, must be by far the best in one niche: take a tenth or half
    of the giants' scorecard, win there, and be behind elsewhere. You will compute what focus buys, **predict how
    much a specialist gains in its niche**, and see whether it lives longer.

    ## The mechanism

    Compute counts in each of $D$ domains by a multiplier that averages one: focus does not make compute, it moves it.

    $$
    \mu_d = \tau + (1 - \tau)\,D\,w_d, \qquad
    \theta_d = \log_{10} C + \log_{10}\mu_d + a + q_d + f_d + n_d
    $$

    $\tau$ is the share of training that serves all domains whatever the focus, $w$ the focus weights. Data ($q$) and
    users' feedback ($f$) flow to the focus as well, and $n$ rewards a narrow focus:

    $$
    n_d = n_{\max}\,(1 - m/D)\,\frac{F_d}{F_d + F_{1/2}} \quad \text{within a focus of } m \text{ domains, else } 0
    $$
    """)
    return


@app.cell
def _(Scenario):
    base = Scenario.load("classroom")
    return (base,)


@app.cell
def _(base, mo):
    breadth = mo.ui.slider(
        1, len(base.domains), 1, value=1, label="Domains in focus", show_value=True
    )
    mo.vstack([mo.md("## On the back of an envelope"), breadth])
    return (breadth,)


@app.cell
def _(base, breadth, mo, np):
    _domains, _tau = len(base.domains), base.capability.transfer
    inside = np.log10(_tau + (1 - _tau) * _domains / breadth.value)
    outside = np.log10(_tau)
    _cost = 10 ** abs(inside)
    _size = {lab.name: lab.flagship.compute for lab in base.labs if lab.flagship}
    _apart = round(10 ** (_size["Aster"] - _size["Dogwood"]), -1)
    mo.md(
        f"With τ = {_tau:g} and {_domains} domains a focus on {breadth.value} brings **{inside:+.2f} OOM** inside"
        + (f" and **{outside:+.2f} OOM** outside" if breadth.value < _domains else "")
        + f". A generalist would need **{_cost:.1f} times** the compute for the same inside. Aster's first model "
        f"took some {_apart:.0f} times the compute of Dogwood's: does focus alone close that gap?"
    )
    return (inside,)


@app.cell
def _(BLUE, FAINT, Figure, base, breadth, canvas, inside, mo, np, styled):
    @styled
    def compute_figure() -> Figure:
        figure = canvas(10, 3.8)
        axes = figure.add_subplot()
        labs = [lab for lab in base.labs if lab.flagship]
        compute = [lab.flagship.compute for lab in labs]
        axes.barh([lab.name for lab in labs], compute, color=BLUE)
        general = [not lab.focus for lab in labs]
        for row in np.flatnonzero(general):
            axes.barh(row, inside, left=compute[row], color=FAINT, hatch="//")
        axes.set(xlim=(22, 26.5), xlabel="log10 of training compute, FLOP",
                 title=f"Hatched: what a focus on {breadth.value} would add inside it")  # fmt: skip
        axes.invert_yaxis()
        return figure

    mo.vstack([mo.md("## Watch: how far apart they start"), compute_figure()])
    return


@app.cell
def _(prediction):
    question = prediction.Question(
        "## Predict\n\nFrom the first month **Dogwood trains for code and nothing else** (and may change its mind "
        "at any review, as before). After 12 months we look at its best model's capability in *code*. "
        "**How does it change**, against the same Dogwood as a generalist? (In OOM: 1 is tenfold effective compute.)",
        "OOM", 2, 0.05,
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
def _(Scenario, base, guess, mo, prediction, question, shown):
    mo.stop(not shown.value, prediction.WAIT)
    focused = Scenario.load("classroom", ['labs.Dogwood.focus=["code"]'])
    code = base.domains.index("code")

    def after_a_year(market):
        """Capability by lab and domain after 12 months, and the whole run."""
        for _month in range(12):
            market.step()
        starters = [market.names.index(lab.name) for lab in market.scenario.labs]
        theta = market.labs.theta[starters].copy()
        return theta, market.run()

    general = prediction.play(base, after_a_year)
    special = prediction.play(focused, after_a_year)
    dogwood = [lab.name for lab in base.labs].index("Dogwood")
    answer = prediction.Answer.to(
        question,
        guess.value,
        prediction.card(
            [theta[dogwood, code] for theta, _ in general],
            [theta[dogwood, code] for theta, _ in special],
        ),
    )
    answer.shown()
    return answer, dogwood, general, special


@app.cell
def _(BLUE, Figure, ORANGE, base, canvas, dogwood, general, mo, np, special, styled):
    def standing(played):
        """Dogwood behind the best lab in each domain, OOM, mean over the runs."""
        return np.mean([theta.max(axis=0) - theta[dogwood] for theta, _ in played], axis=0)

    behind = {"generalist": standing(general), "specialist": standing(special)}

    @styled
    def gap_figure() -> Figure:
        figure = canvas(10, 4)
        axes = figure.add_subplot()
        places = np.arange(len(base.domains))
        for offset, (label, gaps), colour in zip(
            (-0.2, 0.2), behind.items(), (BLUE, ORANGE), strict=True
        ):
            axes.bar(places + offset, gaps, 0.38, color=colour, label=label)
        axes.set_xticks(places, base.domains)
        axes.set(ylabel="OOM behind the best lab", title="Dogwood after a year")
        axes.legend()
        return figure

    mo.vstack(
        [
            mo.md("""
    ## Why: what was moved

    The distance from Dogwood to the best lab in each domain. Compare the change in code with the envelope. If it
    is larger, what else flowed into the niche? If smaller: on whose open model do both Dogwoods build?
    """),
            gap_figure(),
        ]
    )
    return (behind,)


@app.cell
def _(mo, pl, special):
    _reuse = pl.concat([
        run.events.filter((pl.col("kind") == "base_reuse") & (pl.col("actor") == "Dogwood") & (pl.col("month") < 12))
        for _, run in special
    ])  # fmt: skip
    _bases = _reuse.group_by("counterpart").len().sort("len", descending=True)
    mo.vstack(
        [
            mo.md(
                f"In its first year the specialist took somebody's open model as a base {_reuse.height / len(special):.1f} "
                "times a run. Whose:"
            ),
            _bases,
        ]
    )
    return


@app.cell
def _(OUTCOMES, general, mo, prediction, special):
    def effect_on(name):
        """The effect of Dogwood's focus on one of the outcomes that comparisons use."""
        measure = OUTCOMES[name].measure
        return prediction.card(
            [measure(run) for _, run in general], [measure(run) for _, run in special]
        )

    def revenue(run):
        """What Dogwood takes in over the run, USD m."""
        return float(run.labs.filter(run.labs["lab"] == "Dogwood")["income"].sum())

    _money = prediction.card([revenue(r) for _, r in general], [revenue(r) for _, r in special])
    _lives = effect_on("open_starters_surviving")
    mo.md(
        f"""
    ## Or die?

    Dogwood's revenue over the three years, USD m: **{_money.effect:+.3g}** ({_money.low:+.3g} to {_money.high:+.3g}),
    from {_money.baseline:.3g}. Share of the independent open labs that are neither sold nor closed at the end:
    **{_lives.effect:+.2f}** ({_lives.low:+.2f} to {_lives.high:+.2f}), from {_lives.baseline:.2f}. Being better and
    living longer are two questions: what stands between them?

    ## Discuss

    1. Fir has always done code only, and has a product. Whom does a second specialist in its niche hurt?
    2. Which niche would you choose for Elder: the largest, the one nobody serves, or the one with private data?
    3. What would have to be true for a giant to lose a niche for good?

    ## Explore further

    ```
    abm run specialists --months 36 --out outputs/specialists
    abm compare classroom --policy 'labs.Dogwood.focus=["documents"]' --policy 'labs.Dogwood.focus=["code"]' --replicates 20
    abm compare classroom --policy capability.transfer=0.7 --policy capability.reuse_enabled=false --replicates 20
    abm run classroom --seed 4 --set 'labs.Dogwood.focus=["code"]' --out outputs/specialist
    abm why outputs/specialist Dogwood
    ```
    """
    )
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Mechanism 10 minutes, envelope 10, prediction 10, why 10, discussion 5.

    **The trap.** The envelope gives the gain by focus if all else is equal, and all else is not: both Dogwoods may
    build on somebody's open model, which is a ceiling to one and a floor to the other. A guess near the envelope is
    a good guess; let the learners say what they left out.

    **Cross-subject.** Comparative advantage (Ricardo): Dogwood is behind in everything, and still has a domain in
    which it is behind least.

    **What the model cannot say.** Which niches exist. Domains are a list in the scenario; write your own.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
