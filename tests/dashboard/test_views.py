"""Views: well-formed, escaped, true to the tables, and still where they should be."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from worlds import closed_lab, lab, world

from abm.dashboard.order import Order
from abm.dashboard.views import boxes, chairs, curves, feed, hosting, network, recipes, shares
from abm.dashboard.views.axes import Months, levels
from abm.dashboard.views.markup import Markup, join, tag
from abm.dashboard.worlds import Worlds
from abm.figures.chairs import Life
from abm.record.graph import graph
from abm.scenario import Scenario

PAIR = Order("classroom", 7, policy="mandatory-data-disclosure", paired=True)


@pytest.fixture(scope="module")
def pair() -> Worlds:
    worlds = Worlds(PAIR)
    worlds.play(30)
    return worlds


def of(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> Worlds:
    """One world of a scenario that no file holds."""
    monkeypatch.setattr(Order, "worlds", lambda _: iter([(scenario, ())]))
    return Worlds(Order("none"))


def drawn(worlds: Worlds, width: float) -> dict[str, Markup]:
    places = network.Places(worlds.runs[0])
    views = {
        "curves": curves.view(worlds, width),
        "boxes": boxes.view(worlds),
        "month": boxes.month(worlds),
        "parting": join(boxes.parting(worlds)),
        "legends": join(chairs.legend(), shares.legend(), hosting.legend(), network.legend()),
    }
    for number in range(len(worlds.markets)):
        views |= {
            f"chairs{number}": chairs.view(worlds, number, width),
            f"shares{number}": shares.view(worlds, number, width),
            f"hosting{number}": hosting.view(worlds, number),
            f"network{number}": network.view(worlds, number, places, width),
        }
    return views


def parsed(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{markup}</div>")


def numbers(root: ElementTree.Element) -> list[float]:
    """Every coordinate of a drawing."""
    values = [
        value
        for node in root.iter()
        for name, value in node.attrib.items()
        if name in ("x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "d", "transform")
    ]
    return [float(n) for value in values for n in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", value)]


@pytest.mark.parametrize("width", [240, 640, 1400])
def test_every_view_is_well_formed_and_finite(pair: Worlds, width: float) -> None:
    for name, markup in drawn(pair, width).items():
        root = parsed(markup)
        assert np.isfinite(numbers(root)).all(), name
        assert "nan" not in markup, name
        for picture in root.iter("svg"):
            assert picture.get("aria-label") is not None, name


def test_a_world_in_its_first_month_can_be_drawn() -> None:
    for markup in drawn(Worlds(Order("classroom", 7)), 640).values():
        parsed(markup)


def test_worlds_without_clouds_or_spending_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = of(world([lab("A"), closed_lab("B")], [], months=3, communities=4), monkeypatch)
    assert "No cloud lists a model" in hosting.view(worlds, 0)
    for markup in drawn(worlds, 640).values():
        parsed(markup)


def test_names_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = '<script>alert("x")</script>'
    worlds = of(world([lab(evil), closed_lab("B&C")], [], months=3, communities=4), monkeypatch)
    news = [feed.month_of_news("2023-10", items, paired=False) for _, items in worlds.unread()]
    for markup in [*drawn(worlds, 640).values(), *news]:
        assert "<script" not in markup
        parsed(markup)
    assert "&lt;script" in chairs.view(worlds, 0, 640)


def test_text_is_escaped_and_markup_is_not() -> None:
    assert tag("p", "a<b", title='"') == '<p title="&quot;">a&lt;b</p>'
    assert tag("p", tag("b", "x"), ["y", "&"]) == "<p><b>x</b>y&amp;</p>"
    assert tag("i", class_="a", hidden=False, data_x=1.23) == '<i class="a" data-x="1.2"></i>'


def test_curves_that_are_identical_are_said_to_be() -> None:
    worlds = Worlds(Order("classroom", 7, policy="placebo", paired=True))
    worlds.play(10)
    markup = curves.view(worlds, 800)
    assert markup.count("Identical in both worlds so far.") == len(curves.CHARTS)
    assert "world-B" not in markup
    assert "to the last bit" in boxes.parting(worlds)
    assert boxes.view(worlds).count("identical in A and B") == len(boxes.BOXES)


def test_curves_that_part_are_both_drawn(pair: Worlds) -> None:
    markup = curves.view(pair, 800)
    series = [series for chart in curves.CHARTS for series in chart.series]
    apart = sum(not pair.same(item.column) for item in series)
    assert markup.count("curve world-B") == apart > 0
    assert markup.count("curve world-A") == len(series)
    assert "they part in" in boxes.parting(pair)


def test_a_gap_in_the_numbers_is_a_gap_in_the_curve() -> None:
    points = [(0.0, 1.0), (1.0, float("nan")), (2.0, 1.0), (3.0, 2.0)]
    markup = curves._curve(points, curves.CHARTS[0].series[0], 0)
    assert 'd="M0.0 1.0 M2.0 1.0L3.0 2.0"' in markup


def test_every_lab_has_its_line_and_every_mark_its_event(pair: Worlds) -> None:
    for number in (0, 1):
        run = pair.runs[number]
        markup = chairs.view(pair, number, 640)
        for name in run.labs["lab"].unique():
            assert f">{name}<" in markup
        keys = re.findall(r'data-event="([AB])(\d+)"><title>([^:]+):', markup)
        assert len(keys) > 10
        for world_name, place, lab_name in keys:
            assert world_name == "AB"[number]
            assert run.events["actor"][int(place)] == lab_name


def test_a_lab_that_its_buyer_keeps_has_a_line_to_the_present() -> None:
    sold = Life("Elder", 2, [0, 1, 2, 3], [False, False, False, True], 0.1, 1, "Harbour")
    assert list(chairs._spans(sold, 3)) == [(0, 3, "open"), (3, 3.4, "closed")]
    gone = Life("Elder", 2, [0, 1], [False, True], 0.1, 2, "Harbour")
    assert list(chairs._spans(gone, 3)) == [(0, 1, "open"), (1, 2, "closed")]


@pytest.mark.parametrize(("months", "above"), [([0, 1, 2, 3], True), ([0, 1], False)])
def test_the_buyer_is_not_written_over_the_line_of_a_lab_that_lives_on(
    months: list[int], above: bool
) -> None:
    life = Life("Elder", 2, months, [False] * len(months), 0.1, 2, "Harbour")
    markup = str(
        chairs._life(life, 50.0, Months([f"2024-{n:02d}" for n in range(1, 10)], 80, 600), 3)
    )
    (height,) = re.findall(r'y="([\d.]+)"[^>]*>→ Harbour', markup)
    assert (float(height) <= 50 - 3.5) == above  # half the width of the line


def test_rows_of_the_timeline_stay_where_they_are(pair: Worlds) -> None:
    early = Worlds(PAIR)
    order = [re.findall(r'class="name(?: gone)?"[^>]*>([^<]+)<', chairs.view(w, 0, 640))
             for w in (early, pair)]  # fmt: skip
    assert order[1][: len(order[0])] == order[0]


def test_shares_add_up_and_know_their_camp(pair: Worlds) -> None:
    bands = shares.bands_of(pair.runs[0])
    assert np.allclose(np.sum(list(bands.values()), axis=0), 1)
    open_share = np.sum([share for (_, camp), share in bands.items() if camp == "open"], axis=0)
    assert open_share.shape == (pair.month,)
    camps = [camp for _, camp in bands]
    assert camps == sorted(camps)  # closed below, open above


def test_the_matrix_shows_what_is_listed_now(pair: Worlds) -> None:
    run = pair.runs[0]
    listed = run.hosting.filter(run.hosting["month"] == pair.month - 1)
    pairs = listed.select("lab", "cloud").unique().height
    markup = hosting.view(pair, 0)
    assert markup.count('class="listed') == pairs > 0


def test_whoever_has_a_place_keeps_it_and_nobody_shares_one() -> None:
    worlds = Worlds(Order("classroom", 7, both=("entry.rate=0.9",)))
    places = network.Places(worlds.runs[0])
    before = dict(places.spots)
    worlds.play(20)
    grown = graph(worlds.runs[0])
    places.seat(grown)
    assert len(grown) > len(before) + 3
    assert all(np.array_equal(places.spots[node], spot) for node, spot in before.items())
    spots = np.array(list(places.spots.values()))
    gaps = np.hypot(*(spots[:, None] - spots[None]).T) + 9 * np.eye(len(spots))
    assert gaps.min() > 0.02


def test_names_at_the_ends_of_curves_never_lie_on_each_other() -> None:
    for close in (0.0, 3.0, 13.0, 40.0):
        for number in range(2):
            names = [ElementTree.fromstring(name) for name in curves._names(
                [(100.0, 50.0), (100.0, 50.0 + close)], number
            )]  # fmt: skip
            first, second = (float(name.get("y", "")) for name in names)
            assert abs(first - second) >= curves.LETTER - 0.1
    assert len(curves._names([(100.0, math.nan), (100.0, 50.0)], 0)) == 1


def test_each_event_opens_its_reason() -> None:
    worlds = Worlds(PAIR)
    worlds.play(12)
    for month, news in worlds.unread():
        root = parsed(feed.month_of_news(worlds.dates[month], news, paired=True))
        found = list(root.iter("details"))
        assert len(found) == len(news)
        for details in found:
            assert details.find("summary") is not None
            assert "".join(details.find("div").itertext()).strip()  # type: ignore[union-attr]


def test_recipes_can_be_copied_and_a_comparison_is_suggested(pair: Worlds) -> None:
    from abm.dashboard.reproduce import recipe
    from abm.record.manifest import manifest

    found = [recipe(manifest(run), "classroom") for run in pair.runs]
    root = parsed(recipes.view(found, pair.order, (pair.month, pair.months)))
    texts = {block.get("id"): block.text for block in root.iter("pre")}
    assert texts["command-A"] == "abm run classroom --seed 7"
    many = "abm compare classroom --policy mandatory-data-disclosure --replicates 40"
    assert texts["command-many"] == many
    assert [button.get("data-copy") for button in root.iter("button")] == list(texts)


def test_levels_hold_what_they_must() -> None:
    assert levels(0, 0)[-1] >= 1
    assert levels(0, 97)[0] <= 0
    assert levels(0, 97)[-1] >= 97
    assert all(value == int(value) for value in levels(0, 3, whole=True))


def test_every_month_has_its_place_from_the_start() -> None:
    months = Months([f"2023-{n:02d}" for n in range(1, 13)], 50, 160)
    assert [months.at(n) for n in (0, 11)] == [50, 160]
    assert Months(["2023-01"], 0, 10).at(0) == 0
