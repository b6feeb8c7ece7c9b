"""``python -m abm`` is the command ``abm``."""

from abm.cli import main

if __name__ == "__main__":
    main()
