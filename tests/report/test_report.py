"""``abm report``: one page out of a folder, whole, safe, and true to what was written."""

import html
import json
import re
import runpy
import shutil
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from abm import Market, Scenario, compare
from abm.analysis.sweep import finish
from abm.cli import main
from abm.errors import AbmError
from abm.record.folder import write_run
from abm.report import report, write_report
from abm.report.effects import all_cards, losers
from abm.report.page import Bullets, Code, Fold, Grid, Page, Paragraph, Section
from abm.report.provenance import command
from abm.scenario import varied

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short run with a figure, made by hand: what is drawn is not the report's business."""
    played = Market(varied(Scenario.load("classroom"), ["months=14"]), seed=3).run()
    folder = write_run(played, tmp_path_factory.mktemp("runs") / "run", name="classroom")
    (folder / "figures").mkdir()
    (folder / "figures" / "lag.png").write_bytes(b"\x89PNG not looked into")
    return folder


@pytest.fixture(scope="module")
def comparison_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small comparison."""
    found = compare(
        "classroom",
        ["mandatory-data-disclosure", "disclosure.initial_open=0.9"],
        replicates=6,
        months=8,
    )
    return found.write(tmp_path_factory.mktemp("comparisons") / "found")


class Links(HTMLParser):
    """Whatever a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [str(value) for name, value in attrs if name in ("src", "href", "srcset")]


def test_a_page_fetches_nothing(run_folder: Path, comparison_folder: Path) -> None:
    for folder in (run_folder, comparison_folder):
        text = write_report(folder).read_text(encoding="utf-8")
        links = Links()
        links.feed(text)
        assert all(link.startswith(("data:", "#")) for link in links.found)
        assert not links.tags & {"script", "link", "iframe", "object"}
        assert not re.search(r"url\(|@import|https?://", text)


def test_the_page_of_a_run_tells_story_reasons_and_provenance(run_folder: Path) -> None:
    text = write_report(run_folder).read_text(encoding="utf-8")
    manifest = json.loads((run_folder / "manifest.json").read_text())
    for part in ("The world", "In short", "Figures", "Why it happened", "Assumptions", "Rerun"):
        assert f"<h2>{part}</h2>" in text
    assert manifest["scenario_hash"] in text
    assert manifest["tables"]["labs"]["sha256"] in text
    assert text.count("data:image/png;base64,") == 1
    assert "rest on" in text
    assert "judgement" in text


def test_the_page_of_a_comparison_says_who_loses(comparison_folder: Path) -> None:
    text = write_report(comparison_folder).read_text(encoding="utf-8")
    assert "Mandatory data disclosure and disclosure.initial_open=0.9 in Classroom" in text
    assert text.count("Who loses beyond doubt") == 2
    assert "How it could backfire" in text
    assert "disclosure.initial_open is 0.9: " in text
    cards = pl.read_parquet(comparison_folder / "cards.parquet")
    assert f"All {cards['outcome'].n_unique()} effect cards" in text


def test_a_card_fits_a_sheet_and_names_its_limits(comparison_folder: Path) -> None:
    target = write_report(comparison_folder, card=True)
    text = target.read_text(encoding="utf-8")
    assert target.name == "card.html"
    assert "What it cannot tell" in text
    assert "<table" not in text
    assert len(re.sub(r"<[^>]+>", "", text.split("</style>")[1])) < 6000


def test_names_that_users_chose_are_never_markup(tmp_path: Path) -> None:
    world = varied(Scenario.load("classroom"), ["months=2"])
    labs = [world.labs[0].model_copy(update={"name": HOSTILE}), *world.labs[1:]]
    clouds = [
        cloud.model_copy(
            update={"own_lab": HOSTILE if cloud.own_lab == world.labs[0].name else cloud.own_lab}
        )
        for cloud in world.clouds
    ]
    data = world.model_dump(mode="json") | {
        "title": HOSTILE,
        "labs": [lab.model_dump(mode="json") for lab in labs],
        "clouds": [cloud.model_dump(mode="json") for cloud in clouds],
    }
    text = json.dumps(data).replace(json.dumps(world.labs[0].name), json.dumps(HOSTILE))
    folder = write_run(Market(Scenario.model_validate_json(text)).run(), tmp_path / "run")
    page = write_report(folder).read_text(encoding="utf-8")
    assert HOSTILE not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(HOSTILE),
        Bullets(HOSTILE, [HOSTILE]),
        Code(HOSTILE),
        Grid("one", pl.DataFrame({"a": [HOSTILE]}), note=HOSTILE),
        Fold(HOSTILE, [Code(HOSTILE)]),
    ],
    ids=lambda block: type(block).__name__,
)
def test_every_block_escapes(block: Paragraph) -> None:
    page = Page(HOSTILE, HOSTILE, HOSTILE, [Section(HOSTILE, [block])])
    assert HOSTILE not in page.as_html()


def test_a_table_escapes_once() -> None:
    text = Grid("one", pl.DataFrame({"a": ["the lab's <b> & more"]})).as_html()
    (cell,) = re.findall(r"<td[^>]*>(.*?)</td>", text)
    assert html.unescape(cell) == "the lab's <b> & more"
    assert "<b>" not in cell


def test_what_has_changed_is_not_reported(run_folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(run_folder, tmp_path / "copy"))
    market = pl.read_parquet(copy / "market.parquet")
    market.with_columns(pl.col("best_open_lag") * 0).write_parquet(copy / "market.parquet")
    (copy / "report.html").unlink(missing_ok=True)
    with pytest.raises(AbmError, match="not the table that the manifest describes"):
        write_report(copy)
    assert not (copy / "report.html").exists()


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda _: None, "there is no such folder"),
        (lambda path: path.mkdir(), "holds nothing that this command made"),
        (lambda path: _manifest(path, "not json"), "holds nothing that this command made"),
        (lambda path: _manifest(path, '{"format": "abm-cake"}'), "holds a cake, of which there is"),
    ],
    ids=["absent", "empty", "torn", "other"],
)
def test_what_cannot_be_reported_is_refused(
    prepare: Callable[[Path], None],
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    prepare(tmp_path / "folder")
    with pytest.raises(SystemExit) as left:
        main(["report", str(tmp_path / "folder")])
    assert left.value.code == 2
    assert message in capsys.readouterr().err


def _manifest(path: Path, text: str) -> None:
    path.mkdir()
    (path / "manifest.json").write_text(text)


def test_a_run_has_no_card(run_folder: Path) -> None:
    with pytest.raises(AbmError, match=r"holds a run, of which there is no card \(allowed: comp"):
        write_report(run_folder, card=True)


def test_without_the_extra_it_says_what_to_install(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "find_spec", lambda _: None)
    with pytest.raises(
        AbmError, match=r"needs great_tables and jinja2 and markdown_it: in a checkout"
    ):
        write_report(run_folder)


def test_a_file_that_cannot_be_written_is_an_error(run_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AbmError, match="cannot be written"):
        write_report(run_folder, tmp_path / "nowhere" / "page.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command_is_what_was_typed_without_the_place() -> None:
    typed = [
        "/usr/bin/abm",
        "run",
        "two words",
        "--out",
        "here",
        "--force",
        "--seed",
        "3",
        "--out=there",
    ]
    assert command(typed) == "abm run 'two words' --seed 3"


@pytest.fixture(scope="module")
def claims_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two claims on a small world."""
    folder = tmp_path_factory.mktemp("claims") / "claims"
    small = "--claim C7 --claim C12 --replicates 2 --months 4 --no-regions --workers 1"
    with pytest.raises(SystemExit) as left:
        main(["claims", "classroom", *small.split(), "--out", str(folder)])
    assert left.value.code == 0
    return folder


def test_the_page_of_claims_says_every_verdict(claims_folder: Path) -> None:
    text = write_report(claims_folder).read_text(encoding="utf-8")
    data = json.loads((claims_folder / "claims.json").read_text())
    for claim in data["claims"]:
        assert f"<summary>{claim['id']}: {claim['verdict']}</summary>" in text
        assert html.escape(claim["statement"]) in text
    assert data["scenario_hash"] in text


def test_a_study_that_is_not_finished_is_not_reported(claims_folder: Path, tmp_path: Path) -> None:
    manifest = json.loads((claims_folder / "manifest.json").read_text())
    for kind in ("abm-claims", "abm-sensitivity"):
        folder = tmp_path / kind
        _manifest(folder, json.dumps({"format": kind, "plan": manifest["plan"]}))
        with pytest.raises(AbmError, match="the study is not finished"):
            write_report(folder)


def test_the_page_of_a_study_shows_figures_and_tables(tmp_path: Path) -> None:
    folder, names = tmp_path / "study", [f"parameter{place}" for place in range(70)]
    table = pl.DataFrame({"key": names, "influence": [x / 7 for x in range(70)], "known": True})
    folder.mkdir()
    finish(folder, "abm-sensitivity", {"method": "morris", "size": 4}, {"indices": table}, {})
    (folder / "figures").mkdir(exist_ok=True)
    (folder / "figures" / "influence.png").write_bytes(b"\x89PNG not looked into")
    text = write_report(folder).read_text(encoding="utf-8")
    assert "Which assumptions move the outcomes" in text
    assert "Indices: 70 rows" in text
    assert "The first 60 rows" in text
    assert "parameter59" in text
    assert "parameter60" not in text
    assert "method: morris" in text
    assert text.count("data:image/png;base64,") == 1


def test_the_findings_of_a_study_are_told_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / "figures").mkdir(parents=True)
    (folder / "figures" / "map.png").write_bytes(b"\x89PNG not looked into")
    (tmp_path / "secret.png").write_bytes(b"not of this study")
    findings = (
        "# Title\n\n<!-- Written by a command. -->\n\nWhy *this* matters.\n\n"
        "![A map](figures/map.png)\n\n![Elsewhere](../secret.png) ![Far](https://far.example/x.png)\n"
        f"\n## What was found\n\n| end | share |\n| --- | --- |\n| {HOSTILE} | 40% |\n"
        "\n## Provenance\n\nof the page\n"
    )
    finish(folder, "abm-futures", {"seeds": 2}, {"cells": pl.DataFrame({"a": [1]})}, {}, findings)
    text = write_report(folder).read_text(encoding="utf-8")
    assert "<h2>Question and mechanism</h2>" in text
    assert "Why <em>this</em> matters." in text
    assert "<td>40%</td>" in text
    assert "Written by" not in text
    assert "of the page" not in text
    assert text.count("data:image/png;base64,") == 1
    assert HOSTILE not in text
    links = Links()
    links.feed(text)
    assert all(link.startswith(("data:", "#")) for link in links.found)
    assert "scenario hash" not in text  # the manifest of this study has none


def test_a_change_of_a_parameter_is_told_in_words() -> None:
    from abm.report.policies import changed

    (what, plausible) = changed("race.growth=4")
    assert what.startswith("race.growth is 4 x/year: Perceived yearly growth")
    assert plausible.startswith("Plausible: ")
    assert changed("mandatory-data-disclosure") == []
    assert changed("labs.Cedar.cash=4") == ["labs.Cedar.cash is 4 USD m: Liquid funds."]


@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_the_script_of_a_page_makes_the_same_numbers(
    kind: str,
    run_folder: Path,
    comparison_folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from abm.report import of_comparison, of_run

    folder, script, result, table = {
        "run": (run_folder, of_run.SCRIPT, "run", "market"),
        "comparison": (comparison_folder, of_comparison.SCRIPT, "found", "cards"),
    }[kind]
    monkeypatch.chdir(folder)
    (tmp_path / "again.py").write_text(script.replace("workers=2", "workers=1"))
    made = runpy.run_path(str(tmp_path / "again.py"), run_name="__main__")[result]
    assert getattr(made, table).equals(pl.read_parquet(folder / f"{table}.parquet"))
    assert capsys.readouterr().out


def test_what_a_lab_loses_is_a_sentence() -> None:
    row = {"lab": "Elder", "camp": "open", "survival_change": -0.25, "value_change": -40.5}
    labs = pl.DataFrame([{**row, "survival_high": -0.1, "value_high": -1.0}])
    nobody = pl.DataFrame({"group": [""], "counted": [False], "high": [0.0]})
    (told,) = losers(labs, nobody)
    assert told == "Elder (open) is gone in 25 more of 100 runs and is worth USD 40.5m less."


def test_what_never_differs_has_no_sign_to_share() -> None:
    found = compare("classroom", ["placebo"], replicates=2, months=2)
    text = all_cards(found.cards).as_html()
    assert "no difference in any pair" in text
    assert ">0%<" not in text
    assert ">without end<" not in text


def test_a_setting_that_is_not_made_says_so(comparison_folder: Path) -> None:
    text = write_report(comparison_folder).read_text(encoding="utf-8")
    assert "not set" in text
    assert ">null<" not in text


def test_an_experiment_has_no_report_in_good_english(tmp_path: Path) -> None:
    _manifest(tmp_path / "many", '{"format": "abm-experiment"}')
    with pytest.raises(AbmError, match="holds an experiment, of which there is no report"):
        write_report(tmp_path / "many")


@pytest.fixture(scope="module")
def drawn_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A comparison over worlds that a file of uncertain parameters draws."""
    folder = tmp_path_factory.mktemp("drawn")
    (folder / "pace.toml").write_text(
        'title = "The pace"\nworlds = 10\n[expected]\nsales = "up"\n'
        "[parameters]\nrace.growth = { low = 2.0, high = 5.0 }\n"
    )
    found = compare(
        "classroom", ["placebo"], replicates=2, months=2, uncertain=folder / "pace.toml"
    )
    return found.write(folder / "found")


def test_a_page_over_drawn_worlds_counts_worlds_and_promises_no_script(drawn_folder: Path) -> None:
    for card in (False, True):
        text = write_report(drawn_folder, card=card).read_text(encoding="utf-8")
        assert "in 10 worlds (The pace)" in text
        assert "Or in Python" not in text  # the script would play one world
    assert "20 times over 2 months" in write_report(drawn_folder).read_text(encoding="utf-8")
