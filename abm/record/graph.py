"""The network of one month as a networkx graph, built from the tables."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import polars as pl

from abm.network import APIS

if TYPE_CHECKING:
    from abm.record.run import Run


def graph(run: "Run", month: int | None = None) -> "nx.MultiDiGraph[str]":
    """Labs, clouds, the market for APIs, and what relates them; communities are left out.

    Nodes carry ``kind`` and ``name``, labs also ``alive``, ``camp``, ``use``, ``spend`` and
    ``capability``. Edges carry ``kind`` and ``weight``, and as a key a number of their own, for a
    GraphML file must not use one name twice.

    Args:
        run: the run.
        month: index of the month; the last one if absent.
    """
    chosen = run.market.height - 1 if month is None else month
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph(month=chosen, date=run.market["date"][chosen])
    for row in run.labs.filter(pl.col("month") == chosen).sort("row").iter_rows(named=True):
        network.add_node(f"lab-{row['row']}", **_lab(row))
    network.add_node(APIS, kind="apis", name="APIs")
    for number, cloud in enumerate(run.scenario.clouds):
        network.add_node(f"cloud-{number}", kind="cloud", name=cloud.name)
    edges = run.edges.filter(pl.col("month") == chosen).sort("kind", "source", "target")
    for number, edge in enumerate(edges.iter_rows(named=True)):
        network.add_edge(
            edge["source"],
            edge["target"],
            key=f"e{number}",
            kind=edge["kind"],
            weight=edge["weight"],
        )
    return network


def _lab(row: dict[str, Any]) -> dict[str, Any]:
    told = {name: row[name] for name in ("alive", "use", "spend", "capability")}
    return {
        "kind": "lab",
        "name": row["lab"],
        "camp": "closed" if row["closed"] else "open",
        **{name: value for name, value in told.items() if value is not None},
    }


def write_graphml(run: "Run", path: Path, month: int | None = None) -> None:
    """Write the network of a month as GraphML."""
    nx.write_graphml(graph(run, month), path)
