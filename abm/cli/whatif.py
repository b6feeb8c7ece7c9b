"""``abm whatif``: the twin of a finished run, and where the two worlds part."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption, SetOption
from abm.errors import AbmError

if TYPE_CHECKING:
    from abm.analysis.alternatives import Alternative
    from abm.analysis.twins import EventDifference, TableDifference
    from abm.cli.screen import Screen
    from abm.record.run import Run

WHERE = {"here": "only in the run", "twin": "only in the twin", "both": "in both, not alike"}
"""How the places of an event are called."""

LARGE = 1e4
"""From here on a number is printed whole: four digits would need an exponent."""

END = 4
"""Numbers of the last month that are printed for a table; ``--json`` has them all."""

MARKET = (
    "best_open_lag",
    "median_independent_lag",
    "open_spend_share",
    "open_workload_share",
    "labs_active",
    "open_labs_active",
    "hhi_labs",
    "frontier",
    "price_index",
)
"""Columns of the market that are printed first."""


def whatif(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    changes: SetOption = None,
    policy: Annotated[
        str | None,
        typer.Option(metavar="POLICY", help="Policy in the twin, in place of the run's."),
    ] = None,
    events: Annotated[int, typer.Option(min=1, help="Events of the chain that are told.")] = 8,
    as_json: JsonOption = False,
) -> None:
    """Play the twin of a run, the same seed with one thing changed: what differs first, and last.

    The first event that differs is told with its reasons, then the first events that happened in
    one of the two worlds only; then where each table parts, and how it differs at the end.
    """
    from abm.analysis.twins import event_differences, table_differences, twins
    from abm.cli.screen import Screen
    from abm.cli.why import run_folder
    from abm.record.folder import read_run
    from abm.record.plain import plain

    change = _change(changes or [], policy)
    folder = run_folder(run)
    here, twin = twins(read_run(folder), change)
    differences, tables = event_differences(here, twin), table_differences(here, twin)
    if as_json:
        data = plain(_as_data(change, differences, tables))
        typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    screen = Screen()
    screen.say((f"{folder}, seed {here.seed}; the twin: {change.name}", "bold"))
    if all(table.month is None for table in tables):
        screen.say("The two worlds are identical: no number differs by more than rounding.")
        return
    _tell_events(differences, events, screen)
    _tell_tables(tables, here, screen)


def _change(overrides: list[str], policy: str | None) -> Alternative:
    from abm.analysis.alternatives import Alternative
    from abm.policy import compose

    if not overrides and policy is None:
        raise AbmError("nothing to change: add --set KEY=VALUE or --policy POLICY")
    name = ", ".join([*overrides, *([] if policy is None else [policy])])
    acts = None if policy is None else compose(policy)
    return Alternative(name, acts, tuple(overrides))


# -- in words --------------------------------------------------------------------------------------


def _tell_events(differences: list[EventDifference], length: int, screen: Screen) -> None:
    from abm.analysis.twins import chain
    from abm.record.wording import count

    screen.say("")
    if not differences:
        screen.say("Every event is the same; only numbers between them differ.")
        return
    told = chain(differences, length)
    screen.say(("The first event that differs", "bold"))
    _tell(told[0], screen)
    if len(told) > 1:
        screen.say("")
        screen.say(("What then happened in one world only", "bold"))
        for item in told[1:]:
            _tell(item, screen)
    alone = sum(item.where != "both" for item in differences)
    screen.say("")
    screen.say(f"In all, {count(alone, 'event')} happened in one world only, "
               f"{len(differences) - alone or 'none'} in both, but not alike.")  # fmt: skip


def _tell(item: EventDifference, screen: Screen) -> None:
    from abm.record.explain import headline, reasons
    from abm.record.wording import month_name

    when = month_name(item.event["date"])
    screen.say((f"{when}  ", "dim"), (WHERE[item.where], "yellow"), f": {headline(item.event)}")
    for sentence in reasons(item.event):
        screen.say(sentence, indent=10)
    if item.before is not None:
        changed = [f"{name} {_short(a)}, twin {_short(b)}" for name, (a, b) in item.changed.items()]
        screen.say(f"Run against twin: {'; '.join(changed[:6])}.", indent=10)


def _tell_tables(tables: list[TableDifference], run: Run, screen: Screen) -> None:
    from abm.record.run import date_labels
    from abm.record.wording import count, month_name

    dates = date_labels(run.scenario)
    screen.say("")
    screen.say(("Where each table first parts, and how it ends", "bold"))
    for table in tables:
        if table.month is None:
            screen.say((f"{table.table:<10}", "bold"), "identical")
            continue
        when = month_name(dates[table.month])
        screen.say((f"{table.table:<10}", "bold"), f"{when}: {_first(table)}")
        rows = "" if table.rows == table.twin_rows else f", rows {table.rows} and {table.twin_rows}"
        verb = "differs" if len(table.end) == 1 else "differ"
        screen.say(f"last month: {count(len(table.end), 'number')} {verb}{rows}", indent=10)
        for about, column, here, twin in _chosen(table)[:END]:
            what = f"{about}: {_spelt(column)}" if about else column
            apart = _apart(here, twin)
            screen.say(f"{what} {_short(here)}, twin {_short(twin)}{apart}", indent=12)


def _first(table: TableDifference) -> str:
    about = f"{table.about}: " if table.about else ""
    if not table.column:
        return f"{about}a row that one of the worlds does not have"
    apart = _apart(table.here, table.twin)
    column = _spelt(table.column)
    return f"{about}{column} {_short(table.here)}, twin {_short(table.twin)}{apart}"


def _spelt(column: str) -> str:
    """A column; a sector of the flows, which is one letter there, by its name."""
    from abm.ledger import SECTOR_NAMES

    return SECTOR_NAMES.get(column, column)


def _apart(here: Any, twin: Any) -> str:
    numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in (here, twin))
    return f" ({twin - here:+.3g})" if numbers and math.isfinite(twin - here) else ""


def _chosen(table: TableDifference) -> list[tuple[str, str, float, float]]:
    """Numbers of the last month: the headlines of the market, else the largest changes."""
    if table.table == "market":
        return [item for name in MARKET for item in table.end if item[1] == name]

    def size(item: tuple[str, str, float, float]) -> float:
        here, twin = (0.0 if math.isnan(x) else x for x in item[2:])
        return abs(twin - here)

    return sorted(table.end, key=size, reverse=True)


def _short(value: Any) -> str:
    if isinstance(value, float):
        large = LARGE <= abs(value) < math.inf
        return "none" if math.isnan(value) else f"{value:,.0f}" if large else f"{value:.4g}"
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


# -- as data ---------------------------------------------------------------------------------------


def _as_data(
    change: Alternative, differences: list[EventDifference], tables: list[TableDifference]
) -> dict[str, Any]:
    return {
        "change": change.name,
        "identical": all(table.month is None for table in tables),
        "events": [_event_as_data(item) for item in differences],
        "tables": [
            {
                "table": table.table,
                "rows": [table.rows, table.twin_rows],
                "month": table.month,
                "about": table.about,
                "column": table.column,
                "here": table.here,
                "twin": table.twin,
                "end": [list(item) for item in table.end],
            }
            for table in tables
        ],
    }


def _event_as_data(item: EventDifference) -> dict[str, Any]:
    from abm.record.explain import headline, reasons

    return {
        "where": item.where,
        **item.event,
        "reason": json.loads(item.event["reason"]),
        "headline": headline(item.event),
        "reasons": reasons(item.event),
        "changed": item.changed,
    }
