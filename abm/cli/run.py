"""``abm run``: one market, with a live timeline, a summary, tables and figures."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from abm.cli.options import JsonOption, SetOption

PolicyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="POLICY",
        help="Policy to play under, such as data-commons or a*0.5+b@12; may be repeated.",
    ),
]

if TYPE_CHECKING:
    from abm.cli.profile import Profile
    from abm.cli.screen import Screen
    from abm.market import Market
    from abm.policy import Policy
    from abm.record.run import Run
    from abm.scenario import Resolved

HEADLINES = (
    "open_spend_share",
    "open_workload_share",
    "best_open_lag",
    "median_independent_lag",
    "hhi_labs",
    "labs_active",
    "open_labs_active",
    "providers_hosted_any",
)
"""Columns of the market table whose last value a script gets at once."""

COUNTED = ("acquisition", "licence_and_hire", "shutdown", "pivot", "camp_change", "hosted")
"""Kinds of events whose number a script gets at once."""


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="[SCENARIO]", help="Name of a shipped scenario, or a .toml.")
    ] = "status-quo-2023",
    seed: Annotated[
        int, typer.Option(min=0, help="Names the world: equal seeds, equal worlds.")
    ] = 0,
    months: Annotated[int | None, typer.Option(min=1, help="Months to play.")] = None,
    changes: SetOption = None,
    policies: PolicyOption = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the run; by default a new one in outputs/.")
    ] = None,
    network_month: Annotated[
        str | None,
        typer.Option(metavar="MONTH", help="Month of the network figure: 2025-06, or its index."),
    ] = None,
    no_figures: Annotated[bool, typer.Option("--no-figures", help="Write tables only.")] = False,
    animated: Annotated[
        bool, typer.Option("--animate", help="Draw network and shares in motion too (a GIF).")
    ] = False,
    profiled: Annotated[
        bool, typer.Option("--profile", help="Print time by phase and memory by table.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print nothing but the folder.")
    ] = False,
    as_json: JsonOption = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace an older run in the --out folder.")
    ] = False,
) -> None:
    """Play one market: a live timeline, a closing summary, tables and figures."""
    from abm.cli.profile import Profile, print_profile
    from abm.cli.screen import Screen
    from abm.policy import compose
    from abm.record.folder import check_place, default_folder
    from abm.record.run import date_labels
    from abm.record.wording import month_number
    from abm.scenario import load

    policy = compose("+".join(policies)) if policies else None
    overrides = [*(changes or ()), *([] if months is None else [f"months={months}"])]
    resolved = load(scenario, overrides)
    if policy is not None:
        policy.check(resolved.scenario)
    dates = date_labels(resolved.scenario)
    month = None if network_month is None else month_number(network_month, dates)
    check_place(default_folder(resolved.name, seed) if out is None else out, force=force)
    screen = Screen(silent=quiet or as_json)
    for warning in resolved.warnings:
        screen.say((f"warning: {warning}", "yellow"))
    profile = Profile() if profiled else None
    played, seconds = _play(resolved, seed, policy, screen, profile)
    folder = _write(played, resolved.name, out, seconds, force=force)
    figures = [] if no_figures else _draw(played, folder, month, screen)
    figures += [_animate(played, folder, screen)] if animated else []
    if as_json:
        data = _as_data(played, resolved, folder, seconds, figures)
        data |= {} if profile is None else {"profile": profile.as_data()}
        typer.echo(json.dumps(data, indent=2))
    elif quiet:
        typer.echo(folder)
    else:
        _conclude(played, folder, figures, screen)
        if profile is not None:
            print_profile(profile)


def _play(
    resolved: Resolved,
    seed: int,
    policy: Policy | None,
    screen: Screen,
    profile: Profile | None,
) -> tuple[Run, float]:
    """Play all months, telling the news; the seconds that it took."""
    from abm.cli.timeline import Timeline
    from abm.market import Market
    from abm.record.run import date_labels
    from abm.record.wording import month_name

    world, dates = resolved.scenario, date_labels(resolved.scenario)
    screen.say((world.title, "bold"), f", seed {seed}, {world.months} months")
    if policy is not None:
        screen.say(("Under ", "bold"), f"{policy.name}: {policy.title}")
    timeline = Timeline(dates)
    start = time.perf_counter()
    with screen.progress(world.months, month_name(dates[0])) as advance:
        last = ""

        def tell(market: Market) -> None:
            nonlocal last
            for line in timeline.news(market.events):
                when = line.when if line.when != last or not screen.is_terminal else " " * 8
                screen.say((f"{when}  ", "dim"), (f"{line.label:<12}", line.style), line.text)
                last = line.when
            advance(month_name(dates[market.month - 1]))

        under = () if policy is None else (policy,)
        market = Market(world, seed=seed, policies=under)
        if profile is not None:
            profile.watch(market)
        played = market.run(tell)
        if profile is not None:
            profile.finish(played)
    return played, time.perf_counter() - start


def _write(played: Run, name: str, out: Path | None, seconds: float, *, force: bool) -> Path:
    from abm.record.folder import write_run

    return write_run(played, out, seconds, name=name, force=force)


def _draw(played: Run, folder: Path, month: int | None, screen: Screen) -> list[Path]:
    """Draw the figures into the run's folder."""
    with screen.progress(7, "Drawing") as advance:
        from abm.figures import draw_all
        from abm.record.folder import FIGURES

        return draw_all(
            played,
            folder / FIGURES,
            lambda name: advance(f"Drawing {name}"),
            network_month=month,
        )


def _animate(played: Run, folder: Path, screen: Screen) -> Path:
    """Draw the run in motion into its folder."""
    with screen.progress(played.market.height, "Animating") as advance:
        from abm.figures.animation import animate
        from abm.record.folder import FIGURES

        return animate(
            played, folder / FIGURES / "market.gif", lambda name: advance(f"Drawing {name}")
        )


def _conclude(played: Run, folder: Path, figures: list[Path], screen: Screen) -> None:
    """Print the summary, and where to look further."""
    from abm.record.explain import summary

    for section in summary(played):
        screen.say("")
        screen.say((section.title, "bold"))
        for line in section.lines:
            screen.say(line, indent=2)
    screen.say("")
    screen.say(("Tables   ", "bold"), f"{folder}: {', '.join(played.tables)} (.parquet)")
    if figures:
        names = ", ".join(path.name for path in figures)
        screen.say(("Figures  ", "bold"), f"{figures[0].parent}: {names}")
    screen.say(("Reasons  ", "bold"), f"abm why {folder}")


def _as_data(
    played: Run, resolved: Resolved, folder: Path, seconds: float, figures: list[Path]
) -> dict[str, Any]:
    """What a script may want to know without opening the tables."""
    last = played.market.row(-1, named=True)
    counts = dict(played.events["kind"].value_counts().iter_rows())
    return {
        "folder": str(folder),
        "scenario": resolved.name,
        "scenario_hash": resolved.hash,
        "seed": played.seed,
        "policies": list(played.policies),
        "months": played.market.height,
        "wall_seconds": round(seconds, 3),
        "headline": {
            **{name: _number(last[name]) for name in HEADLINES},
            **{f"{kind}_events": counts.get(kind, 0) for kind in COUNTED},
        },
        "figures": [str(path) for path in figures],
        "warnings": [str(warning) for warning in resolved.warnings],
    }


def _number(value: float | None) -> float | None:
    """A number that JSON can hold."""
    return value if value is not None and math.isfinite(value) else None
