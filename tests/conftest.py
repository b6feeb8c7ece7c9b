"""What several groups of tests share."""

import pytest

from abm import Market, Run


@pytest.fixture(scope="session")
def classroom_run() -> Run:
    """One finished run of the small world; nobody may change it."""
    return Market("classroom", seed=1).run()
