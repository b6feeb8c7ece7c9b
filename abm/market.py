"""The market: a Mesa model that walks one tuple of phases a month."""

from collections.abc import Callable, Iterable
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from abm import garbage
from abm import network as net
from abm.agents import board
from abm.agents.archive import Archive
from abm.agents.blocks import Block
from abm.agents.cloud import CloudHost
from abm.agents.columns import Numbers
from abm.agents.fields import Fields
from abm.agents.lab import ClosedLab, Lab, OpenLab
from abm.agents.offer import CLOSED, OPEN
from abm.agents.shelf import Shelf
from abm.agents.stages import BUILDING
from abm.computable import computable
from abm.errors import AbmError
from abm.ledger import CUSTOMERS, GOVERNMENT, Account, Ledger
from abm.mechanisms import capability, capital, community, knowledge, post_training, race
from abm.mechanisms import demand as choice
from abm.mechanisms.support import STEPS
from abm.phases import PHASES, Phase, demand, pressure
from abm.phases.outlook import Outlook
from abm.policy.composing import Acting, acting
from abm.population import Segments, begin, populate, tables
from abm.record.events import Event
from abm.record.tables import MesaCollector, Recorder
from abm.rules import Rules
from abm.scenario import Scenario
from abm.streams import Streams, seed_of

if TYPE_CHECKING:
    from abm.record.run import Run

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
LUCK = ("slip", "run outcome", "progress", "suit", "round")
"""Streams from which every lab has one draw a month."""


class Market(garbage.AloneInMemory, mesa.Model):
    """The market for large language models, month by month.

    Args:
        scenario: a scenario, or the name or path of one.
        seed: names the world; equal seeds give equal worlds.
        policies: texts of policies, or functions of the market, which are called with it at the
            start of every month; a single one may stand alone.
        rng: the seed under the name that Mesa's own tools use.

    Raises:
        ScenarioError: if the scenario is not valid, or lacks what a policy names.
        AbmError: if seed or policies are none.

    Attributes:
        month: index of the current month, 0 for the first.
        phases: the month in order, `PHASES` unless somebody watches them.
        labs, clouds, communities, offers: tables, one array per column.
        network: the networkx graph of all slow relations.
        rules: what policies in force prescribe, permit and grant this month.
        ledger: the double-entry books of the month.
        archive: what labs knew in earlier months, kept under policies.
        standings: standing of each lab's best model at the frontier, (labs,).
        cosine, ease: overlap of the labs' fields, and of learning, (labs, labs), changed in place.
        luck: uniforms of the month, (labs,) by stream of `LUCK`, NaN for those who are gone.
        round_hazard: chance that a round attempt of each lab would close this month, (labs,).
        leaving: communities that reconsider their home cloud, by month, as far as they are drawn.
        shelf: what is on the market, none if that has changed since it was last looked at.
        events: what happened, with reasons.
    """

    shelf: Shelf | None = None
    # Mesa 3.5 has a property of this name, and would write its model into what is set.
    scenario: Scenario = None  # type: ignore[assignment]

    @garbage.paused()
    def __init__(
        self,
        scenario: Scenario | str = "status-quo-2023",
        seed: int | None = None,
        policies: str | Acting | Iterable[str | Acting] = (),
        rng: int | None = None,
    ) -> None:
        self.seed = seed_of(rng if seed is None else seed)
        super().__init__(rng=self.seed)
        self.scenario = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
        self.policies = acting(policies, self.scenario)
        self.phases: tuple[Phase, ...] = PHASES
        self.streams = Streams(self.seed)
        self.agent_numbers = Numbers()
        self.month = 0
        self.climate = self.scenario.capital.start_climate
        self.legal_regime = 0
        self.events: list[Event] = []
        self.exits = 0.0
        self.frontier_path: list[float] = []
        self.names: list[str] = []
        self.cloud_names = [cloud.name for cloud in self.scenario.clouds]
        self.pending_deals: list[Any] = []
        self.fiscal_cost = 0.0
        self.granted = np.zeros(self.scenario.entry.max_labs)
        self.contributed = 0.0
        self.founders = 0.0
        self.talent_pool = self.scenario.talent.pool
        self.dearest_run = 0.0
        self.farm_use = np.zeros(self.scenario.entry.max_labs)
        self.pressure = np.zeros((0, 0))
        self.leaving: dict[int, tuple[Rows, Floats]] = {}

        self.segments = Segments.of(self.scenario)
        self.labs, self.offers, self.clouds, self.communities = tables(self.scenario)
        # Of each line: the lab, and whether it offers weights.
        self.lab_of_line, camp = np.divmod(np.arange(self.offers.rows), 2)
        self.open_line = camp == OPEN
        self.fields = Fields(self.labs.focus)
        self.cosine, self.ease = self.fields.cosine, self.fields.ease
        self.network = net.MarketNetwork()
        self.blocks: list[Block] = []
        self.ties: net.Ties
        self.developer_ties: net.Ties
        # For a copy of what communities use: without it, memory is asked for anew every month.
        self.room: NDArray[np.floating[Any]]
        self.rules = Rules(
            {
                "camp": 2,
                "lab": self.labs.rows,
                "component": self.labs.disclosure.shape[1],
                "domain": self.labs.theta.shape[1],
                "cloud": self.clouds.rows,
                "segment": self.segments.count,
                "step": STEPS,
            }
        )
        self.ledger = Ledger(
            Account("L", self.labs.cash),
            Account("C", self.clouds.cash),
            self.scenario.ledger.enabled,
            self.scenario.ledger.tolerance,
        )
        self.archive = Archive()
        self.outlook = Outlook.empty(self)
        self._lab_agents: dict[int, Lab] = {}
        with computable(self.scenario, self.month):
            populate(self)
            self.derive()
            demand.settle_in(self)
            pressure.settle_in(self)
            begin(self)
            self.round_hazard = board.round_hazard(self, board.ranks(self))
        self.recorder = Recorder(self)
        # Mesa's own tools (batch_run, visualisation) read the market table through this.
        self.datacollector = MesaCollector(self.recorder)

    # -- the month ---------------------------------------------------------------------------

    def step(self) -> None:
        """Play the next month, phase by phase; there must be one."""
        if self.month >= self.scenario.months:
            raise AbmError(f"months={self.month}: all have been played")
        with computable(self.scenario, self.month):
            for phase in self.phases:
                phase.run(self)
        self.month += 1
        self.running = self.month < self.scenario.months

    @garbage.paused()
    def run(self, progress: Callable[["Market"], None] | None = None) -> "Run":
        """Play all remaining months.

        Args:
            progress: called after every month.

        Returns:
            The finished run: tables, events, manifest.
        """
        while self.month < self.scenario.months:
            self.step()
            if progress is not None:
                progress(self)
        return self.recorder.finish(self)

    # -- who is who --------------------------------------------------------------------------

    def lab_at(self, row: int) -> Lab:
        """Agent of a lab's row."""
        return self._lab_agents[row]

    def seat(self, lab: Lab) -> None:
        """Note which agent holds a row, and under which name."""
        self._lab_agents[lab.row] = lab
        while len(self.names) <= lab.row:
            self.names.append("")
        self.names[lab.row] = lab.name

    @property
    def living(self) -> NDArray[np.int64]:
        """Rows of the labs in business."""
        return self.labs.alive.nonzero()[0]

    @cached_property
    def hosts(self) -> list[CloudHost]:
        """The clouds, by row."""
        clouds: list[CloudHost] = list(self.agents_by_type.get(CloudHost, []))
        return sorted(clouds, key=lambda cloud: cloud.row)

    def log(self, kind: str, actor: str, counterpart: str, amount: float, reason: Any) -> None:
        """Record an event with its machine-readable reason."""
        self.events.append(Event(self.month, kind, actor, counterpart, float(amount), reason))

    # -- derived columns, refreshed once a month ----------------------------------------------

    def derive(self) -> None:
        """Refresh what many decisions of the month read."""
        s, labs, offers, segments = self.scenario, self.labs, self.offers, self.segments
        month, domains = self.month, labs.theta.shape[1]
        live = offers.live.nonzero()[0]
        self.frontier = (
            np.maximum.reduce(offers.theta.take(live, axis=0))
            if live.size
            else np.full(domains, s.segments[0].requirement)
        )
        domain_value = (segments.budget * segments.adoption) @ segments.needs
        self.domain_value = domain_value / max(fsum(domain_value.tolist()), 1e-12)
        self.required = choice.required(s.demand, segments.requirement, month)
        self.good_enough = choice.good_enough(
            s.demand, segments.requirement, segments.headroom, month
        )
        self.owns_hardware = labs.owned | (labs.gpu_farm > 0) | (labs.exclusive >= 0)
        self.flop_per_musd = capability.compute_price(s.capability, month, self.owns_hardware)
        last_cost = labs.last_cost * labs.alive
        self.ticket = race.entry_ticket(s.race, last_cost, labs.last_planned, month)
        self.downloadable = live[live % 2 == OPEN]
        # Only open models that are out carry contributions.
        self.contribution_gain = np.zeros(offers.contributions.shape)
        carried = offers.contributions.take(self.downloadable, axis=0)
        self.contribution_gain[self.downloadable] = community.gain(s.community, carried)
        # Labs without a product count as those of a segment before the first.
        self.seats_taken = np.bincount(labs.product_segment + 1, labs.seats, segments.count + 1)[1:]
        self.pending_suits = int(np.count_nonzero(labs.suit_left > 0))
        self.fields.follow(labs.focus)
        self.ability = knowledge.absorptive_capacity(s.knowledge, labs.researchers)
        self.data_gain = capability.data_gain(s.capability, labs.data)
        evenly = np.full(domains, 1 / domains)
        self.data_quality = self.data_gain @ evenly
        self.post_training_gain = post_training.gain(s.post_training, labs.comparisons) @ evenly
        bought = board.lately_bought(self)
        self.kill_zone = capital.kill_zone(bought, self.outlook.lab_use, self.cosine)
        living, self.standings = self.living, np.zeros(labs.rows)
        self.standings[living] = self.standing(labs.theta.take(living, axis=0))
        labs.value = labs.alive * capital.valuation(
            s.capital, self.climate, labs.revenue_year, labs.researchers, self.standings
        )
        drawn = np.full((len(LUCK), labs.rows), np.nan)
        drawn[:, living] = self.streams.joint(LUCK, labs.key[living], month)
        self.luck = dict(zip(LUCK, drawn, strict=True))

    def standing(self, theta: Floats) -> Any:
        """Standing relative to the frontier, weighted by what the domains are worth."""
        return capital.standing(capital.nearness(theta, self.frontier), self.domain_value)

    def reconsiders(self) -> Floats:
        """Share of its use that each segment reconsiders in a month, shape (segments,).

        Friction is how long customers stay: half of it, and they come back twice as often.
        """
        hazard = self.segments.hazard
        return np.minimum(hazard / self.rules.friction, 1.0) if self.policies else hazard

    def access(self) -> Floats:
        """Weights of the learning edges, (learner, teacher)."""
        return self.network.access(net.KNOWS, self.labs.rows)

    # -- what agents do to the world ----------------------------------------------------------

    def put_on_market(self, rows: Rows, line: Rows, month: int) -> None:
        """Release the best models of labs, each on one of its lines."""
        labs, offers = self.labs, self.offers
        first, taken = line[~offers.live[line]], labs.model_base[rows]
        offers.first_released[first] = month
        offers.released[line] = month
        offers.live[line] = True
        for name in ("theta", "base", "focus", "log_compute"):
            offers.arrays[name][line] = labs.arrays[name].take(rows, axis=0)
        offers.built_on[line] = taken
        offers.owner[line] = np.where(taken >= 0, offers.owner[taken], rows)
        inherited = np.where(taken >= 0, offers.licence[taken], 0)
        offers.licence[line] = np.maximum(labs.licence[rows], inherited)
        offers.version[line] += 1
        self.shelf = None

    def post_trained(self, base: Floats, stock: Floats, focus: Floats) -> Floats:
        """Capability of base models with the feedback given: theta = base + f + n."""
        s = self.scenario
        gain = post_training.total_gain(s.post_training, s.capability, stock, focus)
        return base + gain

    def refresh_distillation(self, row: int) -> None:
        """Set a lab's edges to and from the market for APIs: open labs learn, sellers teach."""
        able = bool(self.labs.alive[row]) and self.scenario.knowledge.distillation > 0
        node, network = net.lab_node(row), self.network
        learns = able and not self.labs.closed[row]
        teaches = able and bool(self.offers.live[2 * row + CLOSED])
        network.set_edge(node, net.APIS, net.DISTILS, there=learns)
        network.set_edge(net.APIS, node, net.SERVES, there=teaches)

    def pay_public(self, kind: str, payee: Account, amount: Any, rows: Any = None) -> None:
        """Pay public money, USD m, and count it."""
        self.ledger.pay(kind, GOVERNMENT, payee, amount, None, rows)
        self.fiscal_cost += float(np.sum(amount))

    def answer_for(self, rows: NDArray[np.int64]) -> None:
        """Charge labs the damages that a release in their camp must be expected to do to users."""
        if not (self.policies and np.count_nonzero(self.rules.liability)):
            return
        due = self.rules.now("liability", self.labs.closed)[rows]
        self.ledger.pay("liability", self.ledger.labs, CUSTOMERS, due, rows)

    def collect_public(self, kind: str, payer: Account, amount: Any, rows: Any = None) -> None:
        """Collect money for the state, USD m, and count it against what it spends."""
        self.ledger.pay(kind, payer, GOVERNMENT, amount, rows)
        self.fiscal_cost -= float(np.sum(amount))

    def start_product(self, lab: Lab, segment: int) -> None:
        """Begin to build a product for a segment."""
        p = self.scenario.product
        lab.product_segment = segment
        lab.product_stage, lab.product_left = BUILDING, p.build_months
        self.ledger.pay("product", self.ledger.labs, Account("W"), p.launch_cost, lab.row)

    def change_camp(self, lab: Lab, *, closed: bool, reason: dict[str, Any]) -> Lab:
        """Let a lab release in the other way from now on; row, books and history stay.

        Weights that are out stay out; a closed line gives way when the model is opened.
        """
        successor = (ClosedLab if closed else OpenLab)(self, lab.table, lab.row, lab.name)
        successor.failed_rounds = lab.failed_rounds
        lab.remove()
        self.seat(successor)
        successor.closed = closed
        successor.disclosure[0] = 0.0 if closed else 1.0
        self.log("camp_change", lab.name, "", float(closed), reason)
        if self.offers.live[2 * lab.row : 2 * lab.row + 2].any():
            self.move_line(successor)
        self.refresh_distillation(lab.row)
        return successor

    def move_line(self, lab: Lab) -> None:
        """Offer the current model in the way of the new camp."""
        offers, line = self.offers, lab.line
        other = 2 * lab.row + (OPEN if lab.closed else CLOSED)
        self.put_on_market(np.array([lab.row]), np.array([line]), self.month)
        self.answer_for(np.array([lab.row]))
        if line % 2 == OPEN and offers.live[other]:
            self.hand_users(other, line)
            self.withdraw(other)

    def withdraw(self, line: int) -> None:
        """Take a line off the market: its users go back to what they did before."""
        offers = self.offers
        offers.live[line], offers.price[line], self.shelf = False, 0.0, None
        for k in np.flatnonzero(offers.listed[line]).tolist():
            self.unlist(k, line)
        for use in (self.communities.use, self.outlook.used):
            use[..., line] = 0.0

    def hand_users(self, line: int, to: int) -> None:
        """Let those who use a line use another as well, as much as they used it."""
        for use in (self.communities.use, self.outlook.used):
            use[..., to] += use[..., line]

    def list_offer(self, cloud: int, line: int) -> None:
        """Open a managed listing: offer, slot and edge."""
        self.offers.listed[line, cloud] = True
        self.offers.listed_since[line, cloud] = self.month
        self.clouds.slots[cloud] = np.count_nonzero(self.offers.listed[:, cloud])
        self.network.join(net.cloud_node(cloud), net.lab_node(line // 2), net.HOSTS)
        neighbours = np.flatnonzero(self.offers.listed[:, cloud]) // 2
        for other in neighbours[neighbours != line // 2].tolist():
            self.meet(line // 2, other)

    def meet(self, one: int, other: int) -> None:
        """Open a weak learning edge both ways: shared customers and shared code bring contacts."""
        contact = self.scenario.knowledge.contact
        if self.labs.alive[one] and self.labs.alive[other]:
            self.network.link(one, other, contact)
            self.network.link(other, one, contact)

    def unlist(self, cloud: int, line: int) -> None:
        """Close a managed listing."""
        self.offers.listed[line, cloud] = False
        self.offers.royalty[line, cloud] = 0.0
        self.clouds.slots[cloud] = np.count_nonzero(self.offers.listed[:, cloud])
        if not self.offers.listed[line ^ 1, cloud]:
            self.network.drop(net.cloud_node(cloud), net.lab_node(line // 2), net.HOSTS)
