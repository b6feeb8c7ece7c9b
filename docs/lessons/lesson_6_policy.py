import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="6. Design a policy")


@app.cell
def _():
    import marimo as mo
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    import abm
    from abm import Scenario
    from abm.analysis.outcomes import OUTCOMES
    from abm.figures.style import BLUE, FAINT, canvas, styled
    from abm.policy import available, compose

    return (
        BLUE,
        FAINT,
        Figure,
        OUTCOMES,
        Scenario,
        abm,
        available,
        canvas,
        compose,
        mo,
        pl,
        prediction,
        styled,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # 6. Design a policy

    *55 minutes, best in groups of three.*

    You advise a government that wants open labs to live and pays attention to what it costs whom. Choose levers,
    dose and date; **predict what your policy does before you see it**; then defend it before the losers.

    ## The method

    Two runs with one seed share *all* luck: every random number is a function of seed, decision, agent and month. So
    each seed is a pair, and what differs within it is what the policy did:

    $$
    \text{effect} = \frac{1}{n}\sum_{s=1}^{n} (y_s^{\text{policy}} - y_s^{\text{baseline}}), \qquad
    \text{Var} = \frac{\sigma_p^2 + \sigma_b^2 - 2\,r\,\sigma_p\,\sigma_b}{n}
    $$

    The higher the correlation $r$ within pairs, the fewer runs it takes. A **placebo**, a policy without a lever, must
    give exactly zero.
    """)
    return


@app.cell
def _(available, mo):
    names = sorted(item.name for item in available() if item.name != "placebo")
    outcomes = {
        "open labs of the start that survive": "open_starters_surviving",
        "median independent open lab's lag": "median_independent_lag",
        "progress of the best open model": "open_progress",
        "labs in business at the end": "labs_active",
        "labs' revenue from products": "product_revenue",
    }
    first = mo.ui.dropdown(names, value="open-data-disclosure", label="Policy")
    second = mo.ui.dropdown(["none", *names], value="data-commons", label="with")
    dose = mo.ui.slider(0.25, 2, 0.25, value=1, label="Strength", show_value=True)
    later = mo.ui.slider(
        0, 18, 3, value=0, label="Months later than its file says", show_value=True
    )
    outcome = mo.ui.dropdown(
        outcomes, value="median independent open lab's lag", label="You are judged by"
    )
    mo.vstack(
        [
            mo.md("## Design\n\nThe world is the classroom, 36 months."),
            first,
            second,
            dose,
            later,
            outcome,
        ]
    )
    return dose, first, later, names, outcome, second


@app.cell
def _(compose, dose, first, later, mo, second):
    def _dosed(name):
        strength = "" if dose.value == 1 else f"*{dose.value:g}"
        return f"{name}{strength}" + (f"@{later.value}" if later.value else "")

    chosen = [item for item in dict.fromkeys((first.value, second.value)) if item != "none"]
    design = "+".join(_dosed(name) for name in chosen)
    policy = compose(design)
    _texts = [compose(name) for name in chosen]
    mo.md(
        f"Your policy is `{design}`.\n\n"
        + "\n".join(
            f"- **{p.title}** {p.description} *It could backfire:* {p.backfires}" for p in _texts
        )
    )
    return chosen, design, policy


@app.cell
def _(OUTCOMES, abm, mo, outcome, prediction):
    placebo = abm.compare(
        "classroom", ["placebo"], replicates=prediction.PAIRS, outcomes=[outcome.value]
    ).card(outcome.value)
    measured = OUTCOMES[outcome.value]
    mo.md(
        f"""
    ## The placebo

    `{measured.name}`: {measured.meaning} ({measured.unit}). Without a policy it is {placebo.baseline:.3g} on average and spreads
    by {placebo.spread:.3g} between seeds. The placebo moves it by **{placebo.effect:+g}**, and the same number of unpaired runs
    would have an error of about ±{2 * placebo.spread * (2 / placebo.pairs) ** 0.5:.2g}: what luck alone can look like.
    """
    )
    return measured, placebo


@app.cell
def _(design, measured, placebo, prediction):
    _largest = 3 * placebo.spread or abs(placebo.baseline) or 1.0
    question = prediction.Question(
        f"## Predict\n\n**What does `{design}` do to {measured.meaning}?** The spread between seeds is "
        f"{placebo.spread:.3g}: say what you expect in that light.",
        measured.unit, _largest, _largest / 60,
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
def _(Scenario, abm, design, guess, measured, mo, policy, prediction, question, shown):
    mo.stop(not shown.value, prediction.WAIT)
    policy.check(Scenario.load("classroom"))
    found = abm.compare(
        "classroom",
        [abm.Alternative(design, policy=policy)],
        replicates=prediction.PAIRS,
        outcomes=dict.fromkeys(
            [measured.name, "fiscal_cost", "frontier_progress", "open_starters_surviving"]
        ),
    )
    answer = prediction.Answer.to(question, guess.value, found.card(measured.name, design))
    answer.shown()
    return answer, found


@app.cell
def _(answer, mo):
    _pairing = answer.card.variance_ratio
    mo.md(
        f"Pairing cut the variance **{_pairing:.3g}-fold**; {answer.card.unchanged} of {answer.card.pairs} pairs did not differ "
        f"at all. To halve the interval it would take about {answer.card.pairs_for_half_width} pairs."
    )
    return


@app.cell
def _(BLUE, FAINT, Figure, canvas, found, mo, pl, styled):
    @styled
    def losers_figure() -> Figure:
        figure = canvas(13, 4.6)
        left, right = figure.subplots(1, 2)
        labs = found.labs
        split = found.welfare.filter(pl.col("counted") & pl.col("change").is_not_null()).unique(
            "group", keep="first", maintain_order=True
        )
        for axes, rows, name, columns, label in (
            (
                left,
                labs,
                "lab",
                ("value_low", "value_change", "value_high"),
                "worth to its owners, USD m",
            ),
            (right, split, "group", ("low", "change", "high"), "present value, USD m"),
        ):
            axes.axvline(0, color=FAINT)
            axes.hlines(rows[name], rows[columns[0]], rows[columns[2]], color=BLUE, lw=5)
            axes.plot(rows[columns[1]], rows[name], "o", color="black", ms=9)
            axes.set(xlabel=f"change of {label}")
            axes.set_xscale("symlog", linthresh=10)
            axes.tick_params("x", rotation=45)
            axes.invert_yaxis()
        left.set_title("Labs")
        right.set_title("Groups")
        return figure

    mo.vstack(
        [
            mo.md(
                "## Who wins, who loses\n\nThe axis is linear within ±10 and logarithmic beyond."
            ),
            losers_figure(),
        ]
    )
    return


@app.cell
def _(found, mo):
    _rows = found.cards.select(
        "outcome", "unit", "baseline", "treated", "effect", "low", "high", "same_sign"
    )
    mo.vstack([mo.md("Other outcomes, and what it cost the public:"), _rows])
    return


@app.cell
def _(design, mo):
    mo.md(
        f"""
    ## Defend it

    One of you speaks for the losers, one for the public purse, one for the policy. Then change **one** thing, predict
    again, and look again. Stop after three rounds: who tries twenty policies on ten pairs will find one that
    works by luck. (How many of twenty useless policies have a 95% interval without zero?)

    ## Explore further

    ```
    abm policies data-commons
    abm compare classroom --policy '{design}' --policy placebo --replicates 50 --out outputs/my-policy
    abm report outputs/my-policy --card
    abm compare classroom --policy '{design}' --uncertain pace-and-law --replicates 1
    abm compare status-quo-2023 --policy '{design}' --replicates 20
    ```

    Write your own lever file: the page on policies shows how.
    """
    )
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Method 10 minutes, design 10, prediction 5, results 15, defence 15.

    **Have the outcome chosen first**, by the group or by you, and not changed after the answer. With five outcomes
    and three rounds something will look good.

    **If nothing moves**, that is a result: some levers concern what the classroom does not have (public bodies, a
    bust within three years) and say so in their file. Ask which mechanism would have had to be there.

    **Marking.** Not by the effect but by the prediction and by the reason given for it; a wrong guess with a mechanism is worth
    more than a right one without.

    **What the model cannot say.** What to do. It shows who would gain and lose if its assumptions held, and the assumptions
    are printed on the card.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
