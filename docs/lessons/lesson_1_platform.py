import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="1. How a model becomes a platform")


@app.cell
def _():
    import json

    import marimo as mo
    import polars as pl
    import prediction
    from matplotlib.figure import Figure

    from abm import Market, Run, Scenario
    from abm.figures.style import BLUE, GREEN, INK, ORANGE, canvas, styled

    return (
        BLUE,
        Figure,
        GREEN,
        INK,
        Market,
        ORANGE,
        Run,
        Scenario,
        canvas,
        json,
        mo,
        pl,
        prediction,
        styled,
    )


@app.cell
def _(mo):
    mo.md(r"""
    # 1. How a model becomes a platform

    *45 minutes. You need no background beyond percentages.*

    A company gives a language model away. Why would Amazon, Google or Microsoft put it into their
    catalogues, next to models that they sell? Nathan Lambert's answer of October 2023 is a chain:
    developers play with the model, tell their managers, managers use it in experiments, and those
    who decide press the clouds to host it.

    You will watch this chain month by month, **predict what happens when one link is cut**, and check
    your prediction.

    ## The mechanism

    Of an open model $j$, in a community of developers $c$ on cloud $k$:

    $$
    \begin{aligned}
    M' &= M + a_m\,x\,(1 - M) - d\,M && \text{managers endorse what is in use } x\\
    B' &= B + \min(a_b\,m, 1)\;\sigma\!\left(\tfrac{M - \theta}{w}\right)(1 - B) - d\,B
        && \text{deciders ask, once enough managers do}\\
    P_{kj} &= \textstyle\sum_{c\ \text{at}\ k} \text{budget}_c\; B_{cj} / \max(1, \sum_j B_{cj})
        && \text{what the cloud would lose}
    \end{aligned}
    $$

    The logistic function $\sigma$ makes it a **threshold**: little happens until endorsement comes near
    $\theta$, then much. The mandate $m$ to experiment grows with the capital climate. Each quarter a
    cloud compares what a listing earns, and what it keeps from leaving, with the cost of the slot.
    """)
    return


@app.cell
def _(Scenario):
    world = Scenario.load("llama-2-2023-07", ["months=18"])
    lab_names = [lab.name for lab in world.labs if lab.camp == "open" and lab.flagship]
    return lab_names, world


@app.cell
def _(mo):
    seed = mo.ui.slider(1, 9, value=2, label="Seed of the world", show_value=True)
    return (seed,)


@app.cell
def _(Market, lab_names, mo, pl, seed, world):
    _news = Market(world, seed=seed.value).run().events
    _listings = _news.filter(pl.col("kind") == "hosted", pl.col("actor").is_in(lab_names))
    _first = _listings.group_by("actor", maintain_order=True).agg(pl.col("month").min())
    waited = _first.filter(pl.col("month") > 1)["actor"].to_list()
    followed = mo.ui.dropdown(lab_names, value=lab_names[0], label="Model to follow")
    mo.vstack(
        [
            mo.md("""
    ## Watch one world

    July 2023: no cloud lists an open model. Choose a lab and follow its open model up the chain.
    """),
            seed,
            followed,
        ]
    )
    return followed, waited


@app.cell
def _(Market, followed, pl, seed, world):
    def chain(name):
        """Size-weighted means over all communities, a row a month."""
        market, rows = Market(world, seed=seed.value), []
        row = market.names.index(name)
        while market.month < world.months:
            market.step()
            communities = market.communities
            weights = communities.size / communities.size.sum()
            rows.append(
                {
                    "month": market.month,
                    "use": float(weights @ communities.use[:, 2 * row]),
                    "managers": float(weights @ communities.endorsement[:, row]),
                    "deciders": float(weights @ communities.request[:, row]),
                    "clouds": int(market.offers.listed[2 * row].sum()),
                }
            )
        return pl.DataFrame(rows)

    links = chain(followed.value)
    return (links,)


@app.cell
def _(BLUE, Figure, GREEN, INK, ORANGE, canvas, followed, links, styled, world):
    @styled
    def chain_figure() -> Figure:
        figure = canvas(10, 6)
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        for name, colour, label in (
            ("use", BLUE, "developers: share of use"),
            ("managers", ORANGE, "managers: endorsement"),
            ("deciders", GREEN, "deciders: requests"),
        ):
            top.plot(links["month"], links[name], color=colour, lw=3, label=label)
        top.set(title=f"{followed.value}: from use to a request", ylim=(0, None), ylabel="0 to 1")
        top.legend()
        bottom.step(links["month"], links["clouds"], color=INK, lw=3, where="post")
        bottom.set(ylabel="clouds\nthat list it", xlabel="month", ylim=(-0.1, 3.2),
                   xticks=range(0, world.months + 1, 3))  # fmt: skip
        return figure

    chain_figure()
    return


@app.cell
def _(followed, links, mo, waited):
    _last = links.row(-1, named=True)
    _listed = links.filter(links["clouds"] > 0)["month"]
    _first = f"first listed in month {_listed[0]}" if len(_listed) else "never listed"
    _at_once = len(_listed) and _listed[0] <= 2
    _others = (
        f"follow {' or '.join(waited)}, which had to wait"
        if waited
        else "in this world none had to wait"
    )
    _remark = (
        f"The clouds did not wait to be asked: what it earns by itself was enough. Now {_others}."
        if _at_once
        else "Which curve leads, which follows? Compare it with a model that is listed at once, and with one "
        "that never is."
    )
    mo.md(
        f"In this run {followed.value}'s open model was **{_first}**, and is on **{_last['clouds']}** clouds "
        f"in month {_last['month']}, with {_last['use']:.1%} of use, endorsement {_last['managers']:.2f} "
        f"and requests {_last['deciders']:.2f}. {_remark}"
    )
    return


@app.cell
def _(prediction):
    question = prediction.Question(
        "## Predict\n\nCut the middle of the chain: managers and deciders never ask for anything "
        "(`pressure.enabled=false`). Clouds still list what earns its slot. Over the first 18 months, "
        "**how does the average number of managed listings of open models change**? "
        "(One model on one cloud is one listing.)",
        "listings", 6, 0.25,
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
def _(Run, Scenario, guess, mo, pl, prediction, question, shown, world):
    mo.stop(not shown.value, prediction.WAIT)

    def open_listings(run: Run) -> float:
        return run.hosting.filter(pl.col("camp") == "open").height / run.market.height

    silent = Scenario.load("llama-2-2023-07", ["months=18", "pressure.enabled=false"])
    runs = prediction.play(world, lambda market: market.run())
    silent_runs = prediction.play(silent, lambda market: market.run())
    answer = prediction.Answer.to(
        question,
        guess.value,
        prediction.card([open_listings(r) for r in runs], [open_listings(r) for r in silent_runs]),
    )
    answer.shown()
    return answer, runs, silent_runs


@app.cell
def _(BLUE, Figure, ORANGE, canvas, pl, runs, silent_runs, styled):
    @styled
    def paths_figure() -> Figure:
        figure = canvas(10, 4)
        axes = figure.add_subplot()
        for played, colour, label in (
            (runs, BLUE, "with pressure"),
            (silent_runs, ORANGE, "without"),
        ):
            counts = [
                r.market.select("month").join(
                    r.hosting.filter(pl.col("camp") == "open").group_by("month").len(), on="month",
                    how="left").sort("month")["len"].fill_null(0)
                for r in played
            ]  # fmt: skip
            months = list(range(len(counts[0])))
            for one in counts:
                axes.step(months, one, color=colour, alpha=0.2)
            mean = [sum(c[m] for c in counts) / len(counts) for m in months]
            axes.step(months, mean, color=colour, lw=3, label=label)
        axes.set(xlabel="month", ylabel="listings of open models", title="Thin: runs; thick: mean")
        axes.legend()
        return figure

    paths_figure()
    return


@app.cell
def _(json, mo, pl, runs):
    _events = runs[0].events.filter(pl.col("kind") == "hosted")
    _rows = []
    for _event in _events.iter_rows(named=True):
        _why = json.loads(_event["reason"])
        if _why["camp"] == "open":
            _rows.append({
                "date": _event["date"], "lab": _event["actor"], "cloud": _event["counterpart"],
                **{key: _why[key] for key in ("revenue", "asked", "slot_cost", "net", "royalty")},
            })  # fmt: skip
    reasons = pl.DataFrame(_rows)
    mo.vstack(
        [
            mo.md("""
    ## Why: the reasons of the clouds

    Every event of the model holds its reason. These are the listings of open models in the first
    run, in USD m a quarter: what the cloud expects to earn, what deciders would take elsewhere
    (`asked`), what the slot costs, what is left, and the lab's share of revenue (`royalty`). In how
    many would the listing not have come without `asked`?
    """),
            reasons,
        ]
    )
    return (reasons,)


@app.cell
def _(mo):
    mo.md("""
    ## Discuss

    1. The chain makes a listing likelier. Does it make the *lab* richer? Look at the royalty.
    2. The essay says that only few models can have this leverage. What in the equations limits their
       number? (Hint: what is divided by the sum of requests?)
    3. Which observation of 2023 and 2024 could show that the chain does not exist?

    ## Explore further

    ```
    abm run llama-2-2023-07 --months 24 --seed 3 --out outputs/platform
    abm why outputs/platform "Meta AI"
    abm whatif outputs/platform --set pressure.enabled=false
    abm compare llama-2-2023-07 --months 24 --policy pressure.enabled=false --replicates 20
    abm compare llama-2-2023-07 --months 24 --policy cloud-non-discrimination --replicates 20
    ```
    """)
    return


@app.cell
def _(mo):
    mo.accordion(
        {
            "Teacher's notes": mo.md("""
    **Time.** Mechanism 10 minutes, watching 10, prediction 10, reasons 10, discussion 5.

    **Before the answer** have everybody write down a sign and a number with a reason. Collect the numbers
    on the board: their spread is the point. Learners who expect all listings to vanish take the chain for
    the only cause; those who expect none to vanish forget that a cloud fears to lose customers.

    **Beware.** "No clear change" is not "no effect": it means that ten pairs do not settle it. A listing
    that was there at the start was seeded, not emergent; in this world none of an open model was.

    **What the model cannot say.** How strong the chain was in fact: adoption and endorsement rates rest on
    judgement. It says what follows if there is such a chain, and what follows if there is not.
    """)
        }
    )
    return


if __name__ == "__main__":
    app.run()
