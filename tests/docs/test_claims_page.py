"""The pages of claims are what the command wrote."""

import json

import pytest

from abm.analysis.claims.catalogue import CLAIMS
from abm.pages.claims import page
from abm.reference.pages import FOLDER


@pytest.mark.parametrize(
    ("name", "ensemble"), [("claims", None), ("claims-ensemble", "status-quo-2023")]
)
def test_it_is_made_of_the_data_beside_it_and_carries_its_provenance(
    name: str, ensemble: str | None
) -> None:
    path = FOLDER / f"{name}.md"
    if not path.is_file():
        pytest.skip("the study has not been played for this version")
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    text = path.read_text(encoding="utf-8")
    assert text == page(data)
    assert [claim["id"] for claim in data["claims"]] == list(CLAIMS)
    assert len(data["seeds"]) >= 100
    assert (data["ensemble"] or {}).get("name") == ensemble
    for told in (data["date"], data["scenario_hash"], data["model"]):
        assert told in text
