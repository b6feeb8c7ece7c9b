"""The network: one networkx graph that carries every slow relation of the market.

Kinds of edges (the edge key): ``knows`` (who learns from whom, weight = access), ``distils`` and
``serves`` (who learns from APIs and who sells one, by way of the node `APIS`), ``builds_on`` (whose
base model), ``hosts`` (cloud to lab), ``owns``, ``spun_off_from`` and ``ties`` (between
communities). Knowledge and data flow along the first four and nowhere else: remove the edges and
the flow stops. Flows are computed from array mirrors, which follow each change of the graph.
"""

from collections.abc import Iterable
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

KNOWS, DISTILS, SERVES, BUILDS_ON = "knows", "distils", "serves", "builds_on"
HOSTS, OWNS, SPUN_OFF_FROM, TIES = "hosts", "owns", "spun_off_from", "ties"

APIS = "apis"
"""Node of the market for APIs: who sells one sells it to all, rivals who learn from it included."""

THROUGH_APIS = (DISTILS, SERVES)
"""Kinds of edges with `APIS` at one end."""

Relation = tuple[str, str, str]
"""Source, target and kind of an edge."""


def lab_node(row: int) -> str:
    """Node of a lab."""
    return f"lab-{row}"


def cloud_node(row: int) -> str:
    """Node of a cloud."""
    return f"cloud-{row}"


def community_node(row: int) -> str:
    """Node of a community."""
    return f"community-{row}"


class MarketNetwork(nx.MultiDiGraph):  # type: ignore[type-arg]  # not generic at run time
    """A directed multigraph that knows when its relations changed.

    Learning edges point from the learner to the teacher; ``hosts`` from the cloud to the lab;
    ``owns`` from the buyer to the bought.
    """

    # What networkx keeps: attributes by node, and by kind of edge, from either end.
    _node: dict[str, dict[str, Any]]
    _adj: dict[str, dict[str, dict[str, dict[str, Any]]]]
    _pred: dict[str, dict[str, dict[str, dict[str, Any]]]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._codes: dict[Relation, int] = {}
        self._weights = np.full(256, np.nan)
        self._mirrors: dict[str, NDArray[np.float64]] = {}
        super().__init__(*args, **kwargs)
        self.add_node(APIS, kind="apis", name="APIs")

    def add_edge(  # type: ignore[override]  # as in networkx, which overrides so itself
        self, u_for_edge: Any, v_for_edge: Any, key: Any = None, **attr: Any
    ) -> Any:
        """Add an edge (as in networkx) and note it in the mirror of its kind."""
        added = super().add_edge(u_for_edge, v_for_edge, key=key, **attr)
        if key != TIES:
            kept = self._adj[u_for_edge][v_for_edge][added]
            self._note(u_for_edge, v_for_edge, added, float(kept.get("weight", 1.0)))
        return added

    def join(self, u: str, v: str, kind: str, **attr: Any) -> None:
        """Give nodes that are there an edge of a kind: as `add_edge` does, without its checks."""
        edges = self._adj[u].get(v)
        if edges is None:
            edges = self._adj[u][v] = self._pred[v][u] = {}
        edges[kind] = attr
        self._note(u, v, kind, attr.get("weight", 1.0))

    def add_communities(self, count: int) -> list[str]:
        """Add the nodes of communities: as `add_nodes_from` does, without its checks."""
        names = [community_node(row) for row in range(count)]
        node, adjacent, before = self._node, self._adj, self._pred
        for row, name in enumerate(names):
            node[name] = {"kind": "community", "row": row}
            adjacent[name], before[name] = {}, {}
        return names

    def tie(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Tie pairs of nodes that have no other edges to each other; no mirror follows ties."""
        adjacent, before = self._adj, self._pred
        for one, other in pairs:
            adjacent[one][other] = before[other][one] = {TIES: {}}

    def remove_edge(self, u: Any, v: Any, key: Any = None) -> None:
        """Remove an edge (as in networkx) and clear it in the mirror of its kind."""
        super().remove_edge(u, v, key=key)
        if key is None:
            self.touch()
        elif key != TIES:
            self._note(u, v, key, None)

    def remove_node(self, n: Any) -> None:
        """Remove a node (as in networkx) and rebuild the mirrors."""
        super().remove_node(n)
        self.touch()

    def add_edges_from(self, ebunch_to_add: Any, **attr: Any) -> Any:
        """Add edges (as in networkx, which sets their weights afterwards) and rebuild."""
        keys: Any = super().add_edges_from(ebunch_to_add, **attr)
        self.touch()
        return keys

    def remove_nodes_from(self, nodes: Any) -> None:
        """Remove nodes (as in networkx) and rebuild the mirrors."""
        super().remove_nodes_from(nodes)
        self.touch()

    def clear_edges(self) -> None:
        """Remove every edge (as in networkx) and rebuild the mirrors."""
        super().clear_edges()
        self.touch()

    def _note(self, u: str, v: str, kind: str, weight: float | None) -> None:
        """Follow one change of the graph in what is derived from it."""
        code = self._codes.setdefault((u, v, kind), len(self._codes))
        if code >= self._weights.size:
            self._weights = np.concatenate([self._weights, np.full(code, np.nan)])
        self._weights[code] = np.nan if weight is None else weight
        mirror = self._mirrors.get(kind)
        if mirror is not None:
            mirror[self._labs_of(u, v)] = weight or 0.0

    def _labs_of(self, u: str, v: str) -> Any:
        """Rows of the labs at the ends of an edge, or the row of the one lab at `APIS`."""
        nodes = self._node
        if u == APIS:
            return nodes[v]["row"]
        if v == APIS:
            return nodes[u]["row"]
        return nodes[u]["row"], nodes[v]["row"]

    def touch(self) -> None:
        """Derive everything anew from the graph; call it after editing attributes by hand."""
        self._mirrors.clear()
        self._weights[:] = np.nan
        for u, v, kind, data in self.edges(keys=True, data=True):
            if kind != TIES:
                self._note(u, v, kind, float(data.get("weight", 1.0)))

    @property
    def relations(self) -> list[Relation]:
        """Every relation among labs and clouds that was ever there, in order of appearance."""
        return list(self._codes)

    def weights(self) -> NDArray[np.float64]:
        """Present weights of `relations`; NaN for those that are gone."""
        return self._weights[: len(self._codes)].copy()

    def access(self, kind: str, rows: int) -> NDArray[np.float64]:
        """Weights of the edges of one kind at labs.

        Args:
            kind: edge key, ``knows``, ``builds_on``, ``distils`` or ``serves``.
            rows: rows of the labs' table.

        Returns:
            Access in [0, 1], zero without an edge: of learner i to teacher j, (rows, rows), or for
            edges through `APIS` of each lab to it or from it, (rows,).
        """
        if kind not in self._mirrors:
            mirror = np.zeros(rows if kind in THROUGH_APIS else (rows, rows))
            for (u, v, edge), code in self._codes.items():
                if edge == kind and not np.isnan(self._weights[code]):
                    mirror[self._labs_of(u, v)] = self._weights[code]
            self._mirrors[kind] = mirror
        return self._mirrors[kind]

    def link(self, learner: int, teacher: int, weight: float) -> None:
        """Let one lab learn from another, or strengthen the edge that is there."""
        known = self._mirrors.get(KNOWS)
        if known is not None and known[learner, teacher] >= weight > 0:
            return
        u, v = lab_node(learner), lab_node(teacher)
        if learner == teacher or u not in self._node or v not in self._node:
            return
        old = self._adj[u].get(v, {}).get(KNOWS)
        if old is None or old["weight"] < weight:
            self.join(u, v, KNOWS, weight=weight)

    def buy_stake(self, buyer: str | None, firm: str, share: float) -> None:
        """Give a buyer a share of a firm; those who own part of it are diluted by as much.

        Args:
            buyer: its node; none for one that is not in the network.
            firm: node of the firm.
            share: share of the firm that it gets, in (0, 1]; all of it leaves nothing to others.
        """
        stakes = {
            owner: (1 - share) * float(edges[OWNS].get("weight", 1.0))
            for owner, edges in self._pred[firm].items()
            if OWNS in edges
        }
        if buyer is not None:
            stakes[buyer] = stakes.get(buyer, 0.0) + share
        for owner, stake in stakes.items():
            if stake > 0:
                self.add_edge(owner, firm, key=OWNS, weight=stake)
            else:
                self.drop(owner, firm, OWNS)

    def set_edge(self, u: str, v: str, kind: str, *, there: bool) -> None:
        """Add an edge of weight one, or remove it, if it is not so already."""
        if there == (kind in self._adj[u].get(v, ())):
            return
        if there:
            self.join(u, v, kind)
        else:
            self.remove_edge(u, v, key=kind)

    def drop(self, u: str, v: str, kind: str) -> None:
        """Remove an edge if it is there."""
        if self.has_edge(u, v, key=kind):
            self.remove_edge(u, v, key=kind)


def small_world(
    n: int, degree: int, rewired: NDArray[np.float64], target: NDArray[np.float64], rewiring: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the ties of a small world (Watts & Strogatz 1998) from given uniforms.

    Args:
        n: number of nodes on the ring.
        degree: even number of neighbours before rewiring.
        rewired: uniforms (n, degree // 2): tie is rewired if below `rewiring`.
        target: uniforms (n, degree // 2): where a rewired tie goes.
        rewiring: share of rewired ties.

    Returns:
        Sources and targets of the ties, each once, without loops.
    """
    half = min(degree // 2, max(n - 1, 0) // 2)
    if half == 0:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    source = np.arange(n)[:, None]
    near = source + np.arange(1, half + 1)
    far = source + 1 + (target[:, :half] * (n - 1)).astype(np.int64)
    goal = np.where(rewired[:, :half] < rewiring, far, near) % n
    # As np.unique does, which takes ten times as long for a million.
    code = np.sort(np.minimum(source, goal) * n + np.maximum(source, goal), axis=None)
    first = np.ones(code.size, dtype=bool)
    np.not_equal(code[1:], code[:-1], out=first[1:])
    one, other = np.divmod(code[first], n)
    return one, other


class Ties:
    """Averages over neighbours, ties taken both ways.

    Args:
        ring: node at each place of the ring on which the ties were drawn, shape (nodes,).
        source: place of one end of each tie.
        target: place of the other end.
        weights: weight (nodes,) of each node as a neighbour; zero leaves it out.
        dtype: numpy type of the averages.
        stretch: number of nodes that are averaged at a time.
        own: weight of each node itself in its average, in [0, 1]; its neighbours have the rest.
    """

    def __init__(
        self,
        ring: NDArray[np.int64],
        source: NDArray[np.int64],
        target: NDArray[np.int64],
        weights: NDArray[np.float64],
        dtype: Any = np.float64,
        stretch: int = 2000,
        own: float = 0.0,
    ) -> None:
        n = ring.size
        rows, columns = np.concatenate([source, target]), np.concatenate([target, source])
        values = weights[ring[columns]]
        counts = values != 0
        rows, columns, values = rows[counts], columns[counts], values[counts]
        totals = np.bincount(rows, weights=values, minlength=n)
        scale = np.divide(1 - own, totals, out=np.zeros(n), where=totals > 0)
        values *= scale[rows]
        if own > 0:
            itself = np.arange(n)
            rows, columns = np.append(rows, itself), np.append(columns, itself)
            values = np.append(values, np.full(n, own))
        # A sum over neighbours runs along the ring, however the nodes are numbered.
        node = ring[rows]
        order = (node * n + columns).argsort()
        data = values[order].astype(dtype)
        starts = np.zeros(n + 1, dtype=np.int32)
        np.bincount(node, minlength=n).cumsum(out=starts[1:])
        neighbours = _small(ring[columns[order]])
        self.means = csr_array((data, neighbours, starts), shape=(n, n))
        parts = range(0, n, stretch)
        self._parts = [_rows(self.means, slice(at, min(at + stretch, n))) for at in parts]

    def around(self, stretch: int, values: NDArray[Any]) -> NDArray[Any]:
        """Mean of the neighbours of each node of a stretch.

        Args:
            stretch: which of the stretches.
            values: by node, shape (nodes, width).

        Returns:
            Shape (nodes of the stretch, width). Neighbours add nothing where none counts.
        """
        means: NDArray[Any] = self._parts[stretch] @ values
        return means

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Nodes that are tied, each pair in both directions."""
        one, other = self.means.nonzero()
        return one, other


def _rows(matrix: csr_array, part: slice) -> csr_array:
    """Some rows of a matrix, which share its memory."""
    if part.stop - part.start == matrix.shape[0]:
        return matrix
    starts = matrix.indptr[part.start : part.stop + 1]
    entries = slice(starts[0], starts[-1])
    inside = (matrix.data[entries], matrix.indices[entries], starts - starts[0])
    return csr_array(inside, shape=(starts.size - 1, matrix.shape[1]))


def _small(places: NDArray[np.int64]) -> NDArray[np.int32]:
    """Indices in half the memory, which sparse products read faster."""
    return places.astype(np.int32)
