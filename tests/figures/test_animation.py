"""The market in motion: a frame a month, whole or not at all."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from abm import Market, Run, Scenario
from abm.cli import main
from abm.errors import AbmError
from abm.figures import animation


@pytest.fixture(scope="module")
def short_run() -> Run:
    return Market(Scenario.load("classroom", ["months=3"]), seed=3).run()


def test_a_frame_a_month_and_the_last_one_rests(
    short_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "DPI", 20)
    told: list[str] = []
    path = animation.animate(short_run, tmp_path / "new" / "market.gif", told.append)
    assert told == ["Oct 2023", "Nov 2023", "Dec 2023"]
    frames, milliseconds = [], 0
    with Image.open(path) as film:
        for place in range(film.n_frames):
            film.seek(place)
            frames.append(film.convert("RGB"))
            milliseconds += film.info["duration"]
    assert milliseconds == pytest.approx(1000 * (2 + animation.REST) / animation.PACE, rel=0.05)
    assert ImageChops.difference(frames[0], frames[-1]).getbbox() is not None
    assert [item.name for item in path.parent.iterdir()] == ["market.gif"]


def test_a_run_of_one_month_moves_nothing_and_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(animation, "DPI", 20)
    run = Market(Scenario.load("classroom", ["months=1", "demand.enabled=false"]), seed=3).run()
    with Image.open(animation.animate(run, tmp_path / "market.gif")) as film:
        assert film.size[0] > 100


def test_what_fails_half_way_leaves_nothing(
    short_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(month: str) -> None:
        if month == "Nov 2023":
            raise KeyboardInterrupt

    monkeypatch.setattr(animation, "DPI", 20)
    with pytest.raises(KeyboardInterrupt):
        animation.animate(short_run, tmp_path / "market.gif", stop)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(short_run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AbmError, match="cannot be written"):
        animation.animate(short_run, tmp_path / "file" / "market.gif")


def test_the_command_draws_it_beside_the_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(animation, "DPI", 20)
    out = tmp_path / "run"
    with pytest.raises(SystemExit) as left:
        main(["run", "classroom", "--months", "2", "--no-figures", "--animate", "--out", str(out)])
    assert left.value.code == 0
    assert "market.gif" in capsys.readouterr().out
    assert (out / "figures" / "market.gif").stat().st_size > 1000
