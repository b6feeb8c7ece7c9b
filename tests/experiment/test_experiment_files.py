"""Experiment files: every mistake gets its line, and all at once."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from small import small

from abm import Experiment, ScenarioError
from abm.experiment import loading
from abm.experiment.specs import RunSpec, model_version, policies_of, policy_hash
from abm.scenario import Scenario

GOOD = 'scenario = "classroom"\nmonths = 2\n'


def problems(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.chdir(tmp_path)
    Path("x.toml").write_text(text)
    with pytest.raises(ScenarioError) as told:
        Experiment.load("x.toml")
    return str(told.value).splitlines()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('scenario = "clasroom"', 'x.toml:1: scenario = "clasroom": there is no shipped scenario'
         " of this name; did you mean classroom?"),
        ('scenario = "no.toml"', 'x.toml:1: scenario = "no.toml": there is no such file'),
        ("months = 2", "x.toml: scenario: is required"),
        (GOOD + "replicate = 3", "x.toml:3: replicate = 3: unknown key; did you mean replicates?"),
        (GOOD + "replicates = 0", "x.toml:3: replicates = 0: must be between 1 and 1000000"),
        (GOOD + "replicates = 2.5", "x.toml:3: replicates = 2.5: must be a whole number"),
        (GOOD + 'design = "sobel"\npoints = 4\n[factors]\n"race.growth" = "plausible"',
         'x.toml:3: design = "sobel": must be one of factorial, one-at-a-time, latin-hypercube,'
         " sobol; did you mean sobol?"),
        (GOOD + 'design = "sobol"\n[factors]\n"race.growth" = [2.4]',
         "x.toml: design 'sobol' needs points, the number to draw"),
        (GOOD + "points = 4", "x.toml: points are for latin-hypercube and sobol, not for 'fact"),
        (GOOD + 'design = "one-at-a-time"', "x.toml: design 'one-at-a-time' needs factors"),
        (GOOD + 'policies = ["", ""]', "x.toml: policies names '' twice"),
        (GOOD + '[factors]\n"race.grwth" = [2.4]',
         "x.toml:4: race.grwth: unknown key; did you mean race.growth?"),
        (GOOD + '[factors]\n"race growth" = [2.4]',
         'x.toml:4: "race growth": unknown key'),
        (GOOD + '[factors]\n"=" = [2.4]',
         "x.toml:4: factors.= = [2.4]: no name can be read at '='"),
        (GOOD + '[factors]\n"labs[Dogwod].cash" = [1.0]',
         "x.toml:4: labs[Dogwod].cash: 'Dogwod' names none of the labs; did you mean"
         " labs[Dogwood].cash? (allowed: Aster, Birch, Cedar, Dogwood, Elder, Fir)"),
        (GOOD + '[factors]\n"race.growth" = []',
         "x.toml:4: factors.race.growth = []: needs at least one value"),
        (GOOD + '[factors]\n"race.growth" = 5',
         "x.toml:4: factors.race.growth = 5: must be a list of values, a table with low and high,"
         " or 'plausible'"),
        (GOOD + '[factors]\n"months" = "plausible"',
         'x.toml:4: factors.months = "plausible": declares no plausible range; write one:'
         " {low = ..., high = ...}"),
        (GOOD + '[factors]\n"race.growth" = { low = 5, high = 2 }',
         "x.toml:4: factors.race.growth: low must be below high, and 5 is not below 2"),
        (GOOD + '[factors]\n"race.growth" = { low = 0, high = 2, scale = "log" }',
         "x.toml:4: factors.race.growth: a logarithmic scale needs low above 0, and it is 0"),
        (GOOD + '[factors]\n"race.growth" = { low = 1, hihg = 2 }',
         "x.toml:4: factors.race.growth.high: is required"),
        (GOOD + '[factors]\n"race.growth" = { distribution = "cauchy" }',
         'x.toml:4: factors.race.growth = {"distribution": "cauchy"}: distribution must be one of'
         " uniform, normal, lognormal, triangular"),
        (GOOD + '[factors]\n"race.growth" = { distribution = "triangular", low = 1, mode = 9,'
         " high = 3 }", "x.toml:4: factors.race.growth: low, mode and high must be in that order"),
        (GOOD + '[factors]\n"race.growth" = { distribution = "lognormal", mean = -1, sd = 1 }',
         "x.toml:4: factors.race.growth: a lognormal needs a mean and ends above 0"),
        (GOOD + '[factors]\n"race.growth" = { distribution = "normal", mean = 1, sd = 1, low = 3,'
         " high = 2 }",
         "x.toml:4: factors.race.growth: low must be below high, and 3 is not below 2"),
    ],
)  # fmt: skip
def test_every_mistake_gets_its_line(
    tmp_path: Path, text: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = problems(tmp_path, text, monkeypatch)
    assert any(item.startswith(line) for item in found), found


def test_a_value_that_no_world_can_have_is_said_once_at_the_line_of_its_factor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = GOOD + '[factors]\n"entry.rate" = [0.1, 0.2]\n"hosting.cloud_churn" = [0.0, -1.0]\n'
    found = problems(tmp_path, text, monkeypatch)
    assert len(found) == 1
    assert found[0].startswith("x.toml:5: hosting.cloud_churn = -1.0: must be")


def test_a_factor_is_a_key_and_no_assignment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = problems(tmp_path, GOOD + '[factors]\n"race.growth=3" = [1]\n', monkeypatch)
    assert line.startswith("x.toml:4: factors.race.growth=3 = [1]: is no dotted key of a scenario")


def test_the_package_has_no_other_names() -> None:
    import abm.experiment

    with pytest.raises(AttributeError, match="has no attribute 'Experimant'"):
        _ = abm.experiment.Experimant


def test_all_mistakes_come_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD + 'replicates = 0\nseeds = 4\ntables = ["markets"]\n'
    found = problems(tmp_path, text, monkeypatch)
    assert [item.split(" = ")[0] for item in found] == [
        "x.toml:3: replicates",
        "x.toml:4: seeds",
        "x.toml:5: tables",
    ]
    assert "must be one of market, labs, " in found[2]
    assert found[2].endswith("did you mean market?")


def test_a_base_world_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('extends = "classroom"\nmonths = 5\ntitle = "Mine"\n')
    (tmp_path / "x.toml").write_text('scenario = "mine.toml"\n')
    experiment = Experiment.load(tmp_path / "x.toml")
    assert (experiment.name, experiment.worlds[0].title) == ("x", "Mine")


def test_an_unknown_name_has_a_nearest() -> None:
    with pytest.raises(
        ScenarioError, match="no shipped experiment of this name; did you mean judg"
    ):
        Experiment.load("judgment")


@pytest.mark.parametrize(
    "name", ["classroom-costs", "cost-growth", "judgement", "disclosure-policy"]
)
def test_shipped_experiments_can_be_played(name: str) -> None:
    assert name in [document.name for document in loading.listed()]
    if name == "disclosure-policy" and importlib.util.find_spec("abm.policy") is None:
        pytest.skip("needs the shipped policies")
    experiment = Experiment.load(name)
    assert len(experiment.specs()) > 1
    assert experiment.plan.description


class Fake:
    """Stands for a policy that was composed."""

    hash = "abc"

    def __call__(self, market: object) -> None:
        """Do nothing."""


def test_a_policy_is_composed_and_its_content_names_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import sys
    import types

    room = types.ModuleType("abm.policy")
    room.compose = lambda _: Fake()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "abm.policy", room)
    world = Scenario.load("classroom", ["months=1"])
    plain, ruled = RunSpec(world, 1), RunSpec(world, 1, "anything")
    assert plain.run_id != ruled.run_id
    assert isinstance(policies_of("anything")[0], Fake)
    assert [type(policy) for policy in ruled.build().policies] == [Fake]
    before = ruled.run_id
    monkeypatch.setattr(Fake, "hash", "changed")
    assert RunSpec(world, 1, "anything").run_id != before


def test_a_policy_is_read_once_for_all_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    import abm.experiment.experiment as module

    texts: list[str] = []
    known = policy_hash
    monkeypatch.setattr(module, "policy_hash", lambda text: texts.append(text) or known(text))
    policies = ["", "merger-control"]
    specs = Experiment.of(scenario="classroom", replicates=3, policies=policies).specs()
    assert texts == policies
    assert [spec.run_id for spec in specs] == [replace(spec, law="").run_id for spec in specs]


LAW = """
title = "A law"
[[levers]]
kind = "interoperability"
segments = ["tinkerers"]
"""


def test_bad_policies_are_said_at_their_line_and_all_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.toml").write_text('title = "Bad"\n[[levers]]\nkind = "decree"\n')
    found = problems(tmp_path, GOOD + 'policies = ["", "placebos", "bad.toml"]\n', monkeypatch)
    assert [line.split("there is")[0] for line in found] == [
        'x.toml:3: policies = "placebos": placebos: ',
        'x.toml:3: policies = "bad.toml": bad.toml:3: levers[1].kind = "decree": ',
    ]


def test_a_policy_about_a_segment_that_some_world_lacks_is_refused_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "law.toml").write_text(LAW)
    text = GOOD + 'policies = ["law.toml"]\n[factors]\ndrop_segments = [[], ["tinkerers"]]\n'
    (line,) = problems(tmp_path, text, monkeypatch)
    assert line.startswith(
        'x.toml:3: policies = "law.toml": interoperability.segments = "tinkerers": '
    )
    assert "no such segment (allowed: firms" in line


def test_the_path_of_a_policy_starts_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "law.toml").write_text(LAW)
    (tmp_path / "x.toml").write_text(GOOD + 'policies = ["", "placebo+law.toml*0.5@1"]\n')
    experiment = Experiment.load(tmp_path / "x.toml")
    assert experiment.plan.policies == ["", f"placebo+{tmp_path}/law.toml*0.5@1"]


def test_a_policy_file_that_changes_makes_other_runs(tmp_path: Path) -> None:
    law = tmp_path / "law.toml"
    law.write_text(LAW)
    before = small(policies=[str(law)]).specs()[0].run_id
    law.write_text(LAW + "eased = 0.9\n")
    assert small(policies=[str(law)]).specs()[0].run_id != before


def test_a_run_is_named_by_its_content() -> None:
    world = Scenario.load("classroom", ["months=1"])
    same = Scenario.load("classroom", ["months=1"])
    assert RunSpec(world, 1).run_id == RunSpec(same, 1, point=4, replicate=9).run_id
    others = {RunSpec(world, 2).run_id, RunSpec(Scenario.load("classroom"), 1).run_id}
    assert RunSpec(world, 1).run_id not in others
    assert len(RunSpec(world, 1).run_id) == 20


def test_the_version_of_the_model_changes_with_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = model_version()
    read = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read(path) + b"#" * (path.name == "market.py")
    )
    model_version.cache_clear()
    assert model_version() != before
    monkeypatch.undo()
    model_version.cache_clear()
    assert model_version() == before


def test_an_experiment_in_a_script_has_the_same_checks() -> None:
    with pytest.raises(ScenarioError, match=r"race\.grwth: unknown key; did you mean race\.gr"):
        small(factors={"race.grwth": [1.0]})


SPAN = "{{ low = {}, high = {}, levels = {} }}"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('"race.growth" = ' + SPAN.format(2, 3, 1000) + '\n"race.commitment" = '
         + SPAN.format(0.1, 0.9, 1000), "make 1,000,000 points, and at most 100,000 can be held"),
        ("\n".join(f'"labs[{lab}].{key}" = ' + SPAN.format(1, 9, 1000)
                   for lab in ("Aster", "Birch", "Cedar", "Dogwood", "Elder", "Fir")
                   for key in ("cash", "researchers", "staff", "data_stock")),
         "make more than a thousand million million points"),
        ('"race.growth" = { distribution = "lognormal", mean = 2.0, sd = 1e6 }',
         "a distribution reaches values that are not finite numbers"),
    ],
)  # fmt: skip
def test_a_design_that_cannot_be_held_is_refused(
    tmp_path: Path, more: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (found,) = problems(tmp_path, f"{GOOD}[factors]\n{more}\n", monkeypatch)
    assert found.startswith("x.toml:3: factors: ")
    assert message in found


def test_runs_beyond_a_million_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOD + 'replicates = 600000\npolicies = ["", "merger-control"]\n'
    (found,) = problems(tmp_path, text, monkeypatch)
    assert found.endswith("factors: make 1,200,000 runs, and at most 1,000,000 can be held")


def test_a_narrow_normal_is_no_mistake(tmp_path: Path) -> None:
    narrow = '{ distribution = "normal", mean = 2.5, sd = 0.001, low = 1.0, high = 4.0 }'
    (tmp_path / "x.toml").write_text(f'{GOOD}[factors]\n"race.growth" = {narrow}\n')
    middle = Experiment.load(tmp_path / "x.toml").points[1]["race.growth"]
    assert middle == pytest.approx(2.5)


def test_a_seed_may_be_large(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(f"{GOOD}first_seed = {2**40}\nreplicates = 2\n")
    assert Experiment.load(tmp_path / "x.toml").design()["seed"].to_list() == [2**40, 2**40 + 1]


def test_worlds_share_what_they_have_in_common(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(
        f'{GOOD}[factors]\n"race.growth" = [2.0, 3.0]\n"labs[Fir].cash" = [1.0, 2.0]\n'
    )
    first, second, third, _ = Experiment.load(tmp_path / "x.toml").worlds
    assert (first.demand is second.demand, first.labs[0] is second.labs[0]) == (True, True)
    assert (first.labs[-1].cash, second.labs[-1].cash) == (1.0, 2.0)
    assert (third.race.growth, third.labs[-1] is first.labs[-1]) == (3.0, True)
