"""Where among the parameter sets of an ensemble the effect of a claim is as large as what matters.

No part of a verdict: the box is looked for after the runs have been seen, so that it is a pointer
to what a claim may hang on, and no test of it.
"""

from typing import Any

import numpy as np

from abm.analysis.calibration.ensemble import Ensemble
from abm.analysis.claims.claim import Claim
from abm.analysis.claims.study import Study
from abm.analysis.claims.verdict import Seen, effects
from abm.analysis.prim import find_box
from abm.analysis.robustness import in_words


def places(study: Study, ensemble: Ensemble, claim: Claim, seen: Seen) -> dict[str, Any]:
    """Share of the runs whose effect exceeds what matters, and the box that holds most of them.

    Args:
        study: the study.
        ensemble: whose parameter sets its seeds play.
        claim: the claim.
        seen: metrics of every seed by world.

    Returns:
        `share`, and of the box `box` in words, `density` (share of its runs that show the effect)
        and `coverage` (its share of all that do): None if no box tells them apart.
    """
    found = effects(claim, seen)
    known = np.isfinite(found)
    points = ensemble.points[np.array(study.seeds) % ensemble.table.height][known]
    matters = found[known] > claim.sesoi
    box = find_box(points, matters)
    return {
        "share": float(matters.mean()) if matters.size else None,
        "box": None if box is None else in_words(ensemble.parameters, box),
        "density": None if box is None else box.density,
        "coverage": None if box is None else box.coverage,
    }
