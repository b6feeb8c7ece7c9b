"""The command line, run in this process."""

import pytest
from invocation import Abm

from abm.cli import main


@pytest.fixture
def abm(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Abm:
    """Run ``abm`` with arguments: exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(arguments)
        captured = capsys.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else 0), captured.out, captured.err

    return run
