"""``python -m tests.fuzz --cases 20000``: spoil files, read them, and tell what was taken badly."""

import argparse
import faulthandler
import sys
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.corpus import lay_out
from tests.fuzz.grammar import Case, cases
from tests.fuzz.judge import judge

HANGS = 120
"""Seconds after which a file has hung: the stack is printed, and the file is kept."""


def fuzz(number: int, first: int, keep: Path) -> tuple[Counter[str], dict[str, Path]]:
    """Judge many files.

    Args:
        number: of files.
        first: seed of the drawing.
        keep: folder for files that were taken badly, one of each kind of fault.

    Returns:
        How often files were valid, refused and badly taken, and an example of each fault.
    """
    tally: Counter[str] = Counter()
    examples: dict[str, Path] = {}

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)

        @seed(first)
        @settings(
            max_examples=number,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(cases())
        def each(case: Case) -> None:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / "last.toml").write_bytes(case[1])
            faulthandler.dump_traceback_later(HANGS, exit=True)
            verdict = judge(case, folder)
            tally["cases"] += 1
            tally[f"{case[0]}: {'refused' if verdict.refused else 'valid'}"] += 1
            tally["slowest, ms"] = max(tally["slowest, ms"], round(1000 * verdict.seconds))
            for fault in verdict.faults:
                tally[f"FAULT {fault}"] += 1
                if fault.split(":")[0] not in examples:
                    path = keep / f"{len(examples)}-{case[0]}.toml"
                    path.write_bytes(case[1])
                    examples[fault.split(":")[0]] = path
            if tally["cases"] % 1000 == 0:
                print(f"{tally['cases']} of {number}", file=sys.stderr)

        each()
    faulthandler.cancel_dump_traceback_later()
    return tally, examples


def main() -> None:
    """Print the tally; exit code 1 if a file was taken badly."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000, help="files to spoil")
    parser.add_argument("--seed", type=int, default=0, help="of the drawing")
    parser.add_argument("--keep", type=Path, default=Path("outputs/fuzz"), help="bad examples")
    chosen = parser.parse_args()
    tally, examples = fuzz(chosen.cases, chosen.seed, chosen.keep)
    for what, times in sorted(tally.items()):
        print(f"{times:>8}  {what}")
    for fault, path in examples.items():
        print(f"{path}: {fault}")
    sys.exit(bool(examples))


if __name__ == "__main__":
    main()
