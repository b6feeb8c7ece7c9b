"""What careless and hostile people write: a valid file, spoilt in one to four ways.

A mutation changes the lines of a file; `CASES` draws the kind of file, the lines and the
mutations, and returns the bytes that are then read.
"""

import re
from collections.abc import Callable

from hypothesis import strategies as st

from tests.fuzz.corpus import CORPUS

Lines = list[str]
Mutation = Callable[[st.DrawFn, Lines], Lines]
Case = tuple[str, bytes]

LITERALS = [
    "nan",
    "inf",
    "-inf",
    "-nan",
    "0",
    "-0.0",
    "-1",
    "1",
    "2",
    "1e308",
    "-1e308",
    "1e-320",
    "1e400",
    "0.1",
    "true",
    "false",
    "[]",
    "{}",
    "[[]]",
    "[{}]",
    "[nan]",
    "99999999999999999999",
    "0xffffffffffffffffffff",
    "1979-05-27",
    "07:32:00",
    '""',
    '"x"',
    '"a\\nb"',
    '"\\u0000"',
    '"\\u001b[31m"',
    '"\\u202e"',
    '"NaN"',
    '"1e9"',
    '[1,"a"]',
    '["a","a"]',
    "{a=1}",
    "{a={a={a=1}}}",
    "nul",
    "01",
    "1__0",
    "'''x",
    "1000000000",
    "600",
    "601",
    "1e15",
    "1e30",
    "-5",
    "2.5",
]
LITERALS += [
    "9" * 5000,
    "0x" + "f" * 5000,
    '"' + "x" * 70_000 + '"',
    '["' + '", "'.join("ab") + '"]',
]

PATHS = [
    '"case.toml"',
    '"loop.toml"',
    '"missing.toml"',
    '"folder.toml"',
    '"binary.toml"',
    '"../../../../etc/passwd"',
    '"../../../../etc/passwd.toml"',
    '"/etc/passwd.toml"',
    '"~nobody-here/x.toml"',
    '"~/none.toml"',
    '".toml"',
    '"a\\u0000.toml"',
    '"clasroom"',
    '"classroom"',
    '"."',
    '""',
    "3",
    '["classroom"]',
    '"scheme://host/x.toml"',
    '"..\\\\..\\\\x.toml"',
    '"$HOME/x.toml"',
    '"`id`.toml"',
    '"CON.toml"',
]
PATHS.append('"' + "d/" * 3000 + 'x.toml"')

NAMES = [
    "name",
    "cash",
    "labs",
    "growth",
    "extends",
    "drop_labs",
    "drop_clouds",
    "drop_segments",
    "seats",
    "focus",
    "needs",
    "domains",
    "policies",
    "factors",
    "scenario",
    "replicates",
    "points",
    "design",
    "levers",
    "kind",
    "start",
    "end",
    "levels",
    "low",
    "high",
    "months",
    "communities",
    "sources",
    "catalogue",
    "own_lab",
    "builds_on",
    "disclosure",
    "flagship",
    '""',
    '"a.b"',
    "'x'",
    "__class__",
    "__proto__",
]

HUGE: dict[str, str] = {
    "a long comment": "#" + "x" * 1_000_000,
    "a file beyond the limit": "#" + "x" * 5_000_000,
    "labs by the thousand": "\n".join(f'[[labs]]\nname = "L{i}"' for i in range(3000)),
    "one lab a thousand times": '[[labs]]\nname = "Same"\n' * 3000,
    "keys by the thousand": "\n".join(f"k{i} = {i}" for i in range(5000)),
    "a list of many lines": "long = [\n" + "1,\n" * 50_000 + "]",
    "a list of many brackets": "long = [\n" + '"]",\n' * 20_000 + "]",
    "a text of many lines": 'long = """\n' + "]\n" * 50_000 + '"""',
    "a key of many names": "a." * 50_000 + "a = 1",
    "a header of many names": "[" + "a." * 50_000 + "a]",
    "brackets": "deep = " + "[" * 50_000,
    "lists in lists": "deep = " + "[" * 150 + "]" * 150,
    "tables in tables": "deep = " + "{a=" * 200 + "1" + "}" * 200,
    "headers ever deeper": "\n".join("[" + ".".join("a" * n) + "]" for n in range(1, 120)),
    "domains by the thousand": "domains = [" + '"d",' * 50_000 + "]",
    "policies by the thousand": "policies = [" + '"",' * 50_000 + "]",
    "mentions by the thousand": "drop_labs = [" + ", ".join(f'"L{i}"' for i in range(5000)) + "]",
    "a design beyond all bounds": "[factors]\n"
    + "\n".join(
        f'"{key}" = {{ low = 0.1, high = 0.9, levels = 1000 }}'
        for key in ("race.growth", "race.commitment", "capital.start_climate", "entry.rate")
    ),
}
"""What is cheap to write and could be dear to read."""

RAW = (b"\xff\xfe", b"\x00", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\x1b[2J", b"\xc3", b"\x85")

_VALUE = re.compile(r"^(\s*[^#\[\s=][^=]*=\s*)(.*)$")

literals = (
    st.sampled_from(LITERALS)
    | st.floats().map(repr)
    | st.integers().map(str)
    | st.text(max_size=20).map(lambda text: f'"{text}"')
)


def _at(draw: st.DrawFn, lines: Lines) -> int:
    return draw(st.integers(0, max(len(lines) - 1, 0)))


def another_value(draw: st.DrawFn, lines: Lines) -> Lines:
    """A value of a wrong type or size in the place of one that is there."""
    places = [i for i, line in enumerate(lines) if _VALUE.match(line)]
    if not places:
        return lines
    at = draw(st.sampled_from(places))
    return [*lines[:at], _VALUE.sub(lambda m: m[1], lines[at]) + draw(literals), *lines[at + 1 :]]


def another_number(draw: st.DrawFn, lines: Lines) -> Lines:
    """One number within a line changed, so that lists and inline tables are reached too."""
    places = [i for i, line in enumerate(lines) if re.search(r"=.*\d", line)]
    if not places:
        return lines
    at = draw(st.sampled_from(places))
    head, _, tail = lines[at].partition("=")
    found = list(re.finditer(r"\d[\d.]*", tail))
    hit = draw(st.sampled_from(found))
    new = f"{head}={tail[: hit.start()]}{draw(literals)}{tail[hit.end() :]}"
    return [*lines[:at], new, *lines[at + 1 :]]


def a_new_key(draw: st.DrawFn, lines: Lines) -> Lines:
    at = _at(draw, lines)
    name = draw(st.sampled_from(NAMES) | st.text(max_size=8).map(lambda text: f'"{text}"'))
    return [*lines[:at], f"{name} = {draw(literals)}", *lines[at:]]


def a_new_header(draw: st.DrawFn, lines: Lines) -> Lines:
    at, name = _at(draw, lines), draw(st.sampled_from(NAMES))
    shape = draw(st.sampled_from(["[{}]", "[[{}]]", "[{}.x]", "[labs.{}]", "[[labs.{}]]"]))
    return [*lines[:at], shape.format(name), *lines[at:]]


def a_path(draw: st.DrawFn, lines: Lines) -> Lines:
    """Another file by a path that escapes, is missing, is none, or leads back."""
    key = draw(st.sampled_from(["extends = {}", "scenario = {}", "policies = [{}]"]))
    return [key.format(draw(st.sampled_from(PATHS))), *lines]


def a_line_less(draw: st.DrawFn, lines: Lines) -> Lines:
    at = _at(draw, lines)
    return lines[:at] + lines[at + 1 :]


def lines_twice(draw: st.DrawFn, lines: Lines) -> Lines:
    """Some lines written twice: labs, keys and headers that are there already."""
    start, length = _at(draw, lines), draw(st.integers(1, 12))
    return lines + lines[start : start + length]


def lines_elsewhere(draw: st.DrawFn, lines: Lines) -> Lines:
    start, length, to = _at(draw, lines), draw(st.integers(1, 8)), _at(draw, lines)
    cut, rest = lines[start : start + length], lines[:start] + lines[start + length :]
    return rest[:to] + cut + rest[to:]


def misspelt(draw: st.DrawFn, lines: Lines) -> Lines:
    """A sign taken out, put in or doubled anywhere."""
    at = _at(draw, lines)
    if not lines:
        return lines
    line = lines[at]
    hit = draw(st.integers(0, len(line)))
    sign = draw(st.sampled_from(list("[]{}=\"'.,#\\ -e9\t")) | st.characters() | st.just(""))
    return [
        *lines[:at],
        line[:hit] + sign + line[hit + draw(st.integers(0, 1)) :],
        *lines[at + 1 :],
    ]


def cut_short(draw: st.DrawFn, lines: Lines) -> Lines:
    return lines[: _at(draw, lines)]


def something_huge(draw: st.DrawFn, lines: Lines) -> Lines:
    block = HUGE[draw(st.sampled_from(sorted(HUGE)))].split("\n")
    return [*block, *lines] if draw(st.booleans()) else [*lines, *block]


COMMON: tuple[Mutation, ...] = (
    another_value,
    another_value,
    another_number,
    a_new_key,
    a_new_header,
    a_path,
    a_line_less,
    lines_twice,
    lines_elsewhere,
    misspelt,
    cut_short,
)


@st.composite
def cases(draw: st.DrawFn, rare: int = 300) -> Case:
    """Kind and bytes of a spoilt file; one in `rare` holds something huge, five raw bytes."""
    kind = draw(st.sampled_from(sorted(CORPUS)))
    lines = draw(st.sampled_from(CORPUS[kind])).split("\n")
    for mutate in draw(st.lists(st.sampled_from(COMMON), min_size=1, max_size=4)):
        lines = mutate(draw, lines)
    odd = draw(st.integers(1, rare))
    if odd == 1:
        lines = something_huge(draw, lines)
    content = "\n".join(lines).encode("utf-8", "replace")
    if 1 < odd <= 6:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.sampled_from(RAW)) + content[at:]
    return kind, content
