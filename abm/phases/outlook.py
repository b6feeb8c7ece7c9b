"""The market of the month as customers see it and as sellers measure it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from abm.mechanisms import demand as d

if TYPE_CHECKING:
    from abm.market import Market

Floats = NDArray[np.float64]


@dataclass
class Outlook:
    """The market of the month as customers see it and as sellers measure it.

    It is made of what is on offer. What that is worth to mean customers is added before customers
    choose, and what they spend afterwards.

    Attributes:
        rows: offers on the market, open ones first, shape (offers on sale,).
        nests: which of them hang together.
        fit: fitness by segment, offer on sale and domain.
        hosts: choice among hosts.
        sibling: log price of the sibling bought over the flagship's, (segments, offers on sale).
        mean_fit: fitness for each segment's mean customer, (segments, offers on sale).
        odds: what each offer adds to its camp's pull on a segment's mean customer,
            (segments, offers).
        lineage_rest: pull of the rest of its lineage, (segments, offers).
        totals: sum of the odds by nest, (segments, 2).
        taste_totals: the same without the network term: what the models alone are worth.
        in_play: monthly spending at stake by segment, USD m.
        in_play_ahead: the same at the end of a lab's planning horizon, by the present diffusion.
        shares: share of each segment's spending that goes to each offer, (segments, offers).
        royalties: what hosts owe for each offer, by segment, (segments, offers), USD m a month.
        used: what communities use by segment, weighted by size and by budget,
            (2, segments, offers). It follows users who are handed on during the month.
        lab_use: use share by lab, over all communities.
        way_spend: monthly spending by offer and way, (offers, ways), USD m.
        tokens: monthly tokens by offer, millions of millions.
        cloud_spend: monthly spending of each cloud's customers by offer, (clouds, offers), USD m.
        cloud_ahead: the same on average over the planning horizon, if shares stay.
        cloud_reconsidered: the part of it that customers will have reconsidered.
        direct_revenue: labs' own interface, by offer, USD m a month.
        unlicensed: share of its profit that a host without a licence would keep, by offer, as it
            was when customers chose.
        log_sum: worth of the choice to each segment's mean customer under mandates, utils; none
            without, when the totals tell it.
        taste_log_sum: the same without the network term.
    """

    rows: NDArray[np.int64]
    nests: d.Nests
    fit: Floats
    hosts: d.Hosts
    sibling: Floats
    mean_fit: Floats = field(init=False)
    odds: Floats = field(init=False)
    lineage_rest: Floats = field(init=False)
    totals: Floats = field(init=False)
    taste_totals: Floats = field(init=False)
    in_play: Floats = field(init=False)
    in_play_ahead: Floats = field(init=False)
    shares: Floats = field(init=False)
    royalties: Floats = field(init=False)
    used: Floats = field(init=False)
    lab_use: Floats = field(init=False)
    way_spend: Floats = field(init=False)
    tokens: Floats = field(init=False)
    cloud_spend: Floats = field(init=False)
    cloud_ahead: Floats = field(init=False)
    cloud_reconsidered: Floats = field(init=False)
    direct_revenue: Floats = field(init=False)
    unlicensed: Floats = field(init=False)
    log_sum: Floats | None = None
    taste_log_sum: Floats | None = None

    @classmethod
    def empty(cls, market: "Market") -> "Outlook":
        """Describe a market without offers."""
        ways, clouds = d.FIRST_CLOUD + market.clouds.rows, max(market.clouds.rows, 1)
        n_seg, n_offers, n_clouds = market.segments.count, market.offers.rows, market.clouds.rows
        none = np.zeros(0, dtype=np.int64)
        outlook = cls(
            rows=none,
            nests=d.Nests.of(none, 0),
            fit=np.zeros((n_seg, 0, market.labs.theta.shape[1])),
            hosts=d.Hosts(
                value=np.zeros((n_seg, clouds, 0)),
                cheapness=np.zeros((n_seg, 0, ways)),
                convenience=np.zeros((n_seg, clouds, ways)),
                total=np.zeros((n_seg, clouds, 0)),
                price=np.zeros((0, ways)),
            ),
            sibling=np.zeros((n_seg, 0)),
        )
        outlook.mean_fit = np.zeros((n_seg, 0))
        outlook.odds, outlook.lineage_rest = np.zeros((2, n_seg, n_offers))
        outlook.shares, outlook.royalties = np.zeros((2, n_seg, n_offers))
        outlook.totals, outlook.taste_totals = np.zeros((2, n_seg, 2))
        outlook.in_play = market.segments.budget * market.segments.adoption / 12
        outlook.in_play_ahead = outlook.in_play
        outlook.used = np.zeros((2, n_seg, n_offers))
        outlook.lab_use = np.zeros(market.labs.rows)
        outlook.way_spend = np.zeros((n_offers, ways))
        outlook.tokens, outlook.direct_revenue = np.zeros((2, n_offers))
        spending = np.zeros((3, n_clouds, n_offers))
        outlook.cloud_spend, outlook.cloud_ahead, outlook.cloud_reconsidered = spending
        outlook.unlicensed = np.ones(n_offers)
        return outlook

    @cached_property
    def best_fit(self) -> Floats:
        """Fitness of the best model on offer for each segment's mean customer."""
        best: Floats = np.maximum.reduce(self.mean_fit, axis=1, initial=0.0)
        return best

    def seats_by_lab(self, market: "Market") -> tuple[Floats, Floats]:
        """Seats that use the lab's models through its own interface and through other hosts.

        API spending is converted into seats at the dearest segment's revenue per seat: a dollar of
        use teaches as much whatever the channel; a host keeps most of what it sees.

        Returns:
            Two arrays (labs,), m seats.
        """
        arpu = float(np.maximum.reduce(market.segments.arpu, initial=0.0)) or 1.0
        by_lab = (self.way_spend[0::2] + self.way_spend[1::2]) / arpu
        return by_lab[:, d.DIRECT], np.add.reduce(by_lab[:, d.FIRST_CLOUD :], axis=1)
