"""The watch of the long batch sees what grows, and a short batch passes under it."""

from pathlib import Path

import pytest
from endure import Sample, endure, look, verdict

from abm.experiment.status import LOG


def samples(memory: float = 0.0, time: float = 0.0) -> list[Sample]:
    """A thousand runs in steps of 50: growth from start to end, as shares."""
    found, cpu = [], 0.0
    for runs in range(0, 1001, 50):
        part = runs / 1000
        cpu += 50 * 0.02 * (1 + time * part)
        found.append(Sample(runs, 2 * cpu, cpu, 500 * (1 + memory * part)))
    return found


def test_what_is_flat_and_linear_passes() -> None:
    found = verdict(samples())
    assert (found.memory, found.time) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert found.faults == []


def test_growth_before_the_warm_up_and_an_outlier_do_not_count() -> None:
    noisy = samples()
    noisy[0] = Sample(0, 0.0, 0.0, 50.0)
    noisy[15] = Sample(noisy[15].runs, noisy[15].seconds, noisy[15].cpu, 5000.0)
    assert verdict(noisy).faults == []


def test_growth_is_seen() -> None:
    assert verdict(samples(memory=0.3)).faults[0].startswith("memory grew by 2")
    assert verdict(samples(time=1.0)).faults[0].startswith("the time of a run grew by")


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(ValueError, match="too few to judge"):
        verdict(samples()[:6])


def test_a_short_batch_is_read_while_it_grows(tmp_path: Path) -> None:
    said: list[str] = []
    watch = endure(tmp_path / "x", runs=6, workers=1, chunk=3, say=said.append)
    assert watch.samples[-1].runs == 6
    assert watch.reads
    assert len(said) == len(watch.samples) + 1
    log = tmp_path / "x" / LOG
    log.write_bytes(log.read_bytes().replace(b'"finished"', b'"forgotten"'))
    (tmp_path / "x" / "market" / "part-000001.parquet").unlink()
    with pytest.raises(Exception, match="no run is finished yet"):
        look(tmp_path / "x")
