"""The market of the month as customers see it and as sellers measure it."""

from dataclasses import dataclass
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

    Attributes:
        rows: offers on the market, open ones first, shape (offers on sale,).
        nests: which of them hang together.
        fit: fitness by segment, offer on sale and domain.
        mean_fit: fitness for each segment's mean customer, (segments, offers on sale).
        hosts: choice among hosts.
        sibling: log price of the sibling bought over the flagship's, (segments, offers on sale).
        odds: what each offer adds to its camp's pull on a segment's mean customer,
            (segments, offers).
        lineage_rest: pull of the rest of its lineage, (segments, offers).
        totals: sum of the odds by nest, (segments, 2).
        taste_totals: the same without the network term: what the models alone are worth.
        in_play: monthly spending at stake by segment, USD m.
        in_play_ahead: the same at the end of a lab's planning horizon, by the present diffusion.
        shares: share of each segment's spending that goes to each offer, (segments, offers).
        royalties: what hosts owe for each offer, by segment, (segments, offers), USD m a month.
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
    mean_fit: Floats
    hosts: d.Hosts
    sibling: Floats
    odds: Floats
    lineage_rest: Floats
    totals: Floats
    taste_totals: Floats
    in_play: Floats
    in_play_ahead: Floats
    shares: Floats
    royalties: Floats
    lab_use: Floats
    way_spend: Floats
    tokens: Floats
    cloud_spend: Floats
    cloud_ahead: Floats
    cloud_reconsidered: Floats
    direct_revenue: Floats
    unlicensed: Floats
    log_sum: Floats | None = None
    taste_log_sum: Floats | None = None

    @classmethod
    def empty(cls, market: "Market") -> "Outlook":
        """Describe a market without offers."""
        ways = d.FIRST_CLOUD + market.clouds.rows
        n_seg, n_offers, n_clouds = market.segments.count, market.offers.rows, market.clouds.rows
        odds, lineage_rest, shares, royalties = np.zeros((4, n_seg, n_offers))
        cloud_spend, cloud_ahead, cloud_reconsidered = np.zeros((3, n_clouds, n_offers))
        none = np.zeros(0, dtype=np.int64)
        in_play = market.segments.budget * market.segments.adoption / 12
        return cls(
            rows=none,
            nests=d.Nests.of(none, 0, 0),
            fit=np.zeros((n_seg, 0, market.labs.theta.shape[1])),
            mean_fit=np.zeros((n_seg, 0)),
            hosts=d.Hosts(
                value=np.zeros((n_seg, max(n_clouds, 1), 0)),
                cheapness=np.zeros((n_seg, 0, ways)),
                convenience=np.zeros((max(n_clouds, 1), ways)),
                total=np.zeros((n_seg, max(n_clouds, 1), 0)),
                price=np.zeros((0, ways)),
            ),
            sibling=np.zeros((n_seg, 0)),
            odds=odds,
            lineage_rest=lineage_rest,
            totals=np.zeros((n_seg, 2)),
            taste_totals=np.zeros((n_seg, 2)),
            in_play=in_play,
            in_play_ahead=in_play,
            shares=shares,
            royalties=royalties,
            lab_use=np.zeros(market.labs.rows),
            way_spend=np.zeros((n_offers, ways)),
            tokens=np.zeros(n_offers),
            cloud_spend=cloud_spend,
            cloud_ahead=cloud_ahead,
            cloud_reconsidered=cloud_reconsidered,
            direct_revenue=np.zeros(n_offers),
            unlicensed=np.ones(n_offers),
        )

    def seats_by_lab(self, market: "Market") -> tuple[Floats, Floats]:
        """Seats that use the lab's models through its own interface and through other hosts.

        API spending is converted into seats at the dearest segment's revenue per seat: a dollar of
        use teaches as much whatever the channel; a host keeps most of what it sees.

        Returns:
            Two arrays (labs,), m seats.
        """
        arpu = float(market.segments.arpu.max(initial=0.0)) or 1.0
        direct = self.way_spend[:, d.DIRECT]
        hosted = self.way_spend[:, d.FIRST_CLOUD :].sum(axis=1)
        return (
            (direct[0::2] + direct[1::2]) / arpu,
            (hosted[0::2] + hosted[1::2]) / arpu,
        )
