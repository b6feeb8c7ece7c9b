"""A few hundred spoilt files, and each huge one: taken, or refused in clear words, quickly."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.corpus import CORPUS, lay_out
from tests.fuzz.grammar import HUGE, PATHS, RAW, Case, cases
from tests.fuzz.judge import judge


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    lay_out(folder)
    return folder


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(case=cases(rare=1000))
def test_a_spoilt_file_is_taken_or_refused_in_words(folder: Path, case: Case) -> None:
    assert judge(case, folder).faults == ()


@pytest.mark.parametrize("kind", CORPUS)
def test_what_is_spoilt_was_valid(folder: Path, kind: str) -> None:
    for text in CORPUS[kind]:
        verdict = judge((kind, text.encode()), folder)
        assert not verdict.refused
        assert verdict.faults == ()


@pytest.mark.parametrize("kind", CORPUS)
@pytest.mark.parametrize("what", sorted(HUGE))
def test_something_huge_is_refused_quickly(folder: Path, kind: str, what: str) -> None:
    text = f"{HUGE[what]}\n{CORPUS[kind][0]}"
    verdict = judge((kind, text.encode()), folder)
    assert verdict.faults == ()
    assert verdict.refused or what == "a long comment"


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_a_path_that_leads_nowhere_good_is_refused(folder: Path, path: str) -> None:
    verdict = judge(("scenario", f"extends = {path}\n".encode()), folder)
    assert verdict.faults == ()
    assert verdict.refused or path == '"classroom"'


POLICY, DESIGN = CORPUS["policy"][0], CORPUS["experiment"][0]
FOUND: dict[str, tuple[str, str]] = {
    "a number for a key": ("policy", f'"1" = 2\n{POLICY}'),
    "a table for a level": ("experiment", DESIGN.replace("[2.0, 3.0]", "[{}]")),
    "a list for a level": ("experiment", DESIGN.replace("[2.0, 3.0]", "[[1]]")),
}
"""What many cases found once, by the fault."""


@pytest.mark.parametrize("name", FOUND)
def test_what_was_taken_badly_once_is_refused_in_words(folder: Path, name: str) -> None:
    kind, text = FOUND[name]
    verdict = judge((kind, text.encode()), folder)
    assert verdict.refused
    assert verdict.faults == ()


@pytest.mark.parametrize("raw", RAW)
def test_raw_bytes_are_refused(folder: Path, raw: bytes) -> None:
    verdict = judge(("scenario", CORPUS["scenario"][0].encode() + b"x = " + raw), folder)
    assert verdict.refused
    assert verdict.faults == ()
