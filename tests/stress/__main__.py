"""``python -m tests.stress``: play random valid worlds, and say in which something does not hold.

2,000 worlds take about ten minutes of a core. A world is its number: what fails is printed with the
command that plays it again, and ``--world N`` plays it under the checks.
"""

import argparse
import sys
import time
from collections import Counter

from tests.stress.draw import draw
from tests.stress.judge import judge


def stress(first: int, number: int) -> int:
    """Judge worlds one after another; how many did not hold."""
    begun, tally = time.process_time(), Counter[str]()
    for done, world in enumerate(map(draw, range(first, first + number)), start=1):
        fault = judge(world)
        tally["worlds"] += 1
        tally["months"] += world.scenario.months
        tally["under policies"] += bool(world.policy)
        if fault:
            tally["failed"] += 1
            print(f"world {world.number}, month {fault.month}: {fault.what}\n  {world.command}")
        if done % 100 == 0:
            print(f"{done} of {number}", file=sys.stderr)
    for what, times in tally.items():
        print(f"{times:>8}  {what}")
    print(f"{time.process_time() - begun:>8.0f}  processor seconds")
    return tally["failed"]


def main() -> None:
    """Print what failed and the tally; exit code 1 if anything failed."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.stress",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--worlds", type=int, default=2000, help="how many")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--world", type=int, help="only this one")
    chosen = parser.parse_args()
    if chosen.world is not None:
        chosen.first, chosen.worlds = chosen.world, 1
    sys.exit(1 if stress(chosen.first, chosen.worlds) else 0)


if __name__ == "__main__":
    main()
