"""``python -m abm.reference [--check] [FOLDER]``: write the generated blocks, or check them."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from abm.errors import AbmError
from abm.reference.pages import FOLDER, refresh, stale


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 1 for stale pages, 2 for a folder or a marker that is wrong."""
    parser = argparse.ArgumentParser(prog="python -m abm.reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail if stale")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="default: docs/")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            for page in refresh(options.folder):
                print(f"wrote {page.name}")
            return 0
        found = stale(options.folder)
    except AbmError as error:
        print(error, file=sys.stderr)
        return 2
    for place in found:
        print(f"{place} is stale: run python -m abm.reference", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
