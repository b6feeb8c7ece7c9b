"""Where a page's numbers come from: when, by what, with which luck."""

from collections.abc import Mapping
from datetime import UTC, datetime
from shlex import join

from abm.experiment.specs import model_version
from abm.record.manifest import command_line, git_state, versions
from abm.reference.markdown import code, table
from abm.scenario import Scenario, scenario_hash


def provenance(scenario: Scenario, studies: Mapping[str, str]) -> str:
    """A section with all that made a page.

    Args:
        scenario: the base world.
        studies: which runs were played with which seeds, in words, by the name of the study.
    """
    state = git_state()
    commit = f"{state['commit'] or 'not known'}{', with changes' if state['modified'] else ''}"
    packages = ", ".join(f"{name} {number}" for name, number in versions().items() if number)
    rows = [
        ("written", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("command", code(join(["abm", *command_line()[1:]]))),
        ("scenario", f"{scenario.title}, {scenario.months} months"),
        ("scenario hash", code(scenario_hash(scenario)[:16])),
        *studies.items(),
        ("model", code(model_version())),
        ("commit", code(commit)),
        ("packages", packages),
    ]
    return f"## Provenance\n\n{table(('', ''), rows)}\n"
