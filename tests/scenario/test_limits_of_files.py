"""What no world can hold is refused before it costs anything, and nothing else is."""

from pathlib import Path

import pytest
from small_world import MINIMAL, Write, refusal

from abm.errors import MOST_PROBLEMS
from abm.scenario.lines import key_lines
from abm.scenario.loading import load
from abm.scenario.parsing import DEEPEST, LARGEST_FILE, parsed

TITLE = 'title = "A small world"'


def deep(levels: int) -> str:
    return f"x = {'{a=' * levels}1{'}' * levels}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (deep(DEEPEST), f"nested more than {DEEPEST} deep"),
        ("x = " + "[" * 50_000, f"nested more than {DEEPEST} deep"),
        ("a." * DEEPEST + "a = 1", f"a key joins more than {DEEPEST} names"),
        ("[ " + "'a' . " * DEEPEST + "a ]", f"a key joins more than {DEEPEST} names"),
        (f"x = {2**64}", "a whole number has more than 64 bits"),
        ("x = " + "9" * 5000, "a whole number has more than 64 bits"),
    ],
)
def test_a_text_that_would_keep_the_parser_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parsed(text)


@pytest.mark.parametrize(
    "text",
    [
        deep(DEEPEST - 1),
        "a." * (DEEPEST - 1) + "a = 1",
        f"x = [{-(2**63)}, {2**63 - 1}]",
        'text = "' + "So. It. Goes. " * 10 + '"',
        "# " + "1.2.3 " * 100,
    ],
)
def test_what_is_just_within_bounds_is_read(text: str) -> None:
    parsed(text)


def test_a_file_too_large_is_not_even_read_whole(small: Path) -> None:
    small.write_bytes(b"#" * (LARGEST_FILE + 1))
    assert refusal(small) == ["base.toml: cannot be taken in: larger than 4,000,000 bytes"]


@pytest.mark.parametrize("sign", ["\\u0007", "\\u001b", "\\u202e", "\\u2066", "\\u2028", "\\u0085"])
def test_a_sign_that_steers_a_terminal_is_refused(write: Write, sign: str) -> None:
    write(base=MINIMAL.replace(TITLE, f'title = "a{sign}b"'))
    (line,) = refusal("base.toml")
    assert line.startswith("base.toml:1: title = ")
    assert line.endswith(f"holds the unseen sign U+{sign[2:].upper()}")
    assert line.isprintable()


@pytest.mark.parametrize("name", ["a\\nb", "a\\tb"])
def test_a_name_is_one_line(write: Write, name: str) -> None:
    write(base=MINIMAL.replace('"Hobby"', f'"{name}"'))
    assert "holds the unseen sign U+00" in refusal("base.toml")[0]


@pytest.mark.parametrize(
    "title", ["Cent\u00a0mille", "大規模\u3000モデル", "👩\u200d💻", "שוק", "soft\u00adhyphen"]
)
def test_every_script_can_be_written(write: Write, title: str) -> None:
    write(base=MINIMAL.replace(TITLE, f'title = "{title}"'))
    assert load("base.toml").scenario.title == title


def test_lines_of_a_description_are_kept(write: Write) -> None:
    write(base=f'description = """one\ntwo\tthree"""\n{MINIMAL}')
    assert load("base.toml").scenario.description == "one\ntwo\tthree"


@pytest.mark.parametrize("value", ["1e31", "-1e31", "1e308"])
def test_a_number_of_no_meaning_is_refused(write: Write, value: str) -> None:
    write(base=MINIMAL.replace("cash = 1000.0", f"cash = {value}"))
    assert any("must be" in line for line in refusal("base.toml"))


def test_a_table_that_no_machine_holds_is_refused(small: Path) -> None:
    (line,) = refusal(small, "communities=2000000", "entry.max_labs=2000")
    assert "2000000 communities times entry.max_labs 2000 are more than the 200,000,000" in line
    assert load(small, ["communities=2000000", "entry.max_labs=100"])


def test_of_many_mistakes_the_first_are_told(write: Write) -> None:
    write(base=MINIMAL + "".join(f"wrong{i} = 1\n" for i in range(200)))
    lines = refusal("base.toml")
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == f"and more: these are the first {MOST_PROBLEMS}"


def test_a_key_of_any_length_leaves_a_line_to_read(write: Write) -> None:
    write(base=f"{'k' * 100_000} = 1\n{MINIMAL}")
    (line,) = refusal("base.toml")
    assert len(line) < 4000
    assert "unknown key" in line


@pytest.mark.parametrize("block", ["]\n", "x\n", '"\n'])
def test_lines_of_a_long_text_are_found_in_time(block: str) -> None:
    lines = key_lines("first = 1\nlong = '''\n" + block * 100_000 + "'''\nlast = 1\n")
    assert lines["first",] == 1
    assert lines.get(("last",), 100_004) == 100_004


@pytest.mark.parametrize("path", ["a\\u0000.toml", "~nobody-here/x.toml", "d/" * 3000 + "x.toml"])
def test_a_path_that_no_system_has_is_no_file(write: Write, path: str) -> None:
    write(base=f'extends = "{path}"')
    (line,) = refusal("base.toml")
    assert "there is no such file" in line
