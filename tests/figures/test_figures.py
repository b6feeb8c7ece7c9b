"""Figures: each draws from tables alone, without a warning, and says what it asks."""

import io
import sys
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from abm import Market, Run, Scenario
from abm.analysis.targets import targets
from abm.figures import FIGURES, chairs, draw_all, hosting, lag, money, network, shares
from abm.figures import targets as against_bands

BARE = {
    "one month": ["months=1"],
    "no clouds to speak of": ["months=6", "hosting.enabled=false"],
    "nobody buys": ["months=3", "demand.enabled=false"],
    "no books": ["months=3", "ledger.enabled=false"],
    "no money": ["months=14", "capital.enabled=false", "acquisition.enabled=false"],
}


@pytest.fixture(scope="module", params=list(BARE))
def odd_run(request: pytest.FixtureRequest) -> Run:
    return Market(Scenario.load("classroom", BARE[request.param]), seed=1).run()


def png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=40)
    return buffer.getvalue()


def titles(figure: Figure) -> list[str]:
    return [figure.get_suptitle(), *(axes.get_title(loc="left") for axes in figure.axes)]


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_draws_and_asks_a_question(classroom_run: Run, name: str) -> None:
    figure = FIGURES[name](classroom_run)
    assert isinstance(figure, Figure)
    assert any(title.endswith("?") for title in titles(figure))
    assert all(axes.has_data() for axes in figure.axes)
    assert len(png(figure)) > 5000


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_draws_whatever_the_world(odd_run: Run, name: str) -> None:
    assert len(png(FIGURES[name](odd_run))) > 1000


@pytest.mark.parametrize("name", list(FIGURES))
def test_a_figure_reads_tables_only(classroom_run: Run, tmp_path: Path, name: str) -> None:
    back = Run.read(classroom_run.write(tmp_path / "run"))
    assert png(FIGURES[name](back)) == png(FIGURES[name](classroom_run))


@pytest.mark.parametrize("name", list(FIGURES))
def test_labels_stay_inside_the_figure_and_off_each_other(classroom_run: Run, name: str) -> None:
    figure = FIGURES[name](classroom_run)
    figure.draw_without_rendering()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            boxes = [
                label.get_window_extent()
                for label in axis.get_ticklabels()
                if label.get_text() and label.get_visible() and label.get_rotation() == 0
            ]
            shown = [box for box in boxes if box.width > 0]
            for one, next_ in pairwise(shown):
                assert not one.shrunk(0.9, 0.9).overlaps(next_), name
    whole = figure.bbox.padded(2)
    for legend in [*figure.legends, *(axes.get_legend() for axes in figure.axes)]:
        if legend is not None:
            box = legend.get_window_extent()
            assert whole.x0 <= box.x0, name
            assert box.x1 <= whole.x1, name
            assert whole.y0 <= box.y0, name


def test_drawing_leaves_no_state_in_pyplot(classroom_run: Run) -> None:
    before = {name: sys.modules["matplotlib"].rcParams[name] for name in ("font.size", "axes.grid")}
    FIGURES["lag"](classroom_run)
    after = {name: sys.modules["matplotlib"].rcParams[name] for name in before}
    assert after == before
    from matplotlib import pyplot

    assert pyplot.get_fignums() == []


def test_all_figures_land_in_one_folder(classroom_run: Run, tmp_path: Path) -> None:
    told: list[str] = []
    files = draw_all(classroom_run, tmp_path / "figures", told.append, network_month=3)
    assert told == list(FIGURES)
    assert [file.name for file in files] == [f"{name}.png" for name in FIGURES]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)
    assert list(tmp_path.iterdir()) == [tmp_path / "figures"]


def test_a_figure_that_fails_leaves_the_old_ones(
    classroom_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "shares.png").write_bytes(b"old")

    def fails(_run: Run) -> Figure:
        raise RuntimeError("no ink")

    monkeypatch.setitem(FIGURES, "hosting", fails)
    with pytest.raises(RuntimeError, match="no ink"):
        draw_all(classroom_run, tmp_path / "figures")
    assert [path.read_bytes() for path in (tmp_path / "figures").iterdir()] == [b"old"]
    assert list(tmp_path.iterdir()) == [tmp_path / "figures"]


def test_places_in_the_network_are_the_same_in_every_month(classroom_run: Run) -> None:
    places = network.layout(classroom_run)
    # Another run object with the same edges: nothing depends on identity or on hashing.
    network._spring.cache_clear()
    copy = Run(**{field.name: getattr(classroom_run, field.name) for field in fields(Run)})
    again = network.layout(copy)
    assert {node: tuple(place) for node, place in places.items()} == {
        node: tuple(place) for node, place in again.items()
    }
    early = network.fig(classroom_run, month=0)
    assert early.axes[0].get_title(loc="left").endswith("Oct 2023?")


def test_shares_stack_to_a_hundred(classroom_run: Run) -> None:
    bands = shares._bands(classroom_run)
    assert sum(bands.values()) == pytest.approx([100.0] * 36)
    assert len({lab for lab, _ in bands if lab}) <= len(shares.DISTINCT)


def event(run: Run, kind: str, lab: str, month: int, other: str) -> pl.DataFrame:
    return run.events.head(1).with_columns(
        kind=pl.lit(kind),
        actor=pl.lit(lab),
        month=pl.lit(month, dtype=pl.Int64),
        counterpart=pl.lit(other),
    )


def test_chairs_sort_labs_by_their_fate(classroom_run: Run) -> None:
    plain = classroom_run.events.filter(~pl.col("kind").is_in(list(chairs.ENDS)))
    ends = [
        event(classroom_run, "shutdown", "Fir", 20, ""),
        event(classroom_run, "acquisition", "Elder", 10, "Harbour"),
        event(classroom_run, "licence_and_hire", "Dogwood", 12, "Aster"),
    ]
    lives = chairs.lives_of(replace(classroom_run, events=pl.concat([plain, *ends])))
    fates = {life.lab: chairs.FATES[life.fate] for life in lives}
    assert fates["Aster"] == "in business"
    assert fates["Fir"] == "shut down"
    assert fates["Elder"] == "bought"
    assert fates["Dogwood"] == "people hired away"
    assert [life.fate for life in lives] == sorted(life.fate for life in lives)
    assert next(life.buyer for life in lives if life.lab == "Elder") == "Harbour"


def test_a_lab_that_its_buyer_keeps_stays_in_the_picture(classroom_run: Run) -> None:
    plain = classroom_run.events.filter(~pl.col("kind").is_in(list(chairs.ENDS)))
    sold = [event(classroom_run, "acquisition", lab, 10, "Harbour") for lab in ("Elder", "Fir")]
    there = pl.col("alive") & ((pl.col("lab") != "Fir") | (pl.col("month") < 10))
    labs = classroom_run.labs.with_columns(alive=there)
    run = replace(classroom_run, events=pl.concat([plain, *sold]), labs=labs)
    left = {life.lab: life.left for life in chairs.lives_of(run)}
    assert left["Fir"] == 10
    assert left["Elder"] is None
    axes = chairs.fig(run).axes[0]
    end = classroom_run.market.height - 0.5
    labels = [text for text in axes.texts if text.get_text() == "→ Harbour"]
    assert max(text.xy[0] for text in labels if isinstance(text, Annotation)) == end


def test_who_is_not_named_in_the_strip_is_named_beside_it() -> None:
    labs = ["A", "B", "A", "C", "D", "E", "F"]
    assert lag._unnamed(labs, {"A"}) == ["in unnamed parts:", "B", "C", "D", "and 2 more"]
    assert lag._unnamed(labs, set(labs)) == []


def test_the_tallest_bar_of_the_money_figure_stays_off_the_edge(classroom_run: Run) -> None:
    axes = money.fig(classroom_run).axes[0]
    tops = [bar.get_y() + bar.get_height() for bar in axes.patches if isinstance(bar, Rectangle)]
    low, high = axes.get_ylim()
    assert low < min(tops)
    assert high > max(tops)


def test_the_money_figure_says_when_payments_are_left_out(
    classroom_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert titles(money.fig(classroom_run))[-1].startswith("The 16 largest payments")
    monkeypatch.setattr(money, "ROWS", 100)
    assert titles(money.fig(classroom_run))[-1].startswith("All payments")


def test_chairs_are_at_most_so_many(classroom_run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chairs, "ROWS", 4)
    lives = chairs.lives_of(classroom_run)
    assert len(lives) == 4
    assert "Aster" in {life.lab for life in lives}


def test_seeded_listings_look_different(classroom_run: Run) -> None:
    figure = hosting.fig(classroom_run)
    clouds = [cloud.name for cloud in classroom_run.scenario.clouds]
    assert [axes.get_title() for axes in figure.axes] == clouds
    hatches = {bar.get_hatch() for axes in figure.axes for bar in axes.patches}
    assert len(hatches) == 2


def test_targets_that_ask_the_same_of_other_months_have_names_of_their_own() -> None:
    ends = {f"{name}{end}": 0.5 for name in ("before", "after") for end in ("_low", "", "_high")}
    rows = [
        {
            "target": target.id, "measure": target.measure, "window": str(target.window),
            "fitted": target.use == "fit", "band_low": 0.0, "band_high": 1.0, **ends,
        }
        for target in targets()
    ]  # fmt: skip
    labels = against_bands.fig(pl.DataFrame(rows)).axes[0].get_yticklabels()
    names = [label.get_text().split("  ")[1] for label in labels]
    assert len({*names}) == len(rows)
    assert names[4:6] == [
        f"HHI of vendors' shares of enterprise WORKLOADS, {when}"
        for when in ("Dec 2023", "Nov 2024")
    ]
