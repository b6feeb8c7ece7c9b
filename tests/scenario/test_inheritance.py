"""Files extend one another: what merges, what replaces, what is left out, what is refused."""

from pathlib import Path

import pytest
from small_world import MINIMAL, Write, refusal

from abm.scenario.loading import Resolved, load


@pytest.fixture
def child(write: Write) -> Write:
    """Write a child of the minimal scenario as ``child.toml``."""
    write(base=MINIMAL)
    return lambda text: write(child=f'extends = "base.toml"\n{text}')


def loaded(write: Write, text: str) -> Resolved:
    write(text)
    return load("child.toml")


def test_tables_merge_and_the_rest_stays(child: Write) -> None:
    scenario = loaded(child, 'title = "Child"\n[race]\ncommitment = 0.4').scenario
    assert (scenario.title, scenario.domains) == ("Child", ["chat", "code"])
    assert (scenario.race.growth, scenario.race.commitment) == (2.5, 0.4)


def test_entries_merge_by_name_and_keep_their_order(child: Write) -> None:
    text = """
        [[labs]]
        name = "Birch"
        researchers = 5
        cash = 1.0
        [[labs]]
        name = "01.AI"
        cash = 70.0
        flagship = { compute = 24.0 }
        disclosure = { weights = 1.0 }
        [[labs]]
        name = "Aster"
        disclosure = { data = 0.2 }
    """
    labs = loaded(child, text).scenario.labs
    assert [lab.name for lab in labs] == ["Aster", "01.AI", "Birch"]
    assert (labs[1].cash, labs[1].researchers) == (70, 40)
    assert (labs[0].disclosure.documentation, labs[0].disclosure.data) == (0.1, 0.2)


def test_other_lists_replace(child: Write) -> None:
    cloud = loaded(child, '[[clouds]]\nname = "North"\ncatalogue = ["01.AI"]').scenario.clouds[0]
    assert cloud.catalogue == ["01.AI"]
    assert cloud.cash == 1000


def test_a_changed_number_loses_the_source_of_the_old_one(child: Write) -> None:
    text = '[[labs]]\nname = "Aster"\ncash = 1.0\nresearchers = 300'
    assert loaded(child, text).scenario.labs[0].sources == {"researchers": "press"}
    text += '\nsources = { cash = "assumption: none left" }'
    assert loaded(child, text).scenario.labs[0].sources["cash"] == "assumption: none left"


def test_many_levels_and_relative_paths(child: Write) -> None:
    folder = child('[race]\ngrowth = 3.0\n[[labs]]\nname = "Aster"\ncash = 1.0')
    (folder / "deep").mkdir()
    path = folder / "deep" / "grandchild.toml"
    path.write_text('extends = "../child.toml"\n[race]\ngrowth = 4.0')
    resolved = load("deep/grandchild.toml")
    assert resolved.name == "grandchild"
    assert (resolved.scenario.race.growth, resolved.scenario.labs[0].cash) == (4, 1)
    assert load(path).hash == resolved.hash


def test_a_file_may_extend_a_shipped_scenario(write: Write) -> None:
    write(mine='extends = "classroom"\ntitle = "Mine"')
    assert load("mine.toml").scenario.labs == load("classroom").scenario.labs


# ------------------------------------------------------------------------------------- removal --


def test_a_dropped_lab_is_forgotten_by_all(child: Write) -> None:
    resolved = loaded(child, 'drop_labs = ["Aster"]')
    world = resolved.scenario
    assert [lab.name for lab in world.labs] == ["01.AI"]
    assert world.labs[0].builds_on == ""
    assert (world.clouds[0].catalogue, world.clouds[0].own_lab) == (["01.AI"], "")
    assert resolved.origins["clouds[North].catalogue"] == "child.toml:2"
    assert not [key for key in resolved.origins if "Aster" in key]


def test_clouds_and_segments_can_be_dropped(child: Write) -> None:
    text = 'drop_clouds = ["North"]\ndrop_segments = ["Hobby"]\n'
    text += MINIMAL[MINIMAL.index("[[segments]]") :].replace("Hobby", "Firms")
    world = loaded(child, text).scenario
    assert (world.clouds, [segment.name for segment in world.segments]) == ([], ["Firms"])


def test_a_dropped_lab_can_come_back_otherwise(child: Write, write: Write) -> None:
    child('drop_labs = ["01.AI"]')
    write(again='extends = "child.toml"\n[[labs]]\nname = "01.AI"\nresearchers = 1')
    assert refusal("again.toml") == ["again.toml:2: labs[01.AI].cash: is required (USD m)"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'drop_labs = ["Astre"]',
            'child.toml:2: drop_labs = "Astre": names none of the labs; did you mean Aster? '
            "(allowed: Aster, 01.AI)",
        ),
        ("drop_clouds = 3", "child.toml:2: drop_clouds = 3: must be a list of names"),
        ("drop_clouds = [3]", "child.toml:2: drop_clouds = [3]: must be a list of names"),
        (
            'drop_lab = ["Aster"]',
            'child.toml:2: drop_lab = ["Aster"]: unknown key; did you mean drop_labs?',
        ),
        (
            '[[labs]]\nname = "Aster"\ncash = 1.0\n[[labs]]\nname = "Aster"\ncash = 2.0',
            "child.toml:2: labs[Aster]: named twice in this file",
        ),
    ],
)
def test_removals_and_doubles_that_are_refused(child: Write, text: str, message: str) -> None:
    child(text)
    assert refusal("child.toml") == [message]


# ----------------------------------------------------------------------------------- ancestors --


def test_a_circle_is_shown_whole(write: Write) -> None:
    write(a='extends = "b.toml"', b='\nextends = "c.toml"', c='extends = "a.toml"')
    assert refusal("a.toml") == [
        'c.toml:1: extends = "a.toml": extends itself in the end: '
        "a.toml -> b.toml -> c.toml -> a.toml"
    ]


def test_a_file_that_extends_itself(write: Write) -> None:
    write(a='extends = "./a.toml"')
    assert "a.toml -> a.toml" in refusal("a.toml")[0]


@pytest.mark.parametrize(
    ("extends", "message"),
    [
        ('"lost.toml"', '"lost.toml": there is no such file'),
        ('"bsae.toml"', '"bsae.toml": there is no such file'),
        (
            '"base"',
            '"base": there is no shipped scenario of this name; did you mean base.toml?',
        ),
        (
            '"clasroom"',
            '"clasroom": there is no shipped scenario of this name; did you mean classroom?',
        ),
        ("3", "3: must be the name of a scenario or a path"),
    ],
)
def test_no_such_ancestor(write: Write, extends: str, message: str) -> None:
    write(base=MINIMAL, child=f"# orphan\nextends = {extends}")
    (line,) = refusal("child.toml")
    assert line.startswith(f"child.toml:2: extends = {message}")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"title = \n", "base.toml:1: not valid TOML: Invalid value"),
        (b'a = 1\nb = 2\nc = [1, 2\nd = "x"', "base.toml:4: not valid TOML"),
        (b'title = "\xff"', "base.toml: not a text file in UTF-8"),
    ],
)
def test_an_ancestor_that_cannot_be_read(write: Write, content: bytes, message: str) -> None:
    folder = write(child='extends = "base.toml"\nmonths = 0')
    (folder / "base.toml").write_bytes(content)
    (line,) = refusal("child.toml")
    assert line.startswith(message)


def test_a_file_that_may_not_be_read(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(small) == ["base.toml: cannot be read: permission denied"]


def test_a_byte_order_mark_is_passed_over(small: Path) -> None:
    expected = load(small).hash
    small.write_bytes(b"\xef\xbb\xbf" + small.read_bytes())
    assert load(small).hash == expected
