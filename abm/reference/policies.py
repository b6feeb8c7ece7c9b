"""Tables of the page on policies: shipped policies, levers and rules, from what declares them."""

import inspect

from pydantic.fields import FieldInfo

from abm.policy import LEVERS, available, compose
from abm.policy.lever import Lever
from abm.reference.markdown import code, number, table
from abm.rules import RULES
from abm.scenario.declared import hard_bounds
from abm.scenario.fields import Section

_FIELDS = ("field", "default", "unit", "bounds", "meaning")


def shipped_policies() -> str:
    """The policies that come with the package."""
    header = ("policy", "what it does", "levers", "how it could backfire")
    rows = [
        (
            code(item.name),
            item.file.description,
            ", ".join(code(lever.kind) for lever in compose(item.name).levers) or "none",
            item.file.backfires,
        )
        for item in available()
    ]
    return table(header, rows)


def common_fields() -> str:
    """Fields that every lever has."""
    return table(_FIELDS, list(_rows(Lever).values()))


def levers() -> str:
    """Every lever: what it does, what it acts through, who pays, what it writes, its fields."""
    return "\n\n".join(_lever(kind, cls) for kind, cls in sorted(LEVERS.items()))


def rules() -> str:
    """Entries of the rules: what levers write and mechanisms read."""
    rows = [
        (code(name), rule.unit, " × ".join(rule.axes), number(rule.neutral), rule.doc, _by(name))
        for name, rule in RULES.items()
    ]
    return table(("entry", "unit", "per", "neutral", "meaning", "written by"), rows)


def _by(entry: str) -> str:
    """Levers that write an entry."""
    if entry.endswith("admin"):
        return "every lever with a cost"
    return ", ".join(code(kind) for kind, cls in sorted(LEVERS.items()) if entry in cls.WRITES)


def _lever(kind: str, cls: type[Lever]) -> str:
    grows = ", ".join(map(code, cls.SCALES)) or "nothing"
    facts = (
        f"Acts through: {cls.MECHANISMS}. Paid by: {', '.join(cls.PAID_BY)}. "
        f"Grows with strength: {grows}."
    )
    parts = [f"### `{kind}`", inspect.getdoc(cls) or "", facts]
    own = [row for name, row in _rows(cls).items() if row != _rows(Lever).get(name)]
    return "\n\n".join([*parts, table(_FIELDS, own)] if own else parts)


def _rows(cls: type[Section]) -> dict[str, tuple[str, ...]]:
    """A row for each field of a lever but its kind."""
    return {n: _row(n, field) for n, field in cls.model_fields.items() if n != "kind"}


def _row(name: str, field: FieldInfo) -> tuple[str, ...]:
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    default = field.get_default(call_default_factory=True, validated_data={})
    told = "required" if field.is_required() else number(default)
    bounds = hard_bounds(field).removesuffix(f" ({unit})")
    return (code(name), told, unit, bounds, field.description or "")
