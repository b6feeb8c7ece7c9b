"""Cloud hosts: they list models, split revenue, invest and buy labs."""

import numpy as np

from abm.agents.columns import Column
from abm.agents.firm import Firm


class CloudHost(Firm):
    """A cloud that sells models as a managed service."""

    cash = Column("USD m", "funds for deals, listings and its own models")
    inflow = Column("USD m/month", "free cash from the rest of the business")
    customers = Column("1", "share of customers at home on it")
    slots = Column("slots", "managed, featured slots", dtype=np.int64)
    own_lab = Column("row", "lab that its owner controls; -1 none", dtype=np.int64, fill=-1)
    income = Column("USD m/month", "gross revenue from hosted models")
