"""One function per generated block: what the code declares, as a Markdown table."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from pydantic.fields import FieldInfo

from abm.agents.cloud import CloudHost
from abm.agents.columns import columns_of
from abm.agents.community import DeveloperCommunity
from abm.agents.lab import Lab
from abm.agents.offer import Offer
from abm.analysis.outcomes import OUTCOMES
from abm.analysis.sensitivity.assumptions import GRADES, assumptions
from abm.analysis.targets import targets
from abm.analysis.welfare import GROUPS
from abm.experiment.loading import listed
from abm.ledger import SECTOR_NAMES, SECTORS
from abm.phases import PHASES
from abm.record.events import EVENT_KINDS
from abm.record.metrics import MARKET_COLUMNS, SEGMENT_COLUMNS
from abm.reference import policies
from abm.reference.commands import commands
from abm.reference.imports import imports
from abm.reference.markdown import code, number, table
from abm.reference.payments import payments
from abm.scenario import Scenario, available, load
from abm.scenario.cast import CloudSpec, LabSpec, SegmentSpec
from abm.scenario.fields import Section

CAST = "status-quo-2023"
"""Scenario whose cast the documentation prints."""


def schedule() -> str:
    """The phases of a month in order, from the tuple that `Market.step` walks."""
    rows = []
    for place, phase in enumerate(PHASES, start=1):
        module = getattr(inspect.getmodule(phase.run), "__name__", "")
        rows.append((place, phase.name, phase.summary, code(f"{module}.{phase.run.__name__}")))
    return table(("", "phase", "what happens", "code"), rows)


def state_of(cls: type) -> str:
    """The state variables that a class declares as columns."""
    rows = [
        (code(name), column.unit, " × ".join(column.shape), column.doc)
        for name, column in columns_of(cls).items()
    ]
    return table(("variable", "unit", "per", "meaning"), rows)


def state_of_labs() -> str:
    """State variables of a lab."""
    return state_of(Lab)


def state_of_offers() -> str:
    """State variables of a model line."""
    return state_of(Offer)


def state_of_clouds() -> str:
    """State variables of a cloud."""
    return state_of(CloudHost)


def state_of_communities() -> str:
    """State variables of a community."""
    return state_of(DeveloperCommunity)


class Parameter(NamedTuple):
    """A parameter of a mechanism as the schema declares it."""

    section: str
    name: str
    field: FieldInfo

    @property
    def extra(self) -> dict[str, Any]:
        """Unit, range and source."""
        found = self.field.json_schema_extra
        return found if isinstance(found, dict) else {}

    @property
    def is_switch(self) -> bool:
        """Whether it takes a mechanism out of the world, and so has no range."""
        return self.field.annotation is bool


def parameters() -> Iterator[Parameter]:
    """Every parameter of every mechanism, in the order of the schema."""
    for section, field in Scenario.model_fields.items():
        cls = field.annotation
        if isinstance(cls, type) and issubclass(cls, Section):
            for name, inner in cls.model_fields.items():
                yield Parameter(section, name, inner)


def parameter_tables() -> str:
    """One table of parameters per mechanism."""
    found = list(parameters())
    parts = []
    for section in dict.fromkeys(item.section for item in found):
        doc = inspect.getdoc(Scenario.model_fields[section].annotation) or ""
        rows = [_parameter(item) for item in found if item.section == section]
        header = ("key", "default", "unit", "range", "source", "meaning")
        parts.append(f"#### `{section}`\n\n{doc}\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def _parameter(item: Parameter) -> tuple[str, ...]:
    low_high = item.extra.get("range")
    return (
        code(f"{item.section}.{item.name}"),
        number(item.field.default),
        str(item.extra.get("unit", "")),
        "" if low_high is None else f"{number(low_high[0])} to {number(low_high[1])}",
        str(item.extra.get("source", "")),
        item.field.description or "",
    )


def parameter_count() -> str:
    """How many parameters there are, and how well the numbers that have a range are founded."""
    switches = sum(item.is_switch for item in parameters())
    graded = assumptions(load(CAST).scenario)
    grades = Counter(item.grade for item in graded)
    rows = [(grade, meaning, grades[grade]) for grade, meaning in GRADES.items()]
    counted = (
        f"There are {len(list(parameters())) - switches} numbers and {switches} switches. "
        f"{len(graded)} of the numbers are assumptions with a range; what those rest on:"
    )
    return f"{counted}\n\n{table(('source', 'what that means', 'numbers'), rows)}"


def market_columns() -> str:
    """Columns of the monthly table of the market."""
    rows = [(code(name), unit, doc) for name, (unit, doc) in MARKET_COLUMNS.items()]
    return table(("column", "unit", "meaning"), rows)


def segment_columns() -> str:
    """Columns of the monthly table of the demand segments."""
    rows = [(code(name), unit, doc) for name, (unit, doc) in SEGMENT_COLUMNS.items()]
    return table(("column", "unit", "meaning"), rows)


def outcomes() -> str:
    """Outcomes of a run that comparisons rest on."""
    rows = [
        (code(item.name), item.unit, item.window, item.better, item.meaning)
        for item in OUTCOMES.values()
    ]
    return table(("outcome", "unit", "months", "better", "meaning"), rows)


def welfare_groups() -> str:
    """Groups of the welfare split."""
    rows = [(item.name, "yes" if item.counted else "no", item.meaning) for item in GROUPS]
    return table(("group", "in the sum", "its line"), rows)


def event_kinds() -> str:
    """Kinds of events."""
    return table(("kind", "meaning"), [(code(kind), doc) for kind, doc in EVENT_KINDS.items()])


def sectors() -> str:
    """Sectors of the ledger."""
    return table(("sector", "who"), [(code(s), SECTOR_NAMES[s]) for s in SECTORS])


def flows() -> str:
    """Kinds of payments, from the calls that make them."""
    rows = [(code(p.kind), p.payer, p.payee, code(p.module)) for p in payments()]
    return table(("flow", "from", "to", "booked in"), rows)


def cast_labs() -> str:
    """Labs of the status quo; a number that a rule filled, and no publication, is in italics."""
    header = (
        "lab", "camp", "model", "log10 FLOP", "run, USD m", "researchers", "cash, USD m",
        "owner, USD m a month", "focus", "licence", "product", "discloses",
    )  # fmt: skip
    return table(header, [_lab(lab) for lab in Scenario.load(CAST).labs])


def _lab(lab: LabSpec) -> tuple[str, ...]:
    def sourced(value: object, *keys: str) -> str:
        assumed = any(lab.sources.get(key, "").startswith("assumption") for key in keys)
        text = number(value)
        return f"*{text}*" if assumed else text

    model = lab.flagship
    shown = [f"{name} {level:g}" for name, level in lab.disclosure if level > 0]
    return (
        lab.name,
        lab.camp,
        model.name if model else "none yet",
        sourced(model.compute, "flagship.compute", "flagship") if model else "",
        sourced(model.cost, "flagship.cost", "flagship") if model else "",
        sourced(lab.researchers, "researchers"),
        sourced(lab.cash, "cash"),
        sourced(lab.parent_budget, "parent_budget") if lab.parent_budget else "",
        ", ".join(lab.focus) or "general",
        lab.licence if lab.camp == "open" else "",
        lab.product,
        ", ".join(shown).replace("_", "-") or "nothing",
    )


def cast_clouds() -> str:
    """Clouds of the status quo."""
    header = ("cloud", "customers", "cash, USD m", "inflow, USD m a month", "own lab", "catalogue")
    return table(header, [_cloud(cloud) for cloud in Scenario.load(CAST).clouds])


def _cloud(cloud: CloudSpec) -> tuple[str, ...]:
    return (
        cloud.name,
        number(cloud.customers),
        number(cloud.cash),
        number(cloud.inflow),
        cloud.own_lab or "none",
        ", ".join(cloud.catalogue),
    )


def cast_segments() -> str:
    """Demand segments of the status quo."""
    header = (
        "segment", "kind", "share", "budget, USD m a year", "in play", "requirement, OOM",
        "reconsidered a month", "privacy", "price taste", "seats, m", "USD a seat", "needs",
    )  # fmt: skip
    return table(header, [_segment(segment) for segment in Scenario.load(CAST).segments])


def _segment(segment: SegmentSpec) -> tuple[str, ...]:
    numbers = (
        segment.share, segment.budget, segment.adoption, segment.requirement, segment.hazard,
        segment.privacy, segment.price_taste, segment.seats, segment.arpu,
    )  # fmt: skip
    needs = ", ".join(f"{domain} {number(weight)}" for domain, weight in segment.needs.items())
    return (segment.name, segment.kind, *map(number, numbers), needs)


def patterns() -> str:
    """The observed patterns that the model is held against."""
    rows = [
        (
            target.id,
            target.measure,
            f"{number(target.low)} to {number(target.high)}",
            target.unit,
            target.window,
            target.use,
        )
        for target in targets()
    ]
    return table(("", "measure", "band", "unit", "months", "use"), rows)


def rooms() -> str:
    """Which room of the package imports which."""
    rows = [
        (code(room), ", ".join(sorted(found.loaded)), ", ".join(sorted(found.deferred)))
        for room, found in sorted(imports().items())
    ]
    return table(("room", "imports", "imports only where it is used"), rows)


def shipped_scenarios() -> str:
    """The scenarios that come with the package."""
    rows = []
    for item in available():
        world = load(item.name).scenario
        sizes = f"{len(world.labs)} labs, {len(world.clouds)} clouds, {world.months} months"
        rows.append((code(item.name), sizes, " ".join(item.description.split())))
    return table(("name", "size", "what it is about"), rows)


def shipped_experiments() -> str:
    """The experiments that come with the package."""
    rows = [
        (
            code(document.name),
            code(document.values["scenario"]),
            document.values["design"],
            " ".join(document.values["description"].split()),
        )
        for document in listed()
    ]
    return table(("name", "world", "design", "what it is about"), rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "schedule": schedule,
    "state-labs": state_of_labs,
    "state-offers": state_of_offers,
    "state-clouds": state_of_clouds,
    "state-communities": state_of_communities,
    "parameters": parameter_tables,
    "parameter-count": parameter_count,
    "market-columns": market_columns,
    "segment-columns": segment_columns,
    "outcomes": outcomes,
    "welfare-groups": welfare_groups,
    "events": event_kinds,
    "sectors": sectors,
    "flows": flows,
    "cast-labs": cast_labs,
    "cast-clouds": cast_clouds,
    "cast-segments": cast_segments,
    "scenarios": shipped_scenarios,
    "experiments": shipped_experiments,
    "patterns": patterns,
    "policies": policies.shipped_policies,
    "lever-fields": policies.common_fields,
    "levers": policies.levers,
    "rules": policies.rules,
    "rooms": rooms,
    "commands": commands,
}
"""Every block that a page can hold, by the name in its marker."""
