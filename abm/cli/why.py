"""``abm why``: the reasons behind the events of a run, in plain words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption
from abm.errors import AbmError
from abm.record.events import EVENT_KINDS

if TYPE_CHECKING:
    import polars as pl

    from abm.cli.screen import Screen

ASKED = (
    "acquisition",
    "licence_and_hire",
    "blocked",
    "divestment",
    "shutdown",
    "hosted",
    "delisted",
    "pivot",
    "camp_change",
    "funding",
    "lawsuit",
    "settlement",
    "ruling",
    "policy",
    "club",
    "held_back",
)
"""Kinds of events that are listed unless others are asked for."""


def why(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    event: Annotated[
        str | None,
        typer.Argument(metavar="[EVENT]", help="Number of an event, or name of a lab or cloud."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(metavar="KIND", help="Kind of event, such as hosted; may be repeated."),
    ] = None,
    lab: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Lab or cloud concerned; may be repeated."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List what can be asked about, or say why an event happened."""
    from abm.cli.screen import Screen

    folder = run_folder(run)
    events = _events(folder)
    if event is not None and event.isdecimal():
        chosen = _numbered(events, int(event))
    else:
        names = [*(lab or ()), *([] if event is None else [event])]
        chosen = _matching(events, kind or (), names)
    if as_json:
        typer.echo(json.dumps([_as_data(row) for row in chosen], indent=2, ensure_ascii=False))
    elif event is not None:
        _explain(chosen, Screen())
    else:
        _list(chosen, folder, Screen())


def run_folder(run: str) -> Path:
    """The run folder that a user means: a path, or the name of a folder in ``outputs``."""
    from abm.record.folder import OUTPUTS, is_run_folder
    from abm.scenario.declared import nearest

    for path in (Path(run), OUTPUTS / run):
        if path.is_dir():
            return path
    known = sorted(str(path) for path in OUTPUTS.glob("*") if is_run_folder(path))
    near = nearest(str(OUTPUTS / Path(run).name), known)
    raise AbmError(
        f"{run}: there is no such run folder"
        + (f"; did you mean {near}?" if near else "")
        + (f" (there are: {', '.join(known)})" if known and not near else "")
    )


def _events(folder: Path) -> pl.DataFrame:
    """Events of the run, numbered from 1."""
    from abm.record.folder import read_table

    return read_table(folder, "events").with_row_index("number", offset=1)


def _numbered(events: pl.DataFrame, number: int) -> list[dict[str, Any]]:
    if not 1 <= number <= events.height:
        raise AbmError(f"no event {number} in this run (allowed: 1 to {events.height})")
    return [events.row(number - 1, named=True)]


def _matching(
    events: pl.DataFrame, kinds: list[str] | tuple[str, ...], names: list[str]
) -> list[dict[str, Any]]:
    """Events of some kinds that concern some labs or clouds; without either, what matters."""
    wanted = [_kind(kind) for kind in kinds] or ASKED
    meant = [_name(name, events) for name in names]
    return [
        row
        for row in events.iter_rows(named=True)
        if row["kind"] in wanted
        and (not meant or row["actor"] in meant or row["counterpart"] in meant)
    ]


def _kind(text: str) -> str:
    """The kind of event that a user means."""
    from abm.scenario.declared import nearest

    written = text.replace("-", "_")
    if written in EVENT_KINDS:
        return written
    near = nearest(written, EVENT_KINDS)
    meant = f"; did you mean {near}?" if near else ""
    raise AbmError(f"--kind {text}: no kind of event{meant} (allowed: {', '.join(EVENT_KINDS)})")


def _name(text: str, events: pl.DataFrame) -> str:
    """The lab or cloud that a user means: its name, or a part that only one name has."""
    from abm.scenario.declared import nearest

    known = sorted({*events["actor"], *events["counterpart"]} - {""})
    exact = [name for name in known if name.lower() == text.lower()]
    part = [name for name in known if text.lower() in name.lower()]
    found = exact or part
    if len(found) == 1:
        return str(found[0])
    if part:
        raise AbmError(f"{text}: may be any of {', '.join(part)}")
    near = nearest(text, known) or _nearest_word(text, known)
    meant = f"; did you mean {near}?" if near else f" (there are: {', '.join(known)})"
    raise AbmError(f"{text}: nothing happened to a lab or cloud of this name{meant}")


def _nearest_word(text: str, names: list[str]) -> str:
    """The name of which one word is most like a text: ``Mistrl`` for ``Mistral AI``."""
    from abm.scenario.declared import nearest

    words = {word: name for name in names for word in name.strip("()").split()}
    return words.get(nearest(text, words), "")


def _explain(chosen: list[dict[str, Any]], screen: Screen) -> None:
    from abm.record.explain import explain

    if not chosen:
        screen.say("Nothing that can be asked about; try --kind release")
    for i, row in enumerate(chosen):
        if i:
            screen.say("")
        first, *rest = explain(row).splitlines()
        screen.say((first, "bold"))
        for line in rest:
            screen.say(line.strip(), indent=2)


def _list(chosen: list[dict[str, Any]], folder: Path, screen: Screen) -> None:
    from abm.record.explain import headline
    from abm.record.wording import month_name

    for row in chosen:
        number, when = f"{row['number']:>5}", month_name(row["date"])
        screen.say((number, "bold"), (f"  {when}  ", "dim"), headline(row))
    if chosen:
        screen.say("")
        screen.say(f"Why: abm why {folder} NUMBER, or the name of a lab. More: --kind release")
    else:
        screen.say("Nothing of this kind happened in this run")


def _as_data(row: dict[str, Any]) -> dict[str, Any]:
    from abm.record.explain import headline, reasons

    return {
        **row,
        "reason": json.loads(row["reason"]),
        "headline": headline(row),
        "reasons": reasons(row),
    }
