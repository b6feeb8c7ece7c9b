"""Offers: the models on the market, two lines a lab (open weights, closed API).

A lab that changes camp opens its other line; weights once released stay downloadable, so the open
line outlives the camp and even the lab.
"""

import numpy as np

from abm.agents.columns import Column

OPEN, CLOSED = 0, 1


class Offer:
    """Columns of a model line; row = 2 * lab + (0 open, 1 closed)."""

    live = Column("switch", "on the market", dtype=np.bool_, fill=False)
    theta = Column("OOM", "capability by domain, as released or refreshed", shape=("domain",))
    base = Column("OOM", "capability before post-training", shape=("domain",))
    contributions = Column(
        "person-months", "contributed work that the model carries", shape=("domain",)
    )
    focus = Column("1", "focus weights of the model", shape=("domain",))
    log_compute = Column("log10 FLOP", "training compute, which sets the serving cost")
    released = Column("month", "month of the last release", dtype=np.int64, fill=-1)
    first_released = Column("month", "month of the first release", dtype=np.int64, fill=-1)
    version = Column("count", "releases so far", dtype=np.int64)
    licence = Column("code", "strictest licence along its lineage", dtype=np.int64)
    owner = Column("row", "lab at the root of its lineage", dtype=np.int64, fill=-1)
    built_on = Column("row", "offer that it was built on; -1 for none", dtype=np.int64, fill=-1)
    price = Column("USD/m tokens", "price of the lab's own API; zero if it sells none")
    unit_cost = Column("USD/m tokens", "marginal cost of serving it")
    use = Column("1", "use share over all communities, weighted by size")
    spend = Column("USD m/month", "customers' spending on it")
    listed = Column("switch", "managed listing by cloud", shape=("cloud",), dtype=np.bool_)
    listed_since = Column("month", "month of the listing", shape=("cloud",), dtype=np.int64)
    royalty = Column("1", "lab's share of the cloud's revenue from it", shape=("cloud",))
