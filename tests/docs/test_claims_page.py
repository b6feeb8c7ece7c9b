"""The page of claims is what the command wrote."""

import json

import pytest

from abm.analysis.claims.catalogue import CLAIMS
from abm.pages.claims import page
from abm.reference.pages import FOLDER

PAGE = FOLDER / "claims.md"


@pytest.mark.skipif(not PAGE.is_file(), reason="the study has not been played for this version")
def test_it_is_made_of_the_data_beside_it_and_carries_its_provenance() -> None:
    data = json.loads(PAGE.with_suffix(".json").read_text(encoding="utf-8"))
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(data)
    assert [claim["id"] for claim in data["claims"]] == list(CLAIMS)
    assert len(data["seeds"]) >= 100
    for told in (data["date"], data["scenario_hash"], data["model"]):
        assert told in text
