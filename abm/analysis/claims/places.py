"""Where among the parameter sets of an ensemble the effect of a claim is as large as what matters.

No part of a verdict: the box is looked for after the runs have been seen, so that it is a pointer
to what a claim may hang on, and no test of it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.evidence import Evidence
from abm.analysis.prim import find_box
from abm.analysis.robustness import in_words


def places(seeds: Sequence[int], ensemble: Ensemble, evidence: Evidence) -> dict[str, Any]:
    """Share of the runs whose effect exceeds what matters, and the box that holds most of them.

    Args:
        seeds: seeds that were played.
        ensemble: whose parameter sets they play.
        evidence: the tests of a claim.

    Returns:
        `share`, and of the box `box` in words, `density` (share of its runs that show the effect)
        and `coverage` (its share of all that do): None if no box tells them apart.
    """
    found = evidence.effects[()]
    known = np.isfinite(found)
    points = ensemble.points[np.array(seeds) % ensemble.table.height][known]
    matters = found[known] > evidence.claim.sesoi
    box = find_box(points, matters)
    return {
        "share": float(matters.mean()) if matters.size else None,
        "box": None if box is None else in_words(ensemble.parameters, box),
        "density": None if box is None else box.density,
        "coverage": None if box is None else box.coverage,
    }
