"""Every key stands on the line where an editor shows it."""

from abm.scenario.lines import key_lines

TEXT = '''\
# a comment = 1
title = "A"   # another
text = """
not = "a key"
[nor.a.table]
"""
list = [
  "a", # [x]
  "b",
]
a.b = 1
"quoted.key" = 2

[race]
growth = 2

  [ "odd name" ]  # a header
  inner = { one = 1, two = { three = 3 } }

[[labs]]
name = "Aster"
[labs.flagship]
compute = 24
[[labs]]
name = 'Birch'
[labs.disclosure]
data = 1
[[labs.models]]
size = 7
[[labs.models]]
size = 13
'''


def line_of(text: str) -> int:
    return next(number for number, line in enumerate(TEXT.split("\n"), 1) if text in line)


def test_ordinary_and_odd_formatting() -> None:
    lines = key_lines(TEXT)
    expected = {
        ("title",): "title",
        ("text",): "text",
        ("list",): "list",
        ("list", 1): "list",
        ("a", "b"): "a.b",
        ("quoted.key",): "quoted",
        ("race",): "[race]",
        ("race", "growth"): "growth",
        ("odd name",): "odd name",
        ("odd name", "inner"): "inner",
        ("odd name", "inner", "two", "three"): "inner",
        ("labs", 0): "[[labs]]",
        ("labs", 0, "name"): "Aster",
        ("labs", 0, "flagship"): "[labs.flagship]",
        ("labs", 0, "flagship", "compute"): "compute",
        ("labs", 1, "name"): "Birch",
        ("labs", 1, "disclosure", "data"): "data = 1",
        ("labs", 1, "models", 0, "size"): "size = 7",
        ("labs", 1, "models", 1, "size"): "size = 13",
    }
    assert {path: lines[path] for path in expected} == {
        path: line_of(text) for path, text in expected.items()
    }


def test_no_key_is_made_up() -> None:
    assert not {path for path in key_lines(TEXT) if {"not", "nor", "x"} & set(path)}


def test_an_empty_text_has_no_lines() -> None:
    assert key_lines("\n# nothing\n") == {}
