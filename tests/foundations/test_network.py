"""The network: mirrors that follow every change of the graph, and small worlds from uniforms."""

import io
from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abm import network as net
from abm.network import MarketNetwork, Ties, small_world

LABS = 5
KINDS = (net.KNOWS, *net.THROUGH_APIS)


def graph() -> MarketNetwork:
    network = MarketNetwork()
    for row in range(LABS):
        network.add_node(net.lab_node(row), kind="lab", row=row)
    for row in range(2):
        network.add_node(net.cloud_node(row), kind="cloud", row=row)
    return network


def from_the_graph(network: MarketNetwork, kind: str) -> np.ndarray:
    """Access at labs as the graph itself tells it."""
    access = np.zeros(LABS if kind in net.THROUGH_APIS else (LABS, LABS))
    for u, v, key, data in network.edges(keys=True, data=True):
        if key == kind:
            ends = [network.nodes[end]["row"] for end in (u, v) if end != net.APIS]
            access[tuple(ends)] = data.get("weight", 1.0)
    return access


def standing(network: MarketNetwork) -> dict[tuple[str, str, str], float]:
    """Relations that are there now, with their weights, as the array of weights tells it."""
    known = zip(network.relations, network.weights().tolist(), strict=True)
    return {relation: weight for relation, weight in known if not np.isnan(weight)}


rows = st.integers(0, LABS - 1)
changes = st.lists(
    st.tuples(
        st.sampled_from(["link", "drop", "sell", "clear", "read"]),
        rows,
        rows,
        st.sampled_from(KINDS),
        st.floats(0.1, 1.0),
    ),
    max_size=30,
)


@settings(deadline=None, derandomize=True)
@given(changes)
def test_the_mirror_follows_every_change(
    story: list[tuple[str, int, int, str, float]],
) -> None:
    network = graph()
    for act, a, b, kind, weight in story:
        if act == "link":
            network.link(a, b, weight)
        elif act == "drop":
            network.drop(net.lab_node(a), net.lab_node(b), kind)
        elif act == "sell":
            network.set_edge(net.lab_node(a), net.APIS, net.DISTILS, there=weight > 0.5)
            network.set_edge(net.APIS, net.lab_node(b), net.SERVES, there=weight > 0.3)
        elif act == "clear":
            network.clear_edges()
        else:
            network.access(kind, LABS)
    for kind in KINDS:
        assert (network.access(kind, LABS) == from_the_graph(network, kind)).all()
    edges = network.edges(keys=True, data="weight", default=1.0)
    assert standing(network) == {(u, v, kind): weight for u, v, kind, weight in edges}


@pytest.mark.parametrize(
    "change",
    [
        lambda network: network.remove_nodes_from([net.lab_node(1)]),
        lambda network: network.remove_edges_from(list(network.edges(keys=True))[:2]),
        lambda network: network.remove_edge(net.lab_node(0), net.lab_node(1)),
        lambda network: network.add_edges_from(
            [(net.lab_node(3), net.lab_node(4), net.KNOWS, {"weight": 0.3})]
        ),
        lambda network: network.update(
            edges=[(net.lab_node(3), net.lab_node(4), net.KNOWS, {"weight": 0.3})]
        ),
        lambda network: network.clear_edges(),
    ],
    ids=["remove nodes", "remove edges", "remove any edge", "add edges", "update", "clear edges"],
)
def test_the_mirror_follows_every_method_of_networkx(
    change: Callable[[MarketNetwork], None],
) -> None:
    network = graph()
    for a, b in ((0, 1), (1, 2), (2, 0), (3, 1)):
        network.link(a, b, 0.5)
    network.access(net.KNOWS, LABS)
    change(network)
    assert (network.access(net.KNOWS, LABS) == from_the_graph(network, net.KNOWS)).all()


def test_a_copy_has_the_same_mirror_and_leads_its_own_life() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    copied = network.copy()
    assert (copied.access(net.KNOWS, LABS) == network.access(net.KNOWS, LABS)).all()
    copied.link(1, 2, 0.7)
    assert network.access(net.KNOWS, LABS)[1, 2] == 0.0


def test_the_weights_keep_their_place_when_a_relation_goes_and_returns() -> None:
    network = graph()
    for row in range(1, LABS):
        network.link(0, row, 0.1 * row)
    network.drop(net.lab_node(0), net.lab_node(2), net.KNOWS)
    assert np.isnan(network.weights()).tolist() == [False, True, False, False]
    network.link(0, 2, 0.9)
    assert network.weights().tolist() == pytest.approx([0.1, 0.9, 0.3, 0.4])


def test_more_relations_than_were_foreseen_fit() -> None:
    network, many = MarketNetwork(), 40
    for row in range(many):
        network.add_node(net.lab_node(row), kind="lab", row=row)
    for learner in range(many):
        for teacher in range(many):
            network.link(learner, teacher, 0.5)
    assert np.nansum(network.weights()) == 0.5 * many * (many - 1)
    assert network.access(net.KNOWS, many).sum() == 0.5 * many * (many - 1)


def test_a_link_is_strengthened_never_weakened() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    network.link(0, 1, 0.4)
    assert network.access(net.KNOWS, LABS)[0, 1] == 0.7
    network.link(0, 1, 0.9)
    assert network.access(net.KNOWS, LABS)[0, 1] == 0.9


def test_a_link_points_from_learner_to_teacher() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    assert network.access(net.KNOWS, LABS)[1, 0] == 0.0


def test_a_lab_does_not_learn_from_itself_or_from_nobody() -> None:
    network = graph()
    network.link(2, 2, 1.0)
    network.link(2, 99, 1.0)
    assert network.number_of_edges() == 0


def test_removing_a_lab_removes_its_rows_from_the_mirror() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    network.link(2, 0, 0.7)
    assert network.access(net.KNOWS, LABS).any()
    network.remove_node(net.lab_node(0))
    assert not network.access(net.KNOWS, LABS).any()


def test_edges_of_other_kinds_carry_no_knowledge() -> None:
    network = graph()
    network.add_edge(net.lab_node(0), net.lab_node(1), key=net.BUILDS_ON)
    network.add_edge(net.cloud_node(0), net.lab_node(1), key=net.HOSTS)
    assert not network.access(net.KNOWS, LABS).any()
    assert (net.cloud_node(0), net.lab_node(1), net.HOSTS) in network.relations


def test_social_ties_are_no_relations_of_firms() -> None:
    network = graph()
    network.add_edges_from([("community-0", "community-1", net.TIES)])
    assert network.relations == []


def test_attributes_edited_by_hand_count_after_a_touch() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    network.access(net.KNOWS, LABS)
    network[net.lab_node(0)][net.lab_node(1)][net.KNOWS]["weight"] = 0.2
    network.touch()
    assert network.access(net.KNOWS, LABS)[0, 1] == 0.2


def test_the_network_exports_to_graphml() -> None:
    network = graph()
    network.link(0, 1, 0.7)
    target = io.BytesIO()
    nx.write_graphml(network, target)
    target.seek(0)
    again = nx.read_graphml(target, force_multigraph=True)
    assert set(again.nodes) == set(network.nodes)
    assert again.number_of_edges() == 1


worlds = st.tuples(
    st.integers(1, 40), st.integers(0, 12), st.floats(0, 1), st.integers(0, 2**32 - 1)
)


@settings(deadline=None, derandomize=True)
@given(worlds)
def test_small_worlds_have_no_loops_and_no_doubles(world: tuple[int, int, float, int]) -> None:
    n, degree, rewiring, seed = world
    rng = np.random.default_rng(seed)
    half = max(degree // 2, 1)
    draws = rng.random((2, n, half))
    source, target = small_world(n, degree, draws[0], draws[1], rewiring)
    assert (source < target).all()
    assert np.unique(source * n + target).size == source.size
    assert source.size <= n * (degree // 2)


@pytest.mark.parametrize(("n", "degree"), [(10, 2), (20, 4), (50, 8)])
def test_without_rewiring_a_small_world_is_the_ring_lattice(n: int, degree: int) -> None:
    draws = np.random.default_rng(1).random((2, n, degree // 2))
    source, target = small_world(n, degree, draws[0], draws[1], rewiring=0.0)
    found = {frozenset(edge) for edge in zip(source.tolist(), target.tolist(), strict=True)}
    expected = {frozenset(edge) for edge in nx.watts_strogatz_graph(n, degree, 0.0).edges}
    assert found == expected


def test_full_rewiring_spreads_targets_evenly() -> None:
    """Chi-square over the ring distance of 40,000 ties; false-alarm rate 1e-4, seed fixed."""
    from scipy import stats

    n, half = 20_000, 2
    draws = np.random.default_rng(2).random((2, n, half))
    source, target = small_world(n, 2 * half, draws[0], draws[1], rewiring=1.0)
    distance = (target - source) % n
    bins = np.histogram(np.minimum(distance, n - distance), bins=20, range=(0.5, n / 2 + 0.5))[0]
    assert stats.chisquare(bins).pvalue > 1e-4
    near = small_world(n, 2 * half, draws[0], draws[1], rewiring=0.8)
    distance = (near[1] - near[0]) % n
    bins = np.histogram(np.minimum(distance, n - distance), bins=20, range=(0.5, n / 2 + 0.5))[0]
    assert stats.chisquare(bins).pvalue < 1e-4


def averages(ties: Ties, values: np.ndarray, stretches: int = 1) -> list[float]:
    """Averages of one value of every node."""
    found = [ties.around(stretch, values[:, None])[:, 0] for stretch in range(stretches)]
    return np.concatenate(found).tolist()


def test_averages_are_over_neighbours_who_count() -> None:
    source, target = np.array([0, 0, 1]), np.array([1, 2, 2])
    values, ring = np.array([10.0, 20.0, 40.0, 80.0]), np.arange(4)
    everyone = Ties(ring, source, target, np.ones(4))
    assert averages(everyone, values) == [30.0, 25.0, 15.0, 0.0]
    without_the_last = Ties(ring, source, target, np.array([1.0, 1.0, 0.0, 0.0]))
    assert averages(without_the_last, values) == [20.0, 10.0, 15.0, 0.0]
    half_their_own = Ties(ring, source, target, np.ones(4), own=0.5)
    assert averages(half_their_own, values) == [20.0, 22.5, 27.5, 40.0]


@pytest.mark.parametrize("stretch", [1, 3, 4, 9])
def test_ties_join_the_nodes_at_places_of_the_ring(stretch: int) -> None:
    ring = np.array([2, 0, 3, 1])
    ties = Ties(ring, np.array([0, 1]), np.array([1, 2]), np.ones(4), stretch=stretch)
    assert set(zip(*(nodes.tolist() for nodes in ties.pairs()), strict=True)) == {
        (2, 0),
        (0, 2),
        (0, 3),
        (3, 0),
    }
    assert averages(ties, np.array([10.0, 20.0, 40.0, 80.0]), -(-4 // stretch)) == [
        60.0,
        0.0,
        10.0,
        10.0,
    ]


def test_where_nothing_is_on_offer_neighbours_use_nothing() -> None:
    ties = Ties(np.arange(3), np.array([0]), np.array([1]), np.ones(3), stretch=2)
    assert [ties.around(stretch, np.empty((3, 0))).shape for stretch in (0, 1)] == [(2, 0), (1, 0)]


def stakes(network: MarketNetwork, firm: str) -> dict[str, float]:
    edges = network.in_edges(firm, keys=True, data="weight")
    return {owner: weight for owner, _, kind, weight in edges if kind == net.OWNS}


def test_a_new_owner_dilutes_the_others_and_adds_to_what_it_has() -> None:
    network, firm = graph(), net.lab_node(0)
    network.buy_stake(net.cloud_node(0), firm, 0.4)
    network.buy_stake(net.cloud_node(1), firm, 0.5)
    assert stakes(network, firm) == pytest.approx({"cloud-0": 0.2, "cloud-1": 0.5})
    network.buy_stake(net.cloud_node(0), firm, 0.1)
    assert stakes(network, firm) == pytest.approx({"cloud-0": 0.28, "cloud-1": 0.45})
    network.buy_stake(None, firm, 0.5)
    assert stakes(network, firm) == pytest.approx({"cloud-0": 0.14, "cloud-1": 0.225})


def test_who_buys_all_of_a_firm_leaves_nothing_to_others() -> None:
    network, firm = graph(), net.lab_node(0)
    network.link(1, 0, 0.3)
    network.buy_stake(net.cloud_node(0), firm, 0.4)
    network.buy_stake(net.lab_node(2), firm, 1.0)
    assert stakes(network, firm) == {net.lab_node(2): 1.0}
    assert standing(network)[net.lab_node(1), firm, net.KNOWS] == 0.3
