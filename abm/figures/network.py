"""The network of a month: who learns from whom, builds on whom, hosts whom, owns whom."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib.patheffects as effects
import networkx as nx
import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from abm.figures.style import CAMP, CLOUD, INK, PINK, RED, SKY, canvas, short, styled
from abm.network import APIS
from abm.record.graph import graph
from abm.record.wording import month_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from abm.record.run import Run

    Graph = nx.MultiDiGraph[str]

EDGES: dict[str, dict[str, Any]] = {
    "knows": {"color": SKY, "lw": 0.8, "alpha": 0.55, "label": "knows (people, papers)"},
    "builds_on": {"color": PINK, "lw": 1.5, "alpha": 0.8, "label": "builds on its weights"},
    "owns": {"color": RED, "lw": 3.8, "alpha": 0.9, "label": "owns a part or all of it"},
    "hosts": {"color": CLOUD, "lw": 2.2, "alpha": 0.9, "label": "hosts it"},
}
"""Kinds of edges, from the back of the picture to its front. Who learns from APIs is left out: open
labs do, from all that are sold, so it says nothing."""

PULL = {"knows": 1.0, "builds_on": 0.3, "owns": 0.6, "hosts": 1.5}
"""How strongly each kind draws its ends together."""

NAMED = 16
"""Labs that are named, besides the clouds: those most in use."""

SIZE = (13.0, 9.0)
"""Inches of the figure."""

FRAME = (0.005, 0.01, 0.755, 0.925)
"""Share of the figure that holds the network."""

EDGE = 1.08
"""Edge of the frame, in units of the layout's radius."""

POINTS = np.array([SIZE[0] * FRAME[2], SIZE[1] * FRAME[3]]) * 72 / (2 * EDGE)
"""Points in a unit of the layout, across and up."""

LETTER = 12.0
"""Size of the names, in points."""

Places = dict[str, NDArray[np.float64]]


@styled
def fig(run: "Run", month: int | None = None) -> Figure:
    """Draw the network of labs and clouds.

    Args:
        run: the run.
        month: index of the month; the last one if absent.
    """
    chosen = run.market.height - 1 if month is None else month
    figure = canvas(*SIZE, arranged=False)
    # A fixed frame: names are kept apart in points, which only it makes comparable with places.
    axes = figure.add_axes(FRAME)
    draw(axes, run, chosen)
    when = month_name(run.market["date"][chosen])
    axes.set_title(f"Who learns from, builds on, hosts and owns whom, in {when}?")
    axes.legend(handles=legend(), loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def draw(axes: "Axes", run: "Run", month: int) -> None:
    """Draw the network of a month into axes as large as those of the figure."""
    network, places = graph(run, month), layout(run)
    shown = [node for node, data in network.nodes(data=True) if present(network, node, data)]
    axes.set_axis_off()
    axes.set(xlim=(-EDGE, EDGE), ylim=(-EDGE, EDGE))
    _edges(axes, network.subgraph(shown), places)
    _nodes(axes, network, shown, places)
    _names(axes, network, shown, places)


def present(network: "Graph", node: str, data: dict[str, Any]) -> bool:
    """Clouds, living labs, and labs that are gone while someone hosts them."""
    if data["kind"] != "lab" or data["alive"]:
        return bool(data["kind"] != "apis")
    return any(edge["kind"] == "hosts" for _, _, edge in network.in_edges(node, data=True))


def layout(run: "Run") -> Places:
    """Places of all nodes that the run ever had, the same in every month."""
    edges = run.edges.select("source", "target", "kind").unique().sort("kind", "source", "target")
    nodes = sorted({*edges["source"], *edges["target"], *graph(run).nodes} - {APIS})
    return _spring(tuple(nodes), tuple(edges.iter_rows()))


@lru_cache(maxsize=8)
def _spring(nodes: tuple[str, ...], edges: tuple[tuple[str, str, str], ...]) -> Places:
    """Spring layout with a fixed seed."""
    union: nx.Graph[str] = nx.Graph()
    union.add_nodes_from(nodes)
    for source, target, kind in edges:
        pull = PULL.get(kind, 0.0) + union.get_edge_data(source, target, {"weight": 0.0})["weight"]
        if pull > 0:
            union.add_edge(source, target, weight=pull)
    spread = 2.2 / np.sqrt(max(len(nodes), 1))
    found: Places = nx.spring_layout(union, k=spread, iterations=120, seed=7, weight="weight")
    return _evenly(found)


def _evenly(places: Places) -> Places:
    """Spread nodes evenly over a disc: who is central stays so, but nothing piles up there."""
    spots = np.array(list(places.values()))
    spots = spots - spots.mean(axis=0)
    radius = np.hypot(*spots.T)
    rank = np.argsort(np.argsort(radius, kind="stable"), kind="stable")
    even = np.sqrt((rank + 0.5) / len(places))
    moved = spots * (even / np.maximum(radius, 1e-9))[:, None]
    return dict(zip(places, moved, strict=True))


def _edges(axes: "Axes", network: "Graph", places: Places) -> None:
    for kind, look in EDGES.items():
        lines = [
            (places[source], places[target])
            for source, target, edge in network.edges(data=True)
            if edge["kind"] == kind
        ]
        style = {name: look[name] for name in ("color", "lw", "alpha")}
        axes.add_collection(LineCollection(lines, zorder=1, **style))
    axes.autoscale_view()


def _nodes(axes: "Axes", network: "Graph", shown: list[str], places: Places) -> None:
    """Labs as discs by use, clouds as squares."""
    for kind, marker in (("lab", "o"), ("cloud", "s")):
        nodes = [node for node in shown if network.nodes[node]["kind"] == kind]
        if not nodes:
            continue
        across, up = np.array([places[node] for node in nodes]).T
        axes.scatter(
            across,
            up,
            s=[_size(network.nodes[node]) for node in nodes],
            c=[_colour(network.nodes[node]) for node in nodes],
            marker=marker,
            edgecolors="white",
            linewidths=1.2,
            zorder=2,
        )


def _size(data: dict[str, Any]) -> float:
    """Area in points: in proportion to use, with a floor that keeps a lab visible."""
    return 420.0 if data["kind"] == "cloud" else 45.0 + 3600.0 * float(data.get("use", 0.0))


def _colour(data: dict[str, Any]) -> str:
    return CLOUD if data["kind"] == "cloud" else CAMP[data["camp"]]


def _names(axes: "Axes", network: "Graph", shown: list[str], places: Places) -> None:
    """Name the clouds, and the labs most in use, wherever a name finds room beside its node."""
    labs = [node for node in shown if network.nodes[node]["kind"] == "lab"]
    top = sorted(labs, key=lambda node: -float(network.nodes[node].get("use", 0.0)))[:NAMED]
    clouds = [node for node in shown if network.nodes[node]["kind"] == "cloud"]
    taken = [_disc(network.nodes[node], places[node]) for node in [*clouds, *top]]
    for node in [*clouds, *top]:
        text = short(network.nodes[node]["name"])
        box = room_for(text, _disc(network.nodes[node], places[node]), taken)
        if box is None:
            continue
        taken.append(box)
        across, up = box[:2] / POINTS
        axes.text(
            across,
            up,
            text,
            fontsize=LETTER,
            fontweight="bold" if node in clouds else "normal",
            ha="center",
            va="center",
            color=INK,
            zorder=4,
            path_effects=[effects.withStroke(linewidth=3, foreground="white")],
        )


def _disc(data: dict[str, Any], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Box around a node in points: centre, and half its width and height."""
    half = np.sqrt(_size(data)) / 2
    return np.concatenate([place * POINTS, [half, half]])


def room_for(
    text: str, disc: NDArray[np.float64], taken: list[NDArray[np.float64]]
) -> NDArray[np.float64] | None:
    """Box for a name beside its node that covers nothing named so far; none if there is none."""
    half = np.array([0.30 * LETTER * len(text) + 3, 0.62 * LETTER])
    reach = disc[2:] + half
    sides = [(0, -1), (0, 1), (1, 0), (-1, 0), (0.7, -1), (-0.7, -1), (0.7, 1), (-0.7, 1)]
    for side in sides:
        box = np.concatenate([disc[:2] + reach * side, half])
        if not any((np.abs(box[:2] - old[:2]) < box[2:] + old[2:] - 0.5).all() for old in taken):
            return box
    return None


def legend() -> list[Line2D]:
    """What the signs of the network mean."""
    dots = [
        Line2D([], [], ls="", marker="o", ms=11, mfc=CAMP["open"], mec="white", label="open lab"),
        Line2D(
            [], [], ls="", marker="o", ms=11, mfc=CAMP["closed"], mec="white", label="closed lab"
        ),
        Line2D([], [], ls="", marker="s", ms=12, mfc=CLOUD, mec="white", label="cloud"),
        Line2D([], [], ls="", label="(area: share of use)"),
    ]
    lines = [
        Line2D([], [], color=look["color"], lw=max(look["lw"], 1.5), label=look["label"])
        for look in EDGES.values()
    ]
    return [*dots, *lines[::-1]]
