"""The table of the benchmarks and where it is written; nothing here is timed."""

from pathlib import Path

import pytest
from timing import Results, significant, write_block


def test_a_table_has_medians_and_ratios_to_the_baseline() -> None:
    results = Results()
    for slow, fast in ((0.2, 0.002), (0.4, 0.002), (0.3, 0.003)):
        results.add("slow", 200, slow)
        results.add("fast", 200, fast)
    results.add("fast", 2000, 0.0123)
    assert results.table("slow").splitlines() == [
        "|  | 200 | 2,000 |",
        "| --- | ---: | ---: |",
        "| slow | 300 ms |  |",
        "| fast | 2 ms, 100x | 12.3 ms |",
    ]
    assert results.ratio("fast", "slow", 2000) is None


@pytest.mark.parametrize(
    ("value", "text"), [(0.12345, "0.123"), (12.345, "12.3"), (1234.5, "1,234")]
)
def test_numbers_have_three_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


def test_a_block_of_a_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: x -->\nold\n<!-- end of x -->\nafter\n")
    write_block(page, "x", "new")
    assert page.read_text() == ("before\n<!-- measured: x -->\n\nnew\n\n<!-- end of x -->\nafter\n")
    with pytest.raises(ValueError, match=r"page\.md has no block <!-- measured: y -->"):
        write_block(page, "y", "new")
