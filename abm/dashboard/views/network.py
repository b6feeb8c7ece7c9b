"""The network of a month; whoever has a place keeps it, and newcomers stand on the rim."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from abm.dashboard.views.markup import Markup, line, picture, tag, words
from abm.figures.network import EDGES, NAMED, layout, present, room_for
from abm.figures.style import CAMP, CLOUD, short
from abm.record.graph import graph

if TYPE_CHECKING:
    import networkx as nx

    from abm.dashboard.worlds import Worlds
    from abm.record.run import Run

    Graph = nx.MultiDiGraph[str]

Spot = NDArray[np.float64]

RIM, GAP = 1.14, 0.15
"""Radius of the first ring of newcomers, and the distance between spots, in the layout's units."""

CROWDED = 520.0
"""Pixels of width up to which only half as many labs are named."""

RINGS = 3
"""Rings that are prepared: room for more newcomers than a market has rows."""


class Places:
    """Where everybody stands: computed once, from the network of the first month.

    Args:
        run: the tables of a world after its first month.
    """

    def __init__(self, run: Run) -> None:
        self.spots: dict[str, Spot] = dict(layout(run))
        self._free = [spot for ring in range(RINGS) for spot in _ring(RIM + GAP * ring)]

    def seat(self, network: Graph) -> None:
        """Give newcomers the free spot on the rim that is nearest to those they deal with."""
        for node in sorted(network.nodes):
            if node in self.spots or not self._free:
                continue
            near = [
                self.spots[other] for other in _neighbours(network, node) if other in self.spots
            ]
            aim = np.mean(near, axis=0) if near else np.array([0.0, 1.0])
            distances = [float(np.hypot(*(spot - aim * RIM))) for spot in self._free]
            self.spots[node] = self._free.pop(int(np.argmin(distances)))


def _ring(radius: float) -> list[Spot]:
    number = int(2 * math.pi * radius / GAP)
    turns = np.arange(number) * 2 * math.pi / number
    return list(radius * np.stack([np.cos(turns), np.sin(turns)], axis=1))


def _neighbours(network: Graph, node: str) -> list[str]:
    return [*network.successors(node), *network.predecessors(node)]


def view(worlds: Worlds, number: int, places: Places, width: float) -> Markup:
    """The network of one world.

    Args:
        worlds: what is played.
        number: 0 for the first world, 1 for the second.
        places: where everybody stands, the same in both worlds.
        width: pixels that there are.
    """
    network = graph(worlds.runs[number])
    places.seat(network)
    shown = [
        node
        for node, data in network.nodes(data=True)
        if present(network, node, data) and node in places.spots
    ]
    height = min(width * 0.86, 620.0)
    edge = RIM + GAP * RINGS / 2 + 0.08
    scale = np.array([width, height]) / (2 * edge)
    spots = {node: (places.spots[node] + edge) * scale for node in shown}
    seen = network.subgraph(shown)
    return picture(
        width,
        height,
        _told(seen),
        _edges(seen, spots),
        [_node(network.nodes[node], spots[node]) for node in shown],
        _names(network, shown, spots, width),
    )


def _told(network: Graph) -> str:
    counts = dict.fromkeys(EDGES, 0)
    for _, _, edge in network.edges(data=True):
        if edge["kind"] in counts:
            counts[edge["kind"]] += 1
    said = ", ".join(f"{number} times {EDGES[kind]['label']}" for kind, number in counts.items())
    return f"Network of {network.number_of_nodes()} labs and clouds: {said}."


def _edges(network: Graph, spots: dict[str, Spot]) -> list[Markup]:
    """Lines, the kinds one above the other."""
    return [
        line(
            *(float(x) for x in spots[source]),
            *(float(x) for x in spots[target]),
            stroke=look["color"],
            stroke_width=look["lw"],
            stroke_opacity=f"{look['alpha']}",
        )
        for kind, look in EDGES.items()
        for source, target, edge in network.edges(data=True)
        if edge["kind"] == kind
    ]


def _half(data: dict[str, Any]) -> float:
    """Half the width in pixels: the area of a lab is in proportion to its use."""
    return (
        9.0 if data["kind"] == "cloud" else math.sqrt(16.0 + 1000.0 * float(data.get("use", 0.0)))
    )


def _node(data: dict[str, Any], spot: Spot) -> Markup:
    x, y = (float(value) for value in spot)
    half = _half(data)
    if data["kind"] == "cloud":
        title = tag("title", f"{data['name']}: cloud")
        return tag("rect", title, x=x - half, y=y - half, width=2 * half, height=2 * half,
                   fill=CLOUD, class_="node")  # fmt: skip
    title = tag("title", f"{data['name']}: {data['camp']} lab, {data.get('use', 0.0):.1%} of use")
    return tag("circle", title, cx=x, cy=y, r=half, fill=CAMP[data["camp"]], class_="node")


def _names(network: Graph, shown: list[str], spots: dict[str, Spot], width: float) -> list[Markup]:
    """Names of the clouds and of the labs most in use, where they find room."""
    clouds = [node for node in shown if network.nodes[node]["kind"] == "cloud"]
    labs = sorted(
        (node for node in shown if network.nodes[node]["kind"] == "lab"),
        key=lambda node: -float(network.nodes[node].get("use", 0.0)),
    )
    named = [*clouds, *labs[: NAMED if width > CROWDED else NAMED // 2]]
    discs = {
        node: np.concatenate([spots[node], [_half(network.nodes[node])] * 2]) for node in named
    }
    taken = list(discs.values())
    drawn = []
    for node in named:
        text = short(network.nodes[node]["name"])
        box = room_for(text, discs[node], taken)
        if box is not None:
            taken.append(box)
            bold = "node-name cloud" if node in clouds else "node-name"
            drawn.append(
                words(float(box[0]), float(box[1]) + 4, text, class_=bold, text_anchor="middle")
            )
    return drawn


def legend() -> Markup:
    """What discs, squares and lines mean."""
    discs = [
        tag("li", tag("span", class_="disc", style=f"background:{CAMP[camp]}"), f"{camp} lab")
        for camp in ("open", "closed")
    ]
    cloud = tag("li", tag("span", class_="square", style=f"background:{CLOUD}"), "cloud")
    lines = [
        tag("li", tag("span", class_="bar", style=f"background:{look['color']}"), look["label"])
        for look in reversed(EDGES.values())
    ]
    size = tag("li", "(area: share of use)")
    return tag("ul", discs, cloud, size, lines, class_="key")
